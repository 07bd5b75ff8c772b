"""What a run has to do: what is new, what is stale, what stays, and whether there is anything to do at all."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path

import msgspec

from flows.manifest import Manifest, RawEntry, missing_files
from flows.parses import parse_path
from flows.paths import Paths
from flows.quarantine import Refusal
from flows.report import counted
from flows.scan import RawFile, Scan
from flows.settings import Settings
from flows.store import is_quarantine_current
from transforms.errors import RepairStoreError

# About half a second of reading: less does not pay for another process.
BYTES_A_BATCH = 1024 * 1024
_NAMED_FILES = 5
# What the next run may find otherwise, with no change of the file.
_OF_THE_MOMENT = frozenset({"unreadable", "changing"})
_ROWS_STAY = "Its rows from an earlier run stay in the tables."


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What a parse is the outcome of.

    Args:
        key: Version of code and rules.
        capped: The same and the caps: for what was refused because of a cap.
    """

    key: str
    capped: str

    @classmethod
    def of(cls, key: str, settings: Settings) -> "Versions":
        """The versions of a run."""
        size = len(key)
        if settings.fields:
            key = sha256(f"{key} {sorted(settings.fields.items())}".encode()).hexdigest()[:size]
        capped = sha256(f"{key} {settings.caps}".encode()).hexdigest()[:size]
        return cls(key=key, capped=capped)

    def __contains__(self, key: str) -> bool:
        """Whether an outcome of that key is still valid."""
        return key in {self.key, self.capped}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run has to do.

    Args:
        names: For each raw file by its digest, every name it was ever seen under, sorted.
        kept: The entries of the manifest that stand.
        to_read: The raw files to read, each once.
        refused: What the scan left out, now and before.
        left_out: What it left out now.
        places: For each digest of the scan, where it is.
        unchanged: How many files of the scan are known already.
        is_done: Whether the store has all of it.
    """

    names: dict[str, list[str]]
    kept: dict[str, RawEntry]
    to_read: tuple[RawFile, ...]
    refused: tuple[Refusal, ...]
    left_out: tuple[Refusal, ...]
    places: dict[str, list[str]]
    unchanged: int
    is_done: bool

    def batches(self, *, most: int) -> Iterator[tuple[RawFile, ...]]:
        """The files to read, in about so many pieces at most, of about one size."""
        size = max(-(-sum(file.size for file in self.to_read) // most), BYTES_A_BATCH)
        batch: list[RawFile] = []
        held = 0
        for file in self.to_read:
            if batch and held + file.size > size:
                yield tuple(batch)
                batch, held = [], 0
            batch.append(file)
            held += file.size
        if batch:
            yield tuple(batch)


def make_plan(  # noqa: PLR0913  # what was found, what is held, and what was asked for
    found: Scan,
    held: Manifest | None,
    *,
    paths: Paths,
    versions: Versions,
    recognizer: str,
    is_mirror: bool,
    retried: frozenset[str] = frozenset(),
) -> Plan:
    """Compares what was found with what the store holds.

    Args:
        found: The raw files of this run.
        held: The manifest of the store.
        paths: Where the store and its state are.
        versions: The version that reads.
        recognizer: Who finds entities, with the versions that count.
        is_mirror: Forget raw files that were not found.
        retried: Digests of raw files whose kept outcome does not stand.

    Raises:
        RepairStoreError: Raw files of earlier runs must be read again and are not to be found.
    """
    known = dict(held.raw) if held else {}
    by_digest: dict[str, list[RawFile]] = {}
    for file in found.files:
        by_digest.setdefault(file.sha256, []).append(file)
    if is_mirror:
        known = {
            digest: entry
            for digest, entry in known.items()
            if digest in by_digest or _is_out_of_reach(entry, found.refusals)
        }
    valid = {
        digest: entry for digest, entry in known.items() if entry.key in versions and digest not in retried
    }
    names = {
        digest: sorted(
            {file.raw_file for file in by_digest.get(digest, [])}
            | (
                set(known[digest].names)
                if digest in known and (digest not in by_digest or not is_mirror)
                else set()
            )
        )
        for digest in sorted({*known, *by_digest})
    }
    left_out = _with_rows_that_stay(found.refusals, known)
    refused = _merge_refusals(found, left_out, held, is_mirror=is_mirror)
    is_done = (
        held is not None
        and held.key == versions.key
        and held.recognizer == recognizer
        and held.raw.keys() == names.keys() == valid.keys()
        and all(held.raw[digest].names == names[digest] for digest in names)
        and tuple(held.refused) == refused
        and not missing_files(held, paths)
        and is_quarantine_current(paths, held)
    )
    to_read: list[RawFile] = []
    if not is_done:
        kept = {digest: entry for digest, entry in valid.items() if _is_kept(entry, digest, paths)}
        gone = {
            digest: entry for digest, entry in known.items() if digest not in kept and digest not in by_digest
        }
        to_read = [
            *(files[0] for digest, files in by_digest.items() if digest not in kept),
            *_find_again(gone, paths),
        ]
        valid = kept
    return Plan(
        names=names,
        kept=valid,
        to_read=tuple(sorted(to_read, key=lambda file: (file.raw_file, file.sha256))),
        refused=refused,
        left_out=left_out,
        places={
            digest: sorted({str(Path(file.path).absolute()) for file in files})
            for digest, files in by_digest.items()
        },
        unchanged=sum(
            1 for file in found.files if file.sha256 in valid and valid[file.sha256].state != "quarantined"
        ),
        is_done=is_done,
    )


def _is_out_of_reach(entry: RawEntry, refusals: tuple[Refusal, ...]) -> bool:
    """Whether a file may well be there and only cannot be read just now: a mirror of what is there does not forget it."""
    places = {refusal.raw_file for refusal in refusals if refusal.rule in _OF_THE_MOMENT}
    return any(name == place or name.startswith(f"{place}/") for name in entry.names for place in places)


def load_seen(paths: Paths) -> dict[str, list[str]]:
    """Where each raw file was last seen, by its digest; empty where that is not known."""
    try:
        seen = json.loads(paths.seen.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(seen, dict):
        return {}
    return {
        digest: [place for place in places if isinstance(place, str)]
        for digest, places in seen.items()
        if isinstance(places, list)
    }


def _is_kept(entry: RawEntry, digest: str, paths: Paths) -> bool:
    """Whether what was read is still there; whether it is whole, who opens it sees."""
    try:
        return entry.state != "read" or parse_path(paths.parses, digest, entry.key).stat().st_size > 0
    except OSError:
        return False


def _with_rows_that_stay(refusals: tuple[Refusal, ...], known: dict[str, RawEntry]) -> tuple[Refusal, ...]:
    """The refusals; those of a name that the store has rows of (a cap was lowered, rights were taken) say so."""
    have_rows = {name for entry in known.values() if entry.state == "read" for name in entry.names}
    return tuple(
        replace(refusal, detail=f"{refusal.detail} {_ROWS_STAY}")
        if refusal.raw_file in have_rows
        else refusal
        for refusal in refusals
    )


def _merge_refusals(
    found: Scan, left_out: tuple[Refusal, ...], held: Manifest | None, *, is_mirror: bool
) -> tuple[Refusal, ...]:
    if held is None or is_mirror:
        return left_out
    seen = {file.raw_file for file in found.files} | {refusal.raw_file for refusal in left_out}
    before = [refusal for refusal in held.refused if refusal.raw_file not in seen]
    return tuple(sorted({*before, *left_out}))


def _find_again(gone: dict[str, RawEntry], paths: Paths) -> list[RawFile]:
    """Raw files of earlier runs that must be read again, where this machine last saw them."""
    if not gone:
        return []
    seen = load_seen(paths)
    again, lost = [], []
    for digest, entry in gone.items():
        place = next(
            (path for path in seen.get(digest, []) if Path(path).is_file() and _is_same(path, digest)), None
        )
        if place is None:
            lost.append(entry.names[0])
        else:
            again.append(RawFile(raw_file=entry.names[0], path=place, sha256=digest, size=entry.size))
    if lost:
        shown = ", ".join(sorted(lost)[:_NAMED_FILES]) + (
            f" and {len(lost) - _NAMED_FILES} more" if len(lost) > _NAMED_FILES else ""
        )
        it, its = ("it", "its") if len(lost) == 1 else ("them", "their")
        moved = f" If the store was moved or copied: the hidden folder {paths.state.name} beside it belongs to it and must come along."
        raise RepairStoreError(
            f"{counted(len(lost), 'raw file')} of earlier runs must be read again and cannot be found: {shown}. "
            f"Name what has {it} in the same run, or let {its} rows go with --prune; nothing was changed."
            + ("" if seen else moved)
        )
    return again


def _is_same(path: str, digest: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def with_names(entries: dict[str, RawEntry], names: dict[str, list[str]]) -> dict[str, RawEntry]:
    """The entries under every name that their files have."""
    return {
        digest: msgspec.structs.replace(entries[digest], names=names[digest]) for digest in sorted(entries)
    }
