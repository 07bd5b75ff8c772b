"""What every reader gets of a store is the same: rows, values and types, by folder and by glob.

Spark is not among them: it reads a folder with keys in its path as "hive" readers do, which pyarrow and DuckDB are here.
"""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from transforms.arrow import arrow_schema
from transforms.references import KEYS
from transforms.rows.frames import UNPARTITIONED
from transforms.schemas import TABLES

MONTH = "month"


def hive_schema(table: str) -> pa.Schema:
    """The columns that a reader gets who reads the key out of the path."""
    schema = arrow_schema(table)
    return schema if table in UNPARTITIONED else schema.append(pa.field(MONTH, pa.string()))


def _duck(question: str) -> pa.Table:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    found = connection.sql(question)
    assert found is not None
    return found.to_arrow_table()


def _pandas(folder: Path) -> pa.Table:
    return _of_frame(pd.read_parquet(folder), folder)


def _of_frame(frame: pd.DataFrame, folder: Path) -> pa.Table:
    # Its keys are a category, of texts.
    told = frame.astype({MONTH: "str"}) if MONTH in frame else frame
    return pa.Table.from_pandas(told, schema=hive_schema(folder.name), preserve_index=False)


# Each reads a table by its folder, `month` out of the path among the columns.
HIVE: dict[str, Callable[[Path], pa.Table]] = {
    "polars, folder": lambda folder: pl.scan_parquet(folder).collect().to_arrow(),
    "polars, glob": lambda folder: (
        pl.scan_parquet(folder / "**" / "*.parquet", hive_partitioning=True).collect().to_arrow()
    ),
    "duckdb, glob": lambda folder: _duck(
        f"from read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
    ),
    "duckdb, glob alone": lambda folder: _duck(f"from '{folder}/**/*.parquet'"),
    "pandas": _pandas,
    "pandas, of arrow": lambda folder: _of_frame(pd.read_parquet(folder, dtype_backend="pyarrow"), folder),
    "pyarrow dataset": lambda folder: ds.dataset(folder, partitioning="hive").to_table(),
    "pyarrow": pq.read_table,
}
# Each reads the files that a glob finds, and nothing of their paths.
PLAIN: dict[str, Callable[[Path], pa.Table]] = {
    "polars": lambda folder: pl.read_parquet(folder / "**" / "*.parquet").to_arrow(),
    "duckdb": lambda folder: _duck(
        f"from read_parquet('{folder}/**/*.parquet', hive_partitioning = false)"
    ),
    "pyarrow dataset": lambda folder: ds.dataset(sorted(map(str, folder.glob("**/*.parquet")))).to_table(),
    "pandas, file by file": lambda folder: pa.Table.from_pandas(
        pd.concat([pd.read_parquet(io.BytesIO(path.read_bytes()), dtype_backend="pyarrow") for path in sorted(folder.glob("**/*.parquet"))]),
        schema=arrow_schema(folder.name), preserve_index=False,
    ),
}  # fmt: skip


def expected(folder: Path) -> pa.Table:
    """The rows file by file, each with the month of its path."""
    schema = hive_schema(folder.name)
    pieces = []
    for path in sorted(folder.glob("**/*.parquet")):
        piece = pq.ParquetFile(path).read()
        if MONTH in schema.names:
            month = path.parent.name.partition("=")[2]
            piece = piece.append_column(MONTH, pa.repeat(month, piece.num_rows))
        pieces.append(piece.cast(schema))
    return in_order(pa.concat_tables(pieces), folder.name)


def in_order(rows: pa.Table, table: str) -> pa.Table:
    """The rows by the key of their table."""
    return rows.sort_by([(name, "ascending") for name in KEYS[table]]).combine_chunks()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("reader", HIVE)
def test_a_folder_is_the_same_to_every_reader(sound: Path, reader: str, table: str) -> None:
    """The same columns, and the same values row by row; the month is a text, `unknown` beside `2025-01`."""
    found = HIVE[reader](sound / table)
    schema = hive_schema(table)
    assert found.column_names == schema.names
    whole = expected(sound / table)
    assert whole.num_rows > 0
    assert in_order(found.cast(schema), table).equals(whole)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("reader", PLAIN)
def test_a_glob_is_the_same_to_every_reader(sound: Path, reader: str, table: str) -> None:
    """Without the path the same rows, but for the month."""
    schema = arrow_schema(table)
    found = PLAIN[reader](sound / table)
    assert found.column_names == schema.names
    assert in_order(found.cast(schema), table).equals(expected(sound / table).select(schema.names))


@pytest.mark.parametrize("table", sorted({*TABLES} - UNPARTITIONED))
def test_types_are_those_of_the_contract(sound: Path, table: str) -> None:
    """Before anything is cast: each reader's own types, and a text for the month, which none takes for a date."""
    folder = sound / table
    of_polars = pl.scan_parquet(folder).collect_schema()
    declared = {name: column.dtype for name, column in TABLES[table].columns().items()}
    assert dict(of_polars) == declared | {MONTH: pl.String()}
    of_dataset = ds.dataset(folder, partitioning="hive").schema
    assert [field.type for field in of_dataset] == [field.type for field in hive_schema(table)]
    told = duckdb.sql(f"select column_name, column_type from (describe from '{folder}/**/*.parquet')")  # noqa: S608  # our own folder
    assert told is not None
    of_duck = dict(told.fetchall())
    names = {
        "string": "VARCHAR", "int32": "INTEGER", "bool": "BOOLEAN", "float": "FLOAT", "date32[day]": "DATE",
        "timestamp[us, tz=UTC]": "TIMESTAMP WITH TIME ZONE", "list<item: string>": "VARCHAR[]",
        "list<item: struct<start: int32, end: int32>>": 'STRUCT("start" INTEGER, "end" INTEGER)[]',
    }  # fmt: skip
    assert of_duck == {field.name: names[str(field.type)] for field in hive_schema(table)}
    month = pd.read_parquet(folder)[MONTH]
    assert all(isinstance(value, str) for value in month.cat.categories)


def test_months_alone_are_texts_too(sound: Path, tmp_path: Path) -> None:
    """Where no month is `unknown`, none is taken for a number or a date."""
    for month in ("2024-12", "2025-01"):
        shutil.copytree(sound / "articles" / f"month={month}", tmp_path / "articles" / f"month={month}")
    for reader in ("polars, folder", "duckdb, glob alone", "pyarrow dataset", "pandas"):
        found = HIVE[reader](tmp_path / "articles")
        assert set(found[MONTH].to_pylist()) == {"2024-12", "2025-01"}, reader


@pytest.mark.parametrize("reader", HIVE)
@pytest.mark.parametrize("table", ["summaries", "boilerplate"])
def test_a_table_without_rows_has_its_columns(bare: Path, table: str, reader: str) -> None:
    """One empty file tells a reader what there would be."""
    assert len(list((bare / table).glob("**/*.parquet"))) == 1
    found = HIVE[reader](bare / table)
    assert found.num_rows == 0
    assert found.column_names == hive_schema(table).names
    assert HIVE[reader](bare / "articles").num_rows == 1
