"""The Data Package description of the store, derived from the tables' one declaration."""

from collections.abc import Mapping
from inspect import cleandoc

import dataframely as dy
import polars as pl
import re2

from transforms.dictionary import type_name
from transforms.references import KEYS, PARTITIONED_BY, references_of
from transforms.rows.frames import UNPARTITIONED
from transforms.schemas import SCHEMA_VERSION, TABLES, UNKNOWN_MONTH

TITLE = "Articles, AI summaries, tags and entities out of autoblog scrapes"
DESCRIPTION = (
    "Tables of articles that autoblogs copied, of the rewrites that language models set under them, of tags and named "
    "entities, with every line of every scrape in a ledger. The texts are their writers'; this description gives no licence to them."
)
KEYWORDS = ("autoblog", "boilerplate", "disinformation", "news", "text-mining")
MEDIA_TYPE = "application/vnd.apache.parquet"

_SCHEMAS = "https://datapackage.org/profiles/2.0/{}.json"
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
# A choice of plain words, as "^(feed|html)$".
_CHOICE = re2.compile(r"^\^\((\w+(?:\|\w+)*)\)\$$")

Files = Mapping[str, Mapping[str, Mapping[str, str | int]]]


def describe_package(files: Files) -> dict[str, object]:
    """A Data Package (https://datapackage.org/standard/data-package/, version 2) of the tables and their files.

    A table that lies in several files has one resource with all their paths; `parts` tells the bytes, rows and hash of
    each, for which the standard has one place only. `partitionedBy` names what is in a path and in no file.

    Args:
        files: Table → path below the store → its `sha256`, `rows` and `size`.
    """
    return {
        "$schema": _SCHEMAS.format("datapackage"),
        "name": "unspun",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": SCHEMA_VERSION,
        "keywords": list(KEYWORDS),
        "resources": [_resource(name, files.get(name, {})) for name in TABLES],
    }


def choices(regex: str | None) -> list[str] | None:
    """The words that a pattern chooses from, where it does nothing else."""
    found = _CHOICE.match(regex) if regex else None
    return found.group(1).split("|") if found else None


def _resource(name: str, files: Mapping[str, Mapping[str, str | int]]) -> dict[str, object]:
    partition = [] if name in UNPARTITIONED else [_partition()]
    return {
        "$schema": _SCHEMAS.format("dataresource"),
        "type": "table",
        "name": name,
        "title": name,
        "description": cleandoc(TABLES[name].__doc__ or ""),
        "path": sorted(files),
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "bytes": sum(int(file["size"]) for file in files.values()),
        "rows": sum(int(file["rows"]) for file in files.values()),
        "parts": [
            {"path": path, "bytes": file["size"], "rows": file["rows"], "hash": f"sha256:{file['sha256']}"}
            for path, file in sorted(files.items())
        ],
        **({"partitionedBy": partition} if partition else {}),
        "schema": _schema(name),
    }


def _partition() -> dict[str, object]:
    return {
        "name": PARTITIONED_BY,
        "type": "string",
        "description": "Month of the article's published_at, else of its scraped_at, else “unknown”; a text and no date.",
        "style": "hive",
        "constraints": {"required": True, "pattern": rf"\d{{4}}-\d{{2}}|{UNKNOWN_MONTH}"},
    }


def _schema(table: str) -> dict[str, object]:
    keys = list(KEYS[table])
    is_primary = list(TABLES[table].primary_key()) == keys
    foreign = [
        {
            "fields": [reference.column],
            "reference": {
                # Of a table to itself: "" is what version 1 of the standard knows, and version 2 allows.
                "resource": "" if reference.names == table else reference.names,
                "fields": [reference.key],
            },
        }
        for reference in references_of(table)
    ]
    return {
        "$schema": _SCHEMAS.format("tableschema"),
        "fields": [_field(name, column) for name, column in TABLES[table].columns().items()],
        # Parquet knows null, so that no text stands for it.
        "missingValues": [],
        # A key with a column that may be null is no primary key.
        **({"primaryKey": keys} if is_primary else {"uniqueKeys": [keys]}),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(name: str, column: dy.Column) -> dict[str, object]:
    constraints = _constraints(column)
    return {
        "name": name,
        "type": _TYPES[type(column.dtype)],
        "description": column.description or "",
        "physicalType": type_name(column.dtype),
        **({"arrayItem": {"type": _TYPES[type(column.inner.dtype)]}} if isinstance(column, dy.List) else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _constraints(column: dy.Column) -> dict[str, object]:
    """What a value must be, as the check at the door has it."""
    found: dict[str, object] = {} if column.nullable else {"required": True}
    if isinstance(column, dy.String) and column.regex:
        words = choices(column.regex)
        found |= {"enum": words} if words else {"pattern": column.regex.removeprefix("^").removesuffix("$")}
    for bound, key in (("min", "minimum"), ("max", "maximum")):
        value = getattr(column, bound, None)
        if value is not None:
            found[key] = value
    return found
