"""Parquet that is only added to: a folder of segments, each of them complete or not there."""

import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import RepairStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    import duckdb

# Every run adds one or more; so many small files cost as much to open as to read.
MAX_SEGMENTS = 64
# What no longer stands is let go when it is more than this share of the rows.
MAX_STALE = 0.5
_UNFINISHED = ".part"
# Marks a segment that holds all that stood before it.
_WHOLE = "whole"
_ZSTD_LEVEL = 1
_ROWS = 20_000
_GLOB_SIGNS = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


class DamagedCacheError(RepairStoreError):
    """Something that is kept to save work is damaged; it is taken away, and the run makes it again."""


class Segments:
    """Tables that grow by segments.

    Args:
        folder: Where they are; made, with an empty segment, where it is not there.
        schemas: The columns of each table.
    """

    def __init__(self, folder: "Path", *, schemas: "Mapping[str, pa.Schema]") -> None:
        self.folder = folder
        self._schemas = schemas
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(unfinished)
        self._sweep()
        if not self._names():
            unfinished = folder / f"{self._next_name()}{_UNFINISHED}"
            unfinished.mkdir()
            with SegmentWriter(unfinished, schemas=schemas):
                pass
            unfinished.rename(folder / self._next_name())

    def __len__(self) -> int:
        """How many segments there are."""
        return len(self._names())

    def adopt(self, folder: "Path", *, rows: "Mapping[str, int]") -> None:
        """Adds a segment that a worker wrote, which is moved here.

        Args:
            folder: Of a SegmentWriter of these schemas; on the same file system.
            rows: How many rows of each table it wrote.

        Raises:
            DamagedCacheError: Rows were lost on the way, or came twice.
        """
        try:
            found = {table: pq.read_metadata(folder / f"{table}.parquet").num_rows for table in self._schemas}
        except (OSError, pa.ArrowException) as error:
            raise DamagedCacheError(f"{folder}: {error}") from error
        if found != dict(rows):
            raise DamagedCacheError(f"{folder.name} has {found} rows, and {dict(rows)} were made.")
        folder.rename(self.folder / self._next_name())

    def show(self, bench: "duckdb.DuckDBPyConnection") -> None:
        """Makes each table a view of the bench, over all segments.

        Raises:
            DamagedCacheError: A segment is not whole.
        """
        import duckdb  # noqa: PLC0415  # as in open_workbench

        for table in self._schemas:
            files = [
                str(self.folder / name / f"{table}.parquet").translate(_GLOB_SIGNS) for name in self._names()
            ]
            try:
                bench.read_parquet(files).create_view(table, replace=True)
            except duckdb.Error as error:
                raise DamagedCacheError(f"{self.folder}: {error}") from error

    def compact(self, bench: "duckdb.DuckDBPyConnection", *, kept: "Mapping[str, str]") -> None:
        """Makes one segment of all, with those rows of each table that a condition in SQL holds for.

        Args:
            bench: Where `show` was called; its views stand for the segments until then.
            kept: For each table its condition.
        """
        name = self._next_name()
        unfinished = self.folder / f"{name}{_UNFINISHED}"
        unfinished.mkdir()
        for table, schema in self._schemas.items():
            found = bench.sql(f"select * from {table} where {kept[table]}").to_arrow_reader(_ROWS)  # noqa: S608  # our own words
            with pq.ParquetWriter(unfinished / f"{table}.parquet", schema, **_options()) as writer:
                for batch in found:
                    writer.write_table(pa.Table.from_batches([batch]).cast(schema), row_group_size=_ROWS)
        (unfinished / _WHOLE).touch()
        unfinished.rename(self.folder / name)
        self._sweep()

    def _sweep(self) -> None:
        """Takes away what stands again in a compacted segment, also where a kill came between."""
        names = self._names()
        whole = [name for name in names if (self.folder / name / _WHOLE).exists()]
        for name in names:
            if whole and name < whole[-1]:
                shutil.rmtree(self.folder / name)

    def _next_name(self) -> str:
        return f"{max(map(int, self._names()), default=0) + 1:06}"

    def _names(self) -> list[str]:
        return sorted(entry.name for entry in os.scandir(self.folder) if entry.name.isdecimal())


class SegmentWriter:
    """Writes a segment, some rows at a time.

    Args:
        folder: It is there and empty.
        schemas: The columns of each table.
    """

    def __init__(self, folder: "Path", *, schemas: "Mapping[str, pa.Schema]") -> None:
        self._schemas = schemas
        self._stack = ExitStack()
        self._writers = {
            table: self._stack.enter_context(
                pq.ParquetWriter(folder / f"{table}.parquet", schema, **_options())
            )
            for table, schema in schemas.items()
        }
        self.rows = dict.fromkeys(schemas, 0)

    def __enter__(self) -> Self:
        """Every table is there, without rows."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Ends the files."""
        self._stack.close()

    def add(self, tables: "Mapping[str, pa.Table]") -> None:
        """Adds rows to some tables."""
        for table, rows in tables.items():
            if rows.num_rows:
                self._writers[table].write_table(rows.cast(self._schemas[table]), row_group_size=_ROWS)
                self.rows[table] += rows.num_rows


def _options() -> dict[str, str | int]:
    return {"compression": "zstd", "compression_level": _ZSTD_LEVEL}
