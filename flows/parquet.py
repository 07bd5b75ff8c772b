"""Writes the rows of a partition as Parquet: the same bytes for the same rows."""

import os
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.manifest import TableFile
from transforms.arrow import arrow_schema

# Texts are long and ids are short: both numbers give row groups of a few megabytes.
_ROWS_OF_TEXT = 20_000
_ROWS = 122_880
_TABLES_OF_TEXT = {"articles", "summaries", "lines"}
_ZSTD_LEVEL = 3
# A partition that is longer goes on in a file of its own.
MAX_FILE_BYTES = 256 * 1024 * 1024


def write_part(
    root: Path,
    folder: str,
    table: str,
    rows: Iterable[pa.RecordBatch],
    *,
    max_bytes: int = MAX_FILE_BYTES,
) -> dict[str, TableFile]:
    """Writes the rows of one partition, in their order, and flushes them to the disk.

    Args:
        root: The tree.
        folder: The partition's path below it.
        table: The table's name.
        rows: Its rows, in batches of any size; how they are cut changes no byte.
        max_bytes: A file that has so many is followed by another one.

    Returns:
        Path below the root → what was written; one empty file where there are no rows.
    """
    (root / folder).mkdir(parents=True, exist_ok=True)
    schema = arrow_schema(table)
    groups = _grouped(rows, schema=schema, size=_ROWS_OF_TEXT if table in _TABLES_OF_TEXT else _ROWS)
    group: pa.Table | None = next(groups, schema.empty_table())
    written: dict[str, TableFile] = {}
    while group is not None:
        unnamed = root / folder / "unnamed"
        count = 0
        with unnamed.open("wb") as file:
            with pq.ParquetWriter(
                file,
                schema,
                compression="zstd",
                compression_level=_ZSTD_LEVEL,
                write_page_index=True,
                version="2.6",
            ) as writer:
                while group is not None and (count == 0 or file.tell() < max_bytes):
                    writer.write_table(group, row_group_size=max(group.num_rows, 1))
                    count += group.num_rows
                    group = next(groups, None)
            file.flush()
            os.fsync(file.fileno())
        path, found = _named(unnamed, rows=count)
        written[f"{folder}/{path.name}"] = found
    return written


def _grouped(rows: Iterable[pa.RecordBatch], *, schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    """The rows as tables of so many rows each; offsets of `string` reach no further than two gigabytes of text."""
    held: list[pa.Table] = []
    count = 0
    for batch in rows:
        held.append(pa.Table.from_batches([batch]).select(schema.names).cast(schema))
        count += batch.num_rows
        while count >= size:
            joined = pa.concat_tables(held)
            yield joined.slice(0, size).combine_chunks()
            held = [joined.slice(size)]
            count -= size
    if count:
        yield pa.concat_tables(held).combine_chunks()


def _named(unnamed: Path, *, rows: int) -> tuple[Path, TableFile]:
    with unnamed.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        size = file.seek(0, os.SEEK_END)
    path = unnamed.with_name(f"part-{digest[:16]}.parquet")
    unnamed.rename(path)
    return path, TableFile(sha256=digest, rows=rows, size=size)
