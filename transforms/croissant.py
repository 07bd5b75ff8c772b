"""The Croissant description of the store, derived from the tables' one declaration."""

from collections.abc import Mapping
from inspect import cleandoc

import dataframely as dy
import polars as pl

from transforms.datapackage import DESCRIPTION, KEYWORDS, TITLE, Files
from transforms.references import KEYS, PARTITIONED_BY, references_of
from transforms.rows.frames import UNPARTITIONED
from transforms.schemas import SCHEMA_VERSION, TABLES

# As the specification has it, word for word (https://docs.mlcommons.org/croissant/docs/croissant-spec.html, "JSON-LD").
_CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# The name by which readers of Croissant know Parquet; the registered application/vnd.apache.parquet is younger.
_PARQUET = "application/x-parquet"
_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "sc:Text",
    pl.Boolean: "sc:Boolean",
    pl.Int32: "sc:Integer",
    pl.Int64: "sc:Integer",
    pl.Float32: "sc:Float",
    pl.Float64: "sc:Float",
    pl.Date: "sc:Date",
    pl.Datetime: "sc:DateTime",
}

Json = dict[str, object]


def describe_croissant(files: Files) -> Json:
    """JSON-LD of Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html) for the tables and their files.

    Each table is a record set out of a file set, which is told by a glob; each file is a file object with its hash. Paths
    are relative to the folder that the description lies in. `month` is a field that is read out of the path.

    Args:
        files: Table → path below the store → its `sha256`, `rows` and `size`.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "unspun",
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "version": f"{SCHEMA_VERSION}.0",
        "keywords": list(KEYWORDS),
        "isLiveDataset": True,
        "distribution": [
            *(_file_set(name) for name in TABLES),
            *(
                _file_object(path, file)
                for name in TABLES
                for path, file in sorted(files.get(name, {}).items())
            ),
        ],
        "recordSet": [_record_set(name) for name in TABLES],
    }


def _set_id(table: str) -> str:
    return f"{table}-files"


def _file_set(table: str) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": _set_id(table),
        "name": _set_id(table),
        "description": f"The Parquet files of {table}.",
        "encodingFormat": _PARQUET,
        "includes": f"{table}/*.parquet",
    }


def _file_object(path: str, file: Mapping[str, str | int]) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{file['size']} B",
        "encodingFormat": _PARQUET,
        "sha256": file["sha256"],
    }


def _record_set(table: str) -> Json:
    keys: list[Json] = [{"@id": f"{table}/{name}"} for name in KEYS[table]]
    fields = [_field(table, name, column) for name, column in TABLES[table].columns().items()]
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": cleandoc(TABLES[table].__doc__ or ""),
        "key": keys[0] if len(keys) == 1 else keys,
        "field": fields if table in UNPARTITIONED else [*fields, _month(table)],
    }


def _field(table: str, name: str, column: dy.Column) -> Json:
    identity = f"{table}/{name}"
    inner = column.inner if isinstance(column, dy.List) else column
    described: Json = {
        "@type": "cr:Field",
        "@id": identity,
        "name": name,
        "description": column.description or "",
    }
    if isinstance(column, dy.List):
        described["repeated"] = True
    if isinstance(inner, dy.Struct):
        parts = (
            (
                part,
                _TYPES[type(field.dtype)],
                _source(table, column=name, transform={"jsonPath": f"$.{part}"}),
            )
            for part, field in inner.inner.items()
        )
        described["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{identity}/{part}",
                "name": part,
                "dataType": kind,
                "source": source,
            }
            for part, kind, source in parts
        ]
        return described
    described |= {"dataType": _TYPES[type(inner.dtype)], "source": _source(table, column=name)}
    for reference in references_of(table):
        # A reader joins on what is referred to, and would join a table to itself.
        if reference.column == name and reference.names != table:
            described["references"] = {"field": {"@id": f"{reference.names}/{reference.key}"}}
    return described


def _month(table: str) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{PARTITIONED_BY}",
        "name": PARTITIONED_BY,
        "description": "Month of the article's published_at, else of its scraped_at, else “unknown”; it stands in the path alone.",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": _set_id(table)},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": f".*{PARTITIONED_BY}=([^/]+)/.*"},
        },
    }


def _source(table: str, *, column: str, transform: Json | None = None) -> Json:
    source: Json = {"fileSet": {"@id": _set_id(table)}, "extract": {"column": column}}
    return source | ({"transform": transform} if transform else {})
