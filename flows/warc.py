"""WARC records: framed here, so that one with a wrong length costs only itself; their HTTP is fastwarc's to read.

ISO 28500: a version line, header lines, a blank line, as many bytes as Content-Length says, two line ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2
from fastwarc.warc import WarcRecord

from flows.stream import CHUNK, Budget, Stream
from transforms.errors import SkipDocumentError

# fastwarc's own cap, too.
_MAX_HEADER = 32 * 1024
# A wrong length costs a look at as many bytes: so many looked at twice are enough.
_MAX_WASTED = 1024 * 1024 * 1024
_VERSION = b"WARC/"
_LENGTH = re2.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$")
_START = re2.compile(rb"(WARC/[01]\.\d{1,2}\r?\n[A-Za-z-]+:)")
_END = b"\r\n\r\n"
_TEXT_TYPES = ("text/", "application/xhtml", "application/xml", "application/rss", "application/atom")
_TEXT_SUFFIXES = ("+xml", "json", "ndjson", "x-ndjson", "jsonlines", "rdf+xml")
_UNTOLD = ("application/octet-stream", "application/http", "unknown", "unk", "")
# Text that a crawler asks for, and no reader.
_OF_CRAWLERS = ("/robots.txt", "/ads.txt", "/security.txt", "/humans.txt", "/llms.txt")
_OK = 200
_PAGES = frozenset({"response", "resource", "conversion"})
_WEB = ("http", "https")
# What crawlers note under other schemes is about the crawl: metadata:, urn:, dns:.
_SCHEMES = (*_WEB, "ftp", "file", "")
# fastwarc takes memory for whatever length a header says, and the process dies of it: it gets ours, which is true.
_HTTP_HEADER = (
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
    b"Content-Length: %d\r\n\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """What one record holds.

    Args:
        number: 1-based place of the record among all of the file.
        skipped: Why it is no page ("request", "status 404", "image/png"); "" where it is one.
        refusal: Why it cannot be read; None where it can.
        body: The payload, transfer and content coding taken off.
        media_type: As its header tells, lower case, without parameters.
        charset: As its header tells.
        url: Its address, where that is one of the web.
        scraped_at: ISO 8601 in UTC.
    """

    number: int
    skipped: str = ""
    refusal: SkipDocumentError | None = None
    body: bytes = b""
    media_type: str = ""
    charset: str | None = None
    url: str | None = None
    scraped_at: str | None = None


def warc_pages(stream: Stream, *, budget: Budget) -> Iterator[WarcPage]:
    """Every record of a WARC file, those that are no page named as such.

    Raises:
        SkipDocumentError: `too_many_members`, or what ended the stream too soon.
    """
    frames = _frames(stream, cap=budget.caps.max_record_bytes)
    for number, frame in enumerate(frames, start=1):
        budget.count()
        if isinstance(frame, SkipDocumentError):
            yield WarcPage(number=number, refusal=frame)
        else:
            yield _page(frame, number=number, budget=budget)
    if stream.fault:
        raise stream.fault


def _frames(stream: Stream, *, cap: int) -> Iterator[bytes | SkipDocumentError]:
    """The bytes of each record, or why they are none."""
    wasted = 0
    while True:
        while stream.peek(2).startswith((b"\r", b"\n")):
            stream.read(1)
        head = stream.peek(_MAX_HEADER)
        if not head:
            return
        end = _end_of_header(head)
        length = _LENGTH.search(head[:end])
        if not head.startswith(_VERSION) or end < 0 or length is None:
            is_cut = head.startswith(_VERSION) and end < 0 and len(head) < _MAX_HEADER
            yield from _resync(
                stream, rule="truncated" if is_cut else "damaged", detail="It has no whole WARC header."
            )
            continue
        size = int(length[1])
        if end + size > cap:
            yield from _resync(
                stream,
                rule="record_too_large",
                detail=f"Its header says {size} bytes, more than the {cap} of max_record_bytes.",
            )
            continue
        frame = stream.read(end + size)
        following = stream.peek(len(_END) + len(_VERSION))
        if len(frame) == end + size and _is_whole(following):
            yield frame
            continue
        is_short = len(frame) < end + size
        wasted += len(frame)
        if wasted > _MAX_WASTED:
            raise SkipDocumentError("damaged", "Most of its records have a wrong length.")
        stream.push_back(frame)
        if is_short and _START.search(frame, 1) is None:
            stream.skip(len(frame))
            yield SkipDocumentError(
                "truncated", f"The record ends {end + size - len(frame)} bytes before its length."
            )
            continue
        yield from _resync(
            stream, rule="wrong_length", detail=f"It does not end after the {size} bytes it says."
        )


def _resync(stream: Stream, *, rule: str, detail: str) -> Iterator[SkipDocumentError]:
    """Goes on at the next record's first line, searched for from the second byte on."""
    yield SkipDocumentError(rule, detail)
    stream.skip(1)
    while data := stream.peek(CHUNK):
        found = _START.search(data)
        if found:
            stream.skip(found.start(1))
            return
        # The mark may stand across the end of what is looked at.
        stream.skip(len(data) if len(data) < CHUNK else CHUNK - 1024)


