"""The cache of parses: a raw file is read once per version, and its outcome is kept as typed JSON."""

from secrets import token_hex
from shutil import rmtree
from typing import TYPE_CHECKING

import msgspec

from flows.quarantine import Refusal
from transforms.records import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from flows.manifest import RawEntry
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


def parse_name(sha256: str, key: str) -> str:
    """What the parse of a raw file by a version is called."""
    return f"{sha256}-{key}.json"


def parse_path(folder: "Path", sha256: str, key: str) -> "Path":
    """Where it is kept."""
    return folder / parse_name(sha256, key)


def load_parse(folder: "Path", sha256: str, key: str) -> Parse | None:
    """A kept parse; None where there is none or it is damaged."""
    try:
        return msgspec.json.decode(parse_path(folder, sha256, key).read_bytes(), type=Parse)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def load_read(folder: "Path", sha256: str, key: str) -> Parse | None:
    """The kept parse of a file that was read, which has documents or records that could not be read; None where it is damaged."""
    parse = load_parse(folder, sha256, key)
    return parse if parse and (parse.documents or parse.refusals) else None


def sweep_damaged(folder: "Path", raw: "Mapping[str, RawEntry]") -> None:
    """Removes the damaged ones: parses are not flushed to the disk, so a machine that went down may have cut some."""
    for digest, entry in raw.items():
        if entry.state == "read" and load_read(folder, digest, entry.key) is None:
            parse_path(folder, digest, entry.key).unlink(missing_ok=True)


def save_parse(folder: "Path", sha256: str, key: str, parse: Parse) -> None:
    """Keeps a parse; a reader sees the whole of it or nothing."""
    path = parse_path(folder, sha256, key)
    # Two machines may have processes of one number.
    unfinished = path.with_suffix(f".{token_hex(4)}.part")
    unfinished.write_bytes(msgspec.json.encode(parse))
    unfinished.replace(path)


def sweep_parses(folder: "Path", *, kept: "Mapping[str, Collection[str]]") -> None:
    """Removes all but the parses of these raw files by these versions (digest → keys)."""
    for path in folder.iterdir() if folder.is_dir() else ():
        sha256, _, key = path.stem.partition("-")
        if path.suffix != ".json" or key not in kept.get(sha256, ()):
            path.unlink(missing_ok=True)


def sweep_made(paths: "Paths", *, kept: str) -> None:
    """Removes what other versions kept to save work."""
    for folder in paths.made.iterdir() if paths.made.is_dir() else ():
        if folder.name != kept:
            rmtree(folder, ignore_errors=True)
