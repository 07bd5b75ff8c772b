"""Where an export goes: built beside the folder that was named, and renamed into place when it is whole."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from flows.exchange import exchange
from flows.export.inventory import INVENTORY, Inventory, digest_of, files_below, read_inventory
from flows.paths import Paths
from transforms.errors import FixSettingsError, RetryLaterError

_IN_THE_WAY = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}
_ELSEWHERE = "give another folder"


def refuse_place(folder: Path, paths: Paths | None) -> None:
    """Fails where no export may ever go.

    Args:
        folder: Resolved.
        paths: Of the store that is exported, where it is on this machine.

    Raises:
        FixSettingsError: The place is the store's, a file, a mount point or where one stands.
    """
    for ours in (paths.store, paths.state) if paths else ():
        if folder == ours or ours in folder.parents or folder in ours.parents:
            raise FixSettingsError(f"{folder} is or holds the store, or lies in it; {_ELSEWHERE}.")
    if os.path.lexists(folder) and not folder.is_dir():
        raise FixSettingsError(f"{folder} is a file; {_ELSEWHERE}.")
    if folder.is_mount() or folder == Path.cwd() or folder in Path.cwd().parents:
        raise FixSettingsError(
            f"{folder} is where you are or a mount point, and an export is put in place as a whole: name a folder in it."
        )


@contextmanager
def whole_folder(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A folder to fill, which becomes `folder` when the block ends, in one rename or exchange; nothing of it stays otherwise.

    Args:
        folder: New, empty, or an earlier export; `refuse_place` comes first.
        overwrite: Whether an earlier export may be replaced; a person's files in it are taken along.

    Raises:
        FixSettingsError: The place is taken, by what may not be replaced, or cannot be written.
        RetryLaterError: Another export is writing there.
    """
    staging = folder.with_name(f".{folder.name}.unspun-export")
    tree, aside = staging / "next", staging / "previous"
    descriptor = _hold(staging, folder)
    try:
        _clean(folder, tree, aside)
        _refuse_filled(folder, overwrite=overwrite)
        tree.mkdir()
        yield tree
        _flush(tree)
        if overwrite and _is_filled(folder):
            before = files_below(folder)
            for name in _foreign(folder):
                _carry(folder / name, tree / name)
            _flush(tree)
            _swap(tree, folder, aside, expected=before)
        else:
            _rename(tree, folder)
        _flush_folder(folder.parent)
    finally:
        _clean(folder, tree, aside)
        with suppress(OSError):
            staging.rmdir()
        os.close(descriptor)


def _hold(staging: Path, folder: Path) -> int:
    """A lock on the staging folder, which the kernel lets go when its holder dies."""
    try:
        staging.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(staging, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise FixSettingsError(f"{folder} cannot be made ({error.strerror}); {_ELSEWHERE}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # One that was done in between has taken the folder away.
        is_there = staging.exists() and os.path.samestat(os.fstat(descriptor), staging.stat())
    except BlockingIOError:
        is_there = False
    if not is_there:
        os.close(descriptor)
        raise RetryLaterError(f"Another export is writing {folder}; export again when it is done.")
    return descriptor


def _clean(folder: Path, tree: Path, aside: Path) -> None:
    """Takes away what an export left that was killed, after putting back what it had put aside."""
    if aside.exists() and not folder.exists():
        aside.rename(folder)
    for left in (tree, aside):
        if left.exists():
            shutil.rmtree(left)


def _refuse_filled(folder: Path, *, overwrite: bool) -> None:
    """Fails before any work where something is there that may not be replaced."""
    if not _is_filled(folder):
        return
    if not overwrite:
        raise FixSettingsError(
            f"{folder} is not empty; {_ELSEWHERE}, or --overwrite replaces what an earlier export wrote there."
        )
    _foreign(folder)


def _is_filled(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _foreign(folder: Path) -> list[str]:
    """A person's files in an earlier export.

    Raises:
        FixSettingsError: No export wrote there, or a file of it was changed, or theirs lie among the export's own.
    """
    inventory = read_inventory(folder)
    if inventory is None:
        raise FixSettingsError(
            f"{folder} is not empty and no export wrote it (it has no {INVENTORY}), so --overwrite leaves it alone; {_ELSEWHERE}."
        )
    found = files_below(folder)
    changed = [
        name
        for name in found
        if name in inventory.files and not _is_unchanged(folder / name, inventory.files[name])
    ]
    if changed:
        raise FixSettingsError(
            f"{folder / changed[0]} was changed since it was exported: move it away, or {_ELSEWHERE}."
        )
    foreign = [name for name in found if name not in inventory.files and name != INVENTORY]
    among = [name for name in foreign if _is_among(name, inventory)]
    if among:
        raise FixSettingsError(
            f"{folder / among[0]} is no file of the export and lies among them: move it away, or {_ELSEWHERE}."
        )
    return foreign


def _is_unchanged(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and digest_of(path) == digest


def _is_among(name: str, inventory: Inventory) -> bool:
    """Whether a reader of the export would take a file for a part of it: it lies in a folder of ours, or is a journal of a file of ours."""
    path = PurePosixPath(name)
    folders = {str(place) for ours in inventory.files for place in PurePosixPath(ours).parents} - {"."}
    return any(str(place) in folders for place in path.parents) or any(
        path.name.startswith(f"{ours}-") for ours in inventory.files
    )


def _carry(path: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise FixSettingsError(f"{path} lies where the export must write: move it away, or {_ELSEWHERE}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target.symlink_to(path.readlink())
    elif path.is_dir():
        target.mkdir()
    elif path.is_file():
        try:
            os.link(path, target)
        except OSError:
            shutil.copy2(path, target)
    else:
        raise FixSettingsError(f"{path} is neither file nor folder: move it away, or {_ELSEWHERE}.")


def _swap(tree: Path, folder: Path, aside: Path, *, expected: list[str]) -> None:
    """In one step where the system can, else in two; after a kill between them the old export is put back."""
    if files_below(folder) != expected:
        raise FixSettingsError(f"{folder} was changed meanwhile; {_ELSEWHERE}.")
    if exchange(tree, folder):
        tree.rename(aside)
        return
    try:
        folder.rename(aside)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise FixSettingsError(f"{folder} cannot be moved ({error.strerror}); {_ELSEWHERE}.") from error
        raise
    tree.rename(folder)


def _rename(tree: Path, folder: Path) -> None:
    try:
        tree.rename(folder)
    except OSError as error:
        if error.errno in _IN_THE_WAY:
            raise FixSettingsError(f"{folder} was filled meanwhile; {_ELSEWHERE}.") from error
        raise


def _flush(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        for name in files:
            if not (Path(folder) / name).is_symlink():
                _flush_file(Path(folder) / name, os.O_RDONLY)
        _flush_folder(Path(folder))


def _flush_folder(folder: Path) -> None:
    _flush_file(folder, os.O_RDONLY | os.O_DIRECTORY)


def _flush_file(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
