"""Rows go to workers and what they make of them comes back, through Parquet buckets; no row is lost or comes twice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from flows.corpus.crew import in_batches
from flows.corpus.segments import DamagedCacheError
from flows.corpus.stream import number
from flows.work.buckets import Bucket, Emptied, read, rows_of, write_buckets

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from flows.corpus.crew import Crew

B = TypeVar("B")

# Fewer rows are sorted and grouped here: one sorts a row in 0.2 µs, and needs 0.1 to write it to a bucket and take in what came of it
# (measured at 10 and 90 million); with two workers that comes to the same, with more it pays.
ROWS_HERE = 50_000_000
# One alone has nobody to share with.
LEAST_WORKERS = 2
# A bucket is sorted in memory; one that is larger, as a value of many rows makes it, on the disk.
_BYTES_A_ROW = 64
_SHARE = 1 / 4
# So many rows come from a bench at once.
ROWS_AT_ONCE = 2**17
# Each is an open file while rows are written.
MAX_BUCKETS = 512


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
    rows: "Iterable[pa.RecordBatch]",
    *,
    count: int,
    of: Exchange[B],
    bench: "duckdb.DuckDBPyConnection",
    into: str,
    crew: "Crew",
    memory_bytes: int,
) -> list[Bucket]:
    """Has made of rows what workers make of them.

    Args:
        rows: In any order.
        count: How many there are.
        of: What is made.
        bench: Gets it.
        into: A table of it.
        crew: Who makes it.
        memory_bytes: The memory of the run.

    Returns:
        The buckets that there were.

    Raises:
        AssertionError: Rows were lost on the way, or came twice.
        DamagedCacheError: What a worker wrote is damaged.
    """
    room = max(1, int(crew.memory_bytes * _SHARE) // _BYTES_A_ROW)
    buckets = write_buckets(
        rows,
        schema=of.schema,
        count=min(MAX_BUCKETS, max(2 * crew.run.workers, -(-count // room))),
        desk=crew.desk,
        name=of.name.replace(" ", "-"),
        memory_bytes=memory_bytes,
    )
    _same(count, sum(bucket.rows for bucket in buckets), "written")
    before = number(bench, f"select count(*) from {into}")  # noqa: S608  # our own words
    taken = made = 0
    for emptied in crew.map(of.name, of.work, _batches(buckets, of=of, most=crew.batches)):
        path = crew.desk.fetch_folder(emptied.segment) / f"{of.table}.parquet"
        if rows_of(path) != emptied.rows[of.table]:
            raise DamagedCacheError(f"{path} has {rows_of(path)} rows, and {emptied.rows} were made.")
        read(bench, path).project(of.columns).insert_into(into)
        crew.desk.drop(emptied.segment)
        taken += emptied.taken
        made += emptied.rows[of.table]
    _same(count, taken, "read")
    _same(made, number(bench, f"select count(*) from {into}") - before, "taken in")  # noqa: S608  # our own words
    for bucket in buckets:
        crew.desk.drop(bucket.name)
    return buckets


def _batches(buckets: list[Bucket], *, of: Exchange[B], most: int) -> Iterator[B]:
    for place, some in enumerate(in_batches(buckets, size=lambda bucket: bucket.rows, least=1, most=most)):
        yield of.batch(list(some), f"{of.name.replace(' ', '-')}-made-{place:06}")


def _same(expected: int, found: int, done: str) -> None:
    if found != expected:
        raise AssertionError(f"Of {expected} rows {found} were {done}.")
