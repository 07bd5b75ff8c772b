"""A run at the terminal that is recorded as a Prefect flow run."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
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
    with hand(box), _leaving_in_order():
        unspun(
            raw=[*(plain(str(raw)) for raw in request.raws), *settings.sources],
            store=settings.address or plain(str(settings.store)),
            prune=request.is_mirror,
            rebuild=request.is_rebuild,
            fields=dict(settings.fields),
            runner=settings.runner,
            dask_address=settings.dask_address or None,
            return_state=True,
        )
    if box.error:
        raise box.error
    if not box.outcome:
        raise RetryLaterError("Prefect did not let the run begin; look at its server's log, and run again.")
    return box.outcome


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
