"""A batch of work that is done on another machine: packed here, done there by a worker of that machine, its value packed again.

What passes are bytes that say which version sent them, so that a machine with another one says so before it misreads them.
"""

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import signature
from tempfile import TemporaryDirectory
from threading import get_ident
from typing import TYPE_CHECKING, TypeVar, get_type_hints

import msgspec

from flows.knowledge import version_key
from flows.work.asking import ask
from flows.work.worker import WorkerDiedError, kill_busy
from flows.work.works import result_type
from transforms.errors import FixSettingsError, MayPassError, RetryLaterError

if TYPE_CHECKING:
    from flows.work.storage import Storage

B = TypeVar("B")
R = TypeVar("R")

_ROOM = "flows.work."
# The threads of this process that have an errand, and the run that it is of.
_UNDER_WAY: dict[int, str] = {}
_OTHER_VERSION = (
    "{place} has another version of unspun ({there} there, {here} here), which would make other rows: "
    "install the same there, with the same libraries, and start its worker anew."
)


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """The work, by module and name, what it is done with, and the version of who sent it."""

    module: str
    work: str
    batch: msgspec.Raw
    version: str


def pack(work: Callable[[B], R], batch: B) -> bytes:
    """The errand of doing this work with this batch."""
    return msgspec.msgpack.encode(
        Errand(
            module=work.__module__,
            work=work.__name__,
            batch=msgspec.Raw(msgspec.msgpack.encode(batch)),
            version=own_version(),
        )
    )


def place_of(batch: object) -> str:
    """The place in the storage of the run that a batch is of."""
    storage: Storage = getattr(batch, "storage")  # noqa: B009  # every batch has one, and they have no type in common
    return storage.exchange


def run_errand(data: bytes, *, place: str, folder: str) -> bytes:
    """Does an errand on this machine; gives what `unpack` takes.

    Args:
        data: Of `pack`.
        place: What this machine is called, for what is said.
        folder: Where a folder for this batch is made, which is removed when it is done.

    Raises:
        FixSettingsError: Another version sent it; or the work's own fault.
        UnspunError: The work's own fault.
        OSError: The same.
    """
    errand = msgspec.msgpack.decode(data, type=Errand)
    refuse_other(errand.version, own_version(), place=place)
    if not errand.module.startswith(_ROOM):
        raise FixSettingsError(f"{errand.module} is no work of unspun.")
    work = getattr(import_module(errand.module), errand.work)
    (taken,) = signature(work).parameters
    batch = msgspec.msgpack.decode(errand.batch, type=get_type_hints(work)[taken])
    with TemporaryDirectory(prefix="unspun-", dir=folder) as scratch:
        storage = msgspec.structs.replace(batch.storage, scratch=os.fsencode(scratch))
        _UNDER_WAY[get_ident()] = storage.exchange
        try:
            return msgspec.msgpack.encode(ask(work, msgspec.structs.replace(batch, storage=storage)))
        except TimeoutError as error:
            # As such it would be taken for the errand that is not done yet.
            raise MayPassError(
                f"{place} waited too long for a disk or a network ({error}): run again."
            ) from error
        except FixSettingsError as error:
            # What is to be mended is mended there.
            raise FixSettingsError(f"{place}: {error}") from error
        except WorkerDiedError as error:
            raise RetryLaterError(f"{place} was told that the run is over.") from error
        finally:
            del _UNDER_WAY[get_ident()]


def drop_errands(exchange: str) -> None:
    """Ends the errands of one run that are under way in this process; those of others go on.

    Args:
        exchange: The run's own place in the storage.
    """
    kill_busy({thread for thread, one in list(_UNDER_WAY.items()) if one == exchange})


def unpack(work: Callable[[B], R], data: bytes) -> R:
    """The value of an errand."""
    given: R = msgspec.msgpack.decode(data, type=result_type(work))
    return given


@cache
def own_version() -> str:
    """The version of the code that this process runs, also after another was installed."""
    return version_key()


def refuse_other(here: str, there: str, *, place: str) -> None:
    """Nothing for a machine with the same version.

    Raises:
        FixSettingsError: It has another.
    """
    if here != there:
        raise FixSettingsError(_OTHER_VERSION.format(place=place, here=here, there=there))