def _end_of_header(head: bytes) -> int:
    found = [at + len(mark) for mark in (_END, b"\n\n") if (at := head.find(mark)) >= 0]
    return min(found, default=-1)


def _is_whole(following: bytes) -> bool:
    """Whether what comes after a record is the end that each has, the next one, or nothing."""
    rest = following.lstrip(b"\r\n")
    return (
        not rest
        or following.startswith(_END)
        or (rest != following and _VERSION.startswith(rest[: len(_VERSION)]))
    )


def _page(frame: bytes, *, number: int, budget: Budget) -> WarcPage:
    end = _end_of_header(frame)
    told = _headers(frame[:end])
    block = frame[end:]
    kind = told.get("warc-type", "unknown").lower()
    if kind not in _PAGES:
        return WarcPage(number=number, skipped=kind)
    url = told.get("warc-target-uri", "").strip("<>")  # old crawlers wrote it in angle brackets
    scheme = url.partition(":")[0].lower()
    if scheme not in _SCHEMES:
        return WarcPage(number=number, skipped=f"{scheme}:")
    if url.endswith(_OF_CRAWLERS):
        return WarcPage(number=number, skipped=url.rpartition("/")[2])
    media_type, charset = _content_type(told.get("content-type"))
    if kind == "response" and (media_type == "application/http" or block.startswith(b"HTTP/")):
        page = _response(block, number=number, budget=budget)
    elif _may_be_page(media_type):
        page = WarcPage(number=number, body=block, media_type=media_type, charset=charset)
    else:
        page = WarcPage(number=number, skipped=media_type)
    return replace(page, url=url if scheme in _WEB else None, scraped_at=told.get("warc-date") or None)


def _headers(head: bytes) -> dict[str, str]:
    """The header's fields by lower-case name; of several, the first counts."""
    fields: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _response(block: bytes, *, number: int, budget: Budget) -> WarcPage:
    for coding in ("all", "none"):
        record = WarcRecord.from_bytes(_HTTP_HEADER % len(block) + block)
        try:
            record.parse_http(auto_decode=coding, strict_mode=False)
            status = record.http_headers.status_code
            media_type, charset = _content_type(record.http_headers.get("Content-Type"))
            if status is None:
                raise ValueError("no status line")  # noqa: TRY301  # told like the other faults of it
            if status != _OK:
                return WarcPage(number=number, skipped=f"status {status}")
            if not _may_be_page(media_type):
                return WarcPage(number=number, skipped=media_type)
            body = _read(record, packed=len(block), budget=budget)
        except (OSError, ValueError, EOFError) as error:
            # Crawlers keep the headers of a coding that they took off already.
            if coding == "none":
                return WarcPage(
                    number=number,
                    refusal=SkipDocumentError("damaged", f"Its HTTP cannot be read ({error})."),
                )
        except SkipDocumentError as error:
            return WarcPage(number=number, refusal=error)
        else:
            return WarcPage(number=number, body=body, media_type=media_type, charset=charset)
    raise AssertionError  # the second round returns


def _read(record: WarcRecord, *, packed: int, budget: Budget) -> bytes:
    parts, size = [], 0
    while data := record.reader.read(CHUNK):
        size += len(data)
        budget.spend(len(data) if size > packed else 0, unpacked=size, packed=packed)
        if size > budget.caps.max_record_bytes:
            raise SkipDocumentError(
                "record_too_large",
                f"It unpacks to more than the {budget.caps.max_record_bytes} bytes of max_record_bytes.",
            )
        parts.append(data)
    return b"".join(parts)


def _content_type(header: str | None) -> tuple[str, str | None]:
    """Media type, and charset where it is told."""
    media_type, _, rest = (header or "").partition(";")
    for part in rest.split(";"):
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), value.strip().strip("\"'") or None
    return media_type.strip().lower(), None


def _may_be_page(media_type: str) -> bool:
    if media_type in {"text/css", "text/javascript", "text/calendar", "text/vcard", "text/csv"}:
        return False
    return media_type in _UNTOLD or media_type.startswith(_TEXT_TYPES) or media_type.endswith(_TEXT_SUFFIXES)
