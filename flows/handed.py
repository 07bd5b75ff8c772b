"""What a run at a terminal hands to its flow run, in a room of its own: a flow is sent to the workers of a cluster, and this cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.build import Outcome, Request, Watch


@dataclass(slots=True, kw_only=True)
class Handed:
    """What a run at a terminal hands to the flow, and what the flow hands back to it.

    Args:
        request: What was asked for, in place of the parameters.
        watch: Shows the person how far it is.
        outcome: What the run did.
        error: What was wrong.
    """

    request: "Request"
    watch: "Watch"
    outcome: "Outcome | None" = None
    error: Exception | None = None


_handed: ContextVar[Handed | None] = ContextVar("handed", default=None)


@contextmanager
def hand(box: Handed) -> Iterator[None]:
    """Hands something to the flow run that is begun within."""
    token = _handed.set(box)
    try:
        yield
    finally:
        _handed.reset(token)


def what_was_handed() -> Handed | None:
    """What the flow run of this context was handed; None to one that nobody waits for at a terminal."""
    return _handed.get()
