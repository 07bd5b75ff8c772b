"""Compares the texts of pairs, a shelf of texts in memory at a time."""

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


class Comparer:
    """Compares the pairs of one shelf after the other; pairs that came to be joined meanwhile are left out.

    Two texts that copies join are of one cluster whatever else is found of them.

    Args:
        texts: Gives the texts of some ids; is asked for those of a shelf at a time.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._hashes = WordHashes()
        self._loaded: dict[str, Shingled] = {}
        self._parents: dict[int, int] = {}

    def __call__(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """The verdicts."""
        pairs = [pair for pair in pairs if self._root(pair.large) != self._root(pair.small)]
        ids = sorted({text_id for pair in pairs for text_id in (pair.large_id, pair.small_id)})
        self._loaded = {text_id: self._loaded[text_id] for text_id in ids if text_id in self._loaded}
        if new := [text_id for text_id in ids if text_id not in self._loaded]:
            bodies = self._texts(new)
            self._loaded |= {text_id: shingled(bodies[text_id], hashes=self._hashes) for text_id in new}
        verdicts = []
        for pair in pairs:
            large, small = self._root(pair.large), self._root(pair.small)
            if large == small:
                continue
            kin, closeness = relation(self._loaded[pair.large_id], self._loaded[pair.small_id])
            if kin is Kin.COPY:
                self._parents[max(large, small)] = min(large, small)
            verdicts.append(Verdict(pair, kin, closeness))
        return verdicts

    def _root(self, rank: int) -> int:
        """As Forest.root, for the few texts of some shelves."""
        parents = self._parents
        while (parent := parents.get(rank, rank)) != rank:
            parents[rank] = parents.get(parent, parent)
            rank = parent
        return rank


def shelves(
    pairs: Iterable[Pair], forest: Forest, *, most: int, memory_bytes: int
) -> Iterator[Sequence[Pair]]:
    """Pairs that are not joined yet, in order, as many at a time as their texts find room on a shelf.

    Args:
        pairs: In order of rank: texts that meet are mostly of about one length, so few are loaded twice.
        forest: What is joined by now; asked when a shelf is filled.
        most: So many pairs at most.
        memory_bytes: The memory of whoever compares them.
    """
    shelf = min(int(memory_bytes * _SHARE), _MAX_SHELF)
    some: list[Pair] = []
    ids: set[str] = set()
    room = shelf
    for pair in pairs:
        if forest.root(pair.large) == forest.root(pair.small):
            continue
        if some and (room <= 0 or len(some) == most):
            yield some
            some, ids, room = [], set(), shelf
        for text_id, size in ((pair.large_id, pair.large_size), (pair.small_id, pair.small_size)):
            if text_id not in ids:
                ids.add(text_id)
                room -= size * _BYTES_A_SHINGLE
        room -= _BYTES_A_TEXT
        some.append(pair)
    if some:
        yield some
