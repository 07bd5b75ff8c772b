"""A person's own files in the store: told from ours, and taken along where a tree takes the place of another."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from flows.manifest import PART, Manifest, read_manifest
from flows.paths import CROISSANT, DATAPACKAGE, MANIFEST, Paths
from flows.tree import link
from transforms.errors import FixSettingsError, RepairStoreError

_DESCRIBED = frozenset({MANIFEST, DATAPACKAGE, CROISSANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What of a store is no person's.

    Args:
        names: The files that its manifest names and those that describe it.
        tables: The names of the tables.
        is_told: Whether the manifest could be read; if not, a file in a table's place that is named like ours is ours.
    """

    names: frozenset[str]
    tables: frozenset[str]
    is_told: bool

    def has(self, path: Path, name: str) -> bool:
        """Whether a file or folder is ours; an empty folder of a partition was announced and did not come, or lost its rows."""
        table, _, partition = name.partition("/")
        if (
            table in self.tables
            and fnmatchcase(partition, "month=*")
            and path.is_dir()
            and not path.is_symlink()
        ):
            return True
        is_like_ours = table in self.tables and fnmatchcase(path.name, PART)
        return name in self.names or (is_like_ours and not self.is_told)


def ours_of(paths: Paths, manifest: Manifest, described: frozenset[str]) -> Ours:
    """What is ours in the store that is there.

    Args:
        paths: Of the store.
        manifest: Of the next tree.
        described: Names of the next tree's files beside its tables.
    """
    try:
        held = read_manifest(paths)
    except RepairStoreError:
        held, is_told = None, False
    else:
        is_told = True
    tables = held.tables if held else {}
    return Ours(
        names=_DESCRIBED | described | {name for files in tables.values() for name in files},
        tables=frozenset(manifest.tables.keys() | tables.keys()),
        is_told=is_told,
    )


def take_over(paths: Paths, ours: Ours) -> None:
    """Takes a person's files of the store into the staged tree; in a mount point only those in tables, as all else stays.

    Raises:
        FixSettingsError: One lies where a table must go.
    """
    for top in _tops(paths, paths.store, ours):
        if top.is_symlink() or (top.exists() and not top.is_dir()):
            raise _in_the_way(top)
        for path, name in _walk(top, paths.store, ours):
            try:
                _take(path, paths.next_tree / name)
            except (FileExistsError, NotADirectoryError) as error:
                raise _in_the_way(path) from error


def take_late(paths: Paths, ours: Ours) -> None:
    """Takes what a person put into the old tree after that, or changed there, before the old tree is removed."""
    for old in (paths.next_tree, paths.previous_tree):
        for top in _tops(paths, old, ours):
            for path, name in _walk(top, old, ours):
                target = paths.store / name
                # What is in the way now has come with the new tree, and is ours.
                with suppress(FileExistsError, NotADirectoryError):
                    if path.is_file() and not path.is_symlink() and _is_another(path, target):
                        changed = paths.staging / "changed"
                        link(path, changed)
                        changed.replace(target)
                    elif not os.path.lexists(target):
                        _take(path, target)


def _tops(paths: Paths, tree: Path, ours: Ours) -> list[Path]:
    return [tree / table for table in sorted(ours.tables)] if paths.is_inside else [tree]


def _walk(top: Path, root: Path, ours: Ours) -> Iterator[tuple[Path, str]]:
    """Every file and link of a person's, and every folder that is empty or a link; with its path below the root."""
    for folder, folders, files in os.walk(top):
        here = Path(folder)
        ends = [name for name in folders if (here / name).is_symlink() or not any((here / name).iterdir())]
        for path in (here / name for name in (*files, *ends)):
            name = str(path.relative_to(root))
            if not ours.has(path, name):
                yield path, name


def _take(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target.symlink_to(path.readlink())
    elif path.is_dir():
        target.mkdir(exist_ok=True)
    elif path.is_file():
        link(path, target)


def _is_another(path: Path, target: Path) -> bool:
    """Whether a file that was taken over is no longer the one that was; one that could only be copied is told by its time."""
    if not target.is_file():
        return False
    old, new = path.stat(), target.stat()
    return (old.st_ino, old.st_dev) != (new.st_ino, new.st_dev) and (old.st_mtime_ns, old.st_size) != (
        new.st_mtime_ns,
        new.st_size,
    )


def _in_the_way(path: Path) -> FixSettingsError:
    return FixSettingsError(f"{path} lies where a table must go; move it out of the store and run again.")
