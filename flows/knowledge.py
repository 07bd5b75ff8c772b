"""Reads the data files of `transforms` into a Knowledge, and tells the version of all that makes a parse."""

import unicodedata
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.knowledge import Knowledge


def load_knowledge() -> "Knowledge":
    """The rules and models; the import is here because it compiles patterns."""
    from transforms.knowledge import SOURCES, Knowledge  # noqa: PLC0415  # a run with nothing new needs none of it

    root = files("transforms")
    return Knowledge(
        {name: root.joinpath(place).read_text(encoding="utf-8") for name, place in SOURCES.items()}
    )


# The part of `flows`, beside its corpus and its work, that decides what a text is, what becomes of it, and what bytes its tables become.
ROOMS = (
    "decode.py",
    "door.py",
    "members.py",
    "mhtml.py",
    "opened.py",
    "parquet.py",
    "place.py",
    "reading.py",
    "recognizers.py",
    "records.py",
    "scan.py",
    "sniff.py",
    "steps.py",
    "stream.py",
    "unpack.py",
    "warc.py",
)
# What `transforms` and those import: another version may split, tell or write otherwise.
LIBRARIES = (
    "beautifulsoup4",
    "dataframely",
    "duckdb",
    "fastwarc",
    "feedparser",
    "ftfy",
    "google-re2",
    "htmldate",
    "lxml",
    "markdown-it-py",
    "msgspec",
    "numpy",
    "onnxruntime",
    "polars",
    "py3langid",
    "pyarrow",
    "selectolax",
    "tokenizers",
    "trafilatura",
    "xxhash",
    "zstandard",
)


def version_key() -> str:
    """16 hex digits out of all that makes a parse or a table: every source and data file, and the libraries' versions.

    Another key, another parse. Unicode's version is Python's, and tells letters from marks.
    """
    digest = sha256(f"unicode {unicodedata.unidata_version}\n".encode())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    sources = dict(_walk(files("transforms"), "transforms/"))
    for room in ("corpus", "work"):
        sources |= dict(_walk(files("flows").joinpath(room), f"flows/{room}/"))
    sources |= {f"flows/{name}": files("flows").joinpath(name) for name in ROOMS}
    for name, place in sorted(sources.items()):
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
