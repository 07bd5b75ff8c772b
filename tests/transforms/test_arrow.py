"""The Arrow schemas are what the contract says of Parquet."""

import polars as pl
import pyarrow as pa
import pytest

from transforms.arrow import arrow_schema, arrow_type
from transforms.datapackage import describe_package
from transforms.schemas import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_types_are_small_and_plain(table: str) -> None:
    """`string` and never large_string, times in microseconds UTC, nullability as declared."""
    schema = arrow_schema(table)
    columns = TABLES[table].columns()
    assert schema.names == list(columns)
    assert schema.metadata is None
    assert "large" not in str(schema)
    for name, column in columns.items():
        assert schema.field(name).nullable == column.nullable


def test_nested_types() -> None:
    """A list of structs keeps its fields."""
    assert str(arrow_schema("entities").field("spans").type) == "list<item: struct<start: int32, end: int32>>"
    assert arrow_schema("articles").field("published_at").type == pa.timestamp("us", tz="UTC")


def test_a_type_that_no_table_has_is_refused() -> None:
    """A new type is a decision, not a guess."""
    with pytest.raises(TypeError, match="no Arrow type"):
        arrow_type(pl.Categorical())


def test_the_package_describes_every_table_and_column() -> None:
    """The Frictionless description names files, rows and every field."""
    files: dict[str, dict[str, dict[str, str | int]]] = {
        "tags": {"tags/month=unknown/part-0.parquet": {"sha256": "0", "rows": 3, "size": 9}}
    }
    package = describe_package(files)
    resources = package["resources"]
    assert isinstance(resources, list)
    assert [resource["name"] for resource in resources] == list(TABLES)
    tags = resources[list(TABLES).index("tags")]
    assert (tags["rows"], tags["bytes"], tags["path"]) == (3, 9, ["tags/month=unknown/part-0.parquet"])
    assert [field["name"] for field in tags["schema"]["fields"]] == list(TABLES["tags"].columns())
    assert tags["schema"]["primaryKey"] == ["article_id", "tag", "kind"]
