"""The only writer of the store: a whole next tree is staged beside it, flushed to disk, and swapped in."""

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from flows.manifest import Manifest, read_manifest, render_manifest
from flows.own_files import ours_of, take_late, take_over
from flows.paths import MANIFEST, Paths
from flows.quarantine import FILES, ROWS, render
from flows.settings import SNAPSHOTS
from flows.snapshots import keep_current, keep_tree, next_number, remove_old, remove_unpublished
from flows.swap import finish, swap
from flows.tree import flush, flush_tree, link, protect, refuse_outside, write
from transforms.errors import RepairStoreError


def clean(paths: Paths) -> None:
    """Ends what a killed run began: a swap under way is finished, and what never became the store's is taken away."""
    if not paths.staging.exists():
        return
    finish(paths)
    remove_unpublished(paths)
    _complete_quarantine(paths)
    shutil.rmtree(paths.staging)


def stage(paths: Paths) -> Path:
    """An empty folder for the next tree."""
    clean(paths)
    paths.next_tree.mkdir(parents=True)
    return paths.next_tree


def keep(paths: Paths, name: str) -> None:
    """Takes an unchanged data file of the held store over into the staged tree.

    It is a second name of the same bytes (a hard link), or a copy where the file system refuses links.

    Args:
        paths: Of the store; its next tree is staged.
        name: The file's path below the store, as the manifest has it.

    Raises:
        FileNotFoundError: The store does not have it.
        RepairStoreError: The name leads out of the store.
    """
    refuse_outside(name)
    target = paths.next_tree / name
    target.parent.mkdir(parents=True, exist_ok=True)
    link(paths.store / name, target)


def publish(
    paths: Paths,
    manifest: Manifest,
    descriptions: Mapping[str, Mapping[str, object]],
    *,
    kept: int = SNAPSHOTS,
) -> Manifest:
    """Completes the staged tree, keeps it as a snapshot, and swaps it in; the old one is gone afterwards.

    A person's own files in the store are taken over. Whatever happens before the swap leaves the store as it was.

    Args:
        paths: Of the store; its next tree holds every data file of the manifest.
        manifest: What the next tree holds.
        descriptions: File name → JSON value, for those who read the store: "datapackage.json" …
        kept: How many snapshots stay, the new one among them.

    Returns:
        The manifest as it was published: under the next free number, where a tree of its own is kept already (of a store
        that was removed, or put back from elsewhere).

    Raises:
        FixSettingsError: A person's file lies where one of ours must go.
    """
    if paths.snapshot(manifest.snapshot).exists():
        manifest = msgspec.structs.replace(manifest, snapshot=next_number(paths, manifest))
    described = {
        name: json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
        for name, value in descriptions.items()
    }
    for name, data in {**described, MANIFEST: render_manifest(manifest)}.items():
        write(paths.next_tree / name, data)
    for table, files in manifest.tables.items():
        for name in files:
            protect(paths.next_tree / name)
            _announce(paths, table, name)
    if paths.store.exists():
        shutil.copymode(paths.store, paths.next_tree)
    ours = ours_of(paths, manifest, frozenset(described))
    take_over(paths, ours)
    flush_tree(paths.next_tree)
    if kept > 1:
        keep_current(paths, described)
    keep_tree(paths, manifest, described, tree=paths.next_tree)
    swap(paths)
    flush(paths.store.parent)
    take_late(paths, ours)
    remove_old(paths, kept=kept, current=manifest.snapshot)
    write_quarantine(paths, manifest)
    shutil.rmtree(paths.staging)
    return manifest


def quarantine_files(paths: Paths, manifest: Manifest) -> dict[Path, str]:
    """What the quarantine's files must hold."""
    return {
        paths.quarantine / FILES: render(manifest.file_refusals()),
        paths.quarantine / ROWS: render(manifest.refused_rows),
    }


def is_quarantine_current(paths: Paths, manifest: Manifest) -> bool:
    """Whether they hold it."""
    return all(
        path.is_file() and path.read_bytes() == text.encode()
        for path, text in quarantine_files(paths, manifest).items()
    )


def write_quarantine(paths: Paths, manifest: Manifest) -> None:
    """Writes the quarantine's files, each in one step."""
    paths.quarantine.mkdir(parents=True, exist_ok=True)
    for path, text in quarantine_files(paths, manifest).items():
        replace_file(path, text.encode())


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file so that a reader sees the old one or the new one."""
    unfinished = path.with_name(f"{path.name}.part")
    write(unfinished, data)
    unfinished.replace(path)


def _announce(paths: Paths, table: str, name: str) -> None:
    """Makes the folder of a partition that the store does not have yet, empty, some time before the swap.

    A reader that lists folder by folder could else list the table's folder before the swap and the partitions' after it: it
    would not know of the new partition, and have the new rows of the others. An empty folder shows no reader a file.
    """
    if (paths.store / table).is_dir():
        # Without it the reader's luck is as before; a fault of the disk will show where it matters.
        with suppress(OSError):
            (paths.store / name).parent.mkdir(exist_ok=True)


def _complete_quarantine(paths: Paths) -> None:
    """Writes what a run that was killed after its swap did not come to."""
    try:
        held = read_manifest(paths)
    except RepairStoreError:
        return
    if held and not is_quarantine_current(paths, held):
        write_quarantine(paths, held)
