"""Raw files on S3, fetched into a folder below the state, which is a mirror of what is there: nothing is fetched twice."""

import errno
import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flows.opened import changing, escape_name
from flows.quarantine import Refusal
from flows.s3.address import Address
from flows.s3.bucket import Bucket, Listed
from flows.s3.connection import Connection, at_once
from flows.s3.faults import ChangedError, ForbiddenError, MissingError
from flows.s3.names import folders_of, is_hidden, refuse_name, stores_in
from flows.s3.pointer import POINTER, SNAPSHOTS
from flows.store import replace_file
from transforms.errors import FixSettingsError, SkipDocumentError

if TYPE_CHECKING:
    from flows.settings import Caps

_DIGEST_CHARS = 16
_FILES = "files"
_FETCHED = "fetched.jsonl"
_ADDRESS = "address"
# As a file that is being written is looked at.
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was fetched.

    Args:
        path: A folder, or a file where the address is an object's; to be given as RAW.
        refusals: What was not fetched, and why.
    """

    path: Path
    refusals: tuple[Refusal, ...]


def fetch_raw(address: Address, folder: Path, *, caps: "Caps", leave_out: Address | None) -> Fetched:
    """Makes a local mirror of the raw files at an address.

    Args:
        address: A prefix, or an object.
        folder: Where mirrors are kept.
        caps: Above these, an object is refused before it is fetched.
        leave_out: The store's address, which may lie below.

    Raises:
        FixSettingsError: Nothing is there, it is a store, or it cannot be reached.
        RetryLaterError: S3 does not answer.
    """
    connection = Connection(address)
    single = _find_object(connection, address)
    place = Address(bucket=address.bucket, prefix=address.prefix.rpartition("/")[0]) if single else address
    bucket = connection.bucket(place)
    digest = sha256(f"{bucket.endpoint} {address}".encode()).hexdigest()[:_DIGEST_CHARS]
    mirror = Mirror(bucket, folder / digest, caps=caps)
    if single:
        name = address.prefix.rpartition("/")[2]
        refusals = mirror.bring({name: Listed(name=name, size=single.size, etag=single.etag)})
        return Fetched(path=mirror.files if refusals else mirror.files / name, refusals=refusals)
    found, refused = _list(bucket, leave_out)
    if not found and not refused:
        raise FixSettingsError(f"{address} holds no object that is a raw file: give another prefix.")
    return Fetched(path=mirror.files, refusals=tuple(sorted({*mirror.bring(found), *refused})))


def list_raw(
    connection: Connection, address: Address, *, leave_out: Address | None
) -> list[tuple[str, int, str]]:
    """Name, size and ETag of every object that `fetch_raw` would fetch, and nothing is fetched; none where nothing is there.

    Args:
        connection: To S3.
        address: A prefix, or an object.
        leave_out: The store's address, which may lie below.

    Raises:
        FixSettingsError: It is a store, or cannot be reached.
        MayPassError: S3 does not answer.
    """
    if single := _find_object(connection, address):
        return [("", single.size, single.etag)]
    found, _ = _list(connection.bucket(address), leave_out)
    return [(name, listed.size, listed.etag) for name, listed in found.items()]


def origin_of(path: Path, *, mirrors: Path) -> str:
    """The address of the object that a raw file was fetched from; "" for one that was not.

    Args:
        path: The raw file.
        mirrors: The folder of all mirrors.
    """
    if not path.is_relative_to(mirrors):
        return ""
    mirror, _, *parts = path.relative_to(mirrors).parts
    try:
        address = (mirrors / mirror / _ADDRESS).read_text(encoding="utf-8")
    except OSError:
        return ""
    return "/".join((address, *parts))


class Mirror:
    """A folder that holds what a prefix holds.

    Args:
        bucket: The prefix.
        folder: Where it is kept, with a note of what was fetched.
        caps: What is fetched at all.
    """

    def __init__(self, bucket: Bucket, folder: Path, *, caps: "Caps") -> None:
        self.files = folder / _FILES
        self._bucket, self._caps = bucket, caps
        self._note = folder / _FETCHED
        self.files.mkdir(parents=True, exist_ok=True)
        told = folder / _ADDRESS
        if not told.exists():
            replace_file(told, str(bucket.address).encode())

    def bring(self, found: dict[str, Listed]) -> tuple[Refusal, ...]:
        """Fetches what is new or changed, and removes what is gone; gives what could not be fetched."""
        refusals: set[Refusal] = set()
        folders = folders_of(name for name in found if not _leads_out(name))
        taken: dict[str, Listed] = {}
        for name, listed in sorted(found.items()):
            try:
                refuse_name(name, folders=folders)
                self._refuse_size(listed.size)
            except SkipDocumentError as error:
                refusals.add(_refusal(name, error))
            else:
                taken[name] = listed
        known = self._known()
        kept = {name for name, listed in taken.items() if self._is_here(name, listed, known)}
        self._remove_all_but(kept)
        wanted = [taken[name] for name in sorted(set(taken) - kept)]
        held = {name: [taken[name].etag, taken[name].size] for name in kept}
        with self._note.open("a", encoding="utf-8") as note:
            for listed, outcome in zip(wanted, at_once(self._fetch, wanted), strict=True):
                if isinstance(outcome, SkipDocumentError):
                    refusals.add(_refusal(listed.name, outcome))
                else:
                    held[listed.name] = [outcome.etag, outcome.size]
                    note.write(f"{json.dumps([listed.name, outcome.etag, outcome.size])}\n")
        if known != held:
            lines = (f"{json.dumps([name, *what])}\n" for name, what in sorted(held.items()))
            replace_file(self._note, "".join(lines).encode())
        return tuple(sorted(refusals))

    def _fetch(self, listed: Listed) -> Listed | SkipDocumentError:
        """Fetches an object as it is listed, or as it is by now; a fault of that one object is given back."""
        path = self.files / listed.name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(_LOOKS):
                self._refuse_size(listed.size)
                try:
                    self._bucket.download(listed.name, path, etag=listed.etag)
                except ChangedError:
                    listed = self._bucket.head(listed.name)
                else:
                    return listed
        except SkipDocumentError as error:
            return error
        except MissingError:
            return SkipDocumentError("unreadable", "The object was removed after it was listed.")
        except ForbiddenError as error:
            return SkipDocumentError("unreadable", str(error))
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            return SkipDocumentError(
                "name_impossible", "Its key is too long for a file's name here: rename the object."
            )
        return changing()

    def _refuse_size(self, size: int) -> None:
        if size > self._caps.max_file_bytes:
            raise SkipDocumentError(
                "too_large",
                f"The object has {size} bytes, more than the {self._caps.max_file_bytes} of max_file_bytes; cut it or raise the cap.",
            )

    def _known(self) -> dict[str, list[str | int]]:
        """What was fetched before; a line that is cut or damaged counts as not there."""
        known: dict[str, list[str | int]] = {}
        with suppress(FileNotFoundError):
            for line in self._note.read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError):
                    name, etag, size = json.loads(line)
                    known[str(name)] = [etag, size]
        return known

    def _is_here(self, name: str, listed: Listed, known: dict[str, list[str | int]]) -> bool:
        path = self.files / name
        return (
            known.get(name) == [listed.etag, listed.size]
            and path.is_file()
            and path.stat().st_size == listed.size
        )

    def _remove_all_but(self, kept: set[str]) -> None:
        for path in sorted(self.files.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                with suppress(OSError):  # not empty
                    path.rmdir()
            elif path.relative_to(self.files).as_posix() not in kept:
                path.unlink()


def _find_object(connection: Connection, address: Address) -> Listed | None:
    if address.is_folder or not address.prefix:
        return None
    with suppress(MissingError):
        return connection.bucket(Address(bucket=address.bucket, prefix="")).head(address.prefix)
    return None


def _list(bucket: Bucket, leave_out: Address | None) -> tuple[dict[str, Listed], set[Refusal]]:
    """Every object that may be a raw file; stores are left out, another's with a word."""
    found = {listed.name: listed for listed in bucket.objects("")}
    refused = set()
    for store in stores_in(found, pointer=POINTER, snapshots=SNAPSHOTS):
        if not store:
            raise FixSettingsError(
                f"{bucket.address} is a store of tables; give the address of the raw scrapes."
            )
        found = {name: listed for name, listed in found.items() if not name.startswith(store)}
        if not _is_at(bucket, store, leave_out):
            name = store.removesuffix("/")
            refused.add(
                _refusal(
                    name,
                    SkipDocumentError("store", "A folder of tables that a run wrote is not walked into."),
                )
            )
    return {
        name: listed
        for name, listed in found.items()
        if not is_hidden(name) and not _is_at(bucket, name, leave_out)
    }, refused


def _is_at(bucket: Bucket, name: str, address: Address | None) -> bool:
    """Whether a name below a bucket's address is that address, or lies below it."""
    if address is None or address.bucket != bucket.address.bucket:
        return False
    return f"{bucket.address.key(name)}/".startswith(f"{address.prefix}/" if address.prefix else "")


def _leads_out(name: str) -> bool:
    return not {"", ".", ".."}.isdisjoint(name.split("/"))


def _refusal(name: str, error: SkipDocumentError) -> Refusal:
    return Refusal(raw_file=escape_name(name), rule=error.rule, detail=error.detail)
