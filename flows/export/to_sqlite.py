"""Tables as one SQLite database: keys, foreign keys, indexes, lists as JSON, full-text search."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import sqlite_utils
from sqlite_utils.db import quote_identifier

from flows.export.columns import plain_columns
from flows.export.source import Source
from transforms.references import references_of
from transforms.schemas import TABLES

DATABASE = "unspun.sqlite"
# What people look rows up by, beside the keys and what refers to them.
_LOOKED_UP = {
    "articles": ("publisher", "published_date"),
    "tags": ("tag_norm",),
    "entities": ("entity_id", "name"),
    "lines": ("raw_sha256",),
}
_SEARCHED = {"articles": ("title", "body"), "summaries": ("text",)}
# Of the memory that a run may take, what the database may hold of its pages.
_CACHE_SHARE = 16
_KIB = 1024


def write_sqlite(source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
    """Writes `unspun.sqlite` below a folder.

    Foreign keys are declared and not enforced: SQLite enforces them only where a connection asks for it. Times and dates are ISO
    8601, truth values 0 and 1; an integer that SQLite has no room for (unsigned of 64 bits, decimals) is text.

    Raises:
        OSError: The disk is full.
    """
    path = root / DATABASE
    with _full_disk_told(path), closing(sqlite3.connect(path)) as connection:
        # Nobody sees the file before it is whole and flushed: a journal would only cost time.
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute(f"pragma cache_size = -{source.memory_bytes // _CACHE_SHARE // _KIB}")
        database = sqlite_utils.Database(connection, execute_plugins=False)
        for table in source.tables:
            _create(database, source, table)
            with connection:
                for batch in source.batches(table):
                    _insert(connection, table, _fitting(plain_columns(batch)))
                    advance(batch.num_rows)
        for table in source.tables:
            _index(database, source, table)
        database.analyze()
        connection.commit()


def _create(database: sqlite_utils.Database, source: Source, table: str) -> None:
    schema = source.schema(table)
    declared = tuple(TABLES[table].primary_key()) if table in TABLES else ()
    key = declared if set(declared) <= set(schema.names) else ()
    database.table(table).create(
        {field.name: _column_type(field.type) for field in schema},
        pk=(key[0] if len(key) == 1 else key) or None,
        not_null={field.name for field in schema if not field.nullable},
        foreign_keys=[
            (reference.column, reference.names, reference.key)
            for reference in references_of(table)
            if reference.names in source.tables and reference.column in schema.names
        ],
    )


def _insert(connection: sqlite3.Connection, table: str, frame: pl.DataFrame) -> None:
    places = ", ".join("?" * frame.width)
    connection.executemany(f"insert into {quote_identifier(table)} values ({places})", frame.iter_rows())  # noqa: S608  # a quoted name of ours


def _index(database: sqlite_utils.Database, source: Source, table: str) -> None:
    columns = source.schema(table).names
    wanted = (*(reference.column for reference in references_of(table)), *_LOOKED_UP.get(table, ()))
    for column in dict.fromkeys(wanted):
        if column in columns:
            database.table(table).create_index([column])
    if table in _SEARCHED:
        database.table(table).enable_fts(_SEARCHED[table], fts_version="FTS5")


def _column_type(arrow: pa.DataType) -> type:
    if pa.types.is_boolean(arrow) or (pa.types.is_integer(arrow) and arrow != pa.uint64()):
        return int
    return float if pa.types.is_floating(arrow) else bytes if pa.types.is_binary(arrow) else str


def _fitting(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with digits for numbers that SQLite's own cannot hold."""
    return frame.with_columns(
        pl.col(name).cast(pl.String)
        for name, dtype in frame.schema.items()
        if dtype in {pl.UInt64, pl.Int128} or isinstance(dtype, pl.Decimal)
    )


@contextmanager
def _full_disk_told(path: Path) -> Iterator[None]:
    """SQLite's own word for a full disk as everybody else's."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        raise OSError(errno.ENOSPC, "no room on the disk", str(path)) from error
