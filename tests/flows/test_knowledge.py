"""The version of all that makes a row moves with whatever makes rows, and with nothing else."""

import ast
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from flows import knowledge
from flows.knowledge import LIBRARIES, version_key

ROOT = Path(__file__).parents[2]
# Where the name that is imported is not that of the package.
PACKAGES = {"bs4": "beautifulsoup4", "markdown_it": "markdown-it-py", "re2": "google-re2"}


def test_every_library_that_makes_rows_is_in_the_key() -> None:
    """What the thinking half and the steps import from elsewhere is in the list, and no more than that."""
    rooms = [
        *(ROOT / "transforms").rglob("*.py"),
        *(ROOT / "flows" / "corpus").rglob("*.py"),
        *(ROOT / "flows" / name for name in knowledge.ROOMS),
    ]
    imported: set[str] = set()
    for room in rooms:
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"flows", "transforms"}
    assert {PACKAGES.get(name, name) for name in foreign} == set(LIBRARIES)


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_another_key(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade reads anew."""
    before = version_key()
    assert version_key() == before
    monkeypatch.setattr("flows.knowledge.version", lambda name: "0" if name == library else version(name))
    assert version_key() != before
    assert len(before) == 16


def test_the_steps_are_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rooms that turn a text into a parse, and parses into rows, count as what makes rows."""
    before = version_key()
    monkeypatch.setattr(knowledge, "ROOMS", tuple(name for name in knowledge.ROOMS if name != "steps.py"))
    assert version_key() != before
