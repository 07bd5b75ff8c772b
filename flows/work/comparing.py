"""Compares the texts of a batch of pairs; their verdicts go into a Parquet file."""

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from flows.corpus.comparison import Comparer, Pair, Verdict
from flows.corpus.lookup import Lookup
from flows.corpus.segments import DamagedCacheError, SegmentWriter
from flows.corpus.verdicts import SCHEMA
from flows.parses import parse_name
from flows.work.storage import Storage, desk_of
from transforms.articles import body_of, copy_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.work.storage import Desk

# A verdict as it is kept, and the ranks of its texts.
FOUND = {"verdicts": pa.schema([("large", pa.int64()), ("small", pa.int64()), *SCHEMA])}


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """A raw file in which texts stand: its version and names, and for posts of it the id of their text."""

    raw_sha256: str
    key: str
    names: list[str]
    texts: dict[int, str]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs whose texts are in memory together, and where each of these stands."""

    pairs: list[Pair]
    stands: list[Stand]


class CompareBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Shelves by the names of their files, the name of the segment of verdicts, and the memory of the worker."""

    storage: Storage
    shelves: list[str]
    segment: str
    memory_bytes: int


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A segment of verdicts, of how many pairs, and how many rows of each table it has: fewer, where copies join pairs."""

    segment: str
    pairs: int
    rows: dict[str, int]


def compare_pairs(batch: CompareBatch) -> Compared:
    """Writes the verdicts on some pairs.

    Raises:
        DamagedCacheError: A parse is damaged.
    """
    desk = desk_of(batch.storage)
    folder = desk.open_folder(batch.segment)
    texts = _Texts(desk, memory_bytes=batch.memory_bytes)
    compare = Comparer(texts)
    pairs = 0
    with SegmentWriter(folder, schemas=FOUND) as writer:
        for name in batch.shelves:
            shelf = msgspec.msgpack.decode(desk.get(name), type=Shelf)
            texts.stands = shelf.stands
            pairs += len(shelf.pairs)
            writer.add({"verdicts": verdict_table(compare(shelf.pairs))})
    desk.hand_over(batch.segment, folder)
    return Compared(segment=batch.segment, pairs=pairs, rows=writer.rows)


class _Texts:
    """Gives the prose of articles by the id of its text."""

    def __init__(self, desk: "Desk", *, memory_bytes: int) -> None:
        self._desk, self._memory_bytes = desk, memory_bytes
        self.stands: Sequence[Stand] = ()

    def __call__(self, text_ids: "Sequence[str]") -> dict[str, str]:
        """The prose of each of the ids, as it stands in the first of the files that have it."""
        wanted = set(text_ids)
        stands = [stand for stand in self.stands if not wanted.isdisjoint(stand.texts.values())]
        parses = self._desk.parses(parse_name(stand.raw_sha256, stand.key) for stand in stands)
        look_up = Lookup(
            parses, {stand.raw_sha256: stand for stand in stands}, memory_bytes=self._memory_bytes
        )
        found = {
            stand.texts[post.number]: body_of(copy_of(document, post).blocks)
            for stand in stands
            for document in look_up(stand.raw_sha256)
            for post in document.page.posts
            if stand.texts.get(post.number) in wanted
        }
        if lost := wanted - found.keys():
            raise DamagedCacheError(f"The parse of the text {min(lost)} is not the one that was noted.")
        return found


def verdict_table(verdicts: "Sequence[Verdict]") -> pa.Table:
    """Verdicts as FOUND."""
    pairs = [verdict.pair for verdict in verdicts]
    return pa.table(
        {
            "large": [pair.large for pair in pairs],
            "small": [pair.small for pair in pairs],
            "large_id": [pair.large_id for pair in pairs],
            "small_id": [pair.small_id for pair in pairs],
            "kin": [verdict.kin.value for verdict in verdicts],
            "closeness": [verdict.closeness for verdict in verdicts],
        },
        schema=FOUND["verdicts"],
    )
