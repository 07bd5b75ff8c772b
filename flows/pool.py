"""The reading processes: a few, each reads one raw file at a time, and one that takes too long is killed and replaced."""

import atexit
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

import msgspec

from flows.frames import receive, send
from flows.parses import Parse
from flows.reading import Job, Outcome, conclude

# Reading takes about a second of one core for so many bytes: less work does not pay for another process.
BYTES_FOR_ANOTHER = 2 * 1024 * 1024
MAX_AUTOMATIC = 8
# A process that died on a file gets the file once more, in case an earlier one had left it unwell.
_TRIES = 2


# Readers that wait for work, those of earlier runs of this process among them: starting one costs more than most files.
_RESTING: "list[_Reader]" = []


class Pool:
    """Reading processes, started when they are needed and used again, also by later runs of the same process.

    Args:
        workers: How many; 0 for as many as there are cores and work for them.
        on_read: Told each time a file is done.
    """

    def __init__(self, *, workers: int, on_read: Callable[[], None]) -> None:
        self._workers = workers
        self._on_read = on_read
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        self._readers: list[_Reader] = []

    def __enter__(self) -> Self:
        """No process is started before the first file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets the processes rest; after an error, which may have left one at work, it ends them."""
        if kind is None:
            _RESTING.extend(self._readers)
        else:
            for reader in self._readers:
                reader.stop()
        self._readers = []

    def read(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Outcome]]:
        """The outcome of each job, in no order."""
        self._grow(jobs)
        threads = ThreadPoolExecutor(max_workers=len(self._readers), thread_name_prefix="reader")
        try:
            futures: dict[Future[Outcome], Job] = {threads.submit(self._read_one, job): job for job in jobs}
            for future in as_completed(futures):
                self._on_read()
                yield futures[future], future.result()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            for reader in self._readers:
                reader.stop()
            raise
        threads.shutdown()

    def _grow(self, jobs: Sequence[Job]) -> None:
        work = sum(job.file.size for job in jobs)
        wanted = self._workers or min(_cores(), MAX_AUTOMATIC, 1 + work // BYTES_FOR_ANOTHER)
        while len(self._readers) < min(max(wanted, 1), max(len(jobs), 1)):
            reader = _RESTING.pop() if _RESTING else _Reader()
            self._readers.append(reader)
            self._idle.put(reader)

    def _read_one(self, job: Job) -> Outcome:
        reader = self._idle.get()
        try:
            return _read_with(reader, job)
        finally:
            self._idle.put(reader)


def _read_with(reader: "_Reader", job: Job) -> Outcome:
    refusal = Parse()
    for _ in range(_TRIES):
        outcome = reader.read(job)
        if isinstance(outcome, Outcome):
            return outcome
        refusal = outcome
        if refusal.rule == "took_too_long":
            break
    return conclude(job, refusal)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Reader:
    """One reading process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipes: tuple[IO[bytes], IO[bytes]] | None = None

    def read(self, job: Job) -> Outcome | Parse:
        """The job's outcome, or a refusal of its file where the process had to be killed or died."""
        jobs, outcomes = self._pipes or self._start()
        try:
            send(jobs, msgspec.msgpack.encode(job))
            if not select.select([outcomes], [], [], job.caps.max_seconds)[0]:
                self.stop()
                return _too_long(job)
            data = receive(outcomes)
        except OSError:
            data = None
        if data is None:
            return self._bury(job)
        outcome = msgspec.msgpack.decode(data, type=Outcome)
        if outcome.entry and outcome.entry.rule == "out_of_memory":
            self.stop()
        return outcome

    def stop(self) -> None:
        """Kills the process; the next file gets a new one."""
        if self._process:
            self._process.kill()
            self._end()

    def _start(self) -> tuple[IO[bytes], IO[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("UNSPUN_DEBUG") else subprocess.DEVNULL,
            cwd="/",  # nothing that lies in the working directory is imported
            start_new_session=True,  # an interrupt from the terminal is for the run, which then ends its readers
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

    def _bury(self, job: Job) -> Parse:
        code = self._end()
        if code == -signal.SIGXCPU:
            return _too_long(job)
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        if code == -signal.SIGKILL:
            return Parse(
                rule="out_of_memory",
                detail="The system killed the process that read it, as it does where memory runs out; cut the file.",
            )
        return Parse(
            rule="reader_died", detail=f"The process that read it died ({cause}); please report this."
        )


def _too_long(job: Job) -> Parse:
    return Parse(
        rule="took_too_long",
        detail=f"Reading it took more than the {job.caps.max_seconds} seconds of max_seconds; cut it or raise the cap.",
    )


@atexit.register
def _end_all() -> None:
    """No reader outlives the process that started it."""
    for reader in _RESTING:
        reader.stop()
