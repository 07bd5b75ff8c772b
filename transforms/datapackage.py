"""The Frictionless description of the store, derived from the tables' one declaration."""

from collections.abc import Mapping

import dataframely as dy
import polars as pl

from transforms.schemas import SCHEMA_VERSION, TABLES

_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int32: "integer",
    pl.Int64: "integer",
    pl.Float32: "number",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.List: "array",
    pl.Struct: "object",
}


def describe_package(files: Mapping[str, Mapping[str, Mapping[str, str | int]]]) -> dict[str, object]:
    """A Data Package (https://datapackage.org/standard/data-package/) of the tables and their files.

    Args:
        files: Table → path below the store → its `sha256`, `rows` and `size`.
    """
    return {
        "profile": "data-package",
        "name": "unspun",
        "title": "Articles, AI summaries, tags and entities out of autoblog scrapes",
        "version": SCHEMA_VERSION,
        "resources": [_resource(name, files.get(name, {})) for name in TABLES],
    }


def _resource(name: str, files: Mapping[str, Mapping[str, str | int]]) -> dict[str, object]:
    schema = TABLES[name]
    return {
        "name": name,
        "description": (schema.__doc__ or "").strip(),
        "path": sorted(files),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "rows": sum(int(file["rows"]) for file in files.values()),
        "bytes": sum(int(file["size"]) for file in files.values()),
        "schema": {
            "fields": [_field(column_name, column) for column_name, column in schema.columns().items()],
            "primaryKey": schema.primary_key(),
        },
    }


def _field(name: str, column: dy.Column) -> dict[str, object]:
    field: dict[str, object] = {
        "name": name,
        "type": _TYPES[type(column.dtype)],
        "description": column.description or "",
    }
    if not column.nullable:
        field["constraints"] = {"required": True}
    return field
