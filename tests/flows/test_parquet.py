"""The check at the door, and the bytes that a table becomes."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from flows.parquet import check_table, check_tables, write_tables
from transforms.schemas import TABLES

ROW = {
    "article_id": "a" * 32,
    "tag": "Olm",
    "tag_norm": "olm",
    "kind": "list",
    "position": 1,
    "month": "2025-01",
}


def _frame(name: str, *rows: dict[str, object]) -> pl.DataFrame:
    schema = {column: kind.dtype for column, kind in TABLES[name].columns().items()}
    return pl.DataFrame(list(rows), schema=schema | ({} if name == "boilerplate" else {"month": pl.String()}))


def _tables(*tags: dict[str, object]) -> dict[str, pl.DataFrame]:
    return {name: _frame(name) for name in TABLES} | {"tags": _frame("tags", *tags)}


def test_good_rows_go_on_and_bad_ones_are_named_with_all_their_faults() -> None:
    """A row that breaks two rules is left out once, in one sentence that names both."""
    bad = ROW | {"tag": "Velm", "kind": "guess", "position": 0}
    good, refused = check_table("tags", _frame("tags", ROW, bad))
    assert good["tag"].to_list() == ["Olm"]
    (refusal,) = refused
    assert refusal.rule == "tags.kind|regex"
    assert "kind|regex, position|min" in refusal.detail
    assert "tag=Velm" in refusal.place


def test_both_rows_of_a_key_that_stands_twice_are_left_out() -> None:
    """Which of two equal keys is right cannot be told."""
    good, refused = check_table("tags", _frame("tags", ROW, ROW | {"position": 2}))
    assert good.height == 0
    assert {refusal.rule for refusal in refused} == {"tags.primary_key"}


def test_what_hangs_on_a_refused_row_goes_with_it() -> None:
    """A tag without its article says nothing; the line in the ledger stays."""
    article = {
        "article_id": "a" * 32, "body": "Text.", "word_count": 1, "page_tags": [], "is_truncated": False, "cluster_id": "a" * 32,
        "is_representative": True, "sighting_count": 1, "boilerplate_words": 0, "month": "2025-01",
    }  # fmt: skip
    line = {
        "raw_file": "p",
        "raw_sha256": "0" * 64,
        "line": 1,
        "post": 1,
        "role": "article",
        "text": "Text.",
        "article_id": "b" * 32,
    }
    tables = _tables(ROW, ROW | {"article_id": "b" * 32}) | {
        "articles": _frame("articles", article, article | {"article_id": "b" * 32, "language": "?"}),
        "lines": _frame("lines", line | {"month": "2025-01"}),
    }
    good, refused = check_tables(tables)
    assert good["articles"]["article_id"].to_list() == good["tags"]["article_id"].to_list() == ["a" * 32]
    assert good["lines"].height == 1
    assert [refusal.rule for refusal in refused] == ["articles.language|regex", "tags.article_id|missing"]


def test_a_month_that_is_no_folder_is_left_out() -> None:
    """The key of a partition cannot lead out of the store."""
    good, refused = check_table("tags", _frame("tags", ROW | {"month": "../../x"}))
    assert good.height == 0
    assert refused[0].rule == "tags.month|regex"


def test_files_are_as_the_contract_says(tmp_path: Path) -> None:
    """zstd, a page index, no key of the partition within, no metadata but the Arrow schema, named for its bytes."""
    written = write_tables(tmp_path, _tables(ROW, ROW | {"tag": "Velm", "month": "unknown"}))
    assert sorted(path.rpartition("/")[0] for path in written["tags"]) == [
        "tags/month=2025-01",
        "tags/month=unknown",
    ]
    for path, file in written["tags"].items():
        assert Path(path).name == f"part-{file.sha256[:16]}.parquet"
        found = pq.ParquetFile(tmp_path / path)
        group = found.metadata.row_group(0)
        assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}
        assert group.column(0).has_offset_index
        assert found.schema_arrow.names == list(TABLES["tags"].columns())
        assert str(found.schema_arrow.field("tag").type) == "string"
        assert set(found.metadata.metadata or {}) == {b"ARROW:schema"}


def test_a_table_without_rows_has_one_empty_file(tmp_path: Path) -> None:
    """A reader of an empty table finds its columns."""
    written = write_tables(tmp_path, _tables())
    assert all(
        len(files) == 1 and sum(file.rows for file in files.values()) == 0 for files in written.values()
    )
    assert pl.read_parquet(tmp_path / "tags" / "month=unknown" / "*.parquet").columns[:2] == [
        "article_id",
        "tag",
    ]


def test_row_groups_are_cut(tmp_path: Path) -> None:
    """A long table of texts has groups of 20,000 rows, so that a reader can skip."""
    row = {
        "raw_file": "p",
        "raw_sha256": "0" * 64,
        "post": 0,
        "role": "chrome",
        "text": "x",
        "month": "unknown",
    }
    lines = _frame("lines", *({**row, "line": line} for line in range(1, 20_002)))
    (path,) = write_tables(tmp_path, _tables() | {"lines": lines})["lines"]
    assert pq.ParquetFile(tmp_path / path).metadata.num_row_groups == 2
