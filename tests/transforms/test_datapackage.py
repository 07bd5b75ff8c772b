"""The Data Package says of the tables what the schemas say, and a validator of the standard agrees with it."""

import copy
import json
import socket
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from frictionless import Package
from frictionless.resources import TableResource

from transforms.datapackage import choices, describe_package
from transforms.schemas import TABLES

Files = dict[str, dict[str, dict[str, str | int]]]
OTHERS: Files = {
    name: {f"{name}/month=unknown/part-2.parquet": {"sha256": "2" * 64, "rows": 1, "size": 1}}
    for name in TABLES
}
FILES: Files = OTHERS | {
    "tags": {
        "tags/month=unknown/part-1.parquet": {"sha256": "1" * 64, "rows": 3, "size": 9},
        "tags/month=2025-01/part-0.parquet": {"sha256": "0" * 64, "rows": 2, "size": 4},
    }
}
ARTICLE = {
    "article_id": "a" * 32, "body": "The pier is new.", "word_count": 4, "page_tags": ["PIER"], "is_truncated": False,
    "cluster_id": "a" * 32, "is_representative": True, "sighting_count": 1, "boilerplate_words": 0, "language": "en",
}  # fmt: skip
ROWS: dict[str, list[dict[str, Any]]] = {
    "articles": [ARTICLE, ARTICLE | {"article_id": "b" * 32, "is_representative": False}],
    "summaries": [{"summary_id": "c" * 32, "article_id": "a" * 32, "text": "A pier.", "word_count": 2, "coverage": 0.5}],
    "tags": [{"article_id": "a" * 32, "tag": "Pier", "tag_norm": "pier", "kind": "list", "position": 1}],
    "entities": [{
        "article_id": "a" * 32, "section": "article", "entity_id": "d" * 32, "name": "Velm", "type": "LOC", "mentions": 1,
        "surfaces": ["Velm"], "spans": [{"start": 0, "end": 4}], "in_article": True,
    }],
    "sightings": [{"article_id": "a" * 32, "raw_file": "p", "raw_sha256": "0" * 64, "post": 1, "first_line": 1, "last_line": 2}],
    "lines": [{"raw_file": "p", "raw_sha256": "0" * 64, "line": 1, "post": 1, "role": "title", "text": "Pier"}],
    "boilerplate": [{"text_hash": "e" * 32, "text": "Share", "reason": "share", "occurrences": 1, "articles": 1, "publishers": []}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the network is told."""

    def refuse(*_: object) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def resources() -> dict[str, dict[str, Any]]:
    """The resources by name."""
    described = describe_package(FILES)["resources"]
    assert isinstance(described, list)
    return {resource["name"]: resource for resource in described}


def errors_of(rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    """What a validator of the standard finds in rows of all tables, by the schemas of the description."""
    inline = [
        {"name": name, "data": _whole(name, rows[name]), "schema": resource["schema"]}
        for name, resource in resources().items()
    ]
    report = Package.from_descriptor({"name": "rows", "resources": inline}).validate()
    return {error.type for task in report.tasks for error in task.errors} | {
        error.type for error in report.errors
    }


def _whole(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    schema = {name: column.dtype for name, column in TABLES[table].columns().items()}
    return pl.DataFrame(rows, schema=schema).to_dicts()


def test_a_validator_reads_the_description() -> None:
    """The description as a whole is one that frictionless takes, without the network."""
    package = Package.from_descriptor(describe_package(FILES))  # raises where it is not
    assert package.resource_names == list(TABLES)
    assert package.get_resource("articles").schema.primary_key == ["article_id"]


def test_it_is_json_and_the_same_each_time() -> None:
    """No clock, no order of a set."""
    assert json.dumps(describe_package(FILES)) == json.dumps(describe_package(copy.deepcopy(FILES)))


def test_each_file_has_its_hash() -> None:
    """Paths, bytes, rows and hash of every part; the resource has their sums."""
    tags = resources()["tags"]
    assert tags["path"] == ["tags/month=2025-01/part-0.parquet", "tags/month=unknown/part-1.parquet"]
    assert [part["hash"] for part in tags["parts"]] == [f"sha256:{'0' * 64}", f"sha256:{'1' * 64}"]
    assert (tags["bytes"], tags["rows"]) == (13, 5)
    assert [part["name"] for part in tags["partitionedBy"]] == ["month"]
    assert "partitionedBy" not in resources()["boilerplate"]


@pytest.mark.parametrize("table", TABLES)
def test_fields_are_the_columns(table: str) -> None:
    """By name and order, each with a description; required where null is not allowed, and there alone."""
    fields = resources()[table]["schema"]["fields"]
    columns = TABLES[table].columns()
    assert [field["name"] for field in fields] == list(columns)
    assert all(field["description"] for field in fields)
    required = {field["name"] for field in fields if field.get("constraints", {}).get("required")}
    assert required == {name for name, column in columns.items() if not column.nullable}


def test_keys_are_told() -> None:
    """A key whose columns may be null is unique and not primary; a reference names table and column."""
    articles, lines, entities = (resources()[name]["schema"] for name in ("articles", "lines", "entities"))
    assert articles["primaryKey"] == ["article_id"]
    assert "primaryKey" not in lines
    assert lines["uniqueKeys"] == [["raw_sha256", "line", "part"]]
    assert {
        "fields": ["summary_id"],
        "reference": {"resource": "summaries", "fields": ["summary_id"]},
    } in entities["foreignKeys"]
    assert articles["foreignKeys"] == [
        {"fields": ["cluster_id"], "reference": {"resource": "", "fields": ["article_id"]}}
    ]


def test_constraints_are_those_of_the_check_at_the_door() -> None:
    """Choices, patterns and bounds."""
    fields = {field["name"]: field for name in ("articles", "summaries", "tags") for field in resources()[name]["schema"]["fields"]}  # fmt: skip
    assert fields["kind"]["constraints"]["enum"] == ["page", "list", "hashtag", "term"]
    assert fields["language"]["constraints"] == {"pattern": "[a-z]{2,3}"}
    assert fields["coverage"]["constraints"] == {"minimum": 0, "maximum": 1}
    assert fields["position"]["constraints"] == {"minimum": 1}
    assert choices(r"^[a-z]{2}$") is choices(None) is None


def test_rows_that_keep_the_rules_are_valid() -> None:
    """The validator finds nothing in rows as a run writes them."""
    assert errors_of(ROWS) == set()


@pytest.mark.parametrize(
    ("table", "values", "error"),
    [
        ("tags", {"kind": "guess"}, "constraint-error"),
        ("tags", {"position": 0}, "constraint-error"),
        ("tags", {"tag": None}, "constraint-error"),
        ("articles", {"language": "English"}, "constraint-error"),
        ("summaries", {"coverage": 1.5}, "constraint-error"),
        ("tags", {"article_id": "f" * 32}, "foreign-key"),
        ("articles", {"cluster_id": "f" * 32}, "foreign-key"),
        ("articles", {"article_id": "b" * 32}, "primary-key"),
    ],
)
def test_rows_that_break_them_are_not(table: str, values: dict[str, object], error: str) -> None:
    """The description says enough for a validator to find what the check at the door finds."""
    first, *more = ROWS[table]
    assert error in errors_of(ROWS | {table: [first | values, *more]})


def test_the_table_of_a_store_is_found(tmp_path: Path) -> None:
    """A reader of the standard finds the file that a path names."""
    path = tmp_path / "boilerplate" / "part-0.parquet"
    path.parent.mkdir()
    frame = pl.DataFrame(ROWS["boilerplate"]).drop("publishers")
    frame.write_parquet(path)
    held: Files = {
        "boilerplate": {
            "boilerplate/part-0.parquet": {"sha256": "0" * 64, "rows": 1, "size": path.stat().st_size}
        }
    }
    package = Package.from_descriptor(describe_package(FILES | held), basepath=str(tmp_path))
    resource = package.get_resource("boilerplate")
    assert isinstance(resource, TableResource)
    (row,) = resource.read_rows()
    assert (row["text"], row["occurrences"]) == ("Share", 1)
