"""Reads a batch of raw files: a worker reads one at a time, and one that takes too long is killed and costs its file."""

import os
import signal
from typing import TYPE_CHECKING

import msgspec

from flows import reading
from flows.manifest import RawEntry
from flows.parses import Parse, parse_name
from flows.plan import Versions
from flows.quarantine import Refusal
from flows.reading import Job, Outcome, conclude
from flows.settings import Caps
from flows.work.asking import TRIES, tell
from flows.work.limits import hold
from flows.work.storage import Storage, Wanted, desk_of
from flows.work.worker import Worker, WorkerDiedError, worker
from transforms.errors import SkipDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

# The system ends a process by its CPU time; one that waits instead is ended when so many times that has gone by on the clock, as
# on a busy machine an honest file may take some times longer.
WALL = 10


class ReadBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Raw files to read, with all that decides what comes of them."""

    storage: Storage
    files: list[Wanted]
    caps: Caps
    fields: dict[str, str]
    versions: Versions


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What came of them: entries by digest, and what could not be read just now."""

    entries: dict[str, RawEntry]
    refusals: list[Refusal]

    @property
    def size(self) -> int:
        """How many files were in the batch."""
        return len(self.entries) + len(self.refusals)


def read_files(batch: ReadBatch) -> Read:
    """Reads raw files into the storage's parses; asks a worker of this machine, file by file."""
    desk = desk_of(batch.storage)
    parses = desk.parses(())
    entries: dict[str, RawEntry] = {}
    refusals: list[Refusal] = []
    with worker() as one:
        for wanted in batch.files:
            file = wanted.file
            try:
                path = desk.raw(wanted)
            except SkipDocumentError as error:
                refusals.append(Refusal(raw_file=file.raw_file, rule=error.rule, detail=error.detail))
                continue
            job = Job(
                file=file,
                path=os.fsencode(path),
                caps=batch.caps,
                fields=batch.fields,
                parses=os.fsencode(parses),
                versions=batch.versions,
                is_doubted=wanted.is_doubted,
            )
            outcome = _read_with(one, job)
            if outcome.entry:
                entries[file.sha256] = outcome.entry
            if outcome.refusal:
                refusals.append(outcome.refusal)
    desk.keep_parses(_names(entries))
    return Read(entries=dict(sorted(entries.items())), refusals=sorted(refusals))


def read_file(job: Job) -> Outcome:
    """Reads a raw file, within its caps; called in a worker."""
    hold(job.caps)
    return reading.read_file(job)


def _names(entries: dict[str, RawEntry]) -> "Iterable[str]":
    return [parse_name(digest, entry.key) for digest, entry in entries.items() if entry.state == "read"]


def _read_with(one: Worker, job: Job) -> Outcome:
    code: int | None = None
    for _ in range(TRIES):
        try:
            outcome = tell(one, read_file, job, seconds=WALL * job.caps.max_seconds)
        except WorkerDiedError as error:
            if error.is_over:
                raise
            code = error.code
            if code in {None, -signal.SIGXCPU}:
                break
        else:
            if outcome.entry and outcome.entry.rule == "out_of_memory":
                # What it had allocated by then is in pieces.
                one.stop()
            return outcome
    return conclude(job, _refusal(job, code))


def _refusal(job: Job, code: int | None) -> Parse:
    """Of a file that no worker survived; one whose worker waited may do better the next time."""
    if code is None:
        return Parse(
            rule="unreadable",
            detail=f"Its reading had to wait for more than {WALL * job.caps.max_seconds} seconds (a slow disk, a machine that stood still); the next run reads it.",
        )
    if code == -signal.SIGXCPU:
        return Parse(
            rule="took_too_long",
            detail=f"Reading it took more than the {job.caps.max_seconds} CPU-seconds of max_seconds; cut it or raise the cap.",
        )
    if code == -signal.SIGKILL:
        return Parse(
            rule="out_of_memory",
            detail="The system killed the process that read it, as it does where memory runs out; cut the file, or read it again when there is more: unspun quarantine --retry.",
        )
    cause = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
    return Parse(rule="reader_died", detail=f"The process that read it died ({cause}); please report this.")
