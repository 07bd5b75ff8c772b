"""A raw file → its documents: unpacked, framed into records, told by form, decoded; what cannot be read is said."""

import codecs
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from flows.decode import decode
from flows.members import Member, tar_members, zip_members
from flows.opened import Opened, RawFile, changing, escape_name
from flows.place import Place, Reading
from flows.quarantine import Refusal
from flows.settings import Caps
from flows.sniff import HEAD_BYTES, Form, sniff, suffix
from flows.stream import CUT, Budget, Stream
from flows.unpack import COMPRESSED, decompress
from flows.warc import WarcPage, warc_pages
from transforms.errors import SkipDocumentError
from transforms.metadata.dates import read_date
from transforms.metadata.urls import host_of
from transforms.places import scraped_at_in, site_in
from transforms.records import RawDocument

# A file up to so large is read once, a larger one hashed first and then read along.
_IN_MEMORY = 16 * 1024 * 1024
_PACKED_SUFFIXES = {
    ".gz": "", ".gzip": "", ".zst": "", ".zstd": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar",
    ".txz": ".tar",
}  # fmt: skip
_NAMES_BY_TYPE = {"text/html": "page.html", "application/xhtml+xml": "page.html", "text/plain": "page.txt"}
# These are of the whole raw file, on whatever level they are found.
_OF_THE_FILE = frozenset({"unpacked_too_large", "too_many_members"})
_MAX_DATE_CHARS = 40
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_records(
    file: RawFile,
    *,
    caps: Caps,
    fields: Mapping[str, str] | None = None,
    watch: Callable[[Reading], None] = lambda _reading: None,
) -> Iterator[RawDocument | Refusal]:
    """Every document of a raw file, in its order: the file itself, or each member, record or line of it.

    Args:
        file: The file, hashed.
        caps: How much of it is taken.
        fields: What fields of JSON records are called, beside their usual names.
        watch: Gets the reading before it begins.

    Yields:
        A document (its text may be blank), or a refusal of one record, whose `place` is as RawDocument.record; the
        rest goes on.

    Raises:
        SkipDocumentError: The whole file cannot be read, or is not what it was when it was hashed: then nothing that
            was given before counts.
    """
    reading = Reading(file=file, caps=caps, fields=fields or {}, budget=Budget(caps=caps))
    watch(reading)
    # What the file's own name tells is put in later: the same bytes under another name are not read again.
    top = Place(name=file.raw_file)
    with Opened(file.path) as opened:
        opened.refuse_size(caps)
        before = opened.state()
        if before[0] <= _IN_MEMORY:
            data = opened.read(_IN_MEMORY + 1)
            if sha256(data).hexdigest() != file.sha256:
                raise changing()
            yield from _documents(Stream(BytesIO(data).read), top, reading, whole=BytesIO(data))
            return
        if opened.hash(caps)[0] != file.sha256:
            raise changing()
        opened.rewind()
        with os.fdopen(opened.descriptor(), "rb") as whole:
            yield from _documents(Stream(opened.read), top, reading, whole=whole)
        if opened.state() != before:
            raise changing()


def _documents(
    stream: Stream, place: Place, reading: Reading, *, whole: BinaryIO | None = None
) -> Iterator[RawDocument | Refusal]:
    """The documents of a stream of bytes.

    Raises:
        SkipDocumentError: None of it can be read.
    """
    head = stream.peek(HEAD_BYTES + 1)
    if stream.fault and (not head or stream.fault.rule in CUT):
        raise stream.fault
    form = sniff(head[:HEAD_BYTES], name=place.name, is_all=len(head) <= HEAD_BYTES)
    reading.on_form(place, form)
    if form.name in _UNPACKERS:
        yield from _unpacked(stream, form, place, reading, whole=whole)
    elif form.name in _READERS:
        yield from _READERS[form.name](stream, place, reading)
    else:
        yield _document(stream.read_all(_cap(place, reading)), form, place, reading)
        if stream.fault:
            yield reading.refusal(place, stream.fault)


