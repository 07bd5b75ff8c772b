"""The workers that read: one that hangs, runs out of memory or dies costs its own file and nothing else."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from flows.build import Outcome
from flows.manifest import RawEntry
from flows.parses import Parse, load_parse, parse_path, save_parse
from flows.paths import paths_for
from flows.plan import Versions
from flows.quarantine import Refusal
from flows.reading import Job, read_file
from flows.scan import scan
from flows.settings import Caps, Settings
from flows.work.reading import Read, ReadBatch, read_files
from flows.work.storage import Wanted, share

Run = Callable[..., Outcome]
Bytes = Callable[[Path], dict[str, bytes]]
Workers = Callable[[], list[int]]

# Minutes of reading on any machine.
LONG = "The harbour board of Velm met on Monday and again on Friday, and nobody was told why.\n" * 400_000
# A character beyond the basic plane makes Python hold four bytes for each: every copy of this text takes a gigabyte.
LARGE = "🚢" + ("Ships. " * 300 + "\n") * 125_000


def read(folder: Path, *, caps: Caps) -> Read:
    """Reads a folder of raw files in one batch."""
    state_of(folder).mkdir(parents=True, exist_ok=True)
    found = scan([folder], caps=caps, leave_out=folder / "none")
    return read_files(
        ReadBatch(
            storage=share(paths_for(folder.parent / "somewhere" / "processed"), address=None),
            files=[Wanted.of(file) for file in found.files],
            caps=caps,
            fields={},
            versions=Versions.of("0" * 16, Settings(caps=caps)),
        )
    )


def state_of(folder: Path) -> Path:
    """Where the batches of a raw folder are read to."""
    return folder.parent / "somewhere" / ".processed"


def by_name(given: Read) -> dict[str, RawEntry]:
    return {entry.names[0]: entry for entry in given.entries.values()}


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(raw: Path) -> None:
    """Fault 48: the process is killed and replaced; the outcome is kept by its caps, so that a higher one reads again."""
    (raw / "a-long.txt").write_text(LONG, encoding="utf-8")
    caps = Caps(max_seconds=2)
    found = by_name(read(raw, caps=caps))
    long = found["a-long.txt"]
    assert (long.state, long.rule) == ("quarantined", "took_too_long")
    assert "max_seconds" in long.detail
    assert long.key == Versions.of("0" * 16, Settings(caps=caps)).capped
    ordinary = found["karst.txt"]
    assert (ordinary.state, ordinary.posts) == ("read", 2)
    assert len(found) == 3


def test_a_file_that_needs_too_much_memory_is_given_up(raw: Path) -> None:
    """Fault 48: an allocation above the cap fails in the reading process alone, and that is said."""
    (raw / "a-large.txt").write_text(LARGE, encoding="utf-8")
    found = by_name(read(raw, caps=Caps(max_memory_bytes=1536 * 1024 * 1024)))
    large = found["a-large.txt"]
    assert (large.state, large.rule) == ("quarantined", "out_of_memory")
    assert found["velm.txt"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc tells which process reads")
@pytest.mark.parametrize(
    ("sent", "rule"), [(signal.SIGKILL, "out_of_memory"), (signal.SIGSEGV, "reader_died")]
)
def test_a_process_that_dies_again_and_again_costs_its_file(
    raw: Path, workers: Workers, sent: signal.Signals, rule: str
) -> None:
    """Fault 48: what the system kills, or what crashes in C, is given up after a second try."""
    (raw / "a-long.txt").write_text(LONG, encoding="utf-8")
    is_over = threading.Event()
    parses = state_of(raw) / "parses"

    def kill() -> None:
        while not any(parses.glob("*.json")) and not is_over.wait(0.05):
            for reader in workers():
                os.kill(reader, sent)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        found = by_name(read(raw, caps=Caps()))
    finally:
        is_over.set()
        killer.join()
    entry = found["a-long.txt"]
    assert entry.rule == rule
    assert found["velm.txt"].state == "read"


def test_what_a_run_that_failed_had_read_is_not_read_again(raw: Path) -> None:
    """A kept parse stands for its file, unless it is doubted, of another version, damaged, a refusal, or was read under a name of another form."""
    (file,) = (
        entry for entry in scan([raw], caps=Caps(), leave_out=raw / "none").files if "velm" in entry.path
    )
    parses = state_of(raw) / "parses"
    parses.mkdir(parents=True)
    versions = Versions.of("0" * 16, Settings())
    job = Job(
        file=replace(file, path=""),
        path=os.fsencode(file.path),
        caps=Caps(),
        fields={},
        parses=os.fsencode(parses),
        versions=versions,
    )
    assert read_file(job).entry
    parse = load_parse(parses, file.sha256, versions.key)
    assert parse
    told = Refusal(raw_file="velm.txt", rule="told", detail="It was kept.", place="1")
    save_parse(parses, file.sha256, versions.key, msgspec.structs.replace(parse, refusals=(told,)))
    assert refusals(job) == [told]
    assert refusals(msgspec.structs.replace(job, file=replace(job.file, raw_file="other/velm.txt"))) == [told]
    save_parse(parses, file.sha256, versions.key, msgspec.structs.replace(parse, refusals=(told,)))
    assert refusals(msgspec.structs.replace(job, file=replace(job.file, raw_file="velm.html"))) == []
    save_parse(parses, file.sha256, versions.key, msgspec.structs.replace(parse, refusals=(told,)))
    assert refusals(msgspec.structs.replace(job, versions=Versions.of("1" * 16, Settings()))) == []
    assert refusals(msgspec.structs.replace(job, is_doubted=True)) == []
    parse_path(parses, file.sha256, versions.key).write_bytes(b"{")
    assert refusals(job) == []
    save_parse(parses, file.sha256, versions.key, Parse(rule="out_of_memory", detail="Not now."))
    assert refusals(job) == []


def refusals(job: Job) -> list[Refusal]:
    """What was left out of a file that was read, with its posts."""
    entry = read_file(job).entry
    assert entry
    assert (entry.state, entry.posts) == ("read", 2)
    return entry.refusals


def test_a_hostile_file_changes_nothing_for_the_others(
    raw: Path, run_build: Run, parquet: Bytes, store: Path
) -> None:
    """Fault 48: the run goes on, says what was left out, and its tables are those of a run without the file."""
    run_build(raw)
    without = parquet(store)
    (raw / "long.txt").write_text(LONG, encoding="utf-8")
    outcome = run_build(raw, caps=Caps(max_seconds=2))
    assert [(refusal.raw_file, refusal.rule) for refusal in outcome.quarantined] == [
        ("long.txt", "took_too_long")
    ]
    assert parquet(store) == without
    again = run_build(raw, caps=Caps(max_seconds=2))
    assert not again.is_new


def test_readers_rest_and_are_used_again(raw: Path, workers: Workers) -> None:
    """A second run in the same process starts no second reader."""
    seen = []
    for _ in range(2):
        read(raw, caps=Caps())
        seen.append(workers())
    assert seen[0] == seen[1] != []
