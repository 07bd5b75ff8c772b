"""The storage that the processes of a run share: parses, and a place through which they pass each other instructions and segments.

A run and its workers pass paths, names and counts; rows go through files.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Protocol, Self

import msgspec

from flows.opened import RawFile
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from flows.paths import Paths

# Below the state folder, a folder for each run.
EXCHANGE = "exchange"
_UNFINISHED = ".part"


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """Where it is, as a worker is told.

    `state` is the store's state folder as the file system has it, `exchange` this run's own place in it, `address` the
    store's on S3, and then `scratch` a folder that a worker has for one batch.
    """

    state: bytes
    exchange: str
    address: str = ""
    scratch: bytes = b""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A raw file to read: its path as the file system has it, and its address where it was fetched from S3; `file` has no path.

    `is_doubted`: what a run that did not come to its end kept of it does not count.
    """

    file: RawFile
    path: bytes
    origin: str = ""
    is_doubted: bool = False

    @classmethod
    def of(cls, file: RawFile, *, origin: str = "", is_doubted: bool = False) -> Self:
        """The file where it is now."""
        path = os.fsencode(Path(file.path).absolute())
        return cls(file=replace(file, path=""), path=path, origin=origin, is_doubted=is_doubted)


class Desk(Protocol):
    """What a run or a worker does with the storage."""

    def raw(self, wanted: Wanted) -> Path:
        """Where a raw file can be read.

        Raises:
            SkipDocumentError: It is another file by now.
        """

    def gather(self, names: Iterable[str], *, are_doubted: bool) -> None:
        """Sees to it that this process and all workers have these parses; doubted ones are sent whatever was sent before."""

    def parses(self, wanted: Iterable[str]) -> Path:
        """The folder of the parses, after those of these names are in it."""

    def keep_parses(self, names: Iterable[str]) -> None:
        """Shows others the parses that were put into the folder."""

    def put(self, name: str, data: bytes) -> None:
        """Puts down a file for others."""

    def get(self, name: str) -> bytes:
        """A file that another put down."""

    def open_folder(self, name: str) -> Path:
        """A new folder to fill, to be handed over under its name."""

    def hand_over(self, name: str, folder: Path) -> None:
        """Shows others the folder; where a worker that was thought dead was first, its folder stays."""

    def take(self, name: str) -> Path:
        """A folder that was handed over, to be moved away."""

    def fetch_folder(self, name: str) -> Path:
        """A folder that was handed over, to be read; it stays."""

    def drop(self, name: str) -> None:
        """Removes a folder that was handed over and that nobody reads any more; one that is gone is no fault."""

    def close(self) -> None:
        """Removes all that was put down or handed over in this run; called by the run, at its end."""


def share(paths: "Paths", *, address: str | None) -> Storage:
    """The storage of a run that holds the lock; what a killed run left in the exchange is removed."""
    close(paths)
    storage = Storage(
        state=os.fsencode(paths.state.absolute()),
        exchange=f"{EXCHANGE}/{token_hex(8)}",
        address=address or "",
    )
    paths.parses.mkdir(parents=True, exist_ok=True)
    (paths.state / storage.exchange).mkdir(parents=True)
    return storage


def close(paths: "Paths") -> None:
    """Removes what was passed between processes; a worker that is late finds no place any more."""
    shutil.rmtree(paths.state / EXCHANGE, ignore_errors=True)


def desk_of(storage: Storage) -> Desk:
    """The way to a storage."""
    if storage.address:
        from flows.s3.desk import S3Desk  # noqa: PLC0415  # boto3 is an extra

        return S3Desk(storage)
    return FolderDesk(storage)


class FolderDesk:
    """A storage that is a folder which all see under one path.

    Args:
        storage: Where it is.

    Raises:
        FixSettingsError: It is not there.
    """

    def __init__(self, storage: Storage) -> None:
        self._state = Path(os.fsdecode(storage.state))
        self._exchange = self._state / storage.exchange
        if not self._exchange.is_dir():
            raise FixSettingsError(
                f"A worker does not find {self._exchange}: the store must lie on storage that all workers see under the same path."
            )

    def raw(self, wanted: Wanted) -> Path:
        """Where a raw file can be read."""
        return Path(os.fsdecode(wanted.path))

    def gather(self, names: Iterable[str], *, are_doubted: bool) -> None:
        """They are there already."""

    def parses(self, wanted: Iterable[str]) -> Path:  # noqa: ARG002  # all of them are there
        """The folder of the parses."""
        return self._state / "parses"

    def keep_parses(self, names: Iterable[str]) -> None:
        """They are there already."""

    def put(self, name: str, data: bytes) -> None:
        """Puts down a file for others."""
        (self._exchange / name).write_bytes(data)

    def get(self, name: str) -> bytes:
        """A file that another put down."""
        return (self._exchange / name).read_bytes()

    def open_folder(self, name: str) -> Path:
        """A new folder to fill."""
        folder = self._exchange / f"{name}.{token_hex(4)}{_UNFINISHED}"
        folder.mkdir()
        return folder

    def hand_over(self, name: str, folder: Path) -> None:
        """Shows others the folder."""
        try:
            folder.rename(self._exchange / name)
        except OSError:
            if not (self._exchange / name).is_dir():
                raise
            shutil.rmtree(folder)

    def take(self, name: str) -> Path:
        """A folder that was handed over."""
        return self._exchange / name

    def fetch_folder(self, name: str) -> Path:
        """A folder that was handed over."""
        return self._exchange / name

    def drop(self, name: str) -> None:
        """Removes a folder that was handed over."""
        shutil.rmtree(self._exchange / name, ignore_errors=True)

    def close(self) -> None:
        """Removes all that was passed."""
        shutil.rmtree(self._exchange, ignore_errors=True)
