"""Batches on the workers of a Dask cluster, each of which asks a killable process of its own machine; steps stay here."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import uuid4

from flows.runners.cluster import (
    Awaited,
    connect,
    do_errand,
    drop,
    explained,
    let_go,
    refuse_address,
    threads_of,
)
from flows.runners.local import BATCHES, BATCHES_A_WORKER, in_order
from flows.work.errand import pack, place_of, unpack
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from distributed import Client, Future

    from flows.runners.dask_tasks import DaskTasks

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")


def tasks_on_dask(address: str) -> "DaskTasks":
    """The runner of a recorded run: steps are task runs here, batches are task runs on the cluster.

    Raises:
        FixSettingsError: It is no address, or `prefect-dask` is not installed.
    """
    refuse_address(address)
    if find_spec("prefect_dask") is None:
        raise FixSettingsError(
            "A recorded run on a Dask cluster needs prefect-dask: pip install 'unspun[dask]'."
        )
    from flows.runners.dask_tasks import DaskTasks  # noqa: PLC0415  # 1.5 CPU-seconds, for recorded runs only

    return DaskTasks(address)


class Dask:
    """Runs steps in this process, and batches on a cluster that is there already.

    It is connected to when there is a batch: a run with nothing new needs no cluster.

    Args:
        address: The scheduler's.

    Raises:
        FixSettingsError: It is no address, or `distributed` is not installed.
    """

    is_elsewhere = True

    def __init__(self, address: str) -> None:
        refuse_address(address)
        self.address = address
        self._client: Client | None = None
        self._there = 0

    def __enter__(self) -> Self:
        """Nothing is asked of the cluster yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets the cluster go."""
        self.close()

    @property
    def said(self) -> str:
        """The cluster, and how many workers it had when it was last looked at."""
        count = f"{self._there} Dask worker{'' if self._there == 1 else 's'}" if self._there else "Dask"
        return f"{count} at {self.address}"

    @property
    def workers(self) -> int:
        """How many batches the cluster does at once: the threads of its workers.

        Raises:
            FixSettingsError: A worker cannot do the work.
            MayPassError: There is no scheduler, or no worker.
        """
        with explained(self.address):
            threads = threads_of(self.client())
        self._there = len(threads)
        return sum(threads.values()) or 1

    @property
    def batches(self) -> int:
        """About how many batches of a kind there should be at most."""
        return max(BATCHES, BATCHES_A_WORKER * self.workers)

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:  # noqa: ARG002  # a Runner names its steps
        """Calls the step."""
        return step(*arguments, **options)

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """What the work gives for each batch, in their order; one whose worker dies is done by another.

        Raises:
            FixSettingsError: A worker cannot do the work.
            MayPassError: There is no scheduler, or no worker.
            UnspunError: The work's own fault.
        """
        at_once = self.workers
        client = self.client()
        under_way: deque[Future[bytes]] = deque(maxlen=2 * at_once)
        places: set[str] = set()

        def submit(batch: B) -> Awaited:
            places.add(place_of(batch))
            key = f"{name.replace(' ', '_')}-{uuid4().hex}"
            under_way.append(client.submit(do_errand, pack(work, batch), key=key, pure=False))
            return Awaited(client, under_way[-1], address=self.address)

        try:
            with explained(self.address):
                for given in in_order(submit, batches, at_once=at_once):
                    yield unpack(work, given)
        except BaseException:
            with suppress(Exception):
                client.cancel(list(under_way))  # type: ignore[no-untyped-call]  # the package tells few types
            for place in places:
                drop(client, place)
            self.close()
            raise

    def client(self) -> "Client":
        """The connection, which is made where there is none.

        Raises:
            FixSettingsError: A worker cannot do the work.
            MayPassError: There is no scheduler, or no worker.
        """
        if self._client is None:
            self._client = connect(self.address)
        return self._client

    def close(self) -> None:
        """Lets the cluster go; the next batch is for a new connection."""
        if self._client:
            let_go(self._client)
        self._client = None
