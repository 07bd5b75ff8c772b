"""Looks documents up in the cache of parses, a few of them at hand."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

from flows.corpus.segments import DamagedCacheError
from flows.parses import load_read, parse_path
from transforms.places import placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from transforms.records import Document

# As values, a parse takes about so many times the memory that it takes as JSON.
_GROWS = 8
# The share of the run's memory that documents may take.
_SHARE = 1 / 8


class Place(Protocol):
    """A raw file: by which version it was read, and its names."""

    @property
    def key(self) -> str:
        """The version."""

    @property
    def names(self) -> "Sequence[str]":
        """The names, sorted."""


class Lookup:
    """The documents of raw files, as their names place them.

    Args:
        parses: The folder of the parses.
        raw: The raw files by their digest.
        memory_bytes: The memory of the run, of which it takes a part; one file's documents are held whatever they take.
    """

    def __init__(self, parses: "Path", raw: "Mapping[str, Place]", *, memory_bytes: int) -> None:
        self._parses = parses
        self._raw = raw
        self._room = int(memory_bytes * _SHARE / _GROWS)
        self._held: OrderedDict[str, tuple[int, Sequence[Document]]] = OrderedDict()

    def __call__(self, sha256: str) -> "Sequence[Document]":
        """The documents of a raw file, in order.

        Raises:
            DamagedCacheError: Its parse is damaged or gone.
        """
        if sha256 in self._held:
            self._held.move_to_end(sha256)
            return self._held[sha256][1]
        entry = self._raw[sha256]
        parse = load_read(self._parses, sha256, entry.key)
        path = parse_path(self._parses, sha256, entry.key)
        if parse is None:
            raise DamagedCacheError(f"The parse of {entry.names[0]} is damaged.")
        documents = tuple(placed(document, entry.names) for document in parse.documents)
        self._held[sha256] = (path.stat().st_size, documents)
        while len(self._held) > 1 and sum(size for size, _ in self._held.values()) > self._room:
            self._held.popitem(last=False)
        return documents
