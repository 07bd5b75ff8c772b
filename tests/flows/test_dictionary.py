"""The published dictionary is the one that the schemas make."""

from pathlib import Path

import pytest

from flows import dictionary
from flows.dictionary import PLACE, main
from transforms.dictionary import describe_tables
from transforms.schemas import TABLES


def test_the_dictionary_is_current() -> None:
    """A change of a column is a change of the dictionary."""
    assert PLACE.read_text(encoding="utf-8") == describe_tables()
    assert main(["--check"]) == 0


def test_every_column_stands_in_it_with_its_meaning() -> None:
    """No column is published without a description."""
    text = describe_tables()
    for name, schema in TABLES.items():
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for column, kind in schema.columns().items():
            assert kind.description
            assert f"| {column} |" in section or f"| **{column}** |" in section


def test_a_stale_dictionary_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check fails on another text and mends nothing."""
    place = tmp_path / "dictionary.md"
    monkeypatch.setattr(dictionary, "PLACE", place)
    assert main(["--check"]) == 1
    assert not place.exists()
    assert main([]) == 0
    assert main(["--check"]) == 0
