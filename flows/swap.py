"""Brings the staged tree where readers look: in one step where that can be, else in several that the next run finishes."""

from contextlib import suppress

import msgspec

from flows.exchange import exchange, recover, replace
from flows.manifest import Manifest, read_manifest
from flows.paths import CROISSANT, DATAPACKAGE, MANIFEST, Paths
from flows.tree import flush, write
from transforms.errors import RepairStoreError

# In a table's folder from before its flip until all tables are: tells one that is flipped from one that is not.
_FLIPPED = ".flipped-"
# Files of the store's top folder, for the last moment of a flip: to rename them takes no room on the disk.
_TOP = "top"


def swap(paths: Paths) -> None:
    """Brings the staged tree in; what was there lies in the staging folder afterwards, or is gone.

    A whole folder is exchanged. A mount point cannot be: there each table's folder is, one after the other.

    Raises:
        FixSettingsError: The store and its state are not on one file system.
    """
    if paths.is_inside:
        _prepare(paths)
    elif not paths.store.exists():
        paths.next_tree.rename(paths.store)
        return
    elif exchange(paths.next_tree, paths.store):
        return
    write(paths.swap, b"")
    flush(paths.staging)
    _go_on(paths)
    _unmark(paths)


def finish(paths: Paths) -> None:
    """Ends a swap that a killed run began, in whatever step it was."""
    if paths.swap.exists():
        _go_on(paths)
    else:
        recover(old=paths.store, aside=paths.previous_tree)
    _unmark(paths)


def _go_on(paths: Paths) -> None:
    if paths.is_inside:
        _flip(paths)
    elif paths.next_tree.exists():
        replace(paths.next_tree, old=paths.store, aside=paths.previous_tree)


def _prepare(paths: Paths) -> None:
    """Sets the marks by which a table tells that it is flipped, and the files of the top folder apart."""
    manifest = _staged(paths)
    for table in manifest.tables:
        write(paths.next_tree / table / f"{_FLIPPED}{manifest.snapshot}", b"")
        flush(paths.next_tree / table)
    top = paths.staging / _TOP
    top.mkdir()
    for path in sorted(paths.next_tree.iterdir()):
        if path.is_file():
            write(top / path.name, path.read_bytes())
    flush(top)


def _flip(paths: Paths) -> None:
    """Exchanges the tables' folders in a fixed order, those that are as before left alone, and at last the manifest."""
    manifest, held = _staged(paths), _held(paths)
    for table in sorted(manifest.tables):
        new, old = paths.next_tree / table, paths.store / table
        if (old / f"{_FLIPPED}{manifest.snapshot}").exists() or _is_same(table, manifest, held, paths):
            continue
        if not old.exists():
            new.rename(old)
        elif not exchange(new, old):
            aside = paths.previous_tree / table
            aside.parent.mkdir(exist_ok=True)
            replace(new, old=old, aside=aside)
    _remove_gone(paths, manifest, held)
    flush(paths.store)
    top = paths.staging / _TOP
    for path in sorted(top.iterdir(), key=lambda path: (path.name == MANIFEST, path.name)):
        path.replace(paths.store / path.name)
    for name in (DATAPACKAGE, CROISSANT):
        if not (paths.next_tree / name).exists():
            (paths.store / name).unlink(missing_ok=True)
    flush(paths.store)
    paths.swap.unlink()
    flush(paths.staging)


def _unmark(paths: Paths) -> None:
    for mark in paths.store.glob(f"*/{_FLIPPED}*") if paths.is_inside else ():
        mark.unlink()


def _staged(paths: Paths) -> Manifest:
    return msgspec.json.decode((paths.next_tree / MANIFEST).read_bytes(), type=Manifest)


def _is_same(table: str, manifest: Manifest, held: Manifest | None, paths: Paths) -> bool:
    """Whether the store has the very files of the staged table."""
    files = manifest.tables[table]
    if held is None or held.tables.get(table) != files:
        return False
    try:
        return all((paths.next_tree / name).samefile(paths.store / name) for name in files)
    except OSError:
        return False


def _remove_gone(paths: Paths, manifest: Manifest, held: Manifest | None) -> None:
    """Removes our files of tables that there are no more; a person's stay."""
    tables = held.tables if held else {}
    for table in sorted(tables.keys() - manifest.tables.keys()):
        folders = {paths.store / table}
        for name in tables[table]:
            (paths.store / name).unlink(missing_ok=True)
            folders.add((paths.store / name).parent)
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):
                folder.rmdir()


def _held(paths: Paths) -> Manifest | None:
    try:
        return read_manifest(paths)
    except RepairStoreError:
        return None