def _unpacked(
    stream: Stream, form: Form, place: Place, reading: Reading, *, whole: BinaryIO | None
) -> Iterator[RawDocument | Refusal]:
    if place.depth >= reading.caps.max_nesting:
        raise SkipDocumentError(
            "nested_too_deep", f"It is packed more than the {reading.caps.max_nesting} times of max_nesting."
        )
    place = replace(place, depth=place.depth + 1)
    if form.name == "zip":
        file = whole or BytesIO(stream.read_all(reading.caps.max_file_bytes))
        yield from _members(zip_members(file, budget=reading.budget), place, reading)
    elif form.name == "tar":
        yield from _members(tar_members(stream, budget=reading.budget), place, reading)
    else:
        inner = decompress(stream, form=form.name, budget=reading.budget)
        yield from _documents(inner, replace(place, name=_unpacked_name(place.name)), reading)


def _cap(place: Place, reading: Reading) -> int:
    """A file that is one document has the file's cap."""
    return reading.caps.max_record_bytes if place.record or place.depth else reading.caps.max_file_bytes


def _guarded(
    found: Iterator[RawDocument | Refusal], place: Place, reading: Reading
) -> Iterator[RawDocument | Refusal]:
    """The documents of one record, its failure a refusal of it alone."""
    try:
        yield from found
    except SkipDocumentError as error:
        if error.rule in _OF_THE_FILE:
            raise
        yield reading.refusal(place, error)


def _members(members: Iterator[Member], place: Place, reading: Reading) -> Iterator[RawDocument | Refusal]:
    given = False
    try:
        for member in members:
            name = escape_name(member.name)
            inner = place.inside(name, name=name, site=site_in(name), scraped_at=scraped_at_in(name))
            if member.stream is None:
                yield reading.refusal(inner, member.refusal or SkipDocumentError("damaged", ""))
            else:
                yield from _guarded(_documents(member.stream, inner, reading), inner, reading)
            given = True
    except SkipDocumentError as error:
        if not given:
            raise
        yield reading.refusal(place, error)


def _warc(stream: Stream, place: Place, reading: Reading) -> Iterator[RawDocument | Refusal]:
    given = False
    try:
        for page in warc_pages(stream, budget=reading.budget):
            given = True
            inner = place.inside(
                f"record {page.number}",
                name=_name_in(page.url) or f"record {page.number}",
                url=page.url,
                site=host_of(page.url),
                scraped_at=_utc(page.scraped_at),
            )
            if page.refusal:
                yield reading.refusal(inner, page.refusal)
            elif page.skipped:
                reading.skipped[page.skipped] = reading.skipped.get(page.skipped, 0) + 1
            else:
                yield from _guarded(_page(page, inner, reading), inner, reading)
    except SkipDocumentError as error:
        if not given:
            raise
        yield reading.refusal(place, error)


def _page(page: WarcPage, place: Place, reading: Reading) -> Iterator[RawDocument | Refusal]:
    """What a record holds; a page, or what is packed in it."""
    name = _NAMES_BY_TYPE.get(page.media_type, place.name)
    yield from _documents(
        Stream(BytesIO(page.body).read), replace(place, name=name, charset=page.charset), reading
    )


def _saved(stream: Stream, place: Place, reading: Reading) -> Iterator[RawDocument | Refusal]:
    from flows.mhtml import saved_page  # noqa: PLC0415  # only where there is one

    page = saved_page(stream.read_all(_cap(place, reading)))
    known = replace(
        place,
        name="page.html",
        charset=page.charset,
        url=page.url or place.url,
        site=host_of(page.url) or place.site,
        scraped_at=page.scraped_at or place.scraped_at,
    )
    form = Form(name="HTML", why="the saved file says so")
    yield _document(page.body, form, known, reading)
    if stream.fault:
        yield reading.refusal(place, stream.fault)


