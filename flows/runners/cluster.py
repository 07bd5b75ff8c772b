"""A Dask cluster that is there already: reached, its workers looked at, and what goes wrong there said in a sentence."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from flows.work.errand import drop_errands, own_version, refuse_other, run_errand
from transforms.errors import FixSettingsError, MayPassError, RetryLaterError

if TYPE_CHECKING:
    from distributed import Client

_SCHEMES = ("tcp://", "tls://")
# A scheduler that runs answers in milliseconds.
CONNECT_SECONDS = 10
# Workers that are started with their scheduler join within seconds.
_JOIN_SECONDS = 30
# So often is looked whether there is still a worker while a batch is waited for.
_LOOK_SECONDS = 5
_CLOSE_SECONDS = 5

_SILENT = (
    "No Dask scheduler answers at {address}: start one (dask scheduler), or see whether the address is right."
)
_GONE = "The Dask scheduler at {address} went away while this run was at work; the store is as it was."
_NO_WORKERS = "The Dask scheduler at {address} has no workers: start some (dask worker {address})."
_KILLED = (
    "A batch was given up: the Dask workers that did it died one after the other ({address}). "
    "Give their machines more memory, or lower UNSPUN_MEMORY_BYTES, and run again."
)


def refuse_address(address: str) -> None:
    """Nothing for an address that a scheduler can have.

    Raises:
        FixSettingsError: It is none, or what is needed to reach one is not installed.
    """
    if not address.startswith(_SCHEMES):
        raise FixSettingsError(
            f"{address!r} is no address of a Dask scheduler: give it as in tcp://host:8786."
        )
    try:
        import distributed  # noqa: F401, PLC0415  # an extra, and 0.4 CPU-seconds
    except ImportError as error:
        raise FixSettingsError("--runner dask needs distributed: pip install 'unspun[dask]'.") from error


def connect(address: str) -> "Client":
    """A client of a scheduler that has workers, each of which can do our work.

    Raises:
        FixSettingsError: A worker has another version, or none.
        MayPassError: No scheduler answers, or it has no workers.
    """
    from distributed import Client  # noqa: PLC0415  # as above

    if not os.environ.get("UNSPUN_DEBUG"):
        # What it logs of a lost connection or worker is said by our own sentences; each of its loggers has a level of its own.
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        client = Client(  # type: ignore[no-untyped-call]  # the package tells few types
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, TimeoutError) as error:
        raise MayPassError(_SILENT.format(address=address)) from error
    try:
        with explained(address):
            _refuse_unfit(client, address)
    except BaseException:
        let_go(client)
        raise
    return client


def let_go(client: "Client") -> None:
    """Ends the connection, whether or not anybody is at its other end."""
    with suppress(Exception):
        client.close(timeout=_CLOSE_SECONDS)  # type: ignore[no-untyped-call]  # as above


class _Future(Protocol):
    """Of Dask or of Prefect."""

    def result(self, timeout: float | None = None) -> bytes:
        """Raises TimeoutError where it is not done by then."""


class Awaited:
    """A batch that is under way; waiting for it ends when there is nobody left to do it.

    Args:
        client: Of the cluster.
        future: The batch.
        address: The scheduler's.
    """

    def __init__(self, client: "Client", future: "_Future", *, address: str) -> None:
        self._client, self._future, self._address = client, future, address

    def result(self) -> bytes:
        """What the errand gave.

        Raises:
            MayPassError: There are no workers any more.
        """
        missed = 0
        while True:
            try:
                given = self._future.result(timeout=_LOOK_SECONDS)
            except TimeoutError:
                missed = 0 if threads_of(self._client) else missed + _LOOK_SECONDS
                if missed > _JOIN_SECONDS:
                    raise MayPassError(_NO_WORKERS.format(address=self._address)) from None
            else:
                return given


def drop(client: "Client", exchange: str) -> None:
    """Ends what workers are at for a run that is over, told by its place in the storage; a scheduler that is gone is not waited for."""
    with suppress(Exception):
        if client.status == "running":
            client.run(drop_errands, exchange, on_error="ignore")


def threads_of(client: "Client") -> dict[str, int]:
    """How many batches each worker does at once, by its address."""
    found: dict[str, int] = client.nthreads()  # type: ignore[no-untyped-call]  # the package tells few types
    return found


@contextmanager
def explained(address: str) -> Iterator[None]:
    """Turns what Dask raises into errors of ours.

    Raises:
        MayPassError: The scheduler went away.
        RetryLaterError: Workers died of a batch.
    """
    from distributed import KilledWorker  # noqa: PLC0415  # as above
    from distributed.comm.core import CommClosedError  # noqa: PLC0415  # as above

    try:
        yield
    except (CancelledError, CommClosedError) as error:
        raise MayPassError(_GONE.format(address=address)) from error
    except KilledWorker as error:
        raise RetryLaterError(_KILLED.format(address=address)) from error


def refuse_unreached(client: "Client", url: str) -> None:
    """Nothing where every worker reaches a Prefect API.

    Raises:
        FixSettingsError: One does not, and its task runs would not be recorded.
    """
    for place, found in sorted(client.run(look_at_api, url, on_error="return").items()):
        if found is not True:
            raise FixSettingsError(
                f"The Dask worker {place} does not reach the Prefect API at {url}, which it has to tell of its task runs: "
                "give it an address in PREFECT_API_URL that all machines know."
            )


def look_at_api(url: str) -> bool:
    """Whether somebody answers there, whatever the answer."""
    import httpx  # noqa: PLC0415  # comes with Prefect, for recorded runs only

    try:
        httpx.get(f"{url}/health", timeout=CONNECT_SECONDS)
    except httpx.HTTPError as error:
        # Prefect has its own settings of whom to trust.
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    return True


def do_errand(errand: bytes) -> bytes:
    """Does an errand on the Dask worker that this is called on."""
    from distributed import get_worker  # noqa: PLC0415  # as above

    worker = get_worker()
    # Dask clears that folder, also after a worker that was killed.
    return run_errand(errand, place=f"The Dask worker {worker.address}", folder=worker.local_directory)


def _refuse_unfit(client: "Client", address: str) -> None:
    """Waits for the first worker, and looks whether all that are there have our version; one that joins later tells with its first batch."""
    try:
        client.wait_for_workers(1, timeout=_JOIN_SECONDS)
    except TimeoutError as error:
        raise MayPassError(_NO_WORKERS.format(address=address)) from error
    for place, found in sorted(client.run(own_version, on_error="return").items()):
        if isinstance(found, BaseException):
            raise FixSettingsError(
                f"The Dask worker {place} cannot do the work ({type(found).__name__}: {found}): install unspun there, in this version."
            )
        refuse_other(own_version(), found, place=f"The Dask worker {place}")
