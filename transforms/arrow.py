"""The Arrow schema of each table, derived from its one declaration."""

import polars as pl
import pyarrow as pa

from transforms.schemas import TABLES

_SCALARS: dict[pl.datatypes.DataTypeClass, pa.DataType] = {
    pl.String: pa.string(),
    pl.Boolean: pa.bool_(),
    pl.Int32: pa.int32(),
    pl.Int64: pa.int64(),
    pl.Float32: pa.float32(),
    pl.Float64: pa.float64(),
    pl.Date: pa.date32(),
}


def arrow_schema(table: str) -> pa.Schema:
    """The schema that the Parquet files of a table have: `string`, never large_string; no metadata.

    Raises:
        KeyError: There is no such table.
        TypeError: A column has a type that no table had before.
    """
    columns = TABLES[table].columns()
    return pa.schema(
        [
            pa.field(name, arrow_type(column.dtype), nullable=column.nullable)
            for name, column in columns.items()
        ]
    )


def arrow_type(dtype: pl.DataType | pl.datatypes.DataTypeClass) -> pa.DataType:
    """The Arrow type of a Polars type, small offsets throughout.

    Raises:
        TypeError: A column has a type that no table had before.
    """
    match dtype:
        case pl.Datetime():
            return pa.timestamp(dtype.time_unit, tz=dtype.time_zone)
        case pl.List():
            return pa.list_(arrow_type(dtype.inner))
        case pl.Struct():
            return pa.struct([pa.field(field.name, arrow_type(field.dtype)) for field in dtype.fields])
    scalar = _SCALARS.get(dtype if isinstance(dtype, type) else type(dtype))
    if scalar is None:
        raise TypeError(f"no Arrow type is named for {dtype}")
    return scalar
