"""Who does the batches of a run's work, and where what they make is found."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from flows.runners.local import BATCHES_A_WORKER
from flows.work.storage import desk_of

if TYPE_CHECKING:
    from flows.recognizers import Chosen
    from flows.runner import Runner
    from flows.work.storage import Desk, Storage

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")

# A batch becomes a segment, and many small ones cost as much to open as to read (flows.corpus.segments).
SEGMENTS = 20


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Workers and what they share.

    Args:
        run: How batches are run.
        storage: Where workers find and leave files.
        memory_bytes: The memory of each worker.
        recognizer: Who finds entities in articles.
    """

    run: "Runner"
    storage: "Storage"
    memory_bytes: int
    recognizer: "Chosen"

    @cached_property
    def desk(self) -> "Desk":
        """This process's own way to the storage."""
        return desk_of(self.storage)

    @property
    def batches(self) -> int:
        """About how many batches of a kind there are at most."""
        return min(self.run.batches, max(SEGMENTS, BATCHES_A_WORKER * self.run.workers))

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """What the work gives for each batch, in their order."""
        return self.run.map(name, work, batches)


def in_batches(
    things: Sequence[T], *, size: Callable[[T], int], least: int, most: int
) -> Iterator[Sequence[T]]:
    """The things in order, in batches of about one size.

    Args:
        things: What is to be done.
        size: How much work a thing is.
        least: So much is worth a batch of its own.
        most: About so many batches at most.
    """
    room = max(least, -(-sum(map(size, things)) // most))
    start = held = 0
    for place, thing in enumerate(things):
        if held and held + size(thing) > room:
            yield things[start:place]
            start, held = place, 0
        held += size(thing)
    if start < len(things):
        yield things[start:]
