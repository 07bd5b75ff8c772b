"""Asks workers: a batch of work goes to a process, and its value or its fault comes back."""

import signal
from collections.abc import Callable
from typing import TypeVar

import msgspec

from flows.work.faults import error_of
from flows.work.worker import Order, Worker, WorkerDiedError, worker
from flows.work.works import WORKS, result_type
from transforms.errors import RetryLaterError

B = TypeVar("B")
R = TypeVar("R")

# A process that died gets its work once more: something else on the machine may have taken the memory.
TRIES = 2


def ask(work: Callable[[B], R], batch: B) -> R:
    """What the work gives for a batch, done by a worker of this machine; work that asks workers itself is done here.

    Raises:
        UnspunError: The work's own fault.
        OSError: The same.
        RetryLaterError: The process died twice.
        WorkerDiedError: It was ended, as the run is over.
    """
    if work.__name__ not in WORKS:
        return work(batch)
    with worker() as one:
        for _ in range(TRIES):
            try:
                return tell(one, work, batch)
            except WorkerDiedError as error:
                if error.is_over:
                    raise
                code = error.code
    if code == -signal.SIGKILL:
        raise RetryLaterError(
            "A worker was killed twice, as the system does where memory runs out: run again when the machine has more, "
            "with fewer of them (UNSPUN_WORKERS), or with a lower UNSPUN_MEMORY_BYTES."
        )
    raise RetryLaterError(
        f"A worker died twice (exit code {code}): run again; UNSPUN_DEBUG=1 shows what it says."
    )


def tell(one: Worker, work: Callable[[B], R], batch: B, *, seconds: float | None = None) -> R:
    """What a worker gives for a batch.

    Raises:
        WorkerDiedError: Its process is gone.
        UnspunError: The work's own fault.
        OSError: The same.
        MemoryError: The same.
    """
    order = Order(work=work.__name__, value=msgspec.Raw(msgspec.msgpack.encode(batch)))
    answer = one.ask(order, seconds=seconds)
    if answer.fault:
        raise error_of(answer)
    given: R = msgspec.msgpack.decode(answer.value, type=result_type(work))
    return given
