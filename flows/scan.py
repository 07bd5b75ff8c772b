"""The walk over raw: every file under what was given, hashed; what is no file or too large is refused, with the reason."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.opened import RawFile, escape_name, hash_steady
from flows.paths import DATAPACKAGE, MANIFEST
from flows.quarantine import Refusal
from flows.settings import Caps
from flows.sniff import refuse_suffix
from transforms.errors import FixSettingsError, SkipDocumentError

__all__ = ["RawFile", "Scan", "escape_name", "refuse_missing", "scan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found.

    Args:
        files: Sorted by name; the same bytes may stand there under several names.
        refusals: What was left out, sorted.
    """

    files: tuple[RawFile, ...]
    refusals: tuple[Refusal, ...]


def scan(raws: Sequence[Path], *, caps: Caps, leave_out: Path) -> Scan:
    """Every file under the given files and folders, hashed.

    Args:
        raws: Files and folders.
        caps: Above these, a file is refused before it is read.
        leave_out: The store's folder, which may lie below a raw folder.

    Raises:
        FixSettingsError: A given path is not there, or is a store.
    """
    files: set[tuple[str, str, str, int]] = set()
    refusals: set[Refusal] = set()
    for raw in raws:
        for name, path in _entries(raw, leave_out=leave_out.resolve(), refusals=refusals):
            try:
                refuse_suffix(name)
                digest, size = hash_steady(path, caps)
            except SkipDocumentError as error:
                refusals.add(Refusal(raw_file=name, rule=error.rule, detail=error.detail))
            else:
                files.add((name, path, digest, size))
    return Scan(
        files=tuple(
            RawFile(raw_file=name, path=path, sha256=digest, size=size)
            for name, path, digest, size in sorted(files)
        ),
        refusals=tuple(sorted(refusals)),
    )


def refuse_missing(raws: Sequence[Path]) -> None:
    """Nothing, where every path is there.

    Raises:
        FixSettingsError: One is not.
    """
    for raw in raws:
        _is_folder(raw)


def _entries(raw: Path, *, leave_out: Path, refusals: set[Refusal]) -> Iterator[tuple[str, str]]:
    """Name and path of every regular file below a path; what is no file is refused, and links are not followed out."""
    if not _is_folder(raw):
        yield escape_name(raw.resolve().name if raw.name == "" else raw.name), str(raw)
        return
    root = os.path.realpath(raw)
    if Path(root) == leave_out:
        raise FixSettingsError(f"{escape_name(str(raw))} is the store; give the folder of the raw scrapes.")
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        for entry in _list(folder, raw=raw, root=root, refusals=refusals):
            if entry.name.startswith(".") or Path(entry.path) == leave_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif _is_taken(entry, root, refusals):
                yield _name(root, entry.path), entry.path


def _list(folder: str, *, raw: Path, root: str, refusals: set[Refusal]) -> list[os.DirEntry[str]]:
    """What lies in a folder, sorted; nothing where it cannot be read or is a store, and that is noted."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        refusals.add(_refusal(root, folder, "unreadable", f"The folder cannot be read ({error.strerror})."))
        return []
    if not {MANIFEST, DATAPACKAGE} <= {entry.name for entry in entries}:
        return entries
    if folder == root:
        raise FixSettingsError(
            f"{escape_name(str(raw))} is a store of tables; give the folder of the raw scrapes."
        )
    refusals.add(_refusal(root, folder, "store", "A folder of tables that a run wrote is not walked into."))
    return []


def _is_folder(raw: Path) -> bool:
    try:
        return stat.S_ISDIR(raw.stat().st_mode)
    except OSError as error:
        raise FixSettingsError(
            f"{escape_name(str(raw))} cannot be read ({error.strerror}); give a file or folder that is there."
        ) from error


def _is_taken(entry: os.DirEntry[str], root: str, refusals: set[Refusal]) -> bool:
    """Whether an entry of a folder is a file to read; a link to a folder inside is not, as the folder itself is walked."""
    try:
        if not entry.is_symlink():
            if entry.is_file(follow_symlinks=False):
                return True
            refusals.add(
                _refusal(root, entry.path, "not_a_file", "A pipe, socket or device is never opened.")
            )
            return False
        target = os.path.realpath(entry.path, strict=True)
    except OSError as error:
        refusals.add(
            _refusal(root, entry.path, "symlink_broken", f"The link leads nowhere ({error.strerror}).")
        )
        return False
    if os.path.commonpath((root, target)) != root:
        refusals.add(
            _refusal(
                root,
                entry.path,
                "symlink_outside",
                "The link leads out of the raw folder and is not followed.",
            )
        )
        return False
    return entry.is_file()


def _name(root: str, path: str) -> str:
    return escape_name(os.path.relpath(path, root).replace(os.sep, "/"))


def _refusal(root: str, path: str, rule: str, detail: str) -> Refusal:
    return Refusal(raw_file=_name(root, path), rule=rule, detail=detail)
