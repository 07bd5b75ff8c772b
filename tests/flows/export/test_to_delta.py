"""Delta tables hold what the store holds, as Delta's own library, Polars and DuckDB read them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import deltalake
import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.export.exporting import Exported
from flows.paths import Paths
from transforms.schemas import TABLES

Export = Callable[..., Exported]
Rows = list[dict[str, Any]]
Held = Callable[[str], Rows]
Tables = Mapping[str, Mapping[str, Sequence[dict[str, Any]]]]


def _sorted(rows: Rows) -> Rows:
    """Delta promises no order."""
    return sorted(rows, key=lambda row: repr(sorted(row.items())))


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_there(tmp_path: Path, export_to: Export, held: Held, table: str) -> None:
    """Whoever reads it finds the rows of the store, `month` among the columns."""
    export_to("delta", tmp_path / "out")
    place = tmp_path / "out" / table
    expected = _sorted(held(table))
    assert _sorted(pl.read_delta(str(place)).to_dicts()) == expected
    delta = deltalake.DeltaTable(place)
    log = pl.DataFrame(delta.get_add_actions(flatten=True))
    assert int(log["num_records"].sum()) == len(expected)
    files = [str(place / path) for path in log["path"]]
    found = duckdb.execute("select count(*) from read_parquet($files)", {"files": files}).fetchall()
    assert found == [(len(expected),)]


def test_the_table_is_partitioned_and_says_what_it_is(tmp_path: Path, export_to: Export) -> None:
    """By month; the dictionary of boilerplate has none. Nullability and types are those of the schema."""
    export_to("delta", tmp_path / "out")
    articles = deltalake.DeltaTable(tmp_path / "out" / "articles")
    assert articles.metadata().partition_columns == ["month"]
    assert articles.metadata().name == "articles"
    assert articles.metadata().description == "One row per distinct copied article."
    nullable = {field.name: field.nullable for field in articles.schema().fields}
    assert nullable["title"]
    assert not nullable["article_id"]
    assert deltalake.DeltaTable(tmp_path / "out" / "boilerplate").metadata().partition_columns == []


def test_a_month_is_found_without_reading_the_others(
    tmp_path: Path, export_to: Export, hostile: Tables
) -> None:
    """A filter on the partition and one on a column's statistics both give the right rows, formulas and NULs in them or not."""
    export_to("delta", tmp_path / "out")
    articles = pl.scan_delta(str(tmp_path / "out" / "articles"))
    assert articles.filter(pl.col("month") == "unknown").collect().height == len(
        hostile["articles"]["unknown"]
    )
    for row in hostile["articles"]["unknown"]:
        found = articles.filter(pl.col("title") == row["title"]).collect()
        assert found["article_id"].to_list() == [row["article_id"]]


def test_the_files_are_the_stores_own(tmp_path: Path, export_to: Export, hostile_store: Paths) -> None:
    """Byte for byte, under the same names."""
    export_to("delta", tmp_path / "out")
    found = {
        str(path.relative_to(tmp_path / "out")): path.read_bytes()
        for path in (tmp_path / "out").glob("**/part-*.parquet")
    }
    held = {
        str(path.relative_to(hostile_store.store)): path.read_bytes()
        for path in hostile_store.store.glob("**/part-*.parquet")
    }
    assert found == held
    assert pq.read_schema(next((tmp_path / "out").glob("tags/*/part-*.parquet"))).names[-1] != "month"