def _lines(stream: Stream, place: Place, reading: Reading) -> Iterator[RawDocument | Refusal]:
    from transforms.parse.jsonl import read_json, read_record  # noqa: PLC0415  # only where there is JSON

    number = 0
    if stream.peek(2) in _WIDE:
        # A line's end is two bytes there.
        text = decode(stream.read_all(reading.caps.max_file_bytes)).text
        stream = Stream(BytesIO(text.encode()).read)
    try:
        for number, line in enumerate(stream.lines(reading.caps.max_record_bytes), start=1):
            inner = place.inside(f"line {number}")
            if line is None:
                error = SkipDocumentError(
                    "record_too_large",
                    f"The line has more than the {reading.caps.max_record_bytes} bytes of max_record_bytes.",
                )
                yield reading.refusal(inner, error)
                continue
            if not line.strip(b"\xef\xbb\xbf \t\0"):
                continue
            reading.budget.count()
            try:
                decoded = decode(line)
                raw = replace(_blank(inner, reading), encoding=decoded.encoding, repairs=decoded.repairs)
                yield read_record(read_json(decoded.text), raw=raw, fields=reading.fields)
            except SkipDocumentError as error:
                yield reading.refusal(inner, error)
    except SkipDocumentError as error:
        yield reading.refusal(place, error)
    if stream.fault:
        yield reading.refusal(place.inside(f"line {number + 1}"), stream.fault)


def _json(stream: Stream, place: Place, reading: Reading) -> Iterator[RawDocument | Refusal]:
    from transforms.parse.json_pieces import json_records  # noqa: PLC0415  # only where there is JSON
    from transforms.parse.jsonl import read_record  # noqa: PLC0415  # only where there is JSON

    decoded = decode(stream.read_all(_cap(place, reading)))
    for record, value in json_records(decoded.text, fields=reading.fields):
        reading.budget.count()
        inner = place.inside(record) if record else place
        if isinstance(value, SkipDocumentError):
            yield reading.refusal(inner, value)
            continue
        raw = replace(_blank(inner, reading), encoding=decoded.encoding, repairs=decoded.repairs)
        try:
            yield read_record(value, raw=raw, fields=reading.fields)
        except SkipDocumentError as error:
            if not record:
                raise
            yield reading.refusal(inner, error)
    if stream.fault:
        yield reading.refusal(place, stream.fault)


def _document(data: bytes, form: Form, place: Place, reading: Reading) -> RawDocument:
    decoded = decode(data, declared=place.charset, is_markup=form.name in {"HTML", "feed"})
    if form.name in {"text", "Markdown"}:
        _refuse_shape(decoded.text, reading.caps)
    return replace(
        _blank(place, reading),
        text=decoded.text,
        media_type=form.media_type,
        encoding=decoded.encoding,
        repairs=decoded.repairs,
    )


def _blank(place: Place, reading: Reading) -> RawDocument:
    """What is known of a document before it is read."""
    return RawDocument(
        raw_file=reading.file.raw_file,
        raw_sha256=reading.file.sha256,
        text="",
        record=place.record,
        site=place.site,
        url=place.url,
        scraped_at=place.scraped_at,
    )


def _refuse_shape(text: str, caps: Caps) -> None:
    """Raises SkipDocumentError where a line is too long or lines are too many."""
    blocks = 0
    for line in text.replace("\r", "\n").split("\n"):
        if len(line) > caps.max_line_chars:
            raise SkipDocumentError(
                "line_too_long",
                f"A line has {len(line)} characters, more than the {caps.max_line_chars} of max_line_chars.",
            )
        if line and not line.isspace():
            blocks += 1
    if blocks > caps.max_blocks:
        raise SkipDocumentError(
            "too_many_blocks",
            f"It has {blocks} lines of text, more than the {caps.max_blocks} of max_blocks.",
        )


def _unpacked_name(name: str) -> str:
    ending = suffix(name)
    return name[: -len(ending)] + _PACKED_SUFFIXES[ending] if ending in _PACKED_SUFFIXES else name


def _name_in(url: str | None) -> str | None:
    """What an address's path ends in."""
    try:
        path = urlsplit(url).path if url else ""
    except ValueError:
        return None
    return unquote(path.rpartition("/")[2], errors="replace") or None


def _utc(told: str | None) -> str | None:
    at = read_date(told) if told and len(told) <= _MAX_DATE_CHARS else None
    return at.isoformat() if at else None


_UNPACKERS = COMPRESSED | {"zip", "tar"}
_READERS = {"WARC": _warc, "JSON Lines": _lines, "JSON": _json, "MHTML": _saved}
