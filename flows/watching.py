"""The watch: looks at raw again and again, and has what is new handled once it has settled.

It looks on purpose in place of waiting for events of the file system: those do not come over a network disk, nor from S3.
"""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from flows.holding import holds_raw
from flows.lock import refuse_unwritable
from flows.looks import Place
from flows.paths import Paths, paths_for
from flows.patience import may_pass
from flows.report import counted
from flows.s3.working import hold_file
from flows.settings import Settings
from flows.watched import Watched
from transforms.errors import FixSettingsError, MayPassError, RetryLaterError, UnspunError
from transforms.settling import Course, Looks, Verdict, Waits, consider, is_emptied

# As with the tries of a run: a server that restarts takes minutes.
_LONGEST_BACK_OFF_SECONDS = 300.0
_MOST_DOUBLINGS = 16


class Tell(Protocol):
    """Is told what happens."""

    def __call__(self, what: str, sentence: str, /, **facts: object) -> None:
        """What happened, in one word and in one sentence, and its figures."""


class Handle(Protocol):
    """Has what is new handled, by a run or an event."""

    def __call__(self, raws: Sequence[str], looks: Looks, /, *, event_id: str) -> "Handled":
        """What came of it."""


class EndedError(BaseException):
    """Somebody asked the watch to end (SIGTERM)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What came of it.

    Args:
        code: The exit code; 0: it is done.
        may_pass: Whether the same may work later.
        unread: How many files could not be read just now, though the run was well.
    """

    code: int = 0
    may_pass: bool = False
    unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a watch was asked for.

    Args:
        raws: Files and folders by their absolute paths, and addresses.
        settings: Where the store is, and how long to wait after a failure.
        flags: What else decides what comes of a run.
        every: Seconds between two looks.
        waits: How long is waited for files to settle.
        is_mirror: Whether runs forget raw files that are not there.
        is_event: Whether news is told, and read elsewhere.
        is_once: Whether it ends when what is there is handled.
    """

    raws: tuple[str, ...]
    settings: Settings
    flags: tuple[str, ...]
    every: float
    waits: Waits
    is_mirror: bool
    is_event: bool
    is_once: bool


def watch(order: Order, *, handle: Handle, tell: Tell) -> int:
    """Watches until it is ended; with `is_once` until what is there is handled.

    Args:
        order: What was asked for.
        handle: A run, or an event.
        tell: Told what happens.

    Returns:
        The exit code: 0, or of a failed run with `is_once`.

    Raises:
        FixSettingsError: A place is not there at the start and never was; or the store's place cannot be written.
        RetryLaterError: Another watch watches for this store; or with `is_once` a place is away.
    """
    paths = paths_for(order.settings.store)
    refuse_unwritable(paths)
    store = order.settings.address or str(paths.store)
    with hold_file(
        paths.state / "watch.lock",
        said=f"Another watch is there for {store}: end it first, or give this one a --store of its own",
    ):
        return _Watch(order, paths, handle=handle, tell=tell).go()


class _Watch:
    """A watch that is under way."""

    def __init__(self, order: Order, paths: Paths, *, handle: Handle, tell: Tell) -> None:
        self._order, self._handle, self._tell = order, handle, tell
        settings = order.settings
        self._places = [Place(raw, store=paths.store, store_address=settings.address) for raw in order.raws]
        self._note = Watched(paths, order.raws, order.flags)
        known = self._note.load()
        # A store that was taken away is made again; that of a deployment may be elsewhere.
        is_there = order.is_event or settings.address is not None or paths.manifest.exists()
        self._course = Course(handled=known if is_there else None)
        self._is_known = known is not None
        self._away: str | None = None

    def go(self) -> int:
        """Looks, and looks again."""
        order = self._order
        self._tell(
            "watching",
            f"Watching {', '.join(order.raws)}: what is new is handled when nothing has changed for {order.waits.settle:g} seconds.",
            raw=list(order.raws),
        )
        while True:
            wake = time.monotonic() + order.every
            looks = self._look()
            if looks is not None:
                self._course, verdict, due = consider(
                    self._course, looks, now=time.monotonic(), waits=order.waits
                )
                wake = min(wake, due)
                code = self._bring(looks) if verdict is Verdict.HANDLE else 0
                if order.is_once and verdict is not Verdict.WAIT:
                    return code
                if verdict is Verdict.HANDLE:
                    wake = time.monotonic()
            time.sleep(max(0.0, wake - time.monotonic()))

    def _look(self) -> Looks | None:
        """What is there; None where a place is away, which is said once."""
        try:
            looks = tuple(place.look() for place in self._places)
            emptied = self._emptied(looks)
        except (OSError, UnspunError) as error:
            if not (self._is_known or may_pass(error)):
                raise _refused(error) from error
            self._be_away(_refused(error))
            return None
        self._is_known = True
        if emptied:
            self._be_away(emptied)
            return None
        if self._away:
            self._tell("back", "All that is watched is there again.")
            self._away = None
        return looks

    def _emptied(self, looks: Looks) -> RetryLaterError | None:
        """What to say where runs forget what is not there, and a place is empty whose rows the store may have."""
        if not self._order.is_mirror or all(look.files for look in looks):
            return None
        handled = self._course.handled
        emptied = is_emptied(handled, looks, has_rows=handled is None and holds_raw(self._order.settings))
        if not any(emptied):
            return None
        raw = self._order.raws[emptied.index(True)]
        return RetryLaterError(
            f"{raw} is empty, and the store has rows that may be of its files, which --prune would forget: if it is meant to be empty, leave it out."
            if handled is None
            else f"{raw} held files and is empty now, and with --prune all its rows would be forgotten: if that is meant, say unspun run --prune."
        )

    def _be_away(self, error: UnspunError) -> None:
        if self._order.is_once:
            raise error
        why = str(error)
        if why != self._away:
            self._tell("away", f"{why} The watch goes on when it is back.", why=why)
        self._away = why

    def _bring(self, looks: Looks) -> int:
        """Has it handled; gives the exit code. A file that cannot be read time after time is at last left in quarantine."""
        raws = [raw for raw, look in zip(self._order.raws, looks, strict=True) if look.files]
        files, size = sum(look.files for look in looks), sum(look.size for look in looks)
        self._tell(
            "settled",
            f"{', '.join(raws)} with {counted(files, 'file')} of {size:,} bytes: what is new has settled.",
            raw=raws,
            files=files,
            bytes=size,
        )
        handled = self._handle(raws, looks, event_id=self._note.event_id(looks))
        if handled.code or (handled.unread and self._course.failures < self._order.settings.retries):
            self._fail(looks, handled)
        else:
            self._succeed(looks)
        return handled.code

    def _succeed(self, looks: Looks) -> None:
        self._course = self._course.succeed(looks)
        try:
            self._note.save(looks)
        except OSError as error:
            self._tell(
                "unnoted",
                f"What was handled could not be noted ({error.strerror}): a restart handles it once more.",
            )
        else:
            self._tell("handled", "That is handled, and noted.")

    def _fail(self, looks: Looks, handled: Handled) -> None:
        order = self._order
        doubled = order.settings.retry_seconds * 2 ** min(self._course.failures, _MOST_DOUBLINGS)
        wait = max(min(doubled, _LONGEST_BACK_OFF_SECONDS), order.every)
        self._course = self._course.fail(
            looks, retry_at=time.monotonic() + wait if handled.may_pass else None
        )
        again = (
            f"it is tried again in {wait:.0f} seconds"
            if handled.may_pass
            else "it is tried again when something changes, or when the watch is started anew"
        )
        what = (
            f"That failed (exit code {handled.code})"
            if handled.code
            else f"{counted(handled.unread, 'file')} could not be read just now"
        )
        if not order.is_once:
            self._tell("failed", f"{what}: {again}.", exit_code=handled.code)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Within, SIGTERM raises EndedError and SIGINT KeyboardInterrupt, also where a shell had the latter ignored."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise EndedError

    before = {
        number: signal.signal(number, handler)
        for number, handler in ((signal.SIGTERM, end), (signal.SIGINT, signal.default_int_handler))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refused(error: OSError | UnspunError) -> UnspunError:
    """What to say of a place that cannot be looked at."""
    if isinstance(error, UnspunError):
        return error
    kind = MayPassError if may_pass(error) else FixSettingsError
    return kind(
        f"{error.filename or 'A raw folder'} cannot be looked at ({error.strerror}): make it, or name another; "
        "what goes away later is waited for."
    )
