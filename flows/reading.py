"""Reads one raw file, every record of it, into the cache of parses."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from flows.knowledge import load_knowledge
from flows.manifest import RawEntry
from flows.parses import Parse, load_parse, save_parse
from flows.plan import Versions
from flows.quarantine import Refusal
from flows.records import read_records
from flows.scan import RawFile
from flows.settings import Caps
from transforms.errors import SkipDocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from transforms.knowledge import Knowledge
    from transforms.records import Document

# These are about the moment, not about the bytes: the next run looks again.
OF_THE_MOMENT = frozenset({"changing", "unreadable", "not_a_file", "too_large"})
# What a person can raise: read again where the caps are others.
OF_A_CAP = frozenset(
    {
        "line_too_long",
        "nested_too_deep",
        "out_of_memory",
        "packed_too_tightly",
        "reader_died",
        "record_too_large",
        "took_too_long",
        "too_deep",
        "too_many_blocks",
        "too_many_members",
        "unpacked_too_large",
    }
)
# Of one file, so many records that could not be read are named; of the rest their number.
MAX_REFUSALS = 1_000
THE_REST = "the rest"
JOINED = "!/"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A raw file to read, with all that decides what comes of it; `path` and `parses` are as the file system has them.

    `is_doubted`: a parse that is kept does not count.
    """

    file: RawFile
    path: bytes
    caps: Caps
    fields: dict[str, str]
    parses: bytes
    versions: Versions
    is_doubted: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: an entry for the manifest, or a refusal that the next run looks at again."""

    entry: RawEntry | None = None
    refusal: Refusal | None = None


def read_file(job: Job) -> Outcome:
    """Reads a raw file into the cache of parses; what a run that did not come to its end had read is not read again."""
    return conclude(job, _kept(job) or _parse(job))


def _kept(job: Job) -> Parse | None:
    """The parse of documents that were read under a name like this one: names have the second word in what a file is."""
    if job.is_doubted:
        return None
    for key in (job.versions.key, job.versions.capped):
        parse = load_parse(Path(os.fsdecode(job.parses)), job.file.sha256, key)
        # One without anything is read again: that costs nothing, and tells a blank file from a cut parse.
        if parse and parse.documents and not parse.rule:
            kept, now = (
                PurePosixPath(name).suffixes for name in (parse.documents[0].raw_file, job.file.raw_file)
            )
            if kept == now:
                return parse
    return None


def conclude(job: Job, parse: Parse) -> Outcome:
    """The outcome of a parse, which is kept unless it is about the moment only."""
    file = job.file
    if parse.rule in OF_THE_MOMENT:
        return Outcome(refusal=Refusal(raw_file=file.raw_file, rule=parse.rule, detail=parse.detail))
    is_capped = parse.rule in OF_A_CAP or any(refusal.rule in OF_A_CAP for refusal in parse.refusals)
    key = job.versions.capped if is_capped else job.versions.key
    save_parse(Path(os.fsdecode(job.parses)), file.sha256, key, parse)
    pages = [document.page for document in parse.documents]
    return Outcome(
        entry=RawEntry(
            names=[file.raw_file],
            size=file.size,
            state="quarantined" if parse.rule else "read" if pages or parse.refusals else "blank",
            key=key,
            encoding=parse.encoding,
            repairs=parse.repairs,
            posts=sum(len(page.posts) for page in pages),
            lines=len(
                {block.line for page in pages for block in page.blocks}
                | {block.line for page in pages for post in page.posts for block in post.blocks}
            ),
            rule=parse.rule,
            detail=parse.detail,
            refusals=list(parse.refusals),
        )
    )


@cache
def _knowledge() -> "Knowledge":
    return load_knowledge()


def _parse(job: Job) -> Parse:
    try:
        return _read_all(job)
    except SkipDocumentError as error:
        return Parse(rule=error.rule, detail=error.detail)
    except MemoryError:
        return Parse(
            rule="out_of_memory",
            detail=f"Reading it took more than the {job.caps.max_memory_bytes} bytes of max_memory_bytes; cut it or raise the cap.",
        )
    except Exception as error:  # one file that trips a fault of ours must not stop the others
        if os.environ.get("UNSPUN_DEBUG"):
            raise
        return Parse(
            rule="fault", detail=f"Reading it failed ({type(error).__name__}: {error}); please report this."
        )


def _read_all(job: Job) -> Parse:
    """Every record of a raw file, numbered on through it; one that cannot be read is left out."""
    from selectolax.lexbor import SelectolaxError  # noqa: PLC0415  # the reading processes alone need these

    from transforms.documents import last_line, read, renumber  # noqa: PLC0415  # the same

    documents: list[Document] = []
    refusals = _Refusals(job.file.raw_file)
    encodings: set[str] = set()
    repairs: dict[str, int] = {}
    lines = posts = 0
    file = replace(job.file, path=os.fsdecode(job.path))
    for found in read_records(file, caps=job.caps, fields=job.fields):
        if isinstance(found, Refusal):
            refusals.add(rule=found.rule, detail=found.detail, place=found.place)
            continue
        encodings.add(found.encoding)
        _add(repairs, found.repairs)
        if not found.text.strip():
            continue
        try:
            document = read(found, knowledge=_knowledge(), limits=job.caps.limits)
        except SelectolaxError as error:
            # lexbor reads anything; what it cannot get is memory.
            raise MemoryError from error
        except SkipDocumentError as error:
            if found.record is None:
                raise
            refusals.add(rule=error.rule, detail=error.detail, place=found.record)
            continue
        for piece in document.page.left_out:
            place = JOINED.join(filter(None, (found.record, piece.place)))
            refusals.add(rule=piece.rule, detail=piece.detail, place=place)
        document = renumber(document, lines=lines, posts=posts)
        lines, posts = max(lines, last_line(document)), posts + len(document.page.posts)
        documents.append(document)
    return Parse(
        documents=tuple(documents),
        refusals=refusals.listed(),
        encoding=", ".join(sorted(encodings)) or None,
        repairs=dict(sorted(repairs.items())),
    )


class _Refusals:
    """The records of one raw file that are left out: the first of them, and how many more.

    Args:
        raw_file: The raw file's name.
    """

    def __init__(self, raw_file: str) -> None:
        self._raw_file = raw_file
        self._named: list[Refusal] = []
        self._more = 0

    def add(self, *, rule: str, detail: str, place: str) -> None:
        """One more; what a cut file or archive still lacks is no record that has a name."""
        if len(self._named) == MAX_REFUSALS:
            self._more += 1
            return
        self._named.append(
            Refusal(raw_file=self._raw_file, rule=rule, detail=detail, place=place or THE_REST)
        )

    def listed(self) -> tuple[Refusal, ...]:
        """What the quarantine shows."""
        if not self._more:
            return tuple(self._named)
        detail = f"{self._more} more records could not be read; the first {MAX_REFUSALS} are named."
        more = Refusal(raw_file=self._raw_file, rule="more_records", detail=detail, place=THE_REST)
        return (*self._named, more)


def _add(counts: dict[str, int], more: "Mapping[str, int]") -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count
