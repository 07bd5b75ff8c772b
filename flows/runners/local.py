"""Batches in processes of this machine: as many as there is work for, up to the number of cores."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from typing import Protocol, TypeVar

from flows.work.asking import ask
from flows.work.worker import kill_busy

B = TypeVar("B")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")

MAX_AUTOMATIC = 8
# So many for each worker that those who are done early find more to do.
BATCHES_A_WORKER = 4
# Where a batch costs nothing, there are so many that a person sees how far the run is.
BATCHES = 60


class Local:
    """Runs steps in this process, and batches in so many processes; where there is one batch, or one process, in this.

    Raw files are read by a process of their own in any case.

    Args:
        workers: How many processes; 0 for as many as there are cores, at most MAX_AUTOMATIC.
    """

    is_elsewhere = False

    def __init__(self, *, workers: int = 0) -> None:
        self.workers = workers or min(cores(), MAX_AUTOMATIC)
        self.batches = max(BATCHES, BATCHES_A_WORKER * self.workers)
        self._used = 1

    @property
    def said(self) -> str:
        """How many processes were at work together."""
        return "1 process" if self._used == 1 else f"{self._used} processes"

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:  # noqa: ARG002  # a Runner names its steps
        """Calls the step."""
        return step(*arguments, **options)

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:  # noqa: ARG002  # the same
        """What the work gives for each batch, in their order."""
        rest = iter(batches)
        first = list(islice(rest, 2))
        if self.workers == 1 or len(first) == 1:
            yield from map(work, chain(first, rest))
            return
        threads = ThreadPoolExecutor(self.workers, thread_name_prefix="worker")
        try:
            yield from in_order(
                lambda batch: threads.submit(ask, work, batch),
                self._counted(chain(first, rest)),
                at_once=self.workers,
            )
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            kill_busy()
            raise
        finally:
            threads.shutdown()

    def _counted(self, batches: Iterable[B]) -> Iterator[B]:
        for number, batch in enumerate(batches, start=1):
            self._used = max(self._used, min(number, self.workers))
            yield batch


class Awaited(Protocol[R_co]):
    """A batch that is under way."""

    def result(self) -> R_co:
        """What the work gave, when it is done."""


def in_order(submit: Callable[[B], Awaited[R]], batches: Iterable[B], *, at_once: int) -> Iterator[R]:
    """The results of batches in their order; a few more than are done at once are under way, so that nobody waits."""
    under_way: deque[Awaited[R]] = deque()
    for batch in batches:
        under_way.append(submit(batch))
        if len(under_way) >= 2 * at_once:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
