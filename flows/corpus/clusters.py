"""Near-duplicate clusters of a corpus that need not fit into memory, out of what earlier runs found where they can tell.

The method is that of transforms/duplicates, step by step. What grows with the corpus lies in the workbench, but for
some twenty bytes an article.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.corpus.comparison import Pair
from flows.corpus.pairs import find_pairs
from flows.corpus.stream import ROWS, insert, number, numbers, parts, tuples
from flows.corpus.verdicts import (
    MAX_FILES,
    SCHEMA,
    load_verdicts,
    replace_verdicts,
    verdict_files,
    write_verdicts,
)
from transforms.duplicates.forest import Forest, attach
from transforms.duplicates.verify import Kin

if TYPE_CHECKING:
    import duckdb

    from flows.corpus.crew import Crew

# So many are some twenty megabytes in memory.
_VERDICTS_A_FILE = 50_000


class Judge(Protocol):
    """Compares texts."""

    def __call__(self, pairs: Iterable[Pair], forest: Forest, *, count: int) -> Iterator[pa.RecordBatch]:
        """The verdicts on pairs, as flows.work.comparing.FOUND.

        Of pairs that the forest joins when their turn comes none is needed: those that are taken are joined there first.

        Args:
            pairs: In order of rank.
            forest: What is joined by now.
            count: How many pairs there are.
        """


def cluster(
    bench: "duckdb.DuckDBPyConnection", *, verdicts: Path, judge: Judge, crew: "Crew", memory_bytes: int
) -> None:
    """Makes the table clusters(article_id, cluster_id): for every article the smallest article_id of its cluster.

    The clusters are those that transforms.duplicates.find_clusters gives, whatever the order of rows and earlier runs.

    Args:
        bench: With a table sketches(article_id VARCHAR, text_id VARCHAR, size INTEGER, bands UBIGINT[],
            sample UBIGINT[]), a row for each article: its text's sketch, and the id of its text's fingerprint.
        verdicts: A folder of this version's own for what is found, read by the next run; it need not be there.
        judge: Compares the texts of pairs that no earlier run did.
        crew: Who finds these pairs, where texts are many.
        memory_bytes: The memory of the run.
    """
    bench.execute("drop schema if exists clustering cascade; create schema clustering")
    _rank(bench)
    total = number(bench, "select count(*) from clustering.ranked")
    find_pairs(bench, total=total, crew=crew, memory_bytes=memory_bytes)
    _recall(bench, verdicts)
    forest = Forest(total)
    _join_known(bench, forest)
    _judge(bench, forest, verdicts=verdicts, judge=judge)
    closest_first = "select large, small from clustering.excerpts order by closeness desc, large, small"
    attach(forest, tuples(bench, closest_first))
    _name(bench, forest)
    bench.execute("drop schema clustering cascade")


def _rank(bench: "duckdb.DuckDBPyConnection") -> None:
    """Ranks distinct texts by length, longest first; of articles with the same text the smallest stands for all."""
    bench.execute(
        """
        create table clustering.ranked as
        select (row_number() over (order by size desc, article_id) - 1)::bigint as rank, article_id, text_id, size
        from (
            select min(article_id) as article_id, arg_min(size, article_id) as size, text_id
            from sketches group by text_id
        ) where size > 0
        """
    )


def _recall(bench: "duckdb.DuckDBPyConnection", verdicts: Path) -> None:
    """Tells of every pair what an earlier run found; what no pair of this corpus asks is swept when it is the most."""
    load_verdicts(bench, verdicts, table="clustering.kept")
    bench.execute(
        """
        create table clustering.asked as
        select large, small, l.text_id as large_id, s.text_id as small_id, l.size as large_size, s.size as small_size,
            kin, closeness
        from clustering.pairs
        join clustering.ranked l on l.rank = large
        join clustering.ranked s on s.rank = small
        left join (select distinct * from clustering.kept) k on k.large_id = l.text_id and k.small_id = s.text_id
        """
    )
    pairs = number(bench, "select count(*) from clustering.pairs")
    kept = number(bench, "select count(*) from clustering.kept")
    if number(bench, "select count(*) from clustering.asked") != pairs:
        raise AssertionError("A pair of texts was lost, or has two verdicts.")
    known = number(bench, "select count(*) from clustering.asked where kin is not null")
    if len(verdict_files(verdicts)) > MAX_FILES or kept > 2 * known:
        question = "select large_id, small_id, kin, closeness from clustering.asked where kin is not null order by all"
        replace_verdicts(verdicts, parts(bench, question))
    bench.execute("drop table clustering.kept; drop table clustering.pairs")


def _join_known(bench: "duckdb.DuckDBPyConnection", forest: Forest) -> None:
    """Joins what earlier runs found to be copies, and notes the excerpts."""
    bench.execute(
        "create table clustering.excerpts as select large, small, closeness from clustering.asked where kin = $kin",
        {"kin": Kin.EXCERPT.value},
    )
    for large, small, kin in tuples(
        bench, "select large, small, kin from clustering.asked where kin is not null"
    ):
        if kin == Kin.COPY.value:
            forest.join(large, small)


def _judge(bench: "duckdb.DuckDBPyConnection", forest: Forest, *, verdicts: Path, judge: Judge) -> None:
    """Has the texts of pairs compared that no earlier run did, joins copies, notes excerpts, and keeps what was found."""
    count = number(bench, "select count(*) from clustering.asked where kin is null")
    if not count:
        return
    found: list[pa.RecordBatch] = []
    with bench.cursor() as writer:
        for part in judge(_unknown(bench), forest, count=count):
            copies, excerpts = (
                part.filter(pc.equal(part.column("kin"), kin.value)) for kin in (Kin.COPY, Kin.EXCERPT)
            )
            for large, small in zip(
                *(copies.column(name).to_pylist() for name in ("large", "small")), strict=True
            ):
                forest.join(large, small)
            insert(
                writer,
                "clustering.excerpts",
                large=numbers(excerpts, "large"),
                small=numbers(excerpts, "small"),
                closeness=excerpts.column("closeness").to_numpy(),
            )
            found.append(part.select(SCHEMA.names))
            if sum(one.num_rows for one in found) >= _VERDICTS_A_FILE:
                write_verdicts(verdicts, found)
                found = []
    if found:
        write_verdicts(verdicts, found)


def _unknown(bench: "duckdb.DuckDBPyConnection") -> Iterator[Pair]:
    for row in tuples(
        bench,
        "select large, small, large_id, small_id, large_size, small_size"
        " from clustering.asked where kin is null order by large, small",
    ):
        yield Pair(*row)


def _name(bench: "duckdb.DuckDBPyConnection", forest: Forest) -> None:
    """Makes the table of clusters; an article without shingles is a cluster of its own."""
    bench.execute("create table clustering.rooted (rank bigint, root bigint)")
    roots = forest.roots()
    for start in range(0, len(roots), ROWS):
        part = np.array(roots[start : start + ROWS], dtype=np.int64)
        insert(bench, "clustering.rooted", rank=np.arange(start, start + len(part)), root=part)
    bench.execute(
        """
        create or replace table clusters as
        with members as (
            select s.article_id, root
            from sketches s
            left join clustering.ranked using (text_id)
            left join clustering.rooted using (rank)
        ), names as (select root, min(article_id) as cluster_id from members where root is not null group by root)
        select article_id, coalesce(cluster_id, article_id) as cluster_id from members left join names using (root)
        """
    )
    rows = number(bench, "select count(*) from sketches")
    if number(bench, "select count(*) from clusters") != rows:
        raise AssertionError("An article was lost, or has two clusters.")
