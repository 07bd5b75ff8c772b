"""Rows out of the workbench and into it, a piece at a time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if TYPE_CHECKING:
    import duckdb

ROWS = 2**14


def parts(bench: "duckdb.DuckDBPyConnection", question: str, *, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
    """The answer in pieces of so many rows at most; other questions may be asked meanwhile."""
    with bench.cursor() as reader:
        for part in reader.sql(question).to_arrow_reader(rows):
            # What DuckDB hands over is never smaller than one of its vectors.
            for start in range(0, part.num_rows, rows):
                yield part.slice(start, rows)


def tuples(bench: "duckdb.DuckDBPyConnection", question: str) -> Iterator[tuple[Any, ...]]:
    """The answer, row by row."""
    for part in parts(bench, question):
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


def number(bench: "duckdb.DuckDBPyConnection", question: str) -> int:
    """The one number of the answer."""
    return int(bench.sql(question).fetchall()[0][0])


def numbers(part: pa.RecordBatch, column: str) -> NDArray[np.int64]:
    """A column of whole numbers."""
    found: NDArray[np.int64] = part.column(column).to_numpy().astype(np.int64)
    return found


def insert(bench: "duckdb.DuckDBPyConnection", table: str, **columns: NDArray[np.generic]) -> None:
    """Adds rows to a table, whose columns are given in its order."""
    rows = pa.table(columns)
    if rows.num_rows:
        bench.from_arrow(rows).insert_into(table)
