"""A run with S3 around it: fetch raw files, pull the store, build, push; the loser of a race builds upon the winner."""

import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.build import Outcome, Request, build
from flows.s3.address import read_address
from flows.s3.connection import Connection
from flows.s3.pointer import ReplacedError
from flows.s3.push import push
from flows.s3.working import hold_copy, pull
from transforms.errors import RetryLaterError

if TYPE_CHECKING:
    from flows.build import Watch
    from flows.runner import Runner

# Each loss is another run's success; so many in a row tell of a store that too many runs want at once.
_ATTEMPTS = 8
# A loser waits at random, longer each time, so that the same two do not meet again and again.
_WAIT_SECONDS = 0.5


def build_with_s3(request: Request, *, run: "Runner", watch: "Watch") -> Outcome:
    """Brings a store up to date as `build` does, where the store or raw files of it are on S3.

    Args:
        request: What was asked for, the addresses in its settings.
        run: How a step is run.
        watch: Told what is done, and how much of how much of it.

    Raises:
        UnspunError: One of its kinds, named by what to do next.
    """
    return _build_there(request, run=run, watch=watch)


def _build_there(request: Request, *, run: "Runner", watch: "Watch") -> Outcome:
    started = time.monotonic()
    settings = request.settings
    address = read_address(settings.address or "")
    bucket = Connection(address).bucket(address)
    # The working copy is for the next run only: snapshots are kept on S3.
    here = replace(request, settings=replace(settings, snapshots=1))
    with hold_copy(settings.store, address=str(address)) as paths:
        for attempt in range(_ATTEMPTS):
            try:
                base = run("pull", pull, bucket, paths)
            except ReplacedError:
                continue
            outcome = build(here, run=run, watch=watch)
            if not outcome.is_new or run("push", push, bucket, paths, base, keep=settings.snapshots):
                return replace(outcome, store=str(address), seconds=time.monotonic() - started)  # type: ignore[arg-type]  # what is shown is the address
            time.sleep(random.uniform(0, _WAIT_SECONDS * (attempt + 1)))  # noqa: S311  # no secret
    raise RetryLaterError(
        f"Other runs published {address} {_ATTEMPTS} times while this one was at work, and nothing of it was: run again."
    )
