"""Tables as CSV: one file each, in UTF-8; a text that a spreadsheet would run as a formula gets an apostrophe before it."""

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa

from flows.export.columns import guarded, plain_columns
from flows.export.source import Source


def write_csv(source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
    """Writes `articles.csv` … below a folder. Null is an empty cell, an empty text is a pair of quotes."""
    for table in source.tables:
        with (root / f"{table}.csv").open("wb") as file:
            no_rows = pa.RecordBatch.from_pylist([], source.schema(table))
            file.write(_lines(guarded(plain_columns(no_rows)), has_header=True))
            for batch in source.batches(table):
                file.write(_lines(guarded(plain_columns(batch)), has_header=False))
                advance(batch.num_rows)


def _lines(frame: pl.DataFrame, *, has_header: bool) -> bytes:
    # By way of memory: an error of the disk is then Python's own.
    lines = io.BytesIO()
    frame.write_csv(lines, include_header=has_header)
    return lines.getvalue()
