"""Reads the data files of `transforms` into a Knowledge, and tells the version of all that makes a parse."""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.knowledge import Knowledge


def load_knowledge() -> "Knowledge":
    """The rules and models, parsed; the import is here because it compiles patterns."""
    from transforms.knowledge import SOURCES, parse_knowledge  # noqa: PLC0415  # a run with nothing new needs none of it

    root = files("transforms")
    return parse_knowledge(
        {name: root.joinpath(place).read_text(encoding="utf-8") for name, place in SOURCES.items()}
    )


def version_key() -> str:
    """16 hex digits out of every source and data file of `transforms`: another key, another parse."""
    digest = sha256()
    for name, place in sorted(_walk(files("transforms"), "")):
        data = place.read_bytes()
        digest.update(f"{name}\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


def _walk(folder: Traversable, prefix: str) -> "Iterator[tuple[str, Traversable]]":
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__pycache__")):
            continue
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, f"{name}/")
        elif not entry.name.endswith((".pyc", "~")):
            yield name, entry
