"""JSON Lines hold what the store holds."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.export.exporting import Exported
from transforms.schemas import TABLES

Export = Callable[..., Exported]
Held = Callable[[str], list[dict[str, Any]]]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_there(tmp_path: Path, export_to: Export, held: Held, table: str) -> None:
    """An object a line, lists and structs as they are, times in ISO 8601, null where nothing is known."""
    export_to("jsonl", tmp_path / "out")
    text = (tmp_path / "out" / f"{table}.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.split("\n")[:-1]]
    expected = held(table)
    for row in found:
        for name, value in row.items():
            if name.endswith(("_at", "_date")) and value:
                kind = datetime if name.endswith("_at") else date
                row[name] = kind.fromisoformat(value)
    assert found == expected
    assert [list(row) for row in found] == [list(row) for row in expected]
