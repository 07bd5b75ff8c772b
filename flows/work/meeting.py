"""Meets the texts of some buckets: those of one value come together, and their pairs go into a Parquet file."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from flows.corpus.segments import SegmentWriter
from flows.corpus.stream import numbers, parts
from flows.work.buckets import Bucket, Emptied, open_buckets
from flows.work.storage import Storage, desk_of
from transforms.duplicates.meeting import NOTHING, Meeting, Owned, meet

if TYPE_CHECKING:
    import duckdb

# What goes into a bucket: a value, and the rank of a text that has it.
OWNED = pa.schema([("value", pa.uint64()), ("rank", pa.int64())])
# What comes out: a pair of ranks as one key, and how many values it shares; a pair stands as often as it was met.
MET = {"pairs": pa.schema([("key", pa.int64()), ("count", pa.int64())])}
# Eight neighbours and the first for each value of a chunk: keys that are sorted, counted and handed over.
_BYTES_A_VALUE = 400
_MAX_VALUES = 2**18
_SHARE = 1 / 8
_SORTED = "select value, rank from bucket order by value, rank"


class MeetBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Buckets of OWNED, how many texts there are, the name of the segment of their pairs, and the memory of the worker."""

    storage: Storage
    buckets: list[Bucket]
    total: int
    segment: str
    memory_bytes: int


def meet_buckets(batch: MeetBatch) -> Emptied:
    """Writes the pairs of some buckets.

    Raises:
        DamagedCacheError: A bucket is damaged.
    """
    desk = desk_of(batch.storage)
    folder = desk.open_folder(batch.segment)
    taken = 0
    with (
        SegmentWriter(folder, schemas=MET) as writer,
        closing(open_buckets(batch.storage, batch.buckets, memory_bytes=batch.memory_bytes)) as opened,
    ):
        for bench, rows in opened:
            taken += rows
            for met in meetings(bench, _SORTED, total=batch.total, memory_bytes=batch.memory_bytes):
                writer.add({"pairs": pa.table({"key": met.keys, "count": met.counts})})
    desk.hand_over(batch.segment, folder)
    return Emptied(segment=batch.segment, taken=taken, rows=writer.rows)


def meetings(
    bench: "duckdb.DuckDBPyConnection", question: str, *, total: int, memory_bytes: int
) -> Iterator[Meeting]:
    """The pairs of texts that share a value, a chunk of values at a time.

    Args:
        bench: Where the question is asked.
        question: Gives `value` and `rank`, in their order.
        total: How many texts are ranked.
        memory_bytes: The memory of the run or of the worker.
    """
    values = max(1, min(int(memory_bytes * _SHARE) // _BYTES_A_VALUE, _MAX_VALUES))
    before = NOTHING
    for part in parts(bench, question, rows=values):
        chunk = Owned(values=part.column("value").to_numpy(), owners=numbers(part, "rank"))
        met = meet(chunk, total=total, before=before)
        before = met.open_bucket
        yield met
