"""The bytes that a partition becomes."""

from hashlib import sha256
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.parquet import write_part
from transforms.arrow import arrow_schema
from transforms.schemas import TABLES

TAG = {"article_id": "a" * 32, "tag": "Olm", "tag_norm": "olm", "kind": "list", "position": 1}
LINE = {"raw_file": "p", "raw_sha256": "0" * 64, "post": 0, "role": "chrome", "text": "x"}


def _lines(count: int, *, batch: int) -> list[pa.RecordBatch]:
    rows = [LINE | {"line": line} for line in range(1, count + 1)]
    batches: list[pa.RecordBatch] = pa.Table.from_pylist(rows, schema=arrow_schema("lines")).to_batches(
        max_chunksize=batch
    )
    return batches


def test_files_are_as_the_contract_says(tmp_path: Path) -> None:
    """zstd, a page index, no key of the partition within, no metadata but the Arrow schema, named for its bytes."""
    rows = pa.Table.from_pylist([TAG], schema=arrow_schema("tags")).to_batches()
    ((path, file),) = write_part(tmp_path, "tags/month=2025-01", "tags", rows).items()
    data = (tmp_path / path).read_bytes()
    assert path == f"tags/month=2025-01/part-{file.sha256[:16]}.parquet"
    assert (file.sha256, file.size, file.rows) == (sha256(data).hexdigest(), len(data), 1)
    found = pq.ParquetFile(tmp_path / path)
    group = found.metadata.row_group(0)
    assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}
    assert group.column(0).has_offset_index
    assert found.schema_arrow.names == list(TABLES["tags"].columns())
    assert str(found.schema_arrow.field("tag").type) == "string"
    assert set(found.metadata.metadata or {}) == {b"ARROW:schema"}


def test_no_rows_are_one_empty_file(tmp_path: Path) -> None:
    """A reader of an empty table finds its columns."""
    ((path, file),) = write_part(tmp_path, "tags/month=unknown", "tags", []).items()
    assert file.rows == 0
    assert pl.read_parquet(tmp_path / path).columns[:2] == ["article_id", "tag"]


@pytest.mark.parametrize("batch", [7, 19_999, 50_000])
def test_row_groups_are_cut_whatever_the_batches(tmp_path: Path, batch: int) -> None:
    """A long table of texts has groups of 20,000 rows, so that a reader can skip; the bytes do not tell how the rows came."""
    one, other = tmp_path / "one", tmp_path / "other"
    (path,) = write_part(one, "lines", "lines", _lines(40_001, batch=batch))
    assert write_part(other, "lines", "lines", _lines(40_001, batch=1_000)).keys() == {path}
    groups = pq.ParquetFile(one / path).metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [20_000, 20_000, 1]


def test_a_long_partition_goes_on_in_another_file(tmp_path: Path) -> None:
    """A file that has reached its size is closed with its row group; the files together have every row, once."""
    written = write_part(tmp_path, "lines", "lines", _lines(50_000, batch=5_000), max_bytes=1)
    assert [file.rows for file in written.values()] == [20_000, 20_000, 10_000]
    lines = [line for path in written for line in pl.read_parquet(tmp_path / path)["line"].to_list()]
    assert lines == list(range(1, 50_001))
