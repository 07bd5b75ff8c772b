"""A raw file gives its documents, one by one, in its order; what cannot be read is named with its place."""

import gzip
import io
import json
import zipfile
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
from transforms.errors import SkipDocumentError
from transforms.records import RawDocument

TEXT = "The ferry over the Olm stops on Monday."
PAGE = f"<!doctype html><html><body><p>{TEXT}</p></body></html>"
Found = RawDocument | Refusal
Read = Callable[..., list[Found]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads bytes as a raw file of a name."""

    def read(data: bytes, *, name: str = "raw", caps: Caps | None = None, **fields: str) -> list[Found]:
        return list(read_records(_file(tmp_path / "raw", data, name), caps=caps or Caps(), fields=fields))

    return read


def _file(path: Path, data: bytes, name: str = "raw") -> RawFile:
    path.write_bytes(data)
    return RawFile(raw_file=name, path=str(path), sha256=sha256(data).hexdigest(), size=len(data))


def _told(found: list[Found]) -> list[tuple[str | None, str]]:
    return [(one.place, one.rule) if isinstance(one, Refusal) else (one.record, one.text) for one in found]


def _only(found: list[Found]) -> RawDocument:
    (one,) = found
    assert isinstance(one, RawDocument)
    return one


@pytest.mark.parametrize(
    ("data", "encoding", "repairs"),
    [
        (PAGE.encode(), "utf-8", {}),
        (b"\xef\xbb\xbf" + PAGE.encode(), "utf-8", {"bom_removed": 1}),
        (PAGE.encode("utf-16"), "utf-16", {"bom_removed": 1}),
        (PAGE.replace("ferry", "Fähre “now”").encode("cp1252"), "cp1252", {}),
        (PAGE.replace("ferry", "fer\0ry").encode(), "utf-8", {"nul_removed": 1}),
        (
            PAGE.encode().replace(b"ferry", b"ferry \xff Br\xc3\xbccke \xc3\xbc"),
            "utf-8",
            {"bytes_replaced": 1},
        ),
        (b"<meta charset=koi8-r>" + PAGE.replace("ferry", "паром").encode("koi8-r"), "koi8-r", {}),
    ],
)
@pytest.mark.parametrize("name", ["page.html", "page.txt", "page"])
def test_pages_in_any_encoding_are_pages(
    read: Read, data: bytes, encoding: str, repairs: dict[str, int], name: str
) -> None:  # a table of cases
    """A page is told and decoded under any name, and what was mended is counted."""
    found = _only(read(data, name=name))
    assert (found.media_type, found.encoding, found.repairs) == ("text/html", encoding, repairs)
    assert "over the Olm stops" in found.text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n\t\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"\n", mtime=0),
    ],
)
def test_nothing_is_one_blank_document(read: Read, data: bytes) -> None:
    """An empty file, white space, a mark alone, and nothing packed."""
    assert not _only(read(data)).text.strip()


def test_lines_of_json_are_records_by_their_number(read: Read) -> None:
    """Blank lines count and are none; a line that is not JSON, or has no text, is named, and the others are read."""
    lines = [
        {"text": "one"}, None, "{oops", {"title": "no text"}, [1], {"text": "six", "n": 1},
    ]  # fmt: skip
    data = "\n".join(
        "" if line is None else line if isinstance(line, str) else json.dumps(line) for line in lines
    )
    expected = [
        ("line 1", "one"), ("line 3", "not_json"), ("line 4", "no_text"), ("line 5", "not_a_record"), ("line 6", "six"),
    ]  # fmt: skip
    for form in (data, data.replace("\n", "\r\n"), "\ufeff" + data, data + "\n\n"):
        assert _told(read(form.encode(), name="posts.jsonl")) == expected
    assert _told(read(data.encode("utf-16"), name="posts")) == expected
    assert _told(read(gzip.compress(data.encode()), name="posts.jsonl.gz")) == expected


def test_a_long_line_costs_itself(read: Read) -> None:
    """A line above the cap is passed over; the next is read."""
    data = f'{{"text": "one"}}\n{{"text": "{"a" * 200_000}"}}\n{{"text": "three"}}\n'.encode()
    told = [("line 1", "one"), ("line 2", "record_too_large"), ("line 3", "three")]
    for form in (data, gzip.compress(data)):
        assert _told(read(form, caps=Caps(max_record_bytes=100_000))) == told


def test_lines_of_a_file_that_was_cut(read: Read) -> None:
    """Whole lines are read; half of one, and the cut, are named."""
    lines = [json.dumps({"text": f"{number} {'x' * 50}"}) for number in range(2_000)]
    found = read(gzip.compress("\n".join(lines).encode())[:-100], name="posts.jsonl.gz")
    assert _told(found)[0][0] == "line 1"
    *documents, broken, cut = _told(found)
    assert len(documents) > 1_000
    assert broken[1] == "not_json"
    assert cut[1] == "truncated"


def test_numbers_that_python_refuses_are_no_fault(read: Read) -> None:
    """5,000 digits stand in a field that nobody needs."""
    data = f'{{"text": "{TEXT}", "id": {"9" * 5_000}}}'.encode()
    assert _told(read(data)) == [("line 1", TEXT)]
    assert _told(read(b"[" + data + b"]")) == [("record 1", TEXT)]


def test_a_json_document_is_its_records_or_one(read: Read) -> None:
    """An array's records are numbered; an object over several lines is the file itself."""
    records = [{"text": "one"}, 5, {"text": "three"}]
    assert _told(read(json.dumps(records, indent=1).encode())) == [
        ("record 1", "one"), ("record 2", "not_a_record"), ("record 3", "three"),
    ]  # fmt: skip
    assert _told(read(json.dumps({"text": "one", "url": "x"}, indent=1).encode())) == [(None, "one")]
    with pytest.raises(SkipDocumentError, match="no_text"):
        read(json.dumps({"title": "one", "url": "x"}, indent=1).encode())
    with pytest.raises(SkipDocumentError, match="not_json"):
        read(b'[{"text": ')


def test_a_deep_line_costs_itself(read: Read) -> None:
    """Brackets without end in the first line leave the lines after it."""
    data = "[" * 100_000 + '\n{"text": "two"}\n' + '{"a":' * 50_000 + '\n{"text": "four"}\n'
    told = [("record 1", "too_deep"), ("record 2", "two"), ("record 3", "too_deep"), ("record 4", "four")]
    assert _told(read(data.encode(), name="posts.jsonl")) == told
    assert _told(read(gzip.compress(data.encode()), name="posts.jsonl.gz")) == told


def test_a_json_document_that_was_cut_gives_its_whole_records(read: Read) -> None:
    """The record that it was cut in is named, whatever the records stand in."""
    records = [{"text": "one"}, {"text": "two"}, {"text": "three"}]
    told = [("record 1", "one"), ("record 2", "two"), ("record 3", "truncated")]
    for indent in (None, 1):
        for value in (records, {"version": 1, "items": records}):
            text = json.dumps(value, indent=indent)
            assert _told(read(text[: text.index("three") + 2].encode(), name="posts.json")) == told


def test_printed_objects_one_after_another_are_records(read: Read) -> None:
    """Objects over several lines each are read one by one."""
    data = "\n".join(json.dumps({"text": text, "n": {"x": 1}}, indent=1) for text in ("one", "two", "three"))
    assert _told(read(data.encode(), name="posts.json")) == [
        ("record 1", "one"), ("record 2", "two"), ("record 3", "three"),
    ]  # fmt: skip


def test_fields_are_named_by_the_person(read: Read) -> None:
    """What a person calls the text is asked first."""
    assert _told(read(b'{"text": "teaser", "story": "all of it"}', text="story")) == [("line 1", "all of it")]


SAVED = (
    b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://karst.com/olm\r\nSubject: Olm\r\n"
    b"Date: Thu, 23 Jan 2025 11:15:00 +0100\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--x--"\r\n\r\n\r\n'
    b"----x--\r\nContent-Type: text/html; charset=%s\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"Content-Location: https://karst.com/olm\r\n\r\n<!DOCTYPE html><p>Die F=%s=\r\nhre steht.</p>\r\n"
    b"----x--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n----x----\r\n"
)


@pytest.mark.parametrize("name", ["olm.mhtml", "olm.txt"])
@pytest.mark.parametrize("pair", [(b"utf-8", b"C3=A4"), (b"windows-1252", b"E4")])
def test_a_page_saved_as_one_file_is_its_page(read: Read, name: str, pair: tuple[bytes, bytes]) -> None:
    """The page is read with its address and the time it was saved, its pictures are not."""
    found = _only(read(SAVED % pair, name=name))
    assert found.text.strip() == "<!DOCTYPE html><p>Die Fähre steht.</p>"
    assert (found.media_type, found.url, found.site, found.scraped_at, found.record) == (
        "text/html", "https://karst.com/olm", "karst.com", "2025-01-23T10:15:00+00:00", None,
    )  # fmt: skip


def test_a_saved_file_without_a_page_is_refused(read: Read) -> None:
    """A cut one is read as far as it goes, and parts within parts without end are no page."""
    with pytest.raises(SkipDocumentError, match="no_text"):
        read(SAVED.replace(b"text/html", b"image/gif"))
    assert "Die F" in _only(read((SAVED % (b"utf-8", b"C3=A4"))[:620])).text
    nested = b"MIME-Version: 1.0\r\n" + b"".join(
        b"Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000)
    )
    with pytest.raises(SkipDocumentError, match=r"damaged|no_text"):
        read(nested)


def test_the_files_own_name_is_not_asked(read: Read) -> None:
    """The same bytes may get other names later; only what lies in them is told here."""
    found = _only(read(PAGE.encode(), name="2025-01-23/www.karst.com/olm.html"))
    assert (found.site, found.scraped_at) == (None, None)


def test_records_are_counted(read: Read) -> None:
    """After so many the rest is left out, and said to be."""
    told = _told(read(b'{"text": "x"}\n' * 30, caps=Caps(max_members=20)))
    assert len(told) == 21
    assert told[-1] == ("", "too_many_members")


def test_a_large_file_is_read_along_and_not_if_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a size the file is hashed, then read piece by piece; a change before, or while it is read, is seen."""
    monkeypatch.setattr("flows.records._IN_MEMORY", 100)
    data = b'{"text": "x"}\n' * 5_000
    file = _file(tmp_path / "raw", data)
    assert sum(1 for _ in read_records(file, caps=Caps())) == 5_000
    reading = read_records(file, caps=Caps())
    next(reading)
    with (tmp_path / "raw").open("ab") as changed:
        changed.write(b"\n")
    with pytest.raises(SkipDocumentError, match="changing"):
        list(reading)
    with pytest.raises(SkipDocumentError, match="changing"):
        next(read_records(file, caps=Caps()))


def test_a_large_zip_is_read_from_the_file(monkeypatch: pytest.MonkeyPatch, read: Read) -> None:
    """The directory at a zip's end is found without holding the zip."""
    monkeypatch.setattr("flows.records._IN_MEMORY", 100)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("a.txt", TEXT)
        packed.writestr("b.txt", TEXT)
    assert _told(read(sink.getvalue())) == [("a.txt", TEXT), ("b.txt", TEXT)]


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"",
            b"{",
            b"<html>",
            b"WARC/1.0\r\n",
            b"\x1f\x8b\x08",
            b"PK\x03\x04",
            b'[{"a":',
            b"\x28\xb5\x2f\xfd",
        ]
    ),
)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    """Whatever a file begins with, there are documents that can be stored, and refusals that say why."""
    file = _file(tmp_path_factory.getbasetemp() / "any", start + data)
    try:
        for found in read_records(file, caps=Caps()):
            if isinstance(found, RawDocument):
                assert found.text.encode().decode() == found.text
            else:
                assert found.rule
                assert found.detail
    except SkipDocumentError as error:
        assert error.rule  # noqa: PT017  # either outcome is right
