"""A run with S3 around it: fetch raw files, pull the store, build, push; the loser of a race builds upon the winner."""

import random
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from flows.build import Outcome, Request, build
from flows.lock import refuse_unwritable
from flows.paths import paths_for
from flows.s3.address import read_address
from flows.s3.connection import Connection
from flows.s3.pointer import ReplacedError
from flows.s3.push import push
from flows.s3.raw import fetch_raw
from flows.s3.working import hold_copy, hold_file, pull
from flows.scan import Scan
from transforms.errors import FixSettingsError, MayPassError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flows.build import Watch
    from flows.paths import Paths
    from flows.quarantine import Refusal
    from flows.runner import Runner

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")

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
    started = time.monotonic()
    address = request.settings.address
    with ExitStack() as stack:
        if address:
            paths = stack.enter_context(hold_copy(request.settings.store, address=address))
            refuse_unwritable(paths)
        else:
            paths = paths_for(request.settings.store)
            refuse_unwritable(paths)
        request, run = _with_sources(request, paths, run=run, stack=stack)
        outcome = (
            _publish(request, paths, run=run, watch=watch)
            if address
            else build(request, run=run, watch=watch)
        )
    return replace(outcome, seconds=time.monotonic() - started)


def _with_sources(
    request: Request, paths: "Paths", *, run: "Runner", stack: ExitStack
) -> tuple[Request, "Runner"]:
    """The request with the mirrors of its sources among the raws, and a runner whose scan tells what was not fetched."""
    settings = request.settings
    if not settings.sources:
        return request, run
    folder = paths.mirrors
    folder.mkdir(parents=True, exist_ok=True)
    stack.enter_context(
        hold_file(folder / "lock", said=f"Another run is fetching raw files for {paths.store}")
    )
    store = read_address(settings.address) if settings.address else None
    fetched = []
    for source in settings.sources:
        address = read_address(source)
        if store and f"{address}/".startswith(f"{store}/"):
            raise FixSettingsError(
                f"{source} lies in the store {store}; give the address of the raw scrapes."
            )
        fetched.append(run("fetch", fetch_raw, address, folder, caps=settings.caps, leave_out=store))
    refusals = {refusal for one in fetched for refusal in one.refusals}
    raws = (*request.raws, *(one.path for one in fetched))
    return replace(request, raws=raws), _Telling(run, refusals)


class _Telling:
    """Runs steps; what was not fetched is left out of the scan with its reason, as what could not be read is."""

    def __init__(self, run: "Runner", refusals: "set[Refusal]") -> None:
        self._run, self._refusals = run, refusals

    def __call__(self, name: str, step: "Callable[..., T]", /, *arguments: object, **options: object) -> T:
        """What the step gives."""
        given = self._run(name, step, *arguments, **options)
        if isinstance(given, Scan):
            return replace(given, refusals=tuple(sorted({*given.refusals, *self._refusals})))
        return given

    @property
    def said(self) -> str:
        """Where batches were done by now."""
        return self._run.said

    @property
    def workers(self) -> int:
        """How many batches are done at once."""
        return self._run.workers

    @property
    def batches(self) -> int:
        """About how many batches of a kind there should be at most."""
        return self._run.batches

    @property
    def is_elsewhere(self) -> bool:
        """Whether batches are done on other machines."""
        return self._run.is_elsewhere

    def map(self, name: str, work: "Callable[[B], R]", batches: "Iterable[B]") -> "Iterator[R]":
        """What the work gives for each batch, in their order."""
        return self._run.map(name, work, batches)


def _publish(request: Request, paths: "Paths", *, run: "Runner", watch: "Watch") -> Outcome:
    settings = request.settings
    address = read_address(settings.address or "")
    bucket = Connection(address).bucket(address)
    # Snapshots are kept on S3; here only what the next run builds upon.
    here = replace(request, settings=replace(settings, snapshots=1))
    for attempt in range(_ATTEMPTS):
        try:
            base = run("pull", pull, bucket, paths)
        except ReplacedError:
            continue
        outcome = build(here, run=run, watch=watch)
        if not outcome.is_new or run(
            "push", push, bucket, paths, base, keep=settings.snapshots, has_parses=run.is_elsewhere
        ):
            return replace(outcome, store=str(address))  # type: ignore[arg-type]  # what is shown is the address
        time.sleep(random.uniform(0, _WAIT_SECONDS * (attempt + 1)))  # noqa: S311  # no secret
    raise MayPassError(
        f"Other runs published {address} {_ATTEMPTS} times while this one was at work, and nothing of it was: run again."
    )
