"""The two folders are the architecture: what thinks imports nothing that does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRANSFORMS = sorted((ROOT / "transforms").rglob("*.py"))
FLOWS = sorted((ROOT / "flows").rglob("*.py"))

EFFECTS = {
    "flows", "prefect", "os", "io", "sys", "pathlib", "shutil", "subprocess", "socket", "ssl", "http", "urllib", "requests",
    "httpx", "time", "random", "secrets", "tempfile", "glob", "fcntl", "signal", "threading", "multiprocessing", "asyncio",
    "concurrent", "logging", "pickle", "shelve", "sqlite3", "ctypes", "duckdb", "click", "rich", "importlib", "locale",
}  # fmt: skip
# Effects that need no import.
CALLS = {"open", "input", "print", "exec", "eval", "__import__", "breakpoint"}
METHODS = {
    "now", "utcnow", "today", "read_text", "write_text", "read_bytes", "write_bytes", "read_parquet", "write_parquet",
    "scan_parquet", "sink_parquet", "read_csv", "write_csv", "getenv", "urlopen",
}  # fmt: skip


# Pieces of those that have none.
PURE = {"urllib.parse"}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names if name.name not in PURE)
        elif isinstance(node, ast.ImportFrom) and node.module not in PURE:
            yield (node.module or "").partition(".")[0]


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in CALLS:
                yield node.func.id
            elif isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                yield node.func.attr


def _found(source: str) -> set[str]:
    tree = ast.parse(source)
    return {*(set(_imported(tree)) & EFFECTS), *_called(tree)}


@pytest.mark.parametrize("path", TRANSFORMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_transforms_have_no_effects(path: Path) -> None:
    """No file, clock, environment, network or terminal."""
    assert _found(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("path", TRANSFORMS + FLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_says_what_it_is_for(path: Path) -> None:
    """The first line of a module is a sentence."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text
    assert len(text.splitlines()[0]) > 15


@pytest.mark.parametrize(
    ("source", "effect"),
    [
        ("import os.path", "os"),
        ("from flows.scan import scan", "flows"),
        ("def f():\n    import prefect", "prefect"),
        ("from datetime import datetime\ndatetime.now()", "now"),
        ("open('x')", "open"),
        ("Path('x').read_text()", "read_text"),
    ],
)
def test_the_ban_bites(source: str, effect: str) -> None:
    """The check finds what it is there to find."""
    assert _found(source) == {effect}


def test_there_is_something_to_check() -> None:
    """Both folders are where this looks for them."""
    assert len(TRANSFORMS) > 10
    assert len(FLOWS) > 10
