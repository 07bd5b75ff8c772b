"""How a step is run, and where batches of work are done: here, in processes of this machine, as Prefect tasks, on a Dask cluster. Steps do not know."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")


class Runner(Protocol):
    """Runs steps and batches of work."""

    @property
    def said(self) -> str:
        """Where batches were done by now, for a person: "2 processes"."""

    @property
    def workers(self) -> int:
        """How many batches are done at once, at most."""

    @property
    def batches(self) -> int:
        """About how many batches of a kind there should be at most: several for each worker, so that those who are done early find more to do."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether batches are done on other machines, which see of this one only what lies on storage that they share."""

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
        """What the step gives for its arguments."""

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """What the work gives for each batch, in their order; several are done at once, and each may be done more than once.

        Args:
            name: What is done.
            work: A function of flows.work, of one value.
            batches: Are taken as there is somebody to do them.
        """
