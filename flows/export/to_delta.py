"""Tables as Delta Lake tables: the store's own Parquet files, and a log that says what they are."""

from collections.abc import Callable
from pathlib import Path

import deltalake
import pyarrow as pa

from flows.export.parts import copy_parts
from flows.export.source import MONTH, Source
from transforms.schemas import TABLES


def write_delta(source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
    """Writes a Delta table for each table below a folder, partitioned by `month` where the store's is.

    No row is written anew, so memory is bounded by the log alone. The log has the time and a random id of the table.
    """
    copy_parts(source, root, advance=advance)
    for table, parts in source.tables.items():
        is_partitioned = parts[0].month is not None
        deltalake.convert_to_deltalake(
            root / table,
            partition_by=deltalake.Schema.from_arrow(pa.schema([pa.field(MONTH, pa.string())]))
            if is_partitioned
            else None,
            partition_strategy="hive" if is_partitioned else None,
            name=table,
            description=(TABLES[table].__doc__ or "").strip() if table in TABLES else None,
        )
