"""Near-duplicate clusters of a corpus that need not fit into memory, out of what earlier runs found where they can tell.

The method is that of transforms/duplicates, step by step; what grows with the corpus lies in the workbench, and 25 bytes
an article in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from flows.corpus.verdicts import MAX_FILES, load_verdicts, replace_verdicts, verdict_files, write_verdicts
from transforms.duplicates.forest import Forest, attach
from transforms.duplicates.meeting import NOTHING, Owned, are_enough, meet
from transforms.duplicates.shingles import Shingled, WordHashes, shingled
from transforms.duplicates.verify import Kin, relation

if TYPE_CHECKING:
    import duckdb

Texts = Callable[[Sequence[str]], Mapping[str, str]]

# Eight neighbours and the first for each value of a chunk, sorted, counted and handed over: measured with full buckets.
_BYTES_A_VALUE = 400
_MAX_VALUES = 2**18
# Two numbers for a shingle, and its word in the text, twice while it is read.
_BYTES_A_SHINGLE = 40
_BYTES_A_TEXT = 1_000
_MAX_SHELF = 32 * 2**20
# Shares of the run's memory, half of which the workbench has.
_FOR_VALUES = 8
_FOR_TEXTS = 16
_ROWS = 2**16
_VERDICTS_A_FILE = 200_000
_SAMPLED = """
    select value, rank from (
        select unnest(sample) as value, rank from clustering.ranked join sketches using (article_id)
    ) order by value, rank
"""
_BANDED = _SAMPLED.replace("sample", "bands")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that may be copies: ranks, ids and how many shingles they have."""

    large: int
    small: int
    large_id: str
    small_id: str
    large_size: int
    small_size: int


