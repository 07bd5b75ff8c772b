"""The database holds what the store holds, whatever is in it, and can be asked and searched."""

import errno
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.export.exporting import Exported
from flows.export.source import Part, Source
from flows.export.to_sqlite import _full_disk_told, write_sqlite
from flows.manifest import Manifest, TableFile
from transforms.schemas import TABLES

Export = Callable[..., Exported]
Held = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def database(tmp_path: Path, export_to: Export) -> Iterator[sqlite3.Connection]:
    """The hostile store as a database."""
    export_to("sqlite", tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "unspun.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def _value(value: object) -> object:
    match value:
        case float():
            return pytest.approx(value)
        case bool():
            return int(value)
        case datetime() | date():
            return value.isoformat()
        case list():
            return json.dumps(value, ensure_ascii=False)
    return value


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_there(database: sqlite3.Connection, held: Held, table: str) -> None:
    """In the order of the store, NUL bytes and all."""
    found = [dict(row) for row in database.execute(f"select * from {table} order by rowid")]  # noqa: S608  # a table of ours
    expected = [{name: _value(value) for name, value in row.items()} for row in held(table)]
    assert found == expected


def test_keys_and_references_are_declared(database: sqlite3.Connection) -> None:
    """The primary keys of the schemas, and every reference to a table that is there."""
    for table, schema in TABLES.items():
        columns = [row for row in database.execute(f"pragma table_info({table})") if row["pk"]]
        assert [row["name"] for row in sorted(columns, key=lambda row: row["pk"])] == schema.primary_key()
    references = {
        (row["from"], row["table"], row["to"])
        for row in database.execute("pragma foreign_key_list(entities)")
    }
    assert references == {("article_id", "articles", "article_id"), ("summary_id", "summaries", "summary_id")}
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert [row[0] for row in database.execute("pragma integrity_check")] == ["ok"]
    plan = database.execute("explain query plan select * from tags where tag_norm = 'olm'").fetchall()
    assert "idx_tags_tag_norm" in plan[0]["detail"]


def test_a_table_alone_refers_to_none(tmp_path: Path, export_to: Export) -> None:
    """A reference to a table that is not in the database would make every write fail."""
    export_to("sqlite", tmp_path / "tags", tables=("tags",))
    with closing(sqlite3.connect(tmp_path / "tags" / "unspun.sqlite")) as connection:
        assert connection.execute("pragma foreign_key_list(tags)").fetchall() == []
        assert connection.execute("select count(*) from tags").fetchone()[0] > 0


def test_articles_and_summaries_can_be_searched(database: sqlite3.Connection) -> None:
    """Words of any script, in title and body."""
    search = "select a.article_id from articles_fts f join articles a on a.rowid = f.rowid where articles_fts match ?"
    titles = {row["article_id"]: row["title"] for row in database.execute("select * from articles")}
    assert [titles[row["article_id"]] for row in database.execute(search, ["نص"])] == ["نص"]
    found = database.execute(
        "select s.text from summaries_fts f join summaries s on s.rowid = f.rowid where summaries_fts match 'rewrite'"
    )
    assert [row["text"] for row in found] == ["=a rewrite"]


def test_names_are_quoted_and_numbers_that_do_not_fit_are_digits(tmp_path: Path) -> None:
    """A column of a later version may have any name and any number."""
    name = 'a]"b`; drop table tags; --'
    table = pa.table(
        {
            name: pa.array([2**64 - 1, None], pa.uint64()),
            "select": pa.array([-(2**63), 2**63 - 1], pa.int64()),
            "d": pa.array([Decimal(10**37), None], pa.decimal128(38)),
            "b": pa.array([b"\0\xff", b""], pa.binary()),
        }
    )
    source = _source(tmp_path, table)
    write_sqlite(source, tmp_path, advance=lambda _rows: None)
    with closing(sqlite3.connect(tmp_path / "unspun.sqlite")) as connection:
        found = connection.execute('select * from "tags"')
        assert [column[0] for column in found.description] == [name, "select", "d", "b"]
        assert found.fetchall() == [
            (str(2**64 - 1), -(2**63), str(10**37), b"\0\xff"),
            (None, 2**63 - 1, None, b""),
        ]


def _source(folder: Path, table: pa.Table) -> Source:
    """A source of one table with columns that no schema of ours has."""
    path = folder / "strange.parquet"
    pq.write_table(table, path)
    facts = TableFile(
        sha256=sha256(path.read_bytes()).hexdigest(), rows=table.num_rows, size=path.stat().st_size
    )
    part = Part(path="tags/part-0.parquet", month=None, facts=facts, file=pa.OSFile(str(path)))
    return Source(
        manifest=Manifest(snapshot=1, schema_version="1.0", key="k", tables={}, raw={}),
        tables={"tags": [part]},
        memory_bytes=1 << 28,
    )


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    """SQLite has a word of its own for it; the command knows the system's."""

    def fill() -> None:
        with _full_disk_told(tmp_path / "x"), closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("pragma max_page_count = 1")
            connection.execute("create table t (a)")

    with pytest.raises(OSError, match="no room") as caught:
        fill()
    assert caught.value.errno == errno.ENOSPC
