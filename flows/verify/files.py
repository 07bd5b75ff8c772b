"""The files of a tree, held against its manifest: each there, as long, with the hash and the name that it must have."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import re2

from flows.paths import CROISSANT, DATAPACKAGE, MANIFEST, STATE_INSIDE
from transforms.rows.frames import UNPARTITIONED
from transforms.schemas import TABLES, UNKNOWN_MONTH

if TYPE_CHECKING:
    from pyarrow import fs

    from flows.manifest import Manifest, TableFile
    from flows.verify.faults import Findings

_OURS = frozenset({MANIFEST, DATAPACKAGE, CROISSANT})
_MONTH = re2.compile(rf"^month=(\d{{4}}-(?:0[1-9]|1[0-2])|{UNKNOWN_MONTH})$")
# Folders within a table's own, where somebody may have put some: a link back to one above has no end.
_DEEPEST = 4
# What is read at once while it is hashed.
_CHUNK = 1024 * 1024


def month_of(path: str) -> str | None:
    """The month that a path is of: "2025-01", "unknown"; "" for a table without months; None where a path is not as it must be."""
    table, *folders, _ = path.split("/")
    if table in UNPARTITIONED:
        return None if folders else ""
    found = _MONTH.match(folders[0]) if len(folders) == 1 else None
    return found.group(1) if found else None


def check_file(
    tree: "fs.FileSystem", table: str, path: str, file: "TableFile", *, findings: "Findings"
) -> bool:
    """Whether a file of a table is the one that the manifest names; what is not as it must be goes to the findings."""
    if not path.startswith(f"{table}/") or month_of(path) is None:
        findings.add(
            "path",
            path,
            f"The manifest names a file of {table} that is in no folder of it; a month is written month=2025-01.",
        )
        return False
    (info,) = tree.get_file_info([path])
    if not info.is_file:
        findings.add("missing", path, "The manifest names it and it is not there.")
        return False
    if info.size != file.size:
        findings.add(
            "size",
            path,
            f"It has {info.size} bytes, and the manifest says {file.size}: it was cut or changed.",
        )
        return False
    try:
        digest = _digest(tree, path)
    except OSError as error:
        findings.add("unreadable", path, f"It cannot be read: {error}.")
        return False
    if digest != file.sha256:
        findings.add("sha256", path, f"Its bytes are not those that were written: their SHA-256 is {digest}.")
        return False
    if path.rpartition("/")[2] != part_name(digest):
        findings.add(
            "name", path, f"A file is named for its bytes, and this one's name is {part_name(digest)}."
        )
    return True


def part_name(digest: str) -> str:
    """What a file with that SHA-256 is called."""
    return f"part-{digest[:16]}.parquet"


def find_foreign(tree: "fs.FileSystem", manifest: "Manifest", *, findings: "Findings") -> Iterator[str]:
    """Files and folders that no run wrote; Parquet among a table's is a fault, since readers take it for the table's."""
    named = {path for files in manifest.tables.values() for path in files} | _OURS
    for info in _listed(tree, ""):
        if not info.is_file and info.path in TABLES:
            yield from _find_in_table(tree, info.path, named, findings=findings, depth=_DEEPEST)
        elif info.path not in named and info.path != STATE_INSIDE:
            yield info.path if info.is_file else f"{info.path}/"


def _find_in_table(
    tree: "fs.FileSystem", folder: str, named: set[str], *, findings: "Findings", depth: int
) -> Iterator[str]:
    for info in _listed(tree, folder):
        if info.path in named:
            continue
        if not info.is_file:
            if depth:
                yield from _find_in_table(tree, info.path, named, findings=findings, depth=depth - 1)
        elif info.path.endswith(".parquet"):
            findings.add(
                "unnamed",
                info.path,
                "It lies among a table's files and the manifest does not name it, so that readers get rows too many: move it out.",
            )
        else:
            yield info.path


def _listed(tree: "fs.FileSystem", folder: str) -> "list[fs.FileInfo]":
    """What is in a folder; a link, pipe or device that leads to no file is none of it."""
    from pyarrow import fs  # noqa: PLC0415  # 0.3 CPU-seconds

    found = tree.get_file_info(fs.FileSelector(folder, recursive=False))
    return sorted(
        (info for info in found if info.type in {fs.FileType.File, fs.FileType.Directory}),
        key=lambda info: info.path,
    )


def check_descriptions(tree: "fs.FileSystem", manifest: "Manifest", *, findings: "Findings") -> None:
    """Whether the descriptions are there and name the files that the manifest names."""
    named = sorted(path for files in manifest.tables.values() for path in files)
    for description, tell in _DESCRIBED.items():
        try:
            with tree.open_input_stream(description) as stream:
                told = sorted(tell(json.loads(stream.read())))
        except FileNotFoundError:
            findings.add("missing", description, "It describes the store, and is not there.")
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            findings.add("description", description, "It cannot be read.")
        else:
            if told != named:
                findings.add(
                    "description", description, "It does not describe the files that the manifest names."
                )


def _of_package(package: dict[str, Any]) -> list[str]:
    return [path for resource in package["resources"] for path in resource["path"]]


def _of_croissant(dataset: dict[str, Any]) -> list[str]:
    return [item["contentUrl"] for item in dataset["distribution"] if "contentUrl" in item]


_DESCRIBED = {DATAPACKAGE: _of_package, CROISSANT: _of_croissant}


def _digest(tree: "fs.FileSystem", path: str) -> str:
    digest = sha256()
    with tree.open_input_stream(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
