"""The trees that are kept: each complete when it appears, under its number, and never changed while it is there."""

import errno
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import msgspec

from flows.manifest import Manifest, TableFile, missing_files, read_manifest, render_manifest
from flows.paths import MANIFEST, Paths
from flows.tree import flush, flush_tree, link_all, refuse_outside, write
from transforms.errors import FixSettingsError, RepairStoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is told of a snapshot.

    Args:
        number: Its number; a later one has a higher one.
        finished_at: When it was published, as its manifest has it; "" where that cannot be read.
        rows: Rows of all its tables.
        files: How many Parquet files.
        size: Bytes of these.
        is_current: Whether the store holds it.
        path: The tree that a reader may pin, an address where it is on S3; None where it is not kept.
        is_readable: Whether its manifest can be read.
    """

    number: int
    finished_at: str = ""
    rows: int = 0
    files: int = 0
    size: int = 0
    is_current: bool = False
    path: Path | str | None = None
    is_readable: bool = True


class _Told(msgspec.Struct, frozen=True):
    """So much of a manifest as a list needs: that of many raw files is long."""

    snapshot: int
    tables: dict[str, dict[str, TableFile]]
    run: dict[str, str | int] = {}


class _Entry(msgspec.Struct, frozen=True):
    key: str


class _Raw(msgspec.Struct, frozen=True):
    raw: dict[str, _Entry]


def numbers(paths: Paths) -> list[int]:
    """The snapshots that are there, the oldest first."""
    found = paths.snapshots.iterdir() if paths.snapshots.is_dir() else ()
    return sorted(int(tree.name) for tree in found if tree.name.isdecimal())


def next_number(paths: Paths, held: Manifest | None) -> int:
    """A number above that of the store and of every tree that is kept, so that no number ever means two things."""
    return max([held.snapshot if held else 0, *numbers(paths)]) + 1


def pinned(paths: Paths, number: int) -> Paths:
    """The paths of a kept snapshot, to be read as a store is.

    Raises:
        FixSettingsError: It is not kept.
    """
    if number not in numbers(paths):
        kept = ", ".join(map(str, numbers(paths))) or "none"
        raise FixSettingsError(f"Snapshot {number} of {paths.store} is not kept; kept are: {kept}.")
    return Paths(paths.snapshot(number))


def keep_tree(paths: Paths, manifest: Manifest, descriptions: Mapping[str, bytes], *, tree: Path) -> None:
    """Makes the snapshot of a tree: its data files linked, what describes them written anew, in place by one rename.

    A manifest that somebody damages in the store is therefore not damaged here.

    Args:
        paths: Of the store.
        manifest: What the tree holds.
        descriptions: File name → bytes.
        tree: Where the data files are.
    """
    unfinished = paths.staging / "snapshot"
    unfinished.mkdir(parents=True)
    link_all(_names(manifest), source=tree, target=unfinished)
    write(unfinished / MANIFEST, render_manifest(manifest))
    for name, data in descriptions.items():
        write(unfinished / name, data)
    flush_tree(unfinished)
    paths.snapshots.mkdir(exist_ok=True)
    unfinished.rename(paths.snapshot(manifest.snapshot))
    flush(paths.snapshots)


def keep_current(paths: Paths, descriptions: Iterable[str]) -> None:
    """Makes the snapshot of the store as it is, where an earlier version or another setting made none.

    Args:
        paths: Of the store.
        descriptions: Names of the files that describe it.
    """
    try:
        held = read_manifest(paths)
    except RepairStoreError:
        return
    if held is None or paths.snapshot(held.snapshot).exists() or missing_files(held, paths):
        return
    found = {name: paths.store / name for name in descriptions}
    described = {name: path.read_bytes() for name, path in found.items() if path.is_file()}
    keep_tree(paths, held, described, tree=paths.store)


def remove_old(paths: Paths, *, kept: int, current: int) -> None:
    """Removes the oldest beyond so many, and never the current one."""
    for number in numbers(paths)[:-kept]:
        if number != current:
            _remove(paths, number)


def remove_unpublished(paths: Paths) -> None:
    """Removes the snapshot of a run that was killed before its tables became the store's."""
    try:
        staged = read_manifest(Paths(paths.next_tree))
        held = read_manifest(paths)
    except RepairStoreError:
        return
    if staged and (held is None or staged.snapshot > held.snapshot):
        _remove(paths, staged.snapshot)


def list_snapshots(paths: Paths) -> list[Snapshot]:
    """Every tree that is kept, and the store's own where it is not, the newest first."""
    current = _tell(paths.store)
    found = []
    for number in numbers(paths):
        tree = paths.snapshot(number)
        told = _tell(tree)
        # What is above the store's number is a run's that is at work or was killed; what is gone was just removed.
        if (current is None or number <= current.snapshot) and (told or tree.exists()):
            found.append(_describe(number, told, path=tree, current=current))
    if current and not any(snapshot.is_current for snapshot in found):
        found.append(_describe(current.snapshot, current, path=None, current=current))
    return sorted(found, key=lambda snapshot: -snapshot.number)


def kept_raw(paths: Paths) -> dict[str, set[str]]:
    """The raw files of every tree that is kept, the store's among them: digest → the versions that read it."""
    found: dict[str, set[str]] = {}
    for tree in (paths.store, *map(paths.snapshot, numbers(paths))):
        try:
            raw = msgspec.json.decode((tree / MANIFEST).read_bytes(), type=_Raw).raw
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            continue
        for digest, entry in raw.items():
            found.setdefault(digest, set()).add(entry.key)
    return found


def read_whole(paths: Paths, number: int) -> Manifest:
    """The manifest of a snapshot that is kept with every file that it names, each as it was.

    Raises:
        RepairStoreError: It is not.
    """
    tree = paths.snapshot(number)
    try:
        manifest = read_manifest(Paths(tree))
    except RepairStoreError as error:
        raise RepairStoreError(f"Snapshot {number} cannot be read: {error}") from error
    if manifest is None:
        raise RepairStoreError(f"Snapshot {number} has no {MANIFEST}; unspun snapshots lists the others.")
    for files in manifest.tables.values():
        for name, file in files.items():
            refuse_outside(name)
            if _digest(tree / name) != file.sha256:
                raise RepairStoreError(
                    f"Snapshot {number} is damaged ({name} is missing or changed); unspun snapshots lists the others."
                )
    return manifest


def _tell(tree: Path) -> _Told | None:
    try:
        return msgspec.json.decode((tree / MANIFEST).read_bytes(), type=_Told)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _describe(number: int, told: _Told | None, *, path: Path | None, current: _Told | None) -> Snapshot:
    if told is None:
        return Snapshot(number=number, path=path, is_readable=False)
    files = [file for table in told.tables.values() for file in table.values()]
    return Snapshot(
        number=number,
        finished_at=str(told.run.get("finished_at", "")),
        rows=sum(file.rows for file in files),
        files=len(files),
        size=sum(file.size for file in files),
        is_current=current is not None and number == current.snapshot,
        path=path,
    )


def _remove(paths: Paths, number: int) -> None:
    """Takes a tree out of sight in one rename, then removes it: who looks sees all of it or nothing."""
    gone = paths.staging / "removed"
    gone.mkdir(parents=True, exist_ok=True)
    try:
        paths.snapshot(number).rename(gone / str(number))
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The lower layer of an overlay can be removed and not moved.
        shutil.rmtree(paths.snapshot(number))
    flush(paths.snapshots)
    shutil.rmtree(gone)


def _names(manifest: Manifest) -> list[str]:
    return [name for files in manifest.tables.values() for name in files]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
