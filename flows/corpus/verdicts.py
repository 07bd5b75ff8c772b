"""What was found when two texts were compared, kept from run to run: a verdict is a function of the two texts alone."""

import os
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import duckdb

# large_id comes before small_id in the order of ranks: which of two texts of one length is taken for the whole counts.
SCHEMA = pa.schema(
    [
        pa.field("large_id", pa.string(), nullable=False),
        pa.field("small_id", pa.string(), nullable=False),
        pa.field("kin", pa.uint8(), nullable=False),
        pa.field("closeness", pa.float64(), nullable=False),
    ]
)
# One run adds one file or a few; so many are opened in a blink, and made one after that.
MAX_FILES = 16

_UNFINISHED = "unfinished"


def load_verdicts(bench: "duckdb.DuckDBPyConnection", folder: Path, *, table: str) -> None:
    """Makes a table of all verdicts that are kept, each once; a file that cannot be read is removed."""
    (folder / _UNFINISHED).unlink(missing_ok=True)
    bench.execute(
        f"create or replace table {table} "
        "(large_id varchar not null, small_id varchar not null, kin utinyint not null, closeness double not null)"
    )
    for path in verdict_files(folder):
        bench.execute("begin")
        try:
            for part in _read(path):
                bench.from_arrow(part).insert_into(table)
        except (pa.ArrowException, OSError):
            # Arrow tells damage in both ways. What was judged there is judged again.
            bench.execute("rollback")
            path.unlink()
        else:
            bench.execute("commit")


def _read(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        if not file.schema_arrow.equals(SCHEMA):
            raise pa.ArrowInvalid("These are no verdicts.")
        yield from file.iter_batches()


def write_verdicts(folder: Path, parts: Iterable[pa.RecordBatch]) -> Path:
    """Writes verdicts to a new file, which is there whole or not at all; the same verdicts give the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / _UNFINISHED
    with unfinished.open("wb") as sink:
        with pq.ParquetWriter(sink, SCHEMA, compression="zstd", write_page_checksum=True) as writer:
            for part in parts:
                writer.write_batch(part.cast(SCHEMA))
        sink.flush()
        os.fsync(sink.fileno())
    with unfinished.open("rb") as source:
        digest = file_digest(source, "sha256").hexdigest()
    path = folder / f"{digest[:32]}.parquet"
    unfinished.rename(path)
    return path


def replace_verdicts(folder: Path, parts: Iterable[pa.RecordBatch]) -> None:
    """Writes verdicts in the place of all that are kept; a kill between the two leaves some twice, which does no harm."""
    old = verdict_files(folder)
    path = write_verdicts(folder, parts)
    for other in old:
        if other != path:
            other.unlink()


def verdict_files(folder: Path) -> list[Path]:
    """The files of a folder, which need not be there."""
    return sorted(folder.glob("*.parquet"))
