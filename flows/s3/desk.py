"""A storage on S3: what the processes of a run pass each other are objects below the store's state, and each has a folder of its own."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from flows.opened import changing
from flows.s3.address import SCHEME, Address, read_address
from flows.s3.connection import Connection, at_once
from flows.s3.faults import ChangedError, ForbiddenError, MissingError
from flows.s3.parses import fetch_parses, list_parses, send_parses
from flows.s3.sweep import LEFT_OVER
from flows.work.storage import EXCHANGE
from transforms.errors import RetryLaterError, SkipDocumentError, UnspunError

if TYPE_CHECKING:
    from flows.s3.bucket import Listed
    from flows.work.storage import Storage, Wanted

# Below the store; a folder for each run.
_PASSED = f".state/{EXCHANGE}/"
_RAW = "raw"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that was handed over: where its objects are, and their names in it."""

    place: str
    names: list[str]


class S3Desk:
    """A storage on S3.

    A worker has the folder of its batch; the run itself uses the state folder of its working copy.

    Args:
        storage: Where it is.

    Raises:
        FixSettingsError: S3 cannot be reached with what this machine is told of it.
    """

    def __init__(self, storage: "Storage") -> None:
        address = read_address(storage.address)
        self._bucket = _connection(address.bucket).bucket(address)
        self._is_workers = bool(storage.scratch)
        self._passed = f".state/{storage.exchange}/"
        state = Path(os.fsdecode(storage.state))
        self._folder = Path(os.fsdecode(storage.scratch)) if storage.scratch else state / storage.exchange
        self._parses = self._folder / "parses" if storage.scratch else state / "parses"

    def raw(self, wanted: "Wanted") -> Path:
        """Where a raw file can be read; one that was fetched for the last call is gone."""
        if not wanted.origin:
            return Path(os.fsdecode(wanted.path))
        bucket, _, key = wanted.origin.removeprefix(SCHEME).partition("/")
        path = self._folder / _RAW
        try:
            digest = _connection(bucket).bucket(Address(bucket=bucket, prefix="")).download(key, path)
        except MissingError as error:
            raise SkipDocumentError("unreadable", "The object was removed after it was listed.") from error
        except ForbiddenError as error:
            raise SkipDocumentError("unreadable", str(error)) from error
        if digest != wanted.file.sha256:
            raise changing()
        return path

    def gather(self, names: Iterable[str], *, are_doubted: bool) -> None:
        """Fetches what workers made, and sends what they have not."""
        here = set(names)
        there = list_parses(self._bucket)
        fetch_parses(self._bucket, here & there, self._parses)
        send_parses(self._bucket, here if are_doubted else here - there, self._parses)

    def parses(self, wanted: Iterable[str]) -> Path:
        """The folder of the parses; on a worker with these alone."""
        names = set(wanted)
        fetch_parses(self._bucket, names, self._parses)
        for path in self._parses.iterdir() if self._is_workers else ():
            if path.name not in names:
                path.unlink()
        return self._parses

    def keep_parses(self, names: Iterable[str]) -> None:
        """Sends them."""
        send_parses(self._bucket, names, self._parses)

    def put(self, name: str, data: bytes) -> None:
        """Puts down a file for others."""
        self._bucket.put(self._passed + name, data)

    def get(self, name: str) -> bytes:
        """A file that another put down."""
        found = self._bucket.get(self._passed + name)
        if found is None:
            raise self._gone(name)
        return found[0]

    def open_folder(self, name: str) -> Path:
        """A new folder to fill."""
        folder = self._folder / f"{name}.{token_hex(4)}.part"
        folder.mkdir()
        return folder

    def hand_over(self, name: str, folder: Path) -> None:
        """Shows others the folder, by an object of its name that is written last."""
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        # Two that did the same batch never write to one place.
        place = f"{self._passed}{name}.{token_hex(4)}/"
        list(at_once(lambda one: self._bucket.upload(folder / one, place + one), names))
        with suppress(ChangedError):
            self._bucket.put_if(
                self._passed + name, msgspec.json.encode(Handed(place=place, names=names)), etag=None
            )
        shutil.rmtree(folder)

    def take(self, name: str) -> Path:
        """A folder that was handed over, fetched."""
        return self.fetch_folder(name)

    def fetch_folder(self, name: str) -> Path:
        """A folder that was handed over, fetched where it is not here yet."""
        folder = self._folder / name
        if folder.is_dir():
            return folder
        handed = msgspec.json.decode(self.get(name), type=Handed)
        unfinished = self.open_folder(name)

        def fetch(one: str) -> None:
            path = unfinished / one
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._bucket.download(handed.place + one, path)
            except MissingError as error:
                raise self._gone(name) from error

        list(at_once(fetch, handed.names))
        unfinished.rename(folder)
        return folder

    def drop(self, name: str) -> None:
        """Removes a folder that was handed over, here and there."""
        shutil.rmtree(self._folder / name, ignore_errors=True)
        found = self._bucket.get(self._passed + name)
        if found:
            handed = msgspec.json.decode(found[0], type=Handed)
            # What another left that did the same is removed at the end.
            self._bucket.delete([self._passed + name, *(handed.place + one for one in handed.names)])

    def close(self) -> None:
        """Removes all that was passed, and what killed runs left; what cannot be removed now, a later run does."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(UnspunError):
            runs: dict[str, list[Listed]] = {}
            for found in self._bucket.objects(_PASSED):
                runs.setdefault(found.name.removeprefix(_PASSED).partition("/")[0], []).append(found)
            oldest = datetime.now(UTC) - LEFT_OVER
            self._bucket.delete(
                [
                    found.name
                    for left in runs.values()
                    for found in left
                    if found.name.startswith(self._passed)
                    or all(one.changed_at and one.changed_at < oldest for one in left)
                ]
            )

    def _gone(self, name: str) -> RetryLaterError:
        return RetryLaterError(
            f"{name} of this run is gone from {self._bucket.address}: nothing may remove objects below {_PASSED} while it is at work; run again."
        )


@cache
def _connection(bucket: str) -> Connection:
    """One for all batches of a process."""
    return Connection(Address(bucket=bucket, prefix=""))
