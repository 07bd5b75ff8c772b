"""Rows as frames: the columns of each table, and the order in which its rows stand."""

from collections.abc import Iterable

import polars as pl

from transforms.rows.document import PIECES
from transforms.rows.facts import Row
from transforms.schemas import TABLES

MONTH = "month"
UNPARTITIONED = frozenset({"boilerplate"})
SORT_KEYS = {
    "articles": ["article_id"],
    "summaries": ["article_id", "summary_id"],
    "tags": ["article_id", "kind", "position", "tag"],
    "entities": ["article_id", "section", "summary_id", "entity_id"],
    "sightings": ["raw_file", "raw_sha256", "post"],
    "lines": ["raw_file", "raw_sha256", "line", "part"],
    "boilerplate": ["text_hash"],
}
"""No two rows of a table are equal in these, so that rows have one order; null comes first."""

_PIECES = {
    "text_hash": pl.String(),
    "text": pl.String(),
    "reason": pl.String(),
    "article_id": pl.String(),
    "raw_file": pl.String(),
    "raw_sha256": pl.String(),
    "post": pl.Int32(),
    "place": pl.Int32(),
}


def frame_of(table: str, rows: Iterable[Row]) -> pl.DataFrame:
    """The rows in their order, with the schema's columns, and `month` where the table is partitioned."""
    if table == PIECES:
        return pl.DataFrame(list(rows), schema=_PIECES, orient="row")
    schema: dict[str, pl.DataType] = dict(TABLES[table].create_empty().schema)
    if table not in UNPARTITIONED:
        schema[MONTH] = pl.String()
    return pl.DataFrame(list(rows), schema=schema, orient="row").sort(
        SORT_KEYS[table], nulls_last=False, maintain_order=True
    )
