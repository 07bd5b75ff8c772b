"""The storage that the processes of a run share: parses, and a place through which they pass each other instructions and segments.

A run and its workers pass paths, names and counts; rows go through files.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Protocol

import msgspec

from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from flows.paths import Paths
    from flows.scan import RawFile

# Below the state folder, a folder for each run.
EXCHANGE = "exchange"
_UNFINISHED = ".part"


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """Where it is, as a worker is told.

    `state` is the store's state folder as the file system has it, `exchange` this run's own place in it, `address` the store's on S3.
    """

    state: bytes
    exchange: str
    address: str = ""


class Desk(Protocol):
    """What a run or a worker does with the storage."""

    def raw(self, file: "RawFile") -> Path:
        """Where a raw file can be read."""

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

    def raw(self, file: "RawFile") -> Path:
        """Where a raw file can be read."""
        return Path(file.path)

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
