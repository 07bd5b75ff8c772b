"""The Croissant description is one that its own library takes, and reads every table by, without the network."""

import json
import logging
import socket
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import mlcroissant
import polars as pl
import pyarrow.parquet as pq
import pytest

from transforms.arrow import arrow_schema
from transforms.croissant import describe_croissant
from transforms.rows.frames import UNPARTITIONED
from transforms.schemas import TABLES

# Of rdflib, which reads the JSON-LD for mlcroissant.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:(rdflib|mlcroissant)")

Files = dict[str, dict[str, dict[str, str | int]]]
DAY = date(2025, 1, 10)
# One row of each table; what is not named here is null.
ROWS: dict[str, dict[str, Any]] = {
    "articles": {
        "article_id": "a" * 32, "title": "Pier", "body": "The pier at Velm is new.", "word_count": 6, "page_tags": ["PIER", "VELM"],
        "published_at": datetime(2025, 1, 10, 9, tzinfo=UTC), "published_date": DAY, "is_truncated": False, "cluster_id": "a" * 32,
        "is_representative": True, "sighting_count": 1, "boilerplate_words": 0,
    },
    "summaries": {"summary_id": "c" * 32, "article_id": "a" * 32, "text": "A pier.", "word_count": 2},
    "tags": {"article_id": "a" * 32, "tag": "Pier", "tag_norm": "pier", "kind": "list", "position": 1},
    "entities": {
        "article_id": "a" * 32, "section": "article", "entity_id": "d" * 32, "name": "Velm", "type": "LOC", "mentions": 1,
        "surfaces": ["Velm"], "spans": [{"start": 12, "end": 16}], "in_article": True,
    },
    "sightings": {"article_id": "a" * 32, "raw_file": "p", "raw_sha256": "0" * 64, "post": 1, "first_line": 1, "last_line": 2},
    "lines": {"raw_file": "p", "raw_sha256": "0" * 64, "line": 1, "post": 1, "role": "title", "text": "Pier", "article_id": "a" * 32},
    "boilerplate": {"text_hash": "e" * 32, "text": "Share", "reason": "share", "occurrences": 1, "articles": 1, "publishers": []},
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with two months of each table and its description; whoever asks the network is told."""

    def refuse(*_: object) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    # It warns of what is recommended: a licence, a citation and a date, none of which a run can know.
    monkeypatch.setattr(logging.getLogger("absl"), "disabled", True)
    files: Files = {name: {} for name in TABLES}
    for name, row in ROWS.items():
        schema = arrow_schema(name)
        rows = [row, row | ({"article_id": "b" * 32} if name == "articles" else {})]
        folders = (name,) if name in UNPARTITIONED else (f"{name}/month=2025-01", f"{name}/month=unknown")
        for folder, held in zip(folders, rows, strict=False):
            frame = pl.DataFrame(
                [held], schema={column: kind.dtype for column, kind in TABLES[name].columns().items()}
            )
            path = tmp_path / folder / "part-0.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(frame.to_arrow().cast(schema), path)
            told = str(path.relative_to(tmp_path))
            files[name][told] = {"sha256": "0" * 64, "rows": 1, "size": path.stat().st_size}
    (tmp_path / "croissant.json").write_text(json.dumps(describe_croissant(files)), encoding="utf-8")
    return tmp_path


def test_its_library_finds_no_fault(store: Path) -> None:
    """No error; the only warnings are of a licence, a citation and a date."""
    issues = mlcroissant.Dataset(jsonld=store / "croissant.json").metadata.issues
    assert issues.errors == set()
    assert sorted(warning.split('"')[1].rpartition("/")[2] for warning in issues.warnings) == [
        "citeAs", "datePublished", "license",
    ]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_read_by_it(store: Path, table: str) -> None:
    """The rows of all months, each with its month, lists and structs whole."""
    months = [""] if table in UNPARTITIONED else ["2025-01", "unknown"]
    records = list(mlcroissant.Dataset(jsonld=store / "croissant.json").records(table))
    assert len(records) == len(months)
    for record, month in zip(records, months, strict=True):
        found = {name.removeprefix(f"{table}/"): value for name, value in record.items()}
        assert set(found) == {*TABLES[table].columns(), *(["month"] if month else [])}
        assert found.get("month", b"") == month.encode()
        for name, value in ROWS[table].items():
            if (table, name, month) == ("articles", "article_id", "unknown"):
                continue
            assert _plain(found[name]) == _plain(value), name


def _plain(value: object) -> object:
    """A value as both sides have it: texts as bytes, parts of a struct without the name of their field."""
    match value:
        case str():
            return value.encode()
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name.rpartition("/")[2]: _plain(item) for name, item in value.items()}
        case datetime():
            return value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def test_files_keys_and_references_are_told(store: Path) -> None:
    """Each file with its hash, each table with its key, each foreign key with the field that it names."""
    told = json.loads((store / "croissant.json").read_text(encoding="utf-8"))
    files = {item["@id"]: item for item in told["distribution"] if item["@type"] == "cr:FileObject"}
    assert set(files) == {str(path.relative_to(store)) for path in store.glob("**/*.parquet")}
    assert all(file["sha256"] == "0" * 64 and file["contentUrl"] == name for name, file in files.items())
    records = {record["name"]: record for record in told["recordSet"]}
    assert list(records) == list(TABLES)
    assert records["articles"]["key"] == {"@id": "articles/article_id"}
    assert [key["@id"] for key in records["lines"]["key"]] == ["lines/raw_sha256", "lines/line", "lines/part"]
    fields = {field["@id"]: field for record in told["recordSet"] for field in record["field"]}
    assert fields["entities/summary_id"]["references"] == {"field": {"@id": "summaries/summary_id"}}
    assert fields["articles/page_tags"]["repeated"]
    assert all(
        fields[f"{table}/{name}"]["description"] for table in TABLES for name in TABLES[table].columns()
    )
