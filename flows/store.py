"""The only writer of the store: a whole next tree is staged beside it, flushed to disk, and swapped in."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.exchange import recover, swap_in
from flows.manifest import Manifest, read_manifest, render_manifest
from flows.paths import MANIFEST, Paths
from flows.quarantine import FILES, ROWS, render
from flows.settings import SNAPSHOTS
from transforms.errors import FixSettingsError


def clean(paths: Paths) -> None:
    """Takes away what a killed run left, after putting back a store that it had put aside."""
    if not paths.staging.exists():
        return
    recover(old=paths.store, aside=paths.previous_tree)
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
    """
    target = paths.next_tree / name
    target.parent.mkdir(parents=True, exist_ok=True)
    _link_or_copy(paths.store / name, target)
    _flush(target)


def publish(
    paths: Paths,
    manifest: Manifest,
    descriptions: Mapping[str, Mapping[str, object]],
    *,
    kept: int = SNAPSHOTS,
) -> None:
    """Completes the staged tree and swaps it in; the old one is gone afterwards.

    A person's own files in the store are taken over. Whatever happens before the swap leaves the store as it was.

    Args:
        paths: Of the store; its next tree holds every data file of the manifest.
        manifest: What the next tree holds.
        descriptions: File name → JSON value, for those who read the store: "datapackage.json" …
        kept: How many snapshots stay, the new one among them.

    Raises:
        FixSettingsError: A person's file lies where one of ours must go.
    """
    del kept
    _write(paths.next_tree / MANIFEST, render_manifest(manifest))
    for name, value in descriptions.items():
        _write(paths.next_tree / name, json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n")
    if paths.store.exists():
        shutil.copymode(paths.store, paths.next_tree)
    _take_over(paths, ours={MANIFEST, *descriptions})
    for folder, _, _ in os.walk(paths.next_tree):
        _flush(Path(folder))
    swap_in(paths.next_tree, old=paths.store, aside=paths.previous_tree)
    _flush(paths.store.parent)
    shutil.rmtree(paths.staging)
    write_quarantine(paths, manifest)


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
    _write(unfinished, data)
    unfinished.replace(path)


def _take_over(paths: Paths, *, ours: set[str]) -> None:
    held = read_manifest(paths)
    ours = ours | {name for files in (held.tables if held else {}).values() for name in files}
    for path in _foreign(paths.store, ours=ours):
        target = paths.next_tree / path.relative_to(paths.store)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink():
                target.symlink_to(path.readlink())
            elif path.is_dir():
                target.mkdir(exist_ok=True)
            elif path.is_file():
                _link_or_copy(path, target)
        except (FileExistsError, NotADirectoryError) as error:
            raise FixSettingsError(
                f"{path} lies where a table must go; move it out of the store and run again."
            ) from error


def _foreign(store: Path, *, ours: set[str]) -> Iterator[Path]:
    """A person's own files, links and folders in the store: all that no manifest named, but for the folders of that."""
    for folder, folders, files in os.walk(store):
        here = Path(folder)
        yield from (here / name for name in files if str((here / name).relative_to(store)) not in ours)
        yield from (
            here / name for name in folders if (here / name).is_symlink() or not any((here / name).iterdir())
        )


def _link_or_copy(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(path, target)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(path: Path) -> None:
    """Brings a file's bytes or a folder's names to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
