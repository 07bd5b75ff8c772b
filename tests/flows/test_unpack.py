"""Packed files are unpacked piece by piece, to a cap, and nothing leaves the archive."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from flows.opened import RawFile
from flows.quarantine import Refusal
from flows.records import read_records
from flows.settings import Caps
from flows.stream import Budget, Stream
from flows.unpack import decompress
from transforms.errors import SkipDocumentError
from transforms.records import RawDocument

TEXT = "Tag: OLM\n\n  • Ferry stops\n\n\n    The ferry over the Olm stops on Monday.\n"
PAGE = "<!doctype html><html><body><p>The ferry over the Olm stops.</p></body></html>"
SMALL = Caps(max_record_bytes=100_000, max_unpacked_bytes=400_000, max_members=20)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstandard.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}

Found = RawDocument | Refusal


def _zip(*members: tuple[str, str | bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return sink.getvalue()


def _tar(
    *members: tuple[str, str | bytes], links: tuple[tuple[str, bytes], ...] = (), mode: str = "w"
) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=mode) as file:  # type: ignore[call-overload]  # the mode is a parameter here
        for name, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        for name, data in members:
            packed = data if isinstance(data, bytes) else data.encode()
            info = tarfile.TarInfo(name)
            info.size = len(packed)
            file.addfile(info, io.BytesIO(packed))
    return sink.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Found]]:
    """Reads bytes as a raw file of a name."""

    def read(data: bytes, *, name: str = "raw", caps: Caps = SMALL) -> list[Found]:
        path = tmp_path / "raw"
        path.write_bytes(data)
        file = RawFile(raw_file=name, path=str(path), sha256=sha256(data).hexdigest(), size=len(data))
        return list(read_records(file, caps=caps))

    return read


Read = Callable[..., list[Found]]


def _told(found: list[Found]) -> list[tuple[str | None, str]]:
    """Each thing's place and what came of it."""
    return [
        (one.place, one.rule) if isinstance(one, Refusal) else (one.record, one.media_type) for one in found
    ]


@pytest.mark.parametrize("ending", PACKERS)
def test_a_packed_page_is_the_whole_file(read: Read, ending: str) -> None:
    """Compression is no record: the document is the file's own, by the digest of what is on disk."""
    data = PACKERS[ending](TEXT.encode())
    (found,) = read(data, name=f"page.txt.{ending}")
    assert isinstance(found, RawDocument)
    assert (found.text, found.record, found.media_type) == (TEXT, None, "text/plain")
    assert found.raw_sha256 == sha256(data).hexdigest()


@pytest.mark.parametrize("ending", PACKERS)
def test_frames_in_a_row_are_one_text(read: Read, ending: str) -> None:
    """Files that were packed and joined are read to the last, and zeros after it are no data."""
    pack = PACKERS[ending]
    (found,) = read(pack(b"one\n") + pack(b"") + pack(b"two\n") + b"\0" * 512)
    assert isinstance(found, RawDocument)
    assert found.text == "one\ntwo\n"


@pytest.mark.parametrize("ending", PACKERS)
def test_what_is_cut_off_is_said_and_the_rest_is_kept(read: Read, ending: str) -> None:
    """A download that broke off gives what it had."""
    lines = "".join(f"{os.urandom(30).hex()}\n" for _ in range(20_000))
    document, refusal = read(PACKERS[ending](lines.encode())[:-40], caps=Caps())
    assert isinstance(document, RawDocument)
    assert lines.startswith(document.text)
    assert len(document.text) > 20_000
    assert isinstance(refusal, Refusal)
    assert (refusal.rule, refusal.place) == ("truncated", "")


def test_damage_is_said_and_what_stood_before_it_is_kept(read: Read) -> None:
    """A flipped byte in the second frame costs the second frame."""
    second = bytearray(gzip.compress(b"two\n" * 100))
    second[-6] ^= 0xFF
    document, refusal = read(gzip.compress(b"one\n") + bytes(second))
    assert isinstance(document, RawDocument)
    assert document.text.startswith("one\n")
    assert isinstance(refusal, Refusal)
    assert refusal.rule == "damaged"


