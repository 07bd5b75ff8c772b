"""Where tables that may not fit into memory are sorted and joined: DuckDB, with a bound on its memory and a folder to spill to."""

import os
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

# DuckDB's share of the run's memory: the rest is for the batches that Python holds, and for what neither counts.
_SHARE = 0.5
# Each of DuckDB's threads sorts and joins with memory of its own.
_BYTES_A_THREAD = 128 * 1024 * 1024


@contextmanager
def open_workbench(folder: Path, *, memory_bytes: int) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A database of its own in a folder of its own, which is gone afterwards.

    Args:
        folder: Where it writes; it is not there yet.
        memory_bytes: The memory of the run, of which it takes a part.
    """
    import duckdb  # noqa: PLC0415  # 0.1 CPU-seconds that a run with nothing new does not need

    folder.mkdir(parents=True)
    connection = duckdb.connect(
        str(folder / "bench.duckdb"),
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{int(memory_bytes * _SHARE)}B",
            "temp_directory": str(folder / "spill"),
            "threads": max(1, min(os.cpu_count() or 1, int(memory_bytes * _SHARE) // _BYTES_A_THREAD)),
        },
    )
    try:
        connection.execute(
            "set timezone = 'UTC'; set enable_progress_bar = false; set preserve_insertion_order = false"
        )
        yield connection
    finally:
        connection.close()
        rmtree(folder)
