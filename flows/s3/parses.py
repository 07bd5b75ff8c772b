"""Parses on S3: what one machine read, another need not read again; one object for each raw file, packed."""

from typing import TYPE_CHECKING

import zstandard

from flows.parses import parse_path
from flows.s3.connection import at_once
from flows.store import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from flows.manifest import Manifest
    from flows.paths import Paths
    from flows.s3.bucket import Bucket

FOLDER = ".state/parses/"
_SUFFIX = ".zst"
# As the tables are packed.
_LEVEL = 3
# A parse is some times as long as the text of its raw file, which has its cap.
_LARGEST = 8 * 1024**3


def parses_of(manifest: "Manifest | None", paths: "Paths") -> set[str]:
    """Names of the parses that a store is made of."""
    return {
        parse_path(paths.parses, digest, entry.key).name
        for digest, entry in (manifest.raw if manifest else {}).items()
        if entry.state == "read"
    }


def fetch_parses(bucket: "Bucket", names: "Iterable[str]", folder: "Path") -> set[str]:
    """Fetches the parses that are not in a folder; gives the names of those that S3 has not, or not whole."""
    folder.mkdir(parents=True, exist_ok=True)

    def fetch(name: str) -> bool:
        found = bucket.get(object_of(name))
        try:
            with zstandard.ZstdDecompressor().stream_reader(found[0] if found else b"") as packed:
                data = packed.read(_LARGEST)
        except zstandard.ZstdError:
            return False
        if data:
            replace_file(folder / name, data)
        return bool(data)

    wanted = sorted(name for name in names if not (folder / name).is_file())
    return {name for name, is_there in zip(wanted, at_once(fetch, wanted), strict=True) if not is_there}


def send_parses(bucket: "Bucket", names: "Iterable[str]", folder: "Path") -> None:
    """Sends parses that are in a folder."""

    def send(name: str) -> None:
        data = (folder / name).read_bytes()
        bucket.put(object_of(name), zstandard.ZstdCompressor(level=_LEVEL).compress(data))

    list(at_once(send, sorted(names)))


def list_parses(bucket: "Bucket", *, before: "datetime | None" = None) -> set[str]:
    """Names of the parses that S3 has, or of those alone that were written before a time."""
    return {
        found.name.removeprefix(FOLDER).removesuffix(_SUFFIX)
        for found in bucket.objects(FOLDER)
        if before is None or (found.changed_at and found.changed_at < before)
    }


def object_of(name: str) -> str:
    """The object that a parse is in."""
    return f"{FOLDER}{name}{_SUFFIX}"
