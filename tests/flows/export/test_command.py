"""`unspun export` as a person runs it."""

import csv
import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.paths import Paths

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def export(unspun: Command, hostile_store: Paths) -> Command:
    """The real command on the hostile store."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return unspun("export", *arguments, "--store", hostile_store.store)

    return run


def test_it_says_what_is_where_and_what_is_next(tmp_path: Path, export: Command) -> None:
    """Two lines; the second is a command that runs, also where the folder's name has a blank in it."""
    place = tmp_path / "my tables"
    told = export("--jsonl", place)
    assert told.returncode == 0
    assert told.stderr == ""
    first, second = told.stdout.splitlines()
    assert first.startswith("7 tables, ")
    assert first.endswith(f"rows of snapshot 1 are in {place}.")
    assert second.startswith("Try next: ")
    tried = subprocess.run(
        shlex.split(second.removeprefix("Try next: ")), capture_output=True, check=True, text=True
    )
    assert "article_id" in json.loads(tried.stdout)


def test_tables_can_be_chosen(tmp_path: Path, export: Command) -> None:
    """--table, more than once."""
    told = export("--csv", tmp_path / "out", "--table", "tags", "--table", "articles")
    assert told.stdout.startswith("2 tables, ")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "articles.csv",
        "tags.csv",
        "unspun.json",
    ]
    with (tmp_path / "out" / "tags.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file))[-1] == "month"


@pytest.mark.parametrize("forms", [(), ("--csv", "--jsonl")])
def test_one_form_must_be_given(tmp_path: Path, export: Command, forms: tuple[str, ...]) -> None:
    """None and two are a mistake, and nothing is written."""
    told = export(*forms, tmp_path / "out")
    assert told.returncode == 2
    assert "Give one of --csv, --jsonl, --sqlite, --delta, --huggingface." in told.stderr
    assert not (tmp_path / "out").exists()


def test_a_taken_place_is_one_sentence(tmp_path: Path, export: Command) -> None:
    """With the way out."""
    export("--csv", tmp_path / "out")
    told = export("--csv", tmp_path / "out")
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "--overwrite" in told.stderr
    assert export("--csv", tmp_path / "out", "--overwrite").returncode == 0


def test_somewhere_else_is_refused(tmp_path: Path, export: Command) -> None:
    """An address is no folder, and is not made one."""
    told = export("--csv", "s3://bucket/out")
    assert told.returncode == 2
    assert not (tmp_path / "s3:").exists()
