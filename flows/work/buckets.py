"""Buckets: Parquet in which all rows of one number lie together, on their way from a run to its workers."""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from flows.corpus.segments import DamagedCacheError
from flows.corpus.workbench import open_workbench
from flows.work.storage import desk_of

if TYPE_CHECKING:
    import duckdb

    from flows.work.storage import Desk, Storage

# Of a row that waits to be written: itself, sorted, and its place.
_BYTES_A_ROW = 64
_SHARE = 1 / 16
# The golden ratio: the next bits of a number decide as well as any, also where its last ones number a band (Knuth, The
# Art of Computer Programming, 6.4).
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_FILE = "rows.parquet"
_GLOB_SIGNS = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket by its name, and how many rows it has."""

    name: str
    rows: int


class Emptied(msgspec.Struct, frozen=True, kw_only=True):
    """What came of some buckets: the name of a segment, how many rows were read for it, and how many rows of each table it has."""

    segment: str
    taken: int
    rows: dict[str, int]


def write_buckets(  # noqa: PLR0913  # rows, and where and how they go
    rows: Iterable[pa.RecordBatch],
    *,
    schema: pa.Schema,
    count: int,
    desk: "Desk",
    name: str,
    memory_bytes: int,
) -> list[Bucket]:
    """Writes rows to so many buckets, by their first column, a whole number; rows of one number lie in one bucket.

    Args:
        rows: In any order.
        schema: Their columns.
        count: How many buckets, 65,536 at most.
        desk: Where they are handed over.
        name: What their names begin with.
        memory_bytes: The memory of the run.
    """
    names = [f"{name}-{number:06}" for number in range(count)]
    folders = [desk.open_folder(one) for one in names]
    written = np.zeros(count, dtype=np.int64)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(pq.ParquetWriter(folder / _FILE, schema, **_options(schema)))
            for folder in folders
        ]
        room = max(1, int(memory_bytes * _SHARE) // _BYTES_A_ROW)
        for some in _gathered(rows, room=room):
            table = pa.Table.from_batches(some).cast(schema)
            places = _places(table.column(0).to_numpy(), count=count)
            sizes = np.bincount(places, minlength=count)
            table = table.take(pa.array(np.argsort(places, kind="stable"))).combine_chunks()
            ends = np.cumsum(sizes)
            for number in np.flatnonzero(sizes):
                size = int(sizes[number])
                writers[number].write_table(table.slice(int(ends[number]) - size, size))
            written += sizes
    for one, folder in zip(names, folders, strict=True):
        desk.hand_over(one, folder)
    return [Bucket(name=one, rows=int(size)) for one, size in zip(names, written, strict=True)]


def open_buckets(
    storage: "Storage", buckets: Sequence[Bucket], *, memory_bytes: int
) -> "Generator[tuple[duckdb.DuckDBPyConnection, int]]":
    """A workbench with the view `bucket`, for one bucket after the other, and how many rows it has.

    Raises:
        DamagedCacheError: A bucket has not the rows that were written.
    """
    desk = desk_of(storage)
    # What a large bucket is sorted on is better this machine's own disk than one that all share.
    scratch = (
        Path(mkdtemp(dir=os.fsdecode(storage.scratch))) if storage.scratch else desk.open_folder("bench")
    )
    try:
        with open_workbench(scratch / "bench", memory_bytes=memory_bytes) as bench:
            for bucket in buckets:
                path = desk.fetch_folder(bucket.name) / _FILE
                rows = rows_of(path)
                if rows != bucket.rows:
                    raise DamagedCacheError(f"{path} has {rows} rows, and {bucket.rows} were written.")
                read(bench, path).create_view("bucket", replace=True)
                yield bench, rows
    finally:
        rmtree(scratch)


def read(bench: "duckdb.DuckDBPyConnection", path: Path) -> "duckdb.DuckDBPyRelation":
    """The rows of a Parquet file."""
    return bench.read_parquet([str(path).translate(_GLOB_SIGNS)])


def rows_of(path: Path) -> int:
    """How many rows a Parquet file has.

    Raises:
        DamagedCacheError: It is none.
    """
    try:
        return cast("int", pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise DamagedCacheError(f"{path}: {error}") from error


def _gathered(rows: Iterable[pa.RecordBatch], *, room: int) -> Iterator[list[pa.RecordBatch]]:
    held: list[pa.RecordBatch] = []
    size = 0
    for part in rows:
        held.append(part)
        size += part.num_rows
        if size >= room:
            yield held
            held, size = [], 0
    if held:
        yield held


def _places(values: NDArray[Any], *, count: int) -> NDArray[np.uint16]:
    """The bucket of each number."""
    mixed = (values.astype(np.uint64) * _MULTIPLIER) >> np.uint64(32)
    return (mixed % np.uint64(count)).astype(np.uint16)


def _options(schema: pa.Schema) -> dict[str, Any]:
    """Values that a hash gave do not pack; ranks that come in order do, as differences."""
    first, *others = schema
    encoding = {first.name: "PLAIN"} | {
        field.name: "DELTA_BINARY_PACKED" for field in others if pa.types.is_integer(field.type)
    }
    return {"compression": "none", "use_dictionary": False, "column_encoding": encoding}
