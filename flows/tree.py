"""Trees of our files: written and linked so that they outlast a machine that goes down."""

import os
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from transforms.errors import RepairStoreError

# A file's bytes without its times and number of names; not every system has it.
_flush_bytes: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write(path: Path, data: bytes) -> None:
    """A file that is on the disk when this returns."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush(path: Path) -> None:
    """Brings the names in a folder to the disk."""
    _with_descriptor(path, os.fsync)


def flush_tree(root: Path) -> None:
    """Brings the names in all folders of a tree to the disk."""
    for folder, _, _ in os.walk(root):
        flush(Path(folder))


def link(source: Path, target: Path) -> None:
    """Gives the bytes of a file a second name (a hard link), or copies it where the file system refuses that.

    The bytes are on the disk when this returns.

    Raises:
        FileExistsError: There is such a name already.
        FileNotFoundError: There is no such file.
    """
    try:
        if source.is_symlink():
            shutil.copy2(source, target)
        else:
            os.link(source, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:
        # Another owner's file (EPERM), too many names (EMLINK), another layer or a file system without links: all can be copied.
        shutil.copy2(source, target)
    _with_descriptor(target, _flush_bytes)


def link_all(names: Iterable[str], *, source: Path, target: Path) -> None:
    """Links files by their paths below one folder into another.

    Raises:
        FileNotFoundError: One is not there.
        RepairStoreError: A name leads out of the folder.
    """
    for name in names:
        refuse_outside(name)
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        link(source / name, place)


def protect(path: Path) -> None:
    """Takes away everybody's right to write to a file.

    Its bytes stand under several names, in the store and in the snapshots that somebody reads: whoever opens one of them to
    write would change all. To remove it is the right of its folder, so deleting works as before; root may write anyway, and on
    a file system that knows no rights nothing is lost.
    """
    mode = path.stat().st_mode
    if mode & _WRITE:
        with suppress(OSError):
            path.chmod(stat.S_IMODE(mode) & ~_WRITE)


def refuse_outside(name: str) -> None:
    """Nothing for a path below a folder.

    Raises:
        RepairStoreError: A manifest that was tampered with names something else.
    """
    if not name or name.startswith("/") or {"..", "."} & set(name.split("/")) or "\0" in name:
        raise RepairStoreError(
            f"A manifest names {name!r}, which is no file of a store: see who may write there, and run unspun rollback."
        )


def _with_descriptor(path: Path, call: Callable[[int], None]) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        call(descriptor)
    finally:
        os.close(descriptor)