@pytest.mark.parametrize("ending", PACKERS)
def test_a_bomb_is_cut_at_the_cap(read: Read, ending: str) -> None:
    """Twenty megabytes of nothing, or of letters, never get far."""
    for letter in (b"\0", b"a"):
        with pytest.raises(SkipDocumentError) as caught:
            read(PACKERS[ending](letter * 20_000_000), caps=Caps(max_unpacked_bytes=2_000_000))
        assert caught.value.rule == "unpacked_too_large"
        with pytest.raises(SkipDocumentError) as caught:
            read(PACKERS[ending](letter * 20_000_000), caps=Caps())
        assert caught.value.rule == "packed_too_tightly"


def test_a_bomb_of_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    """A gigabyte in one line, packed to a megabyte: the process stays small, with the real caps and without a ratio's."""
    path = tmp_path / "line.txt.gz"
    with gzip.open(path, "wb", compresslevel=6) as file:
        for _ in range(128):
            file.write(b"a" * (1 << 20))
    code = (
        "import resource, sys; from hashlib import sha256; from pathlib import Path\n"
        "from flows.records import read_records; from flows.opened import RawFile; from flows.settings import Caps\n"
        "data = Path(sys.argv[1]).read_bytes()\n"
        "file = RawFile(raw_file='x', path=sys.argv[1], sha256=sha256(data).hexdigest(), size=len(data))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for caps in (Caps(), Caps(max_ratio=5000), Caps(max_ratio=5000, max_record_bytes=1000)):\n"
        "    try: list(read_records(file, caps=caps))\n"
        "    except Exception as error: print(error.rule)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    *rules, megabytes = done.stdout.split()
    assert rules == ["packed_too_tightly", "record_too_large", "record_too_large"]
    assert int(megabytes) < 250


def test_members_of_a_zip_are_records(read: Read) -> None:
    """Each page is a document with its path in the zip; folders and hidden files are none."""
    found = read(
        _zip(("karst.example/a.html", PAGE), ("sub/", ""), ("b.txt", TEXT), ("__MACOSX/._b.txt", "x"))
    )
    assert _told(found) == [("karst.example/a.html", "text/html"), ("b.txt", "text/plain")]


def test_names_that_lead_out_of_a_zip_are_refused(read: Read) -> None:
    """Nothing is written anyway; the member is left out and the others are read."""
    outside = (
        "../page.txt",
        "a/../../page.txt",
        "/etc/page.txt",
        "..\\page.txt",
        "C:/page.txt",
        "\\\\host\\page.txt",
    )
    found = read(_zip(*((name, TEXT) for name in outside), ("in/page..txt", TEXT)))
    assert [rule for _, rule in _told(found)] == ["name_outside"] * len(outside) + ["text/plain"]


def test_links_and_devices_in_a_tar_are_refused(read: Read) -> None:
    """A link out of the tar is not followed, a device not opened."""
    kinds = (
        ("sym", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("device", tarfile.CHRTYPE), ("pipe", tarfile.FIFOTYPE),
    )  # fmt: skip
    found = read(_tar(("a.html", PAGE), ("../up.txt", TEXT), links=kinds))
    assert _told(found) == [
        ("sym", "link_in_archive"),
        ("hard", "link_in_archive"),
        ("device", "not_a_file"),
        ("pipe", "not_a_file"),
        ("a.html", "text/html"),
        ("../up.txt", "name_outside"),
    ]


def test_links_and_locked_members_of_a_zip_are_refused(read: Read) -> None:
    """A member with a password and a link are named, and the rest is read."""
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("locked.txt", TEXT)
        file.writestr(link, "/etc/passwd")
        file.writestr("open.txt", TEXT)
    data = bytearray(sink.getvalue())
    # The bit that says so, in the directory's entry and in the member's own header.
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + at] |= 1
    assert _told(read(bytes(data))) == [
        ("locked.txt", "encrypted"),
        ("link", "link_in_archive"),
        ("open.txt", "text/plain"),
    ]


def test_a_bomb_in_a_zip_costs_only_itself(read: Read) -> None:
    """One member that is too large is left out; the total ends the file's reading, and says so."""
    found = read(_zip(("bomb.txt", b"a" * 20_000_000), ("b.txt", TEXT)), caps=Caps())
    assert _told(found) == [("bomb.txt", "packed_too_tightly"), ("b.txt", "text/plain")]
    found = read(_zip(("large.txt", b"a\n" * 100_000), ("b.txt", TEXT)))
    assert _told(found) == [("large.txt", "record_too_large"), ("b.txt", "text/plain")]
    found = read(_zip(("a.txt", TEXT), *((f"{n}.txt", b"a\n" * 45_000) for n in range(9))))
    assert _told(found)[-2:] == [("3.txt", "text/plain"), ("", "unpacked_too_large")]


def test_members_are_counted(read: Read) -> None:
    """A zip of very many members is refused before its directory is read; a tar after so many."""
    many = tuple((f"{number}.txt", "text") for number in range(100))
    with pytest.raises(SkipDocumentError, match="too_many_members"):
        read(_zip(*many))
    assert _told(read(_tar(*many)))[-2:] == [("19.txt", "text/plain"), ("", "too_many_members")]


def test_packed_in_packed_is_read_to_a_depth(read: Read) -> None:
    """A page in a gzip in a zip in a tar is read; one more wrapping is not, and its neighbours are."""
    inner = _zip(("page.txt.gz", gzip.compress(TEXT.encode())), ("b.html", PAGE))
    assert _told(read(_tar(("in.zip", inner)))) == [
        ("in.zip!/page.txt.gz", "text/plain"),
        ("in.zip!/b.html", "text/html"),
    ]
    assert _told(read(_tar(("in.zip", inner), mode="w:gz"))) == [
        ("in.zip!/page.txt.gz", "nested_too_deep"),
        ("in.zip!/b.html", "text/html"),
    ]


def test_a_truncated_tar_keeps_its_whole_members(read: Read) -> None:
    """What was there before the cut is read, the cut member as far as it goes, and the cut is said."""
    data = _tar(("a.txt", TEXT), ("b.txt", "line\n" * 1_000), ("c.txt", TEXT))
    found = read(data[:4_000])
    assert _told(found)[:1] == [("a.txt", "text/plain")]
    assert {rule for _, rule in _told(found)[2:]} == {"truncated"}
    found = read(gzip.compress(data)[:-30])
    assert _told(found)[0] == ("a.txt", "text/plain")
    assert _told(found)[-1] == ("", "truncated")


def test_a_truncated_zip_is_refused(read: Read) -> None:
    """Its directory stands at its end."""
    with pytest.raises(SkipDocumentError, match="damaged"):
        read(_zip(("a.txt", TEXT))[:-30])


def test_a_member_that_is_damaged_costs_only_itself(read: Read) -> None:
    """A check sum that is wrong is the member's."""
    data = bytearray(_zip(("a.txt", TEXT), ("b.txt", TEXT)))
    data[data.index(b"a.txt") + 10] ^= 0xFF
    told = _told(read(bytes(data)))
    assert ("a.txt", "damaged") in told
    assert told[-1] == ("b.txt", "text/plain")


def test_binary_members_are_named(read: Read) -> None:
    """A picture beside a saved page is said to be left out."""
    assert _told(
        read(_zip(("a.html", PAGE), ("a_files/x.png", b"\x89PNG\r\n\x1a\n"), ("a_files/x.css", "p{}")))
    ) == [
        ("a.html", "text/html"),
        ("a_files/x.png", "binary"),
        ("a_files/x.css", "form_not_read_yet"),
    ]


def test_names_of_members_are_escaped_and_tell_site_and_time(read: Read) -> None:
    """A member is placed like a file: its folder may name a host, its name a day."""
    (found,) = read(_zip(("www.karst.com/two\nlines 2025-01-23.html", PAGE)))
    assert isinstance(found, RawDocument)
    assert (found.record, found.site, found.scraped_at) == (
        "www.karst.com/two\\nlines 2025-01-23.html",
        "www.karst.com",
        "2025-01-23T00:00:00+00:00",
    )


@given(st.binary(max_size=2_000), st.integers(min_value=1, max_value=3_000))
def test_streams_give_what_their_source_gives(data: bytes, size: int) -> None:
    """Peeking, pushing back and lines of any size lose nothing."""
    stream = Stream(io.BytesIO(data).read)
    assert stream.peek(size) == data[:size]
    first = stream.read(size)
    stream.push_back(first)
    assert b"".join((line or b"") + b"\n" for line in stream.lines(5_000)).rstrip(b"\n") == b"\n".join(
        line.rstrip(b"\r") for line in data.split(b"\n")
    ).rstrip(b"\n")


@given(st.binary(max_size=300), st.sampled_from(sorted(PACKERS)), st.integers(min_value=0, max_value=400))
def test_any_bytes_unpack_or_are_refused(data: bytes, ending: str, cut: int) -> None:
    """A stream of a form that is cut or is no such form ends with a name of what is wrong."""
    form = {"gz": "gzip", "zst": "zstd", "bz2": "bzip2", "xz": "xz"}[ending]
    packed = PACKERS[ending](data)
    for given_bytes in (packed, packed[:cut], data):
        stream = decompress(Stream(io.BytesIO(given_bytes).read), form=form, budget=Budget(caps=SMALL))
        unpacked = stream.read(1_000)
        assert stream.fault or unpacked == data
        assert stream.fault is None or stream.fault.rule in {"truncated", "damaged"}


def test_lines_longer_than_the_cap_are_passed_over_without_being_held() -> None:
    """Only the cap's bytes of a long line are ever in memory, and the next line is the next line."""
    tracemalloc.start()
    pieces = iter([b"a\n", *[b"b" * 100_000] * 200, b"\nc\n", b"", b"", b""])
    stream = Stream(lambda _size: next(pieces))
    assert list(stream.lines(1_000)) == [b"a", None, b"c"]
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


ARCHIVES = [
    _zip(("a.html", PAGE), ("b/c.txt", TEXT), ("d.gz", gzip.compress(TEXT.encode(), mtime=0))),
    _tar(("a.html", PAGE), ("b" * 150 + "/ü.txt", TEXT)),
    gzip.compress(_tar(("a.html", PAGE)), mtime=0),
]


@given(
    st.sampled_from(ARCHIVES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), max_size=6),
)
def test_any_damage_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, archive: bytes, changes: list[tuple[float, bytes]]
) -> None:
    """Bytes changed, put in or taken out anywhere: members are read or named, and nothing else happens."""
    data = bytearray(archive)
    for place, put in changes:
        at = int(place * len(data))
        data[at : at + 1] = put
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    file = RawFile(raw_file="x", path=str(path), sha256=sha256(data).hexdigest(), size=len(data))
    try:
        for found in read_records(file, caps=SMALL):
            told = found.text if isinstance(found, RawDocument) else found.detail
            assert told.encode().decode() == told
    except SkipDocumentError as error:
        assert error.rule  # noqa: PT017  # either outcome is right


def test_a_member_without_a_name_is_named(read: Read) -> None:
    """A zip may hold one; it has no place to be read at."""
    nameless = bytearray(_zip(("a", ""), ("b.txt", TEXT)))
    entry = nameless.index(b"PK\x01\x02")
    nameless[entry + 28 : entry + 30] = b"\0\0"
    nameless[entry + 30 : entry + 32] = b"\x01\0"
    # Its directory's entry has a name of no bytes, and one byte of extra field.
    assert _told(read(bytes(nameless))) == [("", "damaged"), ("b.txt", "text/plain")]
