"""A run at the terminal that is recorded as a Prefect flow run."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from flows.quiet import be_quiet
from flows.server import refuse_silent
from transforms.errors import RetryLaterError

if TYPE_CHECKING:
    from types import FrameType

    from flows.build import Outcome, Request, Watch

# As a shell says it of a process that a signal ended.
_BY_SIGNAL = 128
# Prefect refuses parameters of more than 524,288 bytes, and a path may have 4,096.
_SHOWN_RAWS = 50


def build_recorded(request: "Request", *, watch: "Watch") -> "Outcome":
    """The same run as `build`, recorded by the configured Prefect API, or by a server started for it.

    Raises:
        RetryLaterError: The configured API does not answer.
        UnspunError: As `build` does; the flow run then stands as failed.
    """
    be_quiet(os.environ)
    if url := os.environ.get("PREFECT_API_URL"):
        refuse_silent(url, otherwise="unset PREFECT_API_URL to run without a record")
    from flows.flow import unspun  # noqa: PLC0415  # 1.5 CPU-seconds, for recorded runs only
    from flows.handed import Handed, hand  # noqa: PLC0415  # with it
    from flows.report import plain  # noqa: PLC0415  # with it

    settings = request.settings
    box = Handed(request=request, watch=watch)
    with hand(box), _leaving_in_order(), _holding_nothing():
        unspun(
            raw=shown_raws([*(plain(str(raw)) for raw in request.raws), *settings.sources]),
            store=settings.address or plain(str(settings.store)),
            prune=request.is_mirror,
            rebuild=request.is_rebuild,
            fields=dict(settings.fields),
            runner=settings.runner,
            dask_address=settings.dask_address or None,
            recognizer=settings.recognizer,
            return_state=True,
        )
    if box.error:
        _let_go(box.error)
        raise box.error
    if not box.outcome:
        raise RetryLaterError("Prefect did not let the run begin; look at its server's log, and run again.")
    return box.outcome


def shown_raws(raws: Sequence[str]) -> list[str]:
    """What the record shows of the raw files: the first of them, and how many more there are."""
    more = len(raws) - _SHOWN_RAWS
    return [*raws[:_SHOWN_RAWS], *([f"… and {more:,} more"] if more > 0 else [])]


@contextmanager
def _holding_nothing() -> Iterator[None]:
    """An interruption holds nothing of the run that it ended: Prefect keeps it, and DuckDB complains at exit of what is still open."""
    try:
        yield
    except BaseException as error:
        _let_go(error)
        raise


def _let_go(error: BaseException) -> None:
    """Empties the frames that an error came through, and those that it was made of; where it was is still told."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            traceback.clear_frames(one.__traceback__)
            waiting += filter(None, (one.__cause__, one.__context__))


@contextmanager
def _leaving_in_order() -> Iterator[None]:
    """A SIGTERM ends this process by way of its exit, where Prefect ends the server that it started; else that would stay."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: "FrameType | None") -> NoReturn:  # noqa: ARG001  # a handler's parameters
    sys.exit(_BY_SIGNAL + number)
