"""The rows of partitions in their order, sorted a stretch at a time: a stretch fits into memory, whatever the corpus does.

An owner's rows lie together in the order of every table, so a stretch is some owners after each other, by their rank.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from flows.corpus.stream import number, parts, tuples
from transforms.rows.boilerplate import PIECE_ORDER
from transforms.rows.document import PIECES
from transforms.rows.frames import MONTH, SORT_KEYS
from transforms.schemas import TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# The share of the run's memory that the rows of a stretch take: sorting holds them two or three times.
_SHARE = 1 / 16
_HEX = "0123456789abcdef"
# Of a join, what is written to the right is held in memory: that is chosen here by what is narrow, not by what is short.
_RANKED = """
set disabled_optimizers = 'build_side_probe_side';
create table wanted as
select owner, digest, row_number() over (order by owner) as rank from wanted_articles
union all
select owner, digest, row_number() over (order by raw_file, owner) from wanted_documents join files on raw_sha256 = owner
"""
_PIECES_IN_ORDER = f"""
select text_hash, text, reason, article_id, publisher from {PIECES} semi join wanted using (owner, digest)
left join (select owner as article_id, publisher from facts) using (article_id)
where text_hash >= '{{start}}' and text_hash < '{{end}}' order by {", ".join(PIECE_ORDER)}
"""  # noqa: S608  # our own words


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From a month and rank to a month and rank, both of them in it."""

    first: tuple[str, int]
    last: tuple[str, int]

    def condition(self) -> str:
        """The same in SQL; months are digits and letters that the check at the door has let pass."""
        (start, low), (end, high) = self.first, self.last
        return (
            f"({MONTH} > '{start}' or ({MONTH} = '{start}' and rank >= {low})) and "
            f"({MONTH} < '{end}' or ({MONTH} = '{end}' and rank <= {high}))"
        )


def rank_owners(bench: "duckdb.DuckDBPyConnection") -> None:
    """Makes `wanted`: whose rows stand, by digest, and their rank in the order of the tables. From here on joins are made as written."""
    bench.execute(_RANKED)


def sorted_rows(
    bench: "duckdb.DuckDBPyConnection", table: str, months: Sequence[str], *, memory_bytes: int
) -> "Iterator[tuple[str, Iterator[pa.RecordBatch]]]":
    """The rows of some months of a table, one month after another, in the order of SORT_KEYS.

    Args:
        bench: With `wanted`, `parts` and the rows.
        table: The table.
        months: Which of its months; each of them has rows.
        memory_bytes: The memory of the run.
    """
    for month, slices in groupby(
        _rows(bench, table, months, room=int(memory_bytes * _SHARE)), key=itemgetter(0)
    ):
        yield month, (batch for _, batch in slices)


def sorted_pieces(bench: "duckdb.DuckDBPyConnection", *, memory_bytes: int) -> "Iterator[dict[str, object]]":
    """The pieces of boilerplate of all documents, in the order of PIECE_ORDER, with their publisher.

    Args:
        bench: With `wanted`, `facts` and the pieces.
        memory_bytes: The memory of the run.
    """
    size = number(
        bench,
        f"select coalesce(sum(strlen(text) + 400), 0)::bigint from {PIECES} semi join wanted using (owner, digest)",  # noqa: S608  # our own words
    )
    room = int(memory_bytes * _SHARE)
    starts = [""]
    while size / len(starts) > room and len(starts) < len(_HEX) ** 3:
        starts = [start + digit for start in starts for digit in _HEX]
    for start, end in zip(starts, [*starts[1:], "g"], strict=True):
        for batch in parts(bench, _PIECES_IN_ORDER.format(start=start, end=end)):
            yield from batch.to_pylist()


def _rows(
    bench: "duckdb.DuckDBPyConnection", table: str, months: Sequence[str], *, room: int
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    chosen = ", ".join(f'"{column}"' for column in [MONTH, *TABLES[table].columns()])
    source = f"{table}_rows join wanted using (owner, digest)"
    if table == "articles":
        source = f"(select * exclude (cluster_id, is_representative) from {source}) join standing using (article_id)"  # noqa: S608  # our own words
    order = ", ".join(f'"{key}" nulls first' for key in [MONTH, *SORT_KEYS[table]])
    for stretch in _stretches(bench, table, months, room=room):
        question = f"select {chosen} from {source} where {stretch.condition()} order by {order}"  # noqa: S608  # the same
        for batch in parts(bench, question):
            start = 0
            for month, alike in groupby(batch.column(MONTH).to_pylist()):
                count = sum(1 for _ in alike)
                yield month, batch.slice(start, count)
                start += count


def _stretches(
    bench: "duckdb.DuckDBPyConnection", table: str, months: Sequence[str], *, room: int
) -> Iterator[_Stretch]:
    """The months cut into stretches of about so many bytes; months that are not asked for are in none."""
    asked = set(months)
    first = last = None
    size = 0
    question = f"select {MONTH}, rank, bytes from parts join wanted using (owner, digest) where \"table\" = '{table}' order by {MONTH}, rank"  # noqa: S608  # our own words
    for month, rank, count in tuples(bench, question):
        if first and last and (size >= room or (month not in asked)):
            yield _Stretch(first, last)
            first, size = None, 0
        if month in asked:
            first = first or (month, rank)
            last = (month, rank)
            size += count
    if first and last:
        yield _Stretch(first, last)
