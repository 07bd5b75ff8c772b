"""WARC records become pages with address and time; a broken record costs only itself."""

import gzip
import io
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.opened import RawFile
from flows.quarantine import Refusal
from flows.records import read_records
from flows.settings import Caps
from flows.stream import Budget, Stream
from flows.warc import warc_pages
from transforms.records import RawDocument

PAGE = "<!doctype html><html><body><p>{}</p></body></html>"
URL = "https://karst.example/tag/olm/"
DAY = "2025-01-23T10:15:00Z"
Found = RawDocument | Refusal
Read = Callable[..., list[Found]]


def record(block: bytes, kind: str = "response", length: int | None = None, **headers: str) -> bytes:
    """One record, its length right unless told."""
    told = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:0>",
        "WARC-Date": DAY,
        "WARC-Target-URI": URL,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(
    text: str | bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    """An HTTP response."""
    body = text if isinstance(text, bytes) else text.encode()
    lines = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers))
    return lines.encode() + b"\r\n" + body


def page(text: str) -> bytes:
    """A record of a page that says a word."""
    return record(response(PAGE.format(text)))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads bytes as a raw file."""

    def read(data: bytes, *, name: str = "crawl.warc", caps: Caps | None = None) -> list[Found]:
        path = tmp_path / "raw"
        path.write_bytes(data)
        file = RawFile(raw_file=name, path=str(path), sha256=sha256(data).hexdigest(), size=len(data))
        return list(read_records(file, caps=caps or Caps()))

    return read


def _texts(found: list[Found]) -> list[str]:
    """What each page says, and the rule of each refusal."""
    return [
        one.rule if isinstance(one, Refusal) else one.text.partition("<p>")[2].partition("<")[0]
        for one in found
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_response_is_a_page_with_address_and_time(read: Read, pack: Callable[[bytes], bytes]) -> None:
    """What the record tells goes with the page; each record may be packed by itself."""
    found = read(pack(record(b"software: test", kind="warcinfo")) + pack(page("one")) + pack(page("two")))
    assert _texts(found) == ["one", "two"]
    first = found[0]
    assert isinstance(first, RawDocument)
    assert (first.record, first.url, first.site, first.scraped_at, first.media_type) == (
        "record 2",
        URL,
        "karst.example",
        "2025-01-23T10:15:00+00:00",
        "text/html",
    )


def test_what_is_no_page_is_counted_and_not_refused(tmp_path: Path) -> None:
    """Requests, notes, errors and pictures are no loss."""
    data = b"".join(
        [
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(b"fetchTimeMs: 5", kind="metadata"),
            record(b"", kind="revisit"),
            record(response("gone", status="404 Not Found")),
            record(response("moved", status="301 Moved")),
            record(response(b"\x89PNG", kind="image/png")),
            record(response("p {}", kind="text/css")),
            record(
                b"20250123 1.2.3.4",
                kind="response",
                WARC_Target_URI="dns:karst.example",
                Content_Type="text/dns",
            ),
            record(
                b"--warc",
                kind="resource",
                WARC_Target_URI="metadata://x/arguments.txt",
                Content_Type="text/plain",
            ),
            page("one"),
        ]
    )
    path = tmp_path / "crawl.warc"
    path.write_bytes(data)
    file = RawFile(raw_file="crawl.warc", path=str(path), sha256=sha256(data).hexdigest(), size=len(data))
    skipped: list[dict[str, int]] = []
    found = list(read_records(file, caps=Caps(), watch=lambda reading: skipped.append(reading.skipped)))
    assert _texts(found) == ["one"]
    assert skipped[0] == {
        "request": 1, "metadata": 1, "revisit": 1, "status 404": 1, "status 301": 1, "image/png": 1, "text/css": 1,
        "dns:": 1, "metadata:": 1,
    }  # fmt: skip


def test_text_of_a_wet_file_is_text(read: Read) -> None:
    """A conversion record holds the plain text of a page."""
    (found,) = read(record("Ferry stops.\nFähre".encode(), kind="conversion", Content_Type="text/plain"))
    assert isinstance(found, RawDocument)
    assert (found.text, found.media_type, found.url) == ("Ferry stops.\nFähre", "text/plain", URL)


def test_the_charset_is_the_headers_then_the_pages(read: Read) -> None:
    """A header's word counts before the page's; a page without either is read by its bytes."""
    text = "Паром сегодня не ходит"
    header = response(PAGE.format(text).encode("cp1251"), kind="text/html; charset=windows-1251")
    meta = response(b"<meta charset='koi8-r'>" + PAGE.format(text).encode("koi8-r"), kind="text/html")
    wrong = response(PAGE.format(text).encode(), kind="text/html; charset=iso-8859-1")
    found = read(record(header) + record(meta) + record(wrong))
    assert _texts(found) == [text] * 3
    assert [one.encoding for one in found if isinstance(one, RawDocument)] == ["cp1251", "koi8-r", "utf-8"]


def test_codings_are_taken_off_and_those_that_were_are_not_missed(read: Read) -> None:
    """Chunks, gzip and deflate are undone; a header that a crawler left standing does no harm."""
    html = PAGE.format("one").encode()
    packed = gzip.compress(html)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    blocks = [
        response(packed, "Content-Encoding: gzip"),
        response(zlib.compress(html), "Content-Encoding: deflate"),
        response(chunked, "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
        response(html, "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
        response(html, "Content-Encoding: br"),
        response(packed),
    ]
    assert _texts(read(b"".join(map(record, blocks)))) == ["one"] * len(blocks)


def test_any_form_may_lie_in_a_record(read: Read) -> None:
    """A feed, JSON and a page without its type are told by content."""
    feed = response("<rss version='2.0'><channel/></rss>", kind="application/rss+xml")
    posts = response('[{"title": "Olm", "content": "The ferry stops."}]', kind="application/json")
    untold = response(PAGE.format("one"), kind="application/octet-stream")
    plain = response("Ferry<br>stops", kind="text/html")
    found = read(b"".join(map(record, (feed, posts, untold, plain))))
    assert [(one.record, one.media_type) for one in found if isinstance(one, RawDocument)] == [
        ("record 1", "application/xml"),
        ("record 2!/record 1", "text/plain"),
        ("record 3", "text/html"),
        ("record 4", "text/html"),
    ]
    assert isinstance(found[1], RawDocument)
    assert (found[1].url, found[1].metadata.title) == (URL, "Olm")


@pytest.mark.parametrize("length", [0, 10, 150, 600, 5_000, 10**15])
def test_a_wrong_length_costs_its_record(read: Read, length: int) -> None:
    """Too short or too long by any measure: the records around it are read."""
    bad = record(response(PAGE.format("bad")), length=length)
    assert _texts(read(page("one") + bad + page("two") + page("three"))) == [
        "one",
        "record_too_large" if length > 10**9 else "wrong_length",
        "two",
        "three",
    ]


def test_a_header_that_is_none_costs_its_record(read: Read) -> None:
    """Lines of something else between two records are passed over to the next one."""
    broken = page("bad").replace(b"Content-Length", b"Content-Width")
    assert _texts(read(page("one") + broken + page("two"))) == ["one", "damaged", "two"]
    assert _texts(read(page("one") + b"\0" * 200_000 + page("two"))) == ["one", "damaged", "two"]


def test_several_lengths_do_not_bring_the_reader_down(read: Read) -> None:
    """The library that reads HTTP takes memory for what a header says; it never sees this one."""
    bad = page("bad").replace(b"\r\n\r\n", b"\r\nContent-Length: 999999999999999\r\n\r\n", 1)
    assert _texts(read(bad + page("two"))) == ["bad", "two"]


@pytest.mark.parametrize("cut", [1, 30, 60, 150, 250])
def test_a_truncated_file_keeps_its_whole_records(read: Read, cut: int) -> None:
    """The last record is named as cut, plain or packed; one that lacks only its last line ends is whole."""
    data = page("one") + page("two") + page("three")
    expected = ["one", "two", "three"] if cut == 1 else ["one", "two", "truncated"]
    assert _texts(read(data[:-cut])) == expected
    packed = b"".join(map(gzip.compress, (page("one"), page("two"), page("three"))))
    assert _texts(read(packed[:-cut]))[:2] == ["one", "two"]
    assert _texts(read(packed[:-cut]))[-1] == "truncated"


def test_a_bomb_in_a_record_costs_its_record(read: Read) -> None:
    """A body that unpacks without end is cut at the cap."""
    bomb = record(response(gzip.compress(b"a" * 12_000_000), "Content-Encoding: gzip"))
    assert _texts(read(page("one") + bomb + page("two"))) == ["one", "packed_too_tightly", "two"]
    caps = Caps(max_record_bytes=100_000)
    assert _texts(read(page("one") + bomb + page("two"), caps=caps)) == ["one", "record_too_large", "two"]


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"HTTP/1.1",
        b"\xff" * 50,
        response("x").replace(b"200", b"OK"),
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 99_999,
    ],
)
def test_http_that_is_none_costs_its_record(read: Read, block: bytes) -> None:
    """A response without a status is refused by name."""
    assert _texts(read(record(block) + page("two"))) == ["damaged", "two"]


@given(
    st.lists(
        st.sampled_from([page("one"), page("two")[:-3], b"WARC/1.0\r\n", b"\r\n", b"x" * 99]), max_size=8
    )
)
def test_any_pieces_end_and_give_the_records_that_are_whole(pieces: list[bytes]) -> None:
    """However records and rubbish are mixed, nothing is read twice and nothing hangs."""
    data = b"".join(pieces)
    pages = list(warc_pages(Stream(io.BytesIO(data).read), budget=Budget(caps=Caps(max_members=100))))
    assert [one.number for one in pages] == list(range(1, len(pages) + 1))
    assert sum(1 for one in pages if b"<p>one" in one.body) <= pieces.count(page("one"))


def test_a_file_of_wrong_lengths_ends(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wrong length costs a look; the file is given up before that takes long."""
    bad = record(b"", length=60_000_000)
    assert _texts(read(page("one") + bad * 1_000, caps=Caps(max_members=50)))[-1] == "too_many_members"
    monkeypatch.setattr("flows.warc._MAX_WASTED", 10_000)
    told = _texts(read(page("one") + bad * 1_000))
    assert told[0] == "one"
    assert told[-1] == "damaged"
    assert len(told) < 100
