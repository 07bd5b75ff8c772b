"""Steps and batches as task runs of a Prefect flow run, the batches on the workers of a Dask cluster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from contextvars import copy_context
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from prefect.settings import get_current_settings

from flows.runners.cluster import CONNECT_SECONDS, Awaited, do_errand, drop, explained, refuse_unreached
from flows.runners.dask import Dask
from flows.runners.local import in_order
from flows.runners.prefect import as_task, batches_of
from flows.work.errand import pack, place_of, unpack
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from prefect_dask.task_runners import DaskTaskRunner

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")


class DaskTasks:
    """Runs each step as a task run in this process, and each batch as one on a Dask worker, which tells the Prefect API itself.

    Args:
        address: The scheduler's.

    Raises:
        FixSettingsError: As of Dask.
    """

    is_elsewhere = True

    def __init__(self, address: str) -> None:
        self._dask = Dask(address)
        self._stack = ExitStack()
        self._task_runner: DaskTaskRunner | None = None
        self._flow = copy_context()

    def __enter__(self) -> Self:
        """Called in the flow run; nothing is asked of the cluster yet."""
        self._flow = copy_context()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets the cluster go."""
        self._close()

    @property
    def said(self) -> str:
        """The cluster."""
        return self._dask.said

    @property
    def workers(self) -> int:
        """How many batches the cluster does at once."""
        return self._dask.workers

    @property
    def batches(self) -> int:
        """About how many batches of a kind there should be at most."""
        return batches_of(self.workers)

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
        """Calls the step as a task run."""
        return as_task(name, step)(*arguments, **options)

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """What the work gives for each batch, in their order, as `Dask.map`."""
        at_once = self._dask.workers
        with explained(self._dask.address):
            client, task_runner = self._dask.client(), self._opened()

        places: set[str] = set()

        def submit(numbered: tuple[int, B]) -> Awaited:
            number, batch = numbered
            places.add(place_of(batch))
            one, parameters = as_task(f"{name} {number}", do_errand), {"errand": pack(work, batch)}
            # Prefect sends along what it stands in: the step that asks, with its open database, cannot be sent.
            done = self._flow.run(task_runner.submit, one, parameters)
            return Awaited(client, done, address=self._dask.address)

        try:
            with explained(self._dask.address):
                for given in in_order(submit, enumerate(batches, start=1), at_once=at_once):
                    yield unpack(work, given)
        except BaseException:
            for place in places:
                drop(client, place)
            # With its client go the batches that were not begun.
            self._close()
            raise

    def _opened(self) -> "DaskTaskRunner":
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415  # an extra

        if self._task_runner is None:
            url = get_current_settings().api.url
            if not url:
                raise FixSettingsError(
                    "A recorded run on a Dask cluster needs a Prefect server that its workers reach too: name it in PREFECT_API_URL."
                )
            refuse_unreached(self._dask.client(), url)
            runner = DaskTaskRunner(
                address=self._dask.address,
                client_kwargs={"timeout": CONNECT_SECONDS, "set_as_default": False},
            )
            self._task_runner = self._stack.enter_context(runner)
        return self._task_runner

    def _close(self) -> None:
        self._task_runner = None
        self._stack.close()
        self._dask.close()
