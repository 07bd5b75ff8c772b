"""A runner that says of each step what it did: one line of facts in the run's log, and the seconds of each kind of step."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from flows.manifest import Manifest
from flows.s3.raw import Fetched
from flows.scan import Scan
from flows.work.making import Made
from flows.work.noting import Noted
from flows.work.reading import Read

if TYPE_CHECKING:
    from logging import Logger, LoggerAdapter

    from flows.runner import Runner

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")

# Prefect keeps a row for each; a run has some hundred steps, and a hundred thousand would bury the server.
MAX_TASK_RUNS = 200


class Told:
    """Runs steps by another runner and tells of each.

    Args:
        run: Runs them, as long as there are not too many.
        run_beyond: Runs those beyond MAX_TASK_RUNS.
        logger: Gets the lines.
    """

    def __init__(
        self, run: "Runner", *, run_beyond: "Runner", logger: "Logger | LoggerAdapter[Logger]"
    ) -> None:
        self._run, self._run_beyond, self._logger = run, run_beyond, logger
        self._steps = 0
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
        """What the step gives."""
        started = monotonic()
        run = self._run if self._steps < MAX_TASK_RUNS else self._run_beyond
        self._steps += 1
        given = run(name, step, *arguments, **options)
        spent = monotonic() - started
        kind = name.rstrip("0123456789 ")
        self.seconds[kind] = self.seconds.get(kind, 0.0) + spent
        facts = " ".join(f"{fact}={value}" for fact, value in facts_of(given).items())
        self._logger.info('step="%s" seconds=%.3f %s', name, spent, facts)
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

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """What the work gives for each batch, in their order."""
        for number, given in enumerate(self._run.map(name, work, batches), start=1):
            facts = " ".join(f"{fact}={value}" for fact, value in facts_of(given).items())
            self._logger.info('batch="%s %d" %s', name, number, facts)
            yield given


def facts_of(given: object) -> dict[str, int]:
    """What there is to say of what a step gave."""
    facts: dict[str, int] = {}
    match given:
        case Scan():
            facts |= {"files": len(given.files), "bytes": sum(file.size for file in given.files)}
            facts |= {"refused": len(given.refusals)}
        case Fetched():
            facts |= {"refused": len(given.refusals)}
        case Read():
            entries = given.entries.values()
            quarantined = sum(entry.state == "quarantined" for entry in entries)
            facts |= {"files": given.size, "bytes": sum(entry.size for entry in entries)}
            facts |= {"posts": sum(entry.posts for entry in entries)}
            facts |= {"quarantined": len(given.refusals) + quarantined}
        case Noted():
            facts |= {"files": given.files, "rows": sum(given.rows.values())}
        case Made():
            facts |= {"owners": given.owners, "rows": sum(given.rows.values())}
        case Manifest():
            files = [file for parts in given.tables.values() for file in parts.values()]
            facts |= {"snapshot": given.snapshot, "files": len(files)}
            facts |= {"rows": sum(file.rows for file in files), "bytes": sum(file.size for file in files)}
    return facts
