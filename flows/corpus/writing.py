"""Writes the tables out of the rows that stand: a partition that is made of the same as before is kept, the others are sorted and written.

A partition's recipe is a digest of whose rows are in it and what they were made of.
"""

from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from typing import TYPE_CHECKING

from flows.corpus.digests import digests
from flows.corpus.segments import DamagedCacheError
from flows.corpus.sorting import rank_owners, sorted_pieces, sorted_rows
from flows.corpus.stream import tuples
from flows.parquet import write_part
from flows.quarantine import Refusal
from flows.store import keep
from transforms.rows.boilerplate import boilerplate_rows
from transforms.rows.frames import MONTH, UNPARTITIONED, frame_of
from transforms.schemas import TABLES, UNKNOWN_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from flows.manifest import Manifest, TableFile
    from flows.paths import Paths

_BATCH = 10_000
_STANDING = """
create table standing as
select cluster_id, article_id, row_number() over (partition by cluster_id order by word_count desc, article_id) = 1 as is_representative
from (select article_id, word_count from articles_rows semi join wanted using (owner, digest)) join clusters using (article_id);
"""
_PIECES_OF_PARTITIONS = """
select "table", month, concat_ws(' ', owner, digest, cluster_id, is_representative) as piece
from parts semi join wanted using (owner, digest)
left join standing on "table" = 'articles' and article_id = owner
order by "table", month, owner
"""
_ROWS_OF_PARTITIONS = """
select "table", month, sum(rows)::bigint as rows from parts semi join wanted using (owner, digest) group by all order by all
"""
_COUNTS = {
    "posts_without_article": "select count(*) from sightings_rows semi join wanted using (owner, digest) where article_id is null",
    "near_duplicates": "select count(*) from standing where not is_representative",
    "boilerplate_blocks": "select count(*) from lines_rows semi join wanted using (owner, digest) where role = 'boilerplate'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A staged tree.

    Args:
        tables: Its files, by table and path.
        recipes: What each partition was made of: "articles/month=2025-01" → digest.
        counts: What its tables hold.
        refused_rows: Rows that broke a rule and were left out, sorted.
    """

    tables: "dict[str, dict[str, TableFile]]"
    recipes: dict[str, str]
    counts: dict[str, int]
    refused_rows: tuple[Refusal, ...]


def write_tables(
    bench: "duckdb.DuckDBPyConnection",
    paths: "Paths",
    *,
    held: "Manifest | None",
    version: str,
    memory_bytes: int,
) -> Written:
    """Fills the staged tree with every table.

    Args:
        bench: With the rows that are kept, and what of them is wanted.
        paths: Of the store; its next tree is staged.
        held: The store as it is; None to write every partition.
        version: Of code and rules.
        memory_bytes: The memory of the run.
    """
    rank_owners(bench)
    bench.execute(_STANDING)
    made_of = _recipes(bench, version=version)
    partitions = bench.sql(_ROWS_OF_PARTITIONS).fetchall()
    tables: dict[str, dict[str, TableFile]] = {name: {} for name in TABLES}
    recipes: dict[str, str] = {}
    for name in TABLES:
        if name in UNPARTITIONED:
            tables[name] = write_part(
                paths.next_tree, name, name, _dictionary(bench, memory_bytes=memory_bytes)
            )
            continue
        expected: dict[str, int] = {}
        for month, rows in ((month, rows) for table, month, rows in partitions if table == name):
            folder = f"{name}/{MONTH}={month}"
            recipes[folder] = recipe = made_of[name, month]
            kept = _kept(held, paths, name, folder=folder, recipe=recipe)
            tables[name] |= kept
            if not kept:
                expected[month] = rows
        for month, batches in sorted_rows(bench, name, list(expected), memory_bytes=memory_bytes):
            written = write_part(paths.next_tree, f"{name}/{MONTH}={month}", name, batches)
            _refuse_lost(written, expected=expected.pop(month), what=f"{name}/{MONTH}={month}")
            tables[name] |= written
        for month, rows in expected.items():
            _refuse_lost({}, expected=rows, what=f"{name}/{MONTH}={month}")
        if not tables[name]:
            tables[name] = write_part(paths.next_tree, f"{name}/{MONTH}={UNKNOWN_MONTH}", name, [])
        tables[name] = dict(sorted(tables[name].items()))
    return Written(tables=tables, recipes=recipes, counts=_count(bench, tables), refused_rows=_refused(bench))


def _recipes(bench: "duckdb.DuckDBPyConnection", *, version: str) -> dict[tuple[str, ...], str]:
    """The recipe of each partition, by table and month."""
    pieces = (((table, month), piece) for table, month, piece in tuples(bench, _PIECES_OF_PARTITIONS))
    return dict(digests(pieces, version=version))


def _kept(
    held: "Manifest | None", paths: "Paths", table: str, *, folder: str, recipe: str
) -> "dict[str, TableFile]":
    """The files of a partition that is as it was, taken over; none where it is not, or one of them is missing or damaged."""
    if held is None or held.recipes.get(folder) != recipe:
        return {}
    files = {name: file for name, file in held.tables.get(table, {}).items() if name.startswith(f"{folder}/")}
    if not all(_is_whole(paths.store / name, file) for name, file in files.items()):
        return {}
    for name in files:
        keep(paths, name)
    return files


def _is_whole(path: "Path", file: "TableFile") -> bool:
    """Whether its bytes are those that were written: a changed one must not go on into another snapshot."""
    try:
        with path.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def _dictionary(bench: "duckdb.DuckDBPyConnection", *, memory_bytes: int) -> "Iterator[pa.RecordBatch]":
    """The dictionary of boilerplate, sorted, some thousand texts at a time."""
    rows = boilerplate_rows(sorted_pieces(bench, memory_bytes=memory_bytes))
    while some := list(islice(rows, _BATCH)):
        yield from frame_of("boilerplate", some).to_arrow().to_batches()


def _refuse_lost(written: "dict[str, TableFile]", *, expected: int, what: str) -> None:
    """Every exchange of rows is counted: none is lost, none comes twice.

    Raises:
        DamagedCacheError: Rows that are kept are not those that were made.
    """
    found = sum(file.rows for file in written.values())
    if found != expected:
        raise DamagedCacheError(f"Of {what}, {found} rows are kept, and {expected} were made.")


def _count(bench: "duckdb.DuckDBPyConnection", tables: "dict[str, dict[str, TableFile]]") -> dict[str, int]:
    rows = {name: sum(file.rows for file in files.values()) for name, files in tables.items()}
    counts = {name: bench.execute(question).fetchall()[0][0] for name, question in _COUNTS.items()}
    return {
        "posts": rows["sightings"],
        "posts_without_article": counts["posts_without_article"],
        "articles": rows["articles"],
        "repeated_posts": rows["sightings"] - counts["posts_without_article"] - rows["articles"],
        "near_duplicates": counts["near_duplicates"],
        "summaries": rows["summaries"],
        "tags": rows["tags"],
        "entities": rows["entities"],
        "lines": rows["lines"],
        "boilerplate_blocks": counts["boilerplate_blocks"],
        "boilerplate": rows["boilerplate"],
    }


def _refused(bench: "duckdb.DuckDBPyConnection") -> tuple[Refusal, ...]:
    found = bench.sql(
        "select raw_file, rule, detail, place from refused semi join wanted using (owner, digest)"
    ).fetchall()
    return tuple(
        sorted(
            Refusal(raw_file=raw_file, rule=rule, detail=detail, place=place)
            for raw_file, rule, detail, place in found
        )
    )
