"""Reads one raw file after another in a process of its own, which may be killed at any moment: `python -m flows.reader`.

Jobs come in on the standard input and outcomes go out on the standard output, each a frame of typed MessagePack.
"""

import logging
import os
import resource

import msgspec

from flows.frames import receive, send
from flows.reading import Job, read_file
from flows.settings import Caps


def main() -> None:
    """Reads what it is told to until nobody tells it any more."""
    jobs = os.fdopen(os.dup(0), "rb")
    outcomes = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get among the outcomes, and what it logs of a page is told by our own refusals.
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    decoder = msgspec.msgpack.Decoder(Job)
    while (data := receive(jobs)) is not None:
        job = decoder.decode(data)
        _hold(job.caps)
        send(outcomes, msgspec.msgpack.encode(read_file(job)))


def _hold(caps: Caps) -> None:
    """Above the caps an allocation fails, or the process is ended, where the system can hold a process to that."""
    _limit(resource.RLIMIT_AS, caps.max_memory_bytes)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + caps.max_seconds + 1)


def _limit(kind: int, size: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or size <= hard:
        resource.setrlimit(kind, (size, hard))


if __name__ == "__main__":
    main()
