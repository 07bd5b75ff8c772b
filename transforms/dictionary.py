"""The data dictionary as Markdown, derived from the tables' one declaration."""

from inspect import cleandoc

import dataframely as dy
import polars as pl

from transforms.schemas import SCHEMA_VERSION, TABLES

_HEAD = f"""# Data dictionary

Made by `make dictionary` from `transforms/schemas.py`; do not edit. Schema version {SCHEMA_VERSION}.

The tables lie as Parquet in `data/processed/<table>/month=<month>/`; `month` is the month of the article's
`published_at`, else of its `scraped_at`, else `unknown`, and stands in the path only. `boilerplate` has no months.
A “?” after a type says that the value may be missing; **bold** columns are the key.
"""
_NAMES: dict[pl.datatypes.DataTypeClass, str] = {
    pl.String: "string",
    pl.Boolean: "bool",
    pl.Int32: "int32",
    pl.Int64: "int64",
    pl.Float32: "float32",
    pl.Float64: "float64",
    pl.Date: "date",
}


def describe_tables() -> str:
    """The whole document: one section a table, one line a column."""
    return _HEAD + "".join(f"\n{describe_table(name)}" for name in TABLES)


def describe_table(name: str) -> str:
    """A table's section: what one row is, then a line a column.

    Raises:
        KeyError: There is no such table.
    """
    schema = TABLES[name]
    rows = "".join(_row(column_name, column) for column_name, column in schema.columns().items())
    return (
        f"## {name}\n\n{cleandoc(schema.__doc__ or '')}\n\n| column | type | meaning |\n|---|---|---|\n{rows}"
    )


def type_name(dtype: pl.DataType | pl.datatypes.DataTypeClass) -> str:
    """The type as the contract writes it: "list<struct<start: int32, end: int32>>".

    Raises:
        KeyError: A column has a type that no table had before.
    """
    match dtype:
        case pl.Datetime():
            return f"timestamp[{dtype.time_unit}, {dtype.time_zone}]"
        case pl.List():
            return f"list<{type_name(dtype.inner)}>"
        case pl.Struct():
            return f"struct<{', '.join(f'{field.name}: {type_name(field.dtype)}' for field in dtype.fields)}>"
    return _NAMES[dtype if isinstance(dtype, type) else type(dtype)]


def _row(name: str, column: dy.Column) -> str:
    shown = f"**{name}**" if column.primary_key else name
    kind = type_name(column.dtype) + ("?" if column.nullable else "")
    meaning = (column.description or "").replace("|", "\\|")
    return f"| {shown} | `{kind}` | {meaning} |\n"
