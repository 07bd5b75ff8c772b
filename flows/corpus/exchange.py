"""Rows go to workers and what they make of them comes back, through Parquet buckets; no row is lost or comes twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from flows.corpus.crew import in_batches
from flows.corpus.segments import DamagedCacheError
from flows.corpus.stream import number, parts
from flows.work.buckets import Bucket, Emptied, read, rows_of, write_buckets

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from flows.corpus.crew import Crew

B = TypeVar("B")

# Fewer rows are sorted and grouped here.
ROWS_HERE = 10_000_000
# One alone has nobody to share with.
LEAST_WORKERS = 2
# A bucket is sorted in memory; one that is larger, as a value of many rows makes it, on the disk.
_BYTES_A_ROW = 64
_SHARE = 1 / 4
# Each is an open file while rows are written.
MAX_BUCKETS = 512
_ROWS_AT_ONCE = 2**17


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Generic[B]):
    """What is made of rows, bucket by bucket.

    Args:
        name: What is done.
        work: Of flows.work: makes a segment out of buckets.
        batch: A batch of it, of some buckets, under a segment's name.
        schema: The columns of the rows; the first one decides the bucket.
        table: Of the segment.
        columns: Of the table, those that are wanted.
    """

    name: str
    work: Callable[[B], Emptied]
    batch: Callable[[list[Bucket], str], B]
    schema: "pa.Schema"
    table: str
    columns: str


def is_worth(rows: int, *, crew: "Crew") -> bool:
    """Whether so many rows are worth an exchange."""
    return rows > ROWS_HERE and crew.run.workers >= LEAST_WORKERS


def exchange(  # noqa: PLR0913  # rows, what is made of them, and by whom
    bench: "duckdb.DuckDBPyConnection",
    question: str,
    *,
    rows: int,
    of: Exchange[B],
    into: str,
    crew: "Crew",
    memory_bytes: int,
) -> None:
    """Has made of the rows of a question what workers make of them.

    Args:
        bench: Where the question is asked.
        question: Gives the rows, in any order.
        rows: How many it gives.
        of: What is made.
        into: The table of the bench that gets it.
        crew: Who makes it.
        memory_bytes: The memory of the run.

    Raises:
        AssertionError: Rows were lost on the way, or came twice.
        DamagedCacheError: What a worker wrote is damaged.
    """
    room = max(1, int(crew.memory_bytes * _SHARE) // _BYTES_A_ROW)
    buckets = write_buckets(
        parts(bench, question, rows=_ROWS_AT_ONCE),
        schema=of.schema,
        count=min(MAX_BUCKETS, max(2 * crew.run.workers, -(-rows // room))),
        desk=crew.desk,
        name=of.name.replace(" ", "-"),
        memory_bytes=memory_bytes,
    )
    _same(rows, sum(bucket.rows for bucket in buckets), "written")
    before = number(bench, f"select count(*) from {into}")  # noqa: S608  # our own words
    taken = made = 0
    for emptied in crew.map(of.name, of.work, _batches(buckets, of=of)):
        path = crew.desk.fetch_folder(emptied.segment) / f"{of.table}.parquet"
        if rows_of(path) != emptied.rows[of.table]:
            raise DamagedCacheError(f"{path} has {rows_of(path)} rows, and {emptied.rows} were made.")
        read(bench, path).project(of.columns).insert_into(into)
        crew.desk.drop(emptied.segment)
        taken += emptied.taken
        made += emptied.rows[of.table]
    _same(rows, taken, "read")
    _same(made, number(bench, f"select count(*) from {into}") - before, "taken in")  # noqa: S608  # our own words
    for bucket in buckets:
        crew.desk.drop(bucket.name)


def _batches(buckets: list[Bucket], *, of: Exchange[B]) -> Iterator[B]:
    for place, some in enumerate(in_batches(buckets, size=lambda bucket: bucket.rows, least=1)):
        yield of.batch(list(some), f"{of.name.replace(' ', '-')}-made-{place:06}")


def _same(expected: int, found: int, done: str) -> None:
    if found != expected:
        raise AssertionError(f"Of {expected} rows {found} were {done}.")
