"""The dataset is the store's own files with a card that machines and people can read, and nothing calls home."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from huggingface_hub import DatasetCard

from flows.export.card import CardFacts, card_data
from flows.export.exporting import Exported
from flows.paths import Paths
from transforms.schemas import TABLES

Export = Callable[..., Exported]
Held = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection fails."""

    def refuse(*_: object) -> None:
        pytest.fail("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("table", [table for table in TABLES if table != "sightings"])
def test_a_configuration_finds_the_rows_of_its_table(
    tmp_path: Path, export_to: Export, held: Held, table: str
) -> None:
    """What the card's pattern names is read as one split, row by row; `month` is in the path."""
    export_to("huggingface", tmp_path / "out")
    card = DatasetCard.load(tmp_path / "out" / "README.md")
    config = next(config for config in card.data.to_dict()["configs"] if config["config_name"] == table)
    assert [data["split"] for data in config["data_files"]] == ["train"]
    files = sorted((tmp_path / "out").glob(config["data_files"][0]["path"]))
    expected = [{name: value for name, value in row.items() if name != "month"} for row in held(table)]
    assert ds.dataset(files, format="parquet").to_table().to_pylist() == expected
    months = ds.dataset(tmp_path / "out" / "data" / table, partitioning="hive").to_table()
    assert ("month" in months.column_names) == (table != "boilerplate")


def test_the_files_are_the_stores_own(tmp_path: Path, export_to: Export, hostile_store: Paths) -> None:
    """Byte for byte."""
    export_to("huggingface", tmp_path / "out")
    data = tmp_path / "out" / "data"
    assert {str(path.relative_to(data)): path.read_bytes() for path in data.glob("**/*.parquet")} == {
        str(path.relative_to(hostile_store.store)): path.read_bytes()
        for path in hostile_store.store.glob("**/*.parquet")
    }


def test_the_card_says_what_it_is(tmp_path: Path, export_to: Export, held: Held) -> None:
    """Licence, size, a configuration for each table that has rows, to machines; tables with their rows, origin, limits and columns to people."""
    export_to("huggingface", tmp_path / "out")
    card = DatasetCard.load(tmp_path / "out" / "README.md")
    data = card.data.to_dict()
    assert data["license"] == "other"
    assert data["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in data["configs"]] == [
        table for table in TABLES if table != "sightings"
    ]
    assert [config["config_name"] for config in data["configs"] if config.get("default")] == ["articles"]
    assert "language" not in data
    assert "Snapshot 1, tables of version 1.0" in card.text
    assert "works of others" in card.text
    for table in TABLES:
        assert f"| {table} | {len(held(table)):,} |" in card.text
        for column in TABLES[table].columns():
            assert f"| {column} |" in card.text or f"| **{column}** |" in card.text


def test_a_card_of_one_table_names_no_other(tmp_path: Path, export_to: Export) -> None:
    """--table leaves the others out of the card too."""
    export_to("huggingface", tmp_path / "out", tables=("tags",))
    card = DatasetCard.load(tmp_path / "out" / "README.md")
    assert [config["config_name"] for config in card.data.to_dict()["configs"]] == ["tags"]
    assert '"DIR", "tags"' in card.text
    assert "### summaries" not in card.text


@pytest.mark.parametrize(
    ("rows", "size"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**13, "n>1T")]
)
def test_the_size_is_told_as_the_hub_tells_it(rows: int, size: str) -> None:
    """From its lower bound on."""
    facts = CardFacts(
        rows={"articles": rows},
        is_partitioned={"articles": True},
        languages=("de", "en"),
        snapshot=1,
        schema_version="1.0",
        raw_files=1,
    )
    assert card_data(facts)["size_categories"] == [size]
    assert card_data(facts)["language"] == ["de", "en"]
