"""Rows on their way to a segment: gathered owner by owner, checked, and put down together."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from flows.door import check_tables
from transforms.arrow import arrow_schema
from transforms.rows.document import PIECES
from transforms.rows.frames import MONTH, frame_of
from transforms.schemas import TABLES

if TYPE_CHECKING:
    from flows.corpus.segments import SegmentWriter
    from transforms.rows.facts import Facts, Row

# Which column tells the owner of a row.
OWNERS = {
    "articles": "article_id",
    "summaries": "article_id",
    "tags": "article_id",
    "entities": "article_id",
    "sightings": "raw_sha256",
    "lines": "raw_sha256",
    PIECES: "raw_sha256",
}
_MADE_OF = [("owner", pa.string()), ("digest", pa.string())]
_REFUSAL = ("raw_file", "rule", "detail", "place")
_PIECE = ("text_hash", "text", "reason", "article_id", "raw_file", "raw_sha256")
SCHEMAS = {
    "made": pa.schema(
        [
            ("kind", pa.string()),
            *_MADE_OF,
            ("month", pa.string()),
            ("published_date", pa.date32()),
            ("publisher", pa.string()),
        ]
    ),
    "refused": pa.schema([*_MADE_OF, *((name, pa.string()) for name in _REFUSAL)]),
    "parts": pa.schema(
        [*_MADE_OF, ("table", pa.string()), (MONTH, pa.string()), ("rows", pa.int64()), ("bytes", pa.int64())]
    ),
    PIECES: pa.schema(
        [*_MADE_OF, *((name, pa.string()) for name in _PIECE), ("post", pa.int32()), ("place", pa.int32())]
    ),
    **{
        f"{name}_rows": pa.schema([*_MADE_OF, (MONTH, pa.string()), *arrow_schema(name)])
        for name in TABLES
        if name in OWNERS
    },
}
"""`made`: owners whose rows are kept, what they were made of, and an article's facts. `parts`: how many rows of an owner go to
which partition, and about how many bytes. `refused`: rows that broke a rule. PIECES and "<table>_rows": the rows."""

_PARTS = {
    "owner": pl.String(),
    MONTH: pl.String(),
    "table": pl.String(),
    "rows": pl.Int64(),
    "bytes": pl.Int64(),
}
# The column of a table that holds what is long.
_LONG = {"articles": "body", "summaries": "text", "lines": "text"}
# Ids, names, times and lists of a row, with what sorting adds.
_BYTES_A_ROW = 400


class Sheaf:
    """Gathers rows, and writes them each time it is full.

    Args:
        writer: Of SCHEMAS.
        room: How much it holds, in the measure of `add`.
    """

    def __init__(self, writer: "SegmentWriter", *, room: int) -> None:
        self._writer, self._room = writer, room
        self._clear()

    def _clear(self) -> None:
        self._size = 0
        self._made: list[dict[str, object]] = []
        self._rows: dict[str, list[Row]] = {}

    def add(  # noqa: PLR0913  # one for each column of `made`
        self,
        kind: str,
        owner: str,
        digest: str,
        *,
        rows: "Mapping[str, Sequence[Row]]",
        size: int,
        facts: "Facts | None" = None,
    ) -> None:
        """Takes in the rows of one owner, which is made by that, also where it has none."""
        told = (
            {"month": facts.month, "published_date": facts.published_date, "publisher": facts.publisher}
            if facts
            else {}
        )
        self._made.append({"kind": kind, "owner": owner, "digest": digest, **told})
        for name, more in rows.items():
            self._rows.setdefault(name, []).extend(more)
        self._size += size
        if self._size >= self._room:
            self.close()

    def close(self) -> None:
        """Puts down what is gathered."""
        if not self._made:
            return
        made = pa.Table.from_pylist(self._made, schema=SCHEMAS["made"])
        digests = dict(zip(made["owner"].to_pylist(), made["digest"].to_pylist(), strict=True))
        frames = {name: frame_of(name, rows) for name, rows in self._rows.items()}
        pieces = frames.pop(PIECES, None)
        good, broken = check_tables(frames)
        tables = {f"{name}_rows": _owned(name, frame, digests) for name, frame in good.items()}
        if pieces is not None:
            tables[PIECES] = _owned(PIECES, pieces, digests)
        refused = [
            {
                "owner": (owner := str(row.row[OWNERS[row.table]])),
                "digest": digests[owner],
                **{name: getattr(row.refusal, name) for name in _REFUSAL},
            }
            for row in broken
        ]
        self._writer.add(
            {
                **tables,
                "made": made,
                "parts": _parts(good, digests),
                "refused": pa.Table.from_pylist(refused, schema=SCHEMAS["refused"]),
            }
        )
        self._clear()


def _owned(name: str, frame: pl.DataFrame, digests: Mapping[str, str]) -> pa.Table:
    owner = pl.col(OWNERS[name])
    owned = frame.with_columns(
        owner.alias("owner"), owner.replace_strict(digests, return_dtype=pl.String()).alias("digest")
    )
    schema = SCHEMAS[name if name == PIECES else f"{name}_rows"]
    return owned.select(schema.names).to_arrow().cast(schema)


def _parts(good: Mapping[str, pl.DataFrame], digests: Mapping[str, str]) -> pa.Table:
    counted = [
        frame.group_by(pl.col(OWNERS[name]).alias("owner"), MONTH).agg(
            pl.lit(name).alias("table"),
            pl.len().cast(pl.Int64()).alias("rows"),
            (pl.len() * _BYTES_A_ROW + _text(name).str.len_bytes().sum()).cast(pl.Int64()).alias("bytes"),
        )
        for name, frame in good.items()
    ]
    parts = (pl.concat(counted) if counted else pl.DataFrame(schema=_PARTS)).with_columns(
        pl.col("owner").replace_strict(digests, return_dtype=pl.String()).alias("digest")
    )
    schema = SCHEMAS["parts"]
    return parts.sort("table", "owner", MONTH).select(schema.names).to_arrow().cast(schema)


def _text(name: str) -> pl.Expr:
    """The column of a table that holds what is long."""
    return pl.col(_LONG[name]) if name in _LONG else pl.lit("")
