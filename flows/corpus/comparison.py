"""Compares the texts of pairs, a batch of texts in memory at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from transforms.duplicates.forest import Forest
from transforms.duplicates.shingles import Shingled, WordHashes, shingled
from transforms.duplicates.verify import Kin, relation

Texts = Callable[[Sequence[str]], Mapping[str, str]]

# Two numbers for a shingle, and its word in the text, twice while it is read.
_BYTES_A_SHINGLE = 40
_BYTES_A_TEXT = 1_000
_MAX_SHELF = 32 * 2**20
_SHARE = 1 / 16


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that may be copies: ranks, ids and how many shingles they have."""

    large: int
    small: int
    large_id: str
    small_id: str
    large_size: int
    small_size: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a pair."""

    pair: Pair
    kin: Kin
    closeness: float


def compare(pairs: Iterable[Pair], forest: Forest, *, texts: Texts, memory_bytes: int) -> Iterator[Verdict]:
    """The verdicts on pairs that are not joined yet; copies are joined.

    Args:
        pairs: In order of rank: texts that meet are mostly of about one length, so few are loaded twice.
        forest: What is joined by now.
        texts: Gives the texts of some ids; is asked for a batch at a time.
        memory_bytes: The memory of the run.
    """
    hashes = WordHashes()
    loaded: dict[str, Shingled] = {}
    for batch in _batches(pairs, forest, shelf=min(int(memory_bytes * _SHARE), _MAX_SHELF)):
        ids = sorted({text_id for pair in batch for text_id in (pair.large_id, pair.small_id)})
        loaded = {text_id: loaded[text_id] for text_id in ids if text_id in loaded}
        if new := [text_id for text_id in ids if text_id not in loaded]:
            bodies = texts(new)
            loaded |= {text_id: shingled(bodies[text_id], hashes=hashes) for text_id in new}
        for pair in batch:
            if forest.root(pair.large) == forest.root(pair.small):
                continue
            kin, closeness = relation(loaded[pair.large_id], loaded[pair.small_id])
            if kin is Kin.COPY:
                forest.join(pair.large, pair.small)
            yield Verdict(pair, kin, closeness)


def _batches(pairs: Iterable[Pair], forest: Forest, *, shelf: int) -> Iterator[list[Pair]]:
    """Pairs in order, as many at a time as their texts find room on a shelf of so many bytes."""
    batch: list[Pair] = []
    ids: set[str] = set()
    room = shelf
    for pair in pairs:
        if forest.root(pair.large) == forest.root(pair.small):
            continue
        if batch and room <= 0:
            yield batch
            batch, ids, room = [], set(), shelf
        for text_id, size in ((pair.large_id, pair.large_size), (pair.small_id, pair.small_size)):
            if text_id not in ids:
                ids.add(text_id)
                room -= size * _BYTES_A_SHINGLE
        room -= _BYTES_A_TEXT
        batch.append(pair)
    if batch:
        yield batch
