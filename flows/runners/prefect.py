"""Steps and batches as task runs of the Prefect flow run that they stand in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.runners.local import BATCHES_A_WORKER, Local, in_order
from flows.work.asking import ask
from flows.work.worker import kill_busy

if TYPE_CHECKING:
    from prefect import Task
    from prefect.task_runners import TaskRunner

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")

# There are seven kinds; a server that keeps a row for each of some hundred task runs a run is well.
BATCHES = 8


class Tasks:
    """Runs each step as a task run in this process, and each batch as one on a task runner of Prefect; nothing is cached or kept by Prefect.

    Args:
        task_runner: Where batches are done: in threads of this process, which ask workers of this machine, or on a Dask cluster.
        workers: How many are done at once.
        said: Where they are done, for a person.
    """

    is_elsewhere = False

    def __init__(self, task_runner: "TaskRunner[Any]", *, workers: int, said: str) -> None:
        self.workers, self.said = workers, said
        self.batches = batches_of(workers)
        self._task_runner = task_runner
        self._stack = ExitStack()
        self._is_open = False

    def __enter__(self) -> Self:
        """The task runner is started with the first batch."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the task runner."""
        self._stack.close()

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
        """Calls the step as a task run."""
        return as_task(name, step)(*arguments, **options)

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """What the work gives for each batch, in their order."""
        if not self._is_open:
            self._task_runner = self._stack.enter_context(self._task_runner)
            self._is_open = True

        def do(batch: B) -> R:
            return ask(work, batch)

        numbered = enumerate(batches, start=1)
        try:
            yield from in_order(
                lambda pair: self._task_runner.submit(as_task(f"{name} {pair[0]}", do), {"batch": pair[1]}),
                numbered,
                at_once=self.workers,
            )
        except BaseException:
            kill_busy()
            raise


def batches_of(workers: int) -> int:
    """How many batches of a kind there should be at most, where the server has work with each."""
    return max(BATCHES, BATCHES_A_WORKER * workers)


def tasks_here(*, workers: int = 0) -> Tasks:
    """Task runs in threads of this process, whose batches workers of this machine do.

    Args:
        workers: How many; 0 for as many as there are cores.
    """
    from prefect.task_runners import ThreadPoolTaskRunner  # noqa: PLC0415  # only where batches are done here

    size = Local(workers=workers).workers
    return Tasks(ThreadPoolTaskRunner(max_workers=size), workers=size, said=f"{size} processes")


def as_task(name: str, step: Callable[..., T]) -> "Task[..., T]":
    """The step as a task of this name."""
    return task(name=name, task_run_name=name, cache_policy=NO_CACHE, persist_result=False)(step)
