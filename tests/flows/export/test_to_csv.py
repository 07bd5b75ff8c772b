"""CSV holds what the store holds, and nothing in it runs."""

import csv
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.export.columns import guarded
from flows.export.exporting import Exported
from flows.query import guard
from transforms.schemas import TABLES

Export = Callable[..., Exported]
Held = Callable[[str], list[dict[str, Any]]]
# What OWASP names, with the full-width forms that spreadsheets of East Asia take for them.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return value.isoformat()
        case list():
            return json.dumps(value, ensure_ascii=False)
    return str(value)


def _unguarded(cell: str) -> str:
    """What stood there: one apostrophe off where it guards."""
    rest = cell[1:].lstrip(" \u00a0\u200b\ufeff\"'“\t\r\n")
    return cell[1:] if cell.startswith("'") and (rest + " ").startswith(STARTS) else cell


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_there(tmp_path: Path, export_to: Export, held: Held, table: str) -> None:
    """The csv module reads each cell as the store has it, but for the guard."""
    export_to("csv", tmp_path / "out")
    with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    expected = [{name: _cell(value) for name, value in row.items()} for row in held(table)]
    assert [{name: _unguarded(cell) for name, cell in row.items()} for row in found] == expected


def test_polars_reads_null_and_empty_text_apart(tmp_path: Path, export_to: Export, held: Held) -> None:
    """Null is an empty cell, an empty text a pair of quotes."""
    export_to("csv", tmp_path / "out", tables=("articles",))
    frame = pl.read_csv(tmp_path / "out" / "articles.csv", infer_schema=False)
    titles = [row["title"] for row in held("articles")]
    assert [title is None for title in frame["title"]] == [title is None for title in titles]
    assert "" in titles
    assert "" in frame["title"].to_list()


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_is_a_formula(tmp_path: Path, export_to: Export, table: str) -> None:
    """Fault 36: titles, tags, authors, lines and file names that begin as a formula does are prefixed, also behind blanks and quotes."""
    export_to("csv", tmp_path / "out")
    with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    running = [
        cell
        for cell in (*header, *(cell for row in rows for cell in row))
        if cell.startswith(STARTS) or cell.strip(' \u00a0\u200b\ufeff"“”').startswith(STARTS)
    ]
    assert running == []
    assert table == "sightings" or any(cell.startswith("'=") for row in rows for cell in row)


def test_a_column_name_is_guarded_as_a_cell_is() -> None:
    """A header cell is run as any other."""
    frame = guarded(pl.DataFrame({"=a": ["x"], "b": ["=y"], " @c": [1]}))
    assert frame.to_dicts() == [{"'=a": "x", "b": "'=y", "' @c": 1}]


def test_every_sign_is_guarded_as_in_an_answer_of_query() -> None:
    """Whatever stands before the formula; and taking the apostrophe off gives back what stood there."""
    signs = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    texts = [text for sign in signs for text in (sign, f"{sign}=1", f"'{sign}=1")]
    found = guarded(pl.DataFrame({"a": texts}))["a"].to_list()
    assert found == [guard(text) for text in texts]
    back = [cell[1:] if cell.startswith("'") and guard(cell[1:]) != cell[1:] else cell for cell in found]
    assert back == texts