def cluster(bench: "duckdb.DuckDBPyConnection", *, verdicts: Path, texts: Texts, memory_bytes: int) -> None:
    """Makes the table clusters(article_id, cluster_id): for every article the smallest article_id of its cluster.

    The clusters are those that transforms.duplicates.find_clusters gives, whatever the order of rows and earlier runs.

    Args:
        bench: With a table sketches(article_id VARCHAR, text_id VARCHAR, size INTEGER, bands UBIGINT[],
            sample UBIGINT[]): transforms.duplicates.sketches of each article, and the id of its text's fingerprint.
        verdicts: A folder of this version's own for what is found, read by the next run; it need not be there.
        texts: Gives the texts of some text_ids; asked for those that have to be compared, in batches.
        memory_bytes: The memory of the run.
    """
    bench.execute("drop schema if exists clustering cascade; create schema clustering")
    total = _rank(bench)
    _pair(bench, total=total, values=max(1, min(memory_bytes // _FOR_VALUES // _BYTES_A_VALUE, _MAX_VALUES)))
    _recall(bench, verdicts)
    forest = Forest(total)
    shelf = min(memory_bytes // _FOR_TEXTS, _MAX_SHELF)
    _join_known(bench, forest)
    _judge(bench, forest, verdicts=verdicts, texts=texts, shelf=shelf)
    attach(
        forest,
        _rows(bench, "select large, small from clustering.excerpts order by closeness desc, large, small"),
    )
    _name(bench, forest)
    bench.execute("drop schema clustering cascade")


def _rank(bench: "duckdb.DuckDBPyConnection") -> int:
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
    return _number(bench, "select count(*) from clustering.ranked")


def _pair(bench: "duckdb.DuckDBPyConnection", *, total: int, values: int) -> None:
    """Makes the table of all pairs that are worth a comparison."""
    bench.execute(
        "create table clustering.sampled (key bigint, count bigint); create table clustering.paired (key bigint)"
    )
    sizes = np.empty(total, dtype=np.int32)
    for part in _parts(
        bench, "select rank, len(sample) as size from clustering.ranked join sketches using (article_id)"
    ):
        sizes[_numbers(part, "rank")] = _numbers(part, "size")
    with bench.cursor() as writer:
        for keys, counts in _met(bench, _SAMPLED, total=total, values=values):
            _insert(writer, "sampled", key=keys, count=counts)
        for keys, _ in _met(bench, _BANDED, total=total, values=values):
            _insert(writer, "paired", key=keys)
        for part in _parts(
            bench, "select key, sum(count)::bigint as count from clustering.sampled group by key"
        ):
            keys = _numbers(part, "key")
            smaller = np.minimum(sizes[keys // total], sizes[keys % total])
            _insert(writer, "paired", key=keys[are_enough(_numbers(part, "count"), smaller=smaller)])
    bench.execute("drop table clustering.sampled")
    bench.execute(
        """
        create table clustering.pairs as
        select key // $total as large, key % $total as small from (select distinct key from clustering.paired)
        """,
        {"total": max(total, 1)},
    )
    bench.execute("drop table clustering.paired")


def _met(
    bench: "duckdb.DuckDBPyConnection", question: str, *, total: int, values: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Pairs whose sketches share values of a column, and how many, a chunk of so many values at a time."""
    before = NOTHING
    for part in _parts(
        bench,
        question,
        rows=values,
    ):
        for start in range(0, part.num_rows, values):
            chunk = part.slice(start, values)
            met = meet(
                Owned(values=chunk.column("value").to_numpy(), owners=_numbers(chunk, "rank")),
                total=total,
                before=before,
            )
            before = met.open_bucket
            yield met.keys, met.counts


def _recall(bench: "duckdb.DuckDBPyConnection", verdicts: Path) -> None:
    """Tells of every pair what an earlier run found, and sweeps what this corpus does not ask."""
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
    if _number(bench, "select count(*) from clustering.asked") != _number(
        bench, "select count(*) from clustering.pairs"
    ):
        raise AssertionError("A pair of texts was lost, or has two verdicts.")
    kept, known = (
        _number(bench, "select count(*) from clustering.kept"),
        _number(bench, "select count(*) from clustering.asked where kin is not null"),
    )
    if len(verdict_files(verdicts)) > MAX_FILES or kept - known > known:
        known_rows = "select large_id, small_id, kin, closeness from clustering.asked where kin is not null order by all"
        replace_verdicts(verdicts, _parts(bench, known_rows))
    bench.execute("drop table clustering.kept; drop table clustering.pairs")


def _join_known(bench: "duckdb.DuckDBPyConnection", forest: Forest) -> None:
    """Joins what earlier runs found to be copies, and notes the excerpts."""
    for large, small in _rows(bench, "select large, small from clustering.asked where kin = 2"):
        forest.join(large, small)
    bench.execute(
        "create table clustering.excerpts as"
        " select large, small, closeness from clustering.asked where kin = 1"
    )


def _judge(
    bench: "duckdb.DuckDBPyConnection", forest: Forest, *, verdicts: Path, texts: Texts, shelf: int
) -> None:
    """Compares the texts of pairs that no earlier run did, joins copies, notes excerpts, and keeps what it finds."""
    found: list[tuple[Pair, Kin, float]] = []
    with bench.cursor() as writer:
        for pair, kin, closeness in _compared(_unknown(bench), forest, texts=texts, shelf=shelf):
            found.append((pair, kin, closeness))
            if kin is Kin.COPY:
                forest.join(pair.large, pair.small)
            if len(found) == _VERDICTS_A_FILE:
                _keep(writer, verdicts, found)
                found.clear()
        _keep(writer, verdicts, found)


def _unknown(bench: "duckdb.DuckDBPyConnection") -> Iterator[Pair]:
    """By rank: texts that meet are mostly of about one length, so few are loaded twice."""
    for row in _rows(
        bench,
        "select large, small, large_id, small_id, large_size, small_size"
        " from clustering.asked where kin is null order by large, small",
    ):
        yield Pair(*row)


def _compared(
    pairs: Iterable[Pair], forest: Forest, *, texts: Texts, shelf: int
) -> Iterator[tuple[Pair, Kin, float]]:
    """The verdicts on pairs that are not joined yet; the caller joins copies before it asks for the next."""
    hashes = WordHashes()
    loaded: dict[str, Shingled] = {}
    for batch in _batches(pairs, forest, shelf=shelf):
        ids = sorted({text_id for pair in batch for text_id in (pair.large_id, pair.small_id)})
        loaded = {text_id: loaded[text_id] for text_id in ids if text_id in loaded}
        if new := [text_id for text_id in ids if text_id not in loaded]:
            bodies = texts(new)
            loaded |= {text_id: shingled(bodies[text_id], hashes=hashes) for text_id in new}
        for pair in batch:
            if forest.root(pair.large) != forest.root(pair.small):
                yield pair, *relation(loaded[pair.large_id], loaded[pair.small_id])


def _batches(pairs: Iterable[Pair], forest: Forest, *, shelf: int) -> Iterator[list[Pair]]:
    """Pairs in order, as many at a time as their texts find room on the shelf."""
    batch: list[Pair] = []
    ids: set[str] = set()
    room = shelf
    for pair in pairs:
        if forest.root(pair.large) == forest.root(pair.small):
            continue
        if room <= 0:
            yield batch
            batch, ids, room = [], set(), shelf
        for text_id, size in ((pair.large_id, pair.large_size), (pair.small_id, pair.small_size)):
            if text_id not in ids:
                ids.add(text_id)
                room -= size * _BYTES_A_SHINGLE + _BYTES_A_TEXT
        room -= _BYTES_A_TEXT
        batch.append(pair)
    if batch:
        yield batch


def _keep(
    writer: "duckdb.DuckDBPyConnection", verdicts: Path, found: Sequence[tuple[Pair, Kin, float]]
) -> None:
    if not found:
        return
    pairs, kins, closenesses = zip(*found, strict=True)
    part = pa.table(
        {
            "large_id": [pair.large_id for pair in pairs],
            "small_id": [pair.small_id for pair in pairs],
            "kin": [kin.value for kin in kins],
            "closeness": closenesses,
        }
    )
    write_verdicts(verdicts, [part])
    excerpts = [(pair, closeness) for pair, kin, closeness in found if kin is Kin.EXCERPT]
    _insert(
        writer,
        "excerpts",
        large=np.array([pair.large for pair, _ in excerpts], dtype=np.int64),
        small=np.array([pair.small for pair, _ in excerpts], dtype=np.int64),
        closeness=np.array([closeness for _, closeness in excerpts], dtype=np.float64),
    )


def _name(bench: "duckdb.DuckDBPyConnection", forest: Forest) -> None:
    """Makes the table of clusters; an article without shingles is a cluster of its own."""
    bench.execute("create table clustering.rooted (rank bigint, root bigint)")
    roots = forest.roots()
    for start in range(0, len(roots), _ROWS):
        part = roots[start : start + _ROWS]
        _insert(bench, "rooted", rank=np.arange(start, start + len(part)), root=part)
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
    if _number(bench, "select count(*) from clusters") != _number(bench, "select count(*) from sketches"):
        raise AssertionError("An article was lost, or has two clusters.")


def _number(bench: "duckdb.DuckDBPyConnection", question: str) -> int:
    return int(bench.sql(question).fetchall()[0][0])


def _parts(
    bench: "duckdb.DuckDBPyConnection", question: str, *, rows: int = _ROWS
) -> Iterator[pa.RecordBatch]:
    """The answer in pieces of about so many rows, while other questions are asked."""
    with bench.cursor() as reader:
        yield from reader.sql(question).to_arrow_reader(rows)


def _rows(bench: "duckdb.DuckDBPyConnection", question: str) -> Iterator[tuple[Any, ...]]:
    for part in _parts(bench, question):
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


def _numbers(part: pa.RecordBatch, column: str) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = part.column(column).to_numpy().astype(np.int64)
    return numbers


def _insert(writer: "duckdb.DuckDBPyConnection", table: str, **columns: NDArray[np.generic]) -> None:
    writer.from_arrow(pa.table(columns)).insert_into(f"clustering.{table}")
