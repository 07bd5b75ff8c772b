"""The store's own Parquet files, copied as they are into a folder for each table."""

from collections.abc import Callable
from pathlib import Path

from flows.export.source import Source


def copy_parts(source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
    """Writes `articles/month=2025-01/part-….parquet` … below a folder, byte for byte.

    Raises:
        RepairStoreError: A file is not what the manifest tells.
    """
    for parts in source.tables.values():
        for part in parts:
            path = root / part.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.writelines(part.chunks())
            advance(part.facts.rows)
