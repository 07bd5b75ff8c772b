"""Does one piece of work after another in a process of its own, which may be killed at any moment: `python -m flows.work`.

Orders come in on the standard input and answers go out on the standard output, each a frame of typed MessagePack.
"""

import logging
import os
import signal

import msgspec

from flows.work.faults import answer_of
from flows.work.frames import receive, send
from flows.work.limits import let_go
from flows.work.worker import Answer, Order
from flows.work.works import work_of


def main() -> None:
    """Does what it is told to until nobody tells it any more."""
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get among the answers, and what it logs of a page is told by our own refusals.
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    # A machine that is shut down tells all processes at once: this one would look as if its file had killed it. It ends with its pipe.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    decoder = msgspec.msgpack.Decoder(Order)
    while (data := receive(orders)) is not None:
        send(answers, msgspec.msgpack.encode(_do(decoder.decode(data))))


def _do(order: Order) -> Answer:
    let_go()
    try:
        work, taken = work_of(order.work)
        given = work(msgspec.msgpack.decode(order.value, type=taken))
        return Answer(value=msgspec.Raw(msgspec.msgpack.encode(given)))
    except Exception as error:  # noqa: BLE001  # whoever asked raises it
        return answer_of(error)


if __name__ == "__main__":
    main()
