"""What a recorded run leaves in Prefect for people to see: a table of its counts, what changed, and how far a long run is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, cast

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.quarantine import count_rules
from flows.report import plain

if TYPE_CHECKING:
    from uuid import UUID

    from flows.build import Outcome, Watch

RUN_KEY = "unspun-run"
CHANGES_KEY = "unspun-changes"
PROGRESS_KEY = "unspun-progress"

# A person who waits longer looks for a sign of life; below, the run is over before the page is open.
_LONG_SECONDS = 30.0
# So many files take minutes.
_MANY = 5_000
# Each is a request to the API of some 20 ms.
_BETWEEN_SECONDS = 5.0

# Rules are some hundred; a table of an artifact is looked at by people.
_REASONS = 50

Row = dict[str, str | int | float]


def run_table(outcome: "Outcome", *, tree: Path, seconds: Mapping[str, float]) -> list[Row]:
    """The run's counts by step and reason.

    Args:
        outcome: Of the run.
        tree: The folder of its tables; of a store on S3, that of the working copy.
        seconds: What each step took.
    """
    return [
        {"step": step, "count": count, "reason": reason, "value": value}
        for step, count, reason, value in (
            *_counts(outcome),
            *(("publish", "blocks removed", reason, count) for reason, count in _removed(outcome, tree)),
            *(("seconds", step, "", round(spent, 3)) for step, spent in seconds.items()),
            ("seconds", "all", "", round(outcome.seconds, 3)),
        )
    ]


def _counts(outcome: "Outcome") -> Iterator[tuple[str, str, str, int]]:
    manifest = outcome.manifest
    files = [refusal for refusal in outcome.quarantined if not refusal.place]
    records = [refusal for refusal in outcome.quarantined if refusal.place]
    yield "read", "files read", "", outcome.read
    yield "read", "files unchanged", "", outcome.unchanged
    yield "read", "files forgotten", "", len(outcome.forgotten)
    yield from (("read", "files quarantined", rule, count) for rule, count in count_rules(files).items())
    yield from (("read", "records quarantined", rule, count) for rule, count in count_rules(records).items())
    yield from (
        ("compose", name.replace("_", " "), "", count) for name, count in sorted(manifest.counts.items())
    )
    yield from (
        ("compose", "rows quarantined", rule, count)
        for rule, count in count_rules(manifest.refused_rows).items()
    )
    yield "publish", "snapshot", "" if outcome.is_new else "nothing new", manifest.snapshot
    yield from (
        ("publish", "rows", table, sum(file.rows for file in parts.values()))
        for table, parts in sorted(manifest.tables.items())
    )


def _removed(outcome: "Outcome", tree: Path) -> list[tuple[str, int]]:
    """How many blocks were removed for each reason, the most first; nothing where a later run has replaced the tables."""
    if not outcome.is_new:
        return []
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415  # a run with nothing new needs none

    counts: Counter[str] = Counter()
    with suppress(OSError):
        for name in outcome.manifest.tables.get("boilerplate", {}):
            with ParquetFile(tree / name) as file:
                columns = file.read(columns=["reason", "occurrences"])
            sums = columns.group_by("reason").aggregate([("occurrences", "sum")]).to_pylist()
            counts.update({row["reason"]: row["occurrences_sum"] for row in sums})
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_REASONS]


def leave_table(outcome: "Outcome", *, tree: Path, seconds: Mapping[str, float]) -> None:
    """Leaves the counts of a run as a table artifact of the flow run."""
    create_table_artifact(
        run_table(outcome, tree=tree, seconds=seconds),
        key=RUN_KEY,
        description=plain(f"Snapshot {outcome.manifest.snapshot} of {outcome.store}"),
    )


def leave_changes(markdown: str, outcome: "Outcome") -> None:
    """Leaves what changed since the snapshot before as a Markdown artifact of the flow run."""
    create_markdown_artifact(
        markdown,
        key=CHANGES_KEY,
        description=plain(f"What is other in snapshot {outcome.manifest.snapshot} of {outcome.store}"),
    )


class Progress:
    """Watches a run for somebody, and tells Prefect how far it is where that takes long.

    Args:
        watch: Told all of it too.
    """

    def __init__(self, watch: "Watch") -> None:
        self._watch = watch
        self._started = self._told = monotonic()
        self._artifact: UUID | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        """So much of so much is done of what is under way."""
        self._watch(what, done, total)
        now = monotonic()
        if not total or (self._artifact and now - self._told < _BETWEEN_SECONDS):
            return
        if not self._artifact and total < _MANY and now - self._started < _LONG_SECONDS:
            return
        self._told = now
        self._tell(100 * done / total, f"{what}: {done:,} of {total:,}")

    def end(self) -> None:
        """The run is done, and a progress that was begun says so."""
        if self._artifact:
            self._tell(100.0, "done")

    def _tell(self, percent: float, said: str) -> None:
        # Who cannot be told now is told later; the run goes on.
        with suppress(Exception):
            if self._artifact:
                update_progress_artifact(self._artifact, percent, description=said)
            else:
                made = create_progress_artifact(percent, key=PROGRESS_KEY, description=said)
                self._artifact = cast("UUID", made)  # a coroutine only where it is called in one
