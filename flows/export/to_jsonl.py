"""Tables as JSON Lines: one file each, one object a row, lists and structs as they are, times in ISO 8601."""

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl

from flows.export.source import Source


def write_jsonl(source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
    """Writes `articles.jsonl` … below a folder."""
    for table in source.tables:
        with (root / f"{table}.jsonl").open("wb") as file:
            for batch in source.batches(table):
                # By way of memory: an error of the disk is then Python's own.
                lines = io.BytesIO()
                pl.DataFrame(batch).write_ndjson(lines)
                file.write(lines.getvalue())
                advance(batch.num_rows)
