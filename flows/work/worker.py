"""A worker: a process that does one piece of work at a time, and that may be killed and replaced at any moment."""

import atexit
import os
import select
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from threading import get_ident
from typing import IO

import msgspec

from flows.work.frames import receive, send

# Workers that wait for work, those of earlier runs of this process among them: starting one costs more than most files.
_RESTING: "list[Worker]" = []
_BUSY: "set[Worker]" = set()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work by its name (`flows.work.works`), and what it is done with."""

    work: str
    value: msgspec.Raw


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it, or the fault that ended it: its kind, its arguments, and where it happened."""

    value: msgspec.Raw = msgspec.Raw(b"\xc0")
    fault: str = ""
    told: list[str | int | None] = []
    trace: str = ""


class WorkerDiedError(Exception):
    """The worker's process is gone.

    Args:
        code: Its exit code, as subprocess has it; None where it was given no more time.
        is_over: Whether the run that it worked for is over: nobody wants the work any more.
    """

    def __init__(self, code: int | None, *, is_over: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_over = is_over


class Worker:
    """The process, started with the first order."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipes: tuple[IO[bytes], IO[bytes]] | None = None
        self.is_over = False
        self.thread = 0

    def ask(self, order: Order, *, seconds: float | None = None) -> Answer:
        """The answer to an order.

        Args:
            order: What is to be done.
            seconds: The time there is; a process that takes longer is killed.

        Raises:
            WorkerDiedError: The process is gone; the next order gets a new one.
        """
        if self.is_over:
            raise WorkerDiedError(None, is_over=True)
        orders, answers = self._pipes or self._start()
        try:
            send(orders, msgspec.msgpack.encode(order))
            if seconds is not None and not select.select([answers], [], [], seconds)[0]:
                self.stop()
                raise WorkerDiedError(None)
            data = receive(answers)
        except (OSError, ValueError):  # a pipe that another thread closed with `stop` among them
            data = None
        if data is None:
            raise WorkerDiedError(self._end(), is_over=self.is_over)
        return msgspec.msgpack.decode(data, type=Answer)

    def stop(self) -> None:
        """Kills the process."""
        if self._process:
            self._process.kill()
            self._end()

    def kill(self) -> None:
        """Kills the process, for whom another thread waits, for good."""
        self.is_over = True
        if process := self._process:
            process.kill()

    def _start(self) -> tuple[IO[bytes], IO[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("UNSPUN_DEBUG") else subprocess.DEVNULL,
            cwd="/",  # nothing that lies in the working directory is imported
            start_new_session=True,  # an interrupt from the terminal is for the run, which then ends its workers
        )
        if process.stdin is None or process.stdout is None:
            raise AssertionError  # both were asked for
        self._process, self._pipes = process, (process.stdin, process.stdout)
        return self._pipes

    def _end(self) -> int:
        """Waits for the process to be gone; gives its exit code."""
        process, pipes = self._process, self._pipes
        self._process = self._pipes = None
        code = process.wait() if process else 0
        for stream in pipes or ():
            # What is left unsent to a process that is gone cannot be sent.
            with suppress(OSError):
                stream.close()
        return code


@contextmanager
def worker() -> Iterator[Worker]:
    """A worker for some orders, which rests afterwards; after an error, which may have left it at work, it is ended."""
    one = _rested() or Worker()
    one.thread = get_ident()
    _BUSY.add(one)
    try:
        yield one
    except BaseException:
        _BUSY.discard(one)
        one.stop()
        raise
    # From here on nobody ends it with a run that it no longer works for.
    _BUSY.discard(one)
    if one.is_over:
        one.stop()
    else:
        _RESTING.append(one)


def _rested() -> Worker | None:
    with suppress(IndexError):
        return _RESTING.pop()
    return None


def kill_busy(threads: Collection[int] | None = None) -> None:
    """Ends the workers of this process that are at work, or those alone that these threads wait for; they get a WorkerDiedError."""
    for one in list(_BUSY):
        if threads is None or one.thread in threads:
            one.kill()


@atexit.register
def _end_all() -> None:
    """No worker outlives the process that started it."""
    for one in _RESTING:
        one.stop()
