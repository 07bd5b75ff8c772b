"""Texts as numbers: a hash for every word, and for every run of words (a shingle).

The method is Broder, “On the resemblance and containment of documents” (1997); see also Leskovec, Rajaraman
and Ullman, “Mining of Massive Datasets”, chapter 3.
"""

from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

from transforms.normalize import UNSPACED, words

Hashes = NDArray[np.uint64]

SHINGLE_WORDS = 5
"""Five words seldom meet by chance (Mining of Massive Datasets, 3.2.2: 9 letters for long documents and up)."""
MAX_WORDS = 50_000
"""Of a longer text the beginning is compared."""

_MAX_CHARS_A_WORD = 40
# About 30 MB: the words of a large corpus have no end (names, numbers, slips of the pen).
_REMEMBERED_WORDS = 200_000
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F],
    dtype=np.uint64,
)
"""Odd constants, one a place, so that the order of the words counts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shingled:
    """A text as hashes.

    Args:
        tokens: One hash a word, in order; a character in scripts without spaces.
        shingles: Distinct hashes of runs of five words, sorted.
    """

    tokens: Hashes
    shingles: Hashes


class WordHashes(dict[str, int]):
    """Word → 64-bit hash; a word is hashed once, or again after so many others that all were forgotten."""

    def __missing__(self, word: str) -> int:
        """Hash a word that is new."""
        if len(self) >= _REMEMBERED_WORDS:
            self.clear()
        value = self[word] = xxhash.xxh3_64_intdigest(word.encode("utf-8", "surrogatepass"))
        return value


def shingled(text: str, *, hashes: WordHashes) -> Shingled:
    """The text as hashes; a text of fewer than five words has no shingles."""
    tokens = words(text[: MAX_WORDS * _MAX_CHARS_A_WORD])
    if not text.isascii() and UNSPACED.search(text):
        tokens = [piece for token in tokens for piece in (token if UNSPACED.search(token) else (token,))]
    numbers = np.fromiter(map(hashes.__getitem__, tokens[:MAX_WORDS]), dtype=np.uint64)
    return Shingled(tokens=numbers, shingles=np.unique(runs(numbers, length=SHINGLE_WORDS)))


def runs(tokens: Hashes, *, length: int) -> Hashes:
    """One hash for every run of so many tokens, in order; none where there are fewer."""
    count = len(tokens) - length + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(length):
        mixed += tokens[place : place + count] * _MULTIPLIERS[place]
    return _scrambled(mixed)


def _scrambled(values: Hashes) -> Hashes:
    """Every bit depends on every bit (the finaliser of SplitMix64: Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
