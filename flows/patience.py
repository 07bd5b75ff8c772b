"""Trying again what may pass: a run that met an S3 server or a network disk that does not answer just now.

The whole run is what is tried again. It publishes in one step, so what a try that failed has done is not in the store, and
the next one does only what the store does not have. What the user has to mend (settings,
input, a damaged store, a full disk) and a lock that another run holds are never tried again.

A recorded run calls it within its flow, so that one flow run tells of all tries, and leaves Prefect's own `retries` at 0,
which would try again whatever failed:

    build_patiently(request, run=tasks, watch=watch, say=get_run_logger().warning)
"""

import errno
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from flows.paths import MANIFEST
from flows.s3.choice import build_anywhere
from transforms.errors import MayPassError, UnspunError

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from flows.build import Outcome, Request, Watch
    from flows.runner import Runner

# A server that restarts takes minutes; to wait longer than this between two looks wins nothing.
_LONGEST_WAIT_SECONDS = 300.0
# What a disk that is reached over a network, or a connection, gives while it is away. A full disk is not among them.
_PASSING = frozenset(
    getattr(errno, name)
    for name in (
        "EAGAIN",
        "ECONNABORTED",
        "ECONNREFUSED",
        "ECONNRESET",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "EIO",
        "ENETDOWN",
        "ENETRESET",
        "ENETUNREACH",
        "ENOTCONN",
        "EREMOTEIO",
        "ESHUTDOWN",
        "ESTALE",
        "ETIMEDOUT",
    )
    # Not every system has all of them.
    if hasattr(errno, name)
)
# How libraries that are not written in Python tell the number of a fault of the disk: Polars, Arrow.
_TOLD_NUMBER = re.compile(r"[\[(](?:os error|errno) ([0-9]{1,4})[\])]")
# DuckDB tells the words only.
_WORDED = "IOException"


def build_patiently(
    request: "Request", *, run: "Runner", watch: "Watch", say: Callable[[str], None]
) -> "Outcome":
    """Brings a store up to date as `build_anywhere` does, and tries again, with growing waits, where what failed may pass.

    How often and after how long is told by the settings `retries` and `retry_seconds`.

    Args:
        request: What was asked for.
        run: How a step is run.
        watch: Told what is done, and how much of how much of it.
        say: Given one sentence before each wait.

    Raises:
        MayPassError: What may pass did not, in all tries.
        UnspunError: Any other of its kinds, at once.
        KeyboardInterrupt: Also during a wait, which ends at once.
    """
    retries = request.settings.retries
    before = _snapshot(request.settings.store) if retries else None
    tries = 0

    def attempt() -> "Outcome":
        nonlocal tries
        tries += 1
        return build_anywhere(request, run=run, watch=watch)

    try:
        if not retries:
            return attempt()
        outcome = _try_again(attempt, retries=retries, seconds=request.settings.retry_seconds, say=say)
    except Exception as error:
        if not may_pass(error):
            raise
        raise MayPassError(_told(error) + (f" It was tried {tries} times." if tries > 1 else "")) from error
    if tries > 1 and before not in {None, outcome.manifest.snapshot}:
        # The disk went away after a try had published and before it was done: the next found nothing new.
        return replace(outcome, is_new=True)
    return outcome


def may_pass(error: BaseException) -> bool:
    """Whether the same may work in a minute: S3 or a network disk did not answer, whatever that was then called.

    A sentence of ours on a path that "cannot be read" counts by the fault of the disk that it was made of.
    """
    return any(isinstance(cause, MayPassError) or _number(cause) in _PASSING for cause in _causes(error))


def _snapshot(store: Path) -> int | None:
    """The number of the current snapshot of a folder, 0 where there is none; None where it cannot be told."""
    try:
        return msgspec.json.decode((store / MANIFEST).read_bytes(), type=_Numbered).snapshot
    except FileNotFoundError:
        return 0
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Numbered(msgspec.Struct, frozen=True):
    """What is asked of a manifest."""

    snapshot: int


def _try_again(
    attempt: "Callable[[], Outcome]", *, retries: int, seconds: float, say: Callable[[str], None]
) -> "Outcome":
    import tenacity  # noqa: PLC0415  # 0.1 CPU-seconds

    def tell(state: "RetryCallState") -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0
        if error:
            say(
                f"{_told(error)} That was try {state.attempt_number} of {retries + 1}; the next is in {wait:.0f} seconds."
            )

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(may_pass),
        stop=tenacity.stop_after_attempt(retries + 1),
        wait=tenacity.wait_exponential_jitter(multiplier=seconds, max=_LONGEST_WAIT_SECONDS, jitter=seconds),
        before_sleep=tell,
        reraise=True,
    )(attempt)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was made of."""
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__


def _number(error: BaseException) -> int | None:
    """The number of a fault of the disk or the network, by whichever library it comes."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if isinstance(error, UnspunError):
        # Its text may quote a name of a file.
        return None
    told = str(error)
    if found := _TOLD_NUMBER.search(told):
        return int(found[1])
    if type(error).__name__ == _WORDED:
        return next((number for number in sorted(_PASSING) if os.strerror(number) in told), None)
    return None


def _told(error: BaseException) -> str:
    """One sentence on what does not answer."""
    if isinstance(error, UnspunError):
        return str(error)
    number, place = _number(error), getattr(error, "filename", None)
    return (
        f"{place if isinstance(place, str) else 'A file'} could not be read or written just now "
        f"({os.strerror(number) if number else error}): see the disk or the network that it is on, and run again."
    )
