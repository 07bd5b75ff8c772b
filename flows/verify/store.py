"""Verifies a store of this machine, or one of its snapshots: reads its manifest, and looks through its tree."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.advice import tell_empty
from flows.manifest import Manifest, read_manifest
from flows.paths import MANIFEST, Paths
from flows.verify import Fault, Verdict, local_tree, verify_tree
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

if TYPE_CHECKING:
    from pathlib import Path


def verify_store(
    paths: Paths, *, snapshot: int | None = None, memory_bytes: int, watch: Callable[[int, int], None]
) -> Verdict:
    """Looks through the store, or through a snapshot that is kept.

    Args:
        paths: Of the store.
        snapshot: Its number; None for the store as it is.
        memory_bytes: Memory that this may take.
        watch: Told how many steps of how many are done.

    Raises:
        FixSettingsError: There is no store, or no such snapshot.
        RetryLaterError: A run replaced it meanwhile.
    """
    tree = _tree(paths, snapshot)
    try:
        manifest = read_manifest(tree)
    except RepairStoreError as error:
        return Verdict(faults=(Fault(rule="manifest", place=MANIFEST, detail=str(error)),))
    if manifest is None:
        _refuse_swap(paths)
        raise FixSettingsError(_tell_nothing(paths, snapshot))
    verdict = verify_tree(local_tree(tree.store), manifest, memory_bytes=memory_bytes, watch=watch)
    if not verdict.is_sound:
        _refuse_swap(paths if snapshot is None else tree)
        if _is_replaced(tree, manifest):
            raise RetryLaterError(f"{tree.store} was replaced while it was read; verify it again.")
    if snapshot not in (None, manifest.snapshot):
        number = Fault(
            rule="snapshot", place=MANIFEST, detail=f"It is the manifest of snapshot {manifest.snapshot}."
        )
        return verdict.with_fault(number)
    return verdict


def _refuse_swap(paths: Paths) -> None:
    """A tree that is swapped in several steps is of two runs until the last.

    Raises:
        RetryLaterError: The store is being replaced so.
    """
    if paths.swap.exists():
        raise RetryLaterError(
            f"{paths.store} is being replaced: verify it again when the run is done; where it was killed, the next run finishes it."
        )


def _tree(paths: Paths, snapshot: int | None) -> Paths:
    return paths if snapshot is None else Paths(paths.snapshot(snapshot))


def _tell_nothing(paths: Paths, snapshot: int | None) -> str:
    if snapshot is None:
        return tell_empty(paths)
    kept = sorted(int(folder.name) for folder in _snapshots(paths))
    are = f"there are {', '.join(map(str, kept))}" if kept else "none is kept yet"
    return f"{paths.store} has no snapshot {snapshot}; {are}."


def _snapshots(paths: Paths) -> "list[Path]":
    folders = paths.snapshots.iterdir() if paths.snapshots.is_dir() else ()
    return [folder for folder in folders if folder.name.isdecimal() and folder.is_dir()]


def _is_replaced(paths: Paths, before: Manifest) -> bool:
    try:
        return read_manifest(paths) != before
    except RepairStoreError:
        return False
