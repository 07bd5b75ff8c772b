"""Looks at raw: names, sizes, times and inodes of the files, listed and not opened, as cheaply as that can be had."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xxhash import xxh3_128_intdigest

from flows.paths import DATAPACKAGE, MANIFEST
from flows.s3.address import is_address, read_address
from transforms.errors import FixSettingsError
from transforms.settling import Look

if TYPE_CHECKING:
    from flows.s3.connection import Connection

_MARKS = {os.fsencode(MANIFEST), os.fsencode(DATAPACKAGE)}
_BITS = 128


class Place:
    """A file, folder or address that is watched.

    Args:
        raw: As it was given.
        store: The store's folder, which is left out.
        store_address: The same of a store on S3.
    """

    def __init__(self, raw: str, *, store: Path, store_address: str | None) -> None:
        self.raw = raw
        self._store = os.fsencode(store.resolve())
        self._leave_out = read_address(store_address) if store_address else None
        self._connection: Connection | None = None

    def look(self) -> Look:
        """What is there now.

        Raises:
            FixSettingsError: It is a store of tables.
            OSError: It is not there, or its disk does not answer.
            UnspunError: S3 does not give it.
        """
        if is_address(self.raw):
            return self._look_there()
        found = Path(self.raw).stat()
        if not stat.S_ISDIR(found.st_mode):
            return take([(b"", found.st_size, _mark(found))])
        return take(self._walk(os.fsencode(os.path.realpath(self.raw))))

    def _look_there(self) -> Look:
        """The same of an address. A connection is kept while it serves: to make one costs more than to list."""
        from flows.s3.connection import Connection  # noqa: PLC0415  # boto3, for addresses only
        from flows.s3.raw import list_raw  # noqa: PLC0415  # the same

        address = read_address(self.raw)
        connection, self._connection = self._connection or Connection(address), None
        listed = list_raw(connection, address, leave_out=self._leave_out)
        self._connection = connection
        return take((name.encode("utf-8", "surrogateescape"), size, etag) for name, size, etag in listed)

    def _walk(self, root: bytes) -> Iterator[tuple[bytes, int, str]]:
        """Path below the folder, size and mark of every file that a scan of the folder would come to."""
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            for entry in _list(folder, is_root=folder == root):
                if entry.name.startswith(b".") or entry.path == self._store:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif state := _state(entry):
                    yield (entry.path[len(root) :], *state)


def _list(folder: bytes, *, is_root: bool) -> list[os.DirEntry[bytes]]:
    """What lies in a folder; nothing where that is a store, or cannot be read for a reason of its own."""
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
    except (PermissionError, FileNotFoundError, NotADirectoryError):
        # It may have gone while it was looked for: the next look is another anyway.
        if is_root:
            raise
        return []
    if not {entry.name for entry in entries} >= _MARKS:
        return entries
    if is_root:
        raise FixSettingsError(
            f"{os.fsdecode(folder)} is a store of tables; give the folder of the raw scrapes."
        )
    return []


def take(files: Iterable[tuple[bytes, int, str]]) -> Look:
    """A look at files, each with its name, size, and what changes with its content."""
    total, count, size = 0, 0, 0
    for name, length, mark in files:
        # The sum does not depend on the order, so nothing is sorted or kept.
        total += xxh3_128_intdigest(b"%s\0%d\0%s" % (name, length, mark.encode()))
        count += 1
        size += length
    return Look(fingerprint=f"{total % (1 << _BITS):032x}", files=count, size=size)


def _state(entry: os.DirEntry[bytes]) -> tuple[int, str] | None:
    """Size and mark of a file, of a link those of the file that it leads to; None for what is no file."""
    try:
        found = entry.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError) or entry.is_symlink():
            return None
        raise
    return (found.st_size, _mark(found)) if stat.S_ISREG(found.st_mode) else None


def _mark(found: os.stat_result) -> str:
    """What is another in a file that was replaced, also by one of the same size and time, as rsync and tar leave them."""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
