"""The entities of texts that are in no store: lines in, lines out, in their order, with few of them in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from itertools import chain
from pathlib import Path
from sys import maxsize

import msgspec

from flows.decode import decode
from flows.recognizers import Chosen
from flows.runners.local import Local
from flows.settings import Caps
from flows.sniff import refuse_signature
from flows.stream import CHUNK, Budget, Stream
from flows.unpack import decompress
from flows.work.finding import Answered, FindBatch, Given, find_entities
from transforms.entities.find import MAX_TEXT
from transforms.errors import SkipDocumentError

FORMS = ("auto", "text", "jsonl")
# Some thousand words: for the slower recognisers about a second, and the last batches of two processes end together.
_BATCH_BYTES = 32 * 1024
_HEAD = 512
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz"}
_LONGEST_MAGIC = max(map(len, _MAGIC))
_LINES_NAMES = (".jsonl", ".ndjson", ".jsonlines")
_PACKED_NAMES = (".gz", ".zst", ".bz2", ".xz")
_BOM = b"\xef\xbb\xbf"

# Takes a line that answers one that was given.
Write = Callable[[bytes], object]
# Takes a sentence on something that was left out.
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is read, and how.

    Args:
        name: The file's name; None for the standard input.
        form: One of FORMS.
        recognizer: Who finds entities.
        processes: So many at once.
        caps: How long a line, and a text, may be.
    """

    name: str | None
    form: str
    recognizer: Chosen
    processes: int
    caps: Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many texts were answered, and how many lines were left out."""

    answered: int
    left_out: int


def answer(source: BufferedReader, asked: Asked, *, write: Write, say: Say) -> Tally:
    """Answers every text of a source, in its order.

    Args:
        source: A file or the standard input.
        asked: What it is, and how it is read.
        write: Given the lines of the answers, without their ends.
        say: Given a sentence for each line that cannot be read; the others go on.

    Raises:
        SkipDocumentError: It is no text.
        FixSettingsError: The recogniser is not here.
        RetryLaterError: A process died twice.
    """
    given = _Given(source, asked)
    batches = (
        FindBatch(recognizer=asked.recognizer, given=some)
        for some in _in_batches(iter(given), size=0 if asked.processes == 1 else _BATCH_BYTES)
    )
    found = (
        map(find_entities, batches)
        if asked.processes == 1
        else Local(workers=asked.processes).map("find entities", find_entities, batches)
    )
    answered = left_out = 0
    for answers in found:
        for one in answers.answers:
            if one.fault:
                left_out += 1
                say(_told(one, asked))
            else:
                answered += 1
                write(one.line)
    if given.fault:
        left_out += 1
        say(f"{asked.name or 'The standard input'} ends early: {given.fault.detail}")
    return Tally(answered=answered, left_out=left_out)


def _told(one: Answered, asked: Asked) -> str:
    where = f"line {one.number}" if one.number else asked.name or "the standard input"
    return f"{where} {one.fault}; it was left out."


class _Given:
    """The lines of a source; of plain text one, which holds it all. Afterwards `fault` is what ended it early."""

    def __init__(self, source: BufferedReader, asked: Asked) -> None:
        self._source = source
        self._asked = asked
        self.fault: SkipDocumentError | None = None

    def __iter__(self) -> Iterator[Given]:
        chunks = self._unpacked()
        cap = self._asked.caps.max_record_bytes
        head = b""
        if self._asked.form == "auto":
            for chunk in chunks:
                head += chunk
                if _is_telling(head):
                    break
            chunks = chain([head], chunks)
        if self._asked.form == "jsonl" or (self._asked.form == "auto" and self._is_lines(head)):
            yield from _lines(chunks, cap=cap)
        else:
            yield self._text(chunks, cap=cap)

    def _is_lines(self, head: bytes) -> bool:
        """Whether each line is a text of its own: the first begins as a JSON object does, or the name says so."""
        first = head.removeprefix(_BOM).lstrip()[:1]
        if first == b"[" and head.partition(b"[")[2].lstrip()[:1] == b"{":
            raise SkipDocumentError(
                "json_array", "It is one JSON array: give an object a line (jq -c '.[]'), or --format text."
            )
        name = Path(self._asked.name or "")
        while name.suffix.lower() in _PACKED_NAMES:
            name = name.with_suffix("")
        return first == b"{" or name.suffix.lower() in _LINES_NAMES

    def _text(self, chunks: Iterator[bytes], *, cap: int) -> Given:
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) > cap:
                raise SkipDocumentError(
                    "record_too_large", f"The text has more than the {cap} bytes of max_record_bytes."
                )
        # Half a text is none.
        if self.fault:
            raise self.fault
        refuse_signature(bytes(data[:_HEAD]))
        text = decode(bytes(data)).text
        if len(text) > MAX_TEXT:
            raise SkipDocumentError(
                "record_too_large", f"The text has more than {MAX_TEXT:,} characters; cut it into parts."
            )
        return Given(number=0, line=msgspec.json.encode({"id": self._asked.name, "text": text}))

    def _unpacked(self) -> Iterator[bytes]:
        """Chunks as they come; where the source is packed, unpacked."""
        head = b""
        while len(head) < _LONGEST_MAGIC and (data := self._source.read1(CHUNK)):
            head += data
        form = next((form for magic, form in _MAGIC.items() if head.startswith(magic)), None)
        if form is None:
            yield head
            yield from iter(lambda: self._source.read1(CHUNK), b"")
            return
        first = iter([head])
        packed = Stream(lambda size: next(first, b"") or self._source.read1(size))
        # Of a stream each line has its cap; all of it may be as long as it likes.
        caps = replace(self._asked.caps, max_unpacked_bytes=maxsize)
        unpacked = decompress(packed, form=form, budget=Budget(caps=caps))
        yield from iter(lambda: unpacked.read(CHUNK), b"")
        self.fault = unpacked.fault


def _is_telling(head: bytes) -> bool:
    return bool(head.removeprefix(_BOM).strip()) and len(head) > len(_BOM)


def _lines(chunks: Iterator[bytes], *, cap: int) -> Iterator[Given]:
    """The lines that are not blank, as soon as they are there, with their numbers; of one above the cap only so much that it is seen to be."""
    number = 1
    held = bytearray()
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for end in ended:
            held += end
            yield from _given(bytes(held), number, cap=cap)
            held.clear()
            number += 1
        if len(held) <= cap:
            held += rest
    yield from _given(bytes(held), number, cap=cap)


def _given(line: bytes, number: int, *, cap: int) -> Iterator[Given]:
    if len(line) > cap:
        yield Given(number=number, fault=f"has more than the {cap} bytes of max_record_bytes")
    elif data := (line.removeprefix(_BOM) if number == 1 else line).strip():
        yield Given(number=number, line=data)


def _in_batches(given: Iterator[Given], *, size: int) -> Iterator[list[Given]]:
    """Lines of about so many bytes together; of none one by one, as they come."""
    batch: list[Given] = []
    held = 0
    for one in given:
        batch.append(one)
        held += len(one.line)
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
