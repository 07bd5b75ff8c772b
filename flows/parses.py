"""The cache of parses: a raw file is read once per version, and its outcome is kept as typed JSON."""

import os
from shutil import rmtree
from typing import TYPE_CHECKING

import msgspec

from flows.quarantine import Refusal
from transforms.records import Document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flows.paths import Paths


class Parse(msgspec.Struct, frozen=True, kw_only=True):
    """What reading a raw file gave.

    `documents` are its records in order (one for a plain file; none where it is blank), `refusals` the records that could
    not be read, `rule` and `detail` a refusal of the whole file.
    """

    documents: tuple[Document, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    rule: str = ""
    detail: str = ""
    encoding: str | None = None
    repairs: dict[str, int] = {}


def parse_path(folder: "Path", sha256: str, key: str) -> "Path":
    """Where the parse of a raw file by a version is kept."""
    return folder / f"{sha256}-{key}.json"


def load_parse(folder: "Path", sha256: str, key: str) -> Parse | None:
    """A kept parse; None where there is none or it is damaged."""
    try:
        return msgspec.json.decode(parse_path(folder, sha256, key).read_bytes(), type=Parse)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def save_parse(folder: "Path", sha256: str, key: str, parse: Parse) -> None:
    """Keeps a parse; a reader sees the whole of it or nothing."""
    path = parse_path(folder, sha256, key)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(msgspec.json.encode(parse))
    unfinished.replace(path)


def sweep_parses(folder: "Path", *, kept: "Mapping[str, str]") -> None:
    """Removes all but the parses of these raw files by these versions (digest → key)."""
    for path in folder.iterdir() if folder.is_dir() else ():
        sha256, _, key = path.stem.partition("-")
        if path.suffix != ".json" or kept.get(sha256) != key:
            path.unlink(missing_ok=True)


def sweep_made(paths: "Paths", *, kept: str) -> None:
    """Removes what other versions kept to save work."""
    for folder in paths.made.iterdir() if paths.made.is_dir() else ():
        if folder.name != kept:
            rmtree(folder, ignore_errors=True)
