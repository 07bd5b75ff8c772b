"""Counts in how many clusters the texts of some buckets stand."""

from contextlib import closing

import msgspec
import pyarrow as pa

from flows.corpus.segments import SegmentWriter
from flows.corpus.stream import parts
from flows.work.buckets import Bucket, Emptied, open_buckets
from flows.work.storage import Storage, desk_of

# What goes into a bucket: that a text stands in an article of a cluster, by its number.
STOOD = pa.schema(
    [("key", pa.uint64()), ("cluster", pa.int64()), ("is_edge", pa.bool_()), ("is_prose", pa.bool_())]
)
# What comes out: in how many clusters it stands, at an edge in how many of them, and whether as prose in any.
COUNTED = {
    "standings": pa.schema(
        [("key", pa.uint64()), ("clusters", pa.int64()), ("edges", pa.int64()), ("is_prose", pa.bool_())]
    )
}
COUNT = """
select key, count(*) as clusters, count(*) filter (is_edge) as edges, bool_or(is_prose) as is_prose
from (
    select key, cluster, bool_or(is_edge) as is_edge, bool_or(is_prose) as is_prose from bucket group by key, cluster
) group by key having clusters >= $fewest
"""
_ROWS = 2**16


class CountBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Buckets of STOOD, the fewest clusters that are told, the name of the segment of counts, and the memory of the worker."""

    storage: Storage
    buckets: list[Bucket]
    fewest: int
    segment: str
    memory_bytes: int


def count_buckets(batch: CountBatch) -> Emptied:
    """Writes the counts of some buckets.

    Raises:
        DamagedCacheError: A bucket is damaged.
    """
    desk = desk_of(batch.storage)
    folder = desk.open_folder(batch.segment)
    taken = 0
    with (
        SegmentWriter(folder, schemas=COUNTED) as writer,
        closing(open_buckets(batch.storage, batch.buckets, memory_bytes=batch.memory_bytes)) as opened,
    ):
        for bench, rows in opened:
            taken += rows
            for part in parts(bench, COUNT.replace("$fewest", str(batch.fewest)), rows=_ROWS):
                writer.add({"standings": pa.Table.from_batches([part])})
    desk.hand_over(batch.segment, folder)
    return Emptied(segment=batch.segment, taken=taken, rows=writer.rows)
