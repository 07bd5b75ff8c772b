"""Which texts of the corpus are worth a comparison: their sketches are sorted on disk and met in pieces."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from flows.corpus.exchange import ROWS_AT_ONCE, Exchange, exchange, is_worth
from flows.corpus.stream import insert, number, numbers, parts
from flows.work.meeting import OWNED, MeetBatch, meet_buckets, meetings
from transforms.duplicates.meeting import are_enough

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from flows.corpus.crew import Crew

_SKETCHED = "from clustering.ranked join sketches using (article_id)"


def find_pairs(bench: "duckdb.DuckDBPyConnection", *, total: int, crew: "Crew", memory_bytes: int) -> None:
    """Makes the table clustering.pairs(large, small): ranks of texts, each pair once, the longer text first.

    Args:
        bench: With the tables sketches and clustering.ranked(rank, article_id).
        total: How many texts are ranked.
        crew: Who meets texts, where they are many.
        memory_bytes: The memory of the run.
    """
    sizes = np.zeros(total, dtype=np.int32)
    for part in parts(bench, f"select rank, len(sample) as size {_SKETCHED}"):
        sizes[numbers(part, "rank")] = numbers(part, "size")
    bench.execute(
        "create table clustering.sampled (key bigint, count bigint);"
        "create table clustering.paired (key bigint)"
    )
    meet = partial(_meet, bench, total=total, crew=crew, memory_bytes=memory_bytes)
    meet("sample", into="sampled", columns=("key", "count"))
    meet("bands", into="paired", columns=("key",))
    with bench.cursor() as writer:
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


def _meet(  # noqa: PLR0913  # what, where to, and who
    bench: "duckdb.DuckDBPyConnection",
    sketch: str,
    *,
    into: str,
    columns: "Sequence[str]",
    total: int,
    crew: "Crew",
    memory_bytes: int,
) -> None:
    """Adds to a table the pairs of texts that share a value of a sketch, each as often as it is met."""
    question = f"select unnest({sketch}) as value, rank {_SKETCHED}"
    rows = number(bench, f"select coalesce(sum(len({sketch})), 0) {_SKETCHED}")
    if is_worth(rows, crew=crew):
        of = Exchange(
            name=f"meet {sketch}",
            work=meet_buckets,
            batch=lambda buckets, segment: MeetBatch(
                storage=crew.storage,
                buckets=buckets,
                total=total,
                segment=segment,
                memory_bytes=crew.memory_bytes,
            ),
            schema=OWNED,
            table="pairs",
            columns=", ".join(columns),
        )
        exchange(
            parts(bench, question, rows=ROWS_AT_ONCE),
            count=rows,
            of=of,
            bench=bench,
            into=f"clustering.{into}",
            crew=crew,
            memory_bytes=memory_bytes,
        )
        return
    with bench.cursor() as writer:
        ordered = f"select value, rank from ({question}) order by value, rank"  # noqa: S608  # our own words
        for met in meetings(bench, ordered, total=total, memory_bytes=memory_bytes):
            made = {"key": met.keys, "count": met.counts}
            insert(writer, f"clustering.{into}", **{column: made[column] for column in columns})
