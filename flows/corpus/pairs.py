"""Which texts of the corpus are worth a comparison: their sketches are sorted on disk and met in pieces."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from flows.corpus.stream import insert, numbers, parts
from transforms.duplicates.meeting import NOTHING, Meeting, Owned, are_enough, meet

if TYPE_CHECKING:
    import duckdb

# Eight neighbours and the first for each value of a chunk: keys that are sorted, counted and handed over.
_BYTES_A_VALUE = 400
_MAX_VALUES = 2**18
_SHARE = 1 / 8

_SAMPLED = """
    select value, rank from (
        select unnest(sample) as value, rank from clustering.ranked join sketches using (article_id)
    ) order by value, rank
"""
_BANDED = _SAMPLED.replace("sample", "bands")


def find_pairs(bench: "duckdb.DuckDBPyConnection", *, total: int, memory_bytes: int) -> None:
    """Makes the table clustering.pairs(large, small): ranks of texts, each pair once, the longer text first.

    Args:
        bench: With the tables sketches and clustering.ranked(rank, article_id).
        total: How many texts are ranked.
        memory_bytes: The memory of the run.
    """
    values = max(1, min(int(memory_bytes * _SHARE) // _BYTES_A_VALUE, _MAX_VALUES))
    sizes = np.zeros(total, dtype=np.int32)
    for part in parts(
        bench, "select rank, len(sample) as size from clustering.ranked join sketches using (article_id)"
    ):
        sizes[numbers(part, "rank")] = numbers(part, "size")
    bench.execute(
        "create table clustering.sampled (key bigint, count bigint);"
        "create table clustering.paired (key bigint)"
    )
    with bench.cursor() as writer:
        for met in _meetings(bench, _SAMPLED, total=total, values=values):
            insert(writer, "clustering.sampled", key=met.keys, count=met.counts)
        for met in _meetings(bench, _BANDED, total=total, values=values):
            insert(writer, "clustering.paired", key=met.keys)
        for part in parts(
            bench, "select key, sum(count)::bigint as count from clustering.sampled group by key"
        ):
            keys = numbers(part, "key")
            smaller = np.minimum(sizes[keys // total], sizes[keys % total])
            enough = are_enough(numbers(part, "count"), smaller=smaller)
            insert(writer, "clustering.paired", key=keys[enough])
    bench.execute("drop table clustering.sampled")
    bench.execute(
        "create table clustering.pairs as select key // $total as large, key % $total as small"
        " from (select distinct key from clustering.paired)",
        {"total": max(total, 1)},
    )
    bench.execute("drop table clustering.paired")


def _meetings(
    bench: "duckdb.DuckDBPyConnection", question: str, *, total: int, values: int
) -> Iterator[Meeting]:
    before = NOTHING
    for part in parts(bench, question, rows=values):
        chunk = Owned(values=part.column("value").to_numpy(), owners=numbers(part, "rank"))
        met = meet(chunk, total=total, before=before)
        before = met.open_bucket
        yield met
