"""The check at the door: what is left out is named with all that it broke."""

import polars as pl

from flows.door import check_table, check_tables
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
    (broken,) = refused
    refusal = broken.refusal
    assert refusal.rule == "tags.kind|regex"
    assert "kind|regex, position|min" in refusal.detail
    assert "tag=Velm" in refusal.place


def test_both_rows_of_a_key_that_stands_twice_are_left_out() -> None:
    """Which of two equal keys is right cannot be told."""
    good, refused = check_table("tags", _frame("tags", ROW, ROW | {"position": 2}))
    assert good.height == 0
    assert {broken.refusal.rule for broken in refused} == {"tags.primary_key"}


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
    assert [broken.refusal.rule for broken in refused] == [
        "articles.language|regex",
        "tags.article_id|missing",
    ]


def test_a_month_that_is_no_folder_is_left_out() -> None:
    """The key of a partition cannot lead out of the store."""
    good, refused = check_table("tags", _frame("tags", ROW | {"month": "../../x"}))
    assert good.height == 0
    assert refused[0].refusal.rule == "tags.month|regex"
