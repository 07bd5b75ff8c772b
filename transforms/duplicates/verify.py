"""Whether two texts are copies: counted on all of their words, never on a sketch."""

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from transforms.duplicates.shingles import Hashes, Shingled, runs

MIN_RESEMBLANCE = 0.5
"""Jaccard: half of all shingles of either. Two articles that share wire paragraphs have about 0.3."""
MIN_CONTAINMENT = 0.8
"""An excerpt has so much of its shingles from the whole; the rest is "Read more" and the like."""
MIN_SHARED = 15
"""So many shingles (19 words on end) an excerpt has in common with the whole: a proverb is no excerpt."""
MIN_TRACE = 0.12
"""Containment below which texts are not compared more closely: one word in three changed leaves 0.13."""
MIN_COVER = 0.55
"""Share of word pairs that an edited copy keeps: one word in four changed leaves 0.56."""
LONG_GAP = 12
MAX_IN_GAPS = 0.1
"""An edited copy is changed everywhere a little; text of its own in paragraphs (runs of more than 12 word pairs
that the other lacks) is another article that shares wire copy."""


class Kin(Enum):
    """How two texts are related."""

    NONE = 0
    EXCERPT = 1
    COPY = 2


def relation(first: Shingled, second: Shingled) -> tuple[Kin, float]:
    """How two texts are related, and how closely (0 to 1: to choose the best of several)."""
    small, large = sorted((first, second), key=lambda text: len(text.shingles))
    if not len(small.shingles):
        return Kin.NONE, 0.0
    shared = int(_is_in(small.shingles, large.shingles).sum())
    containment = shared / len(small.shingles)
    resemblance = shared / (len(small.shingles) + len(large.shingles) - shared)
    if resemblance >= MIN_RESEMBLANCE:
        return Kin.COPY, resemblance
    if containment >= MIN_CONTAINMENT and shared >= MIN_SHARED:
        return Kin.EXCERPT, containment
    if containment >= MIN_TRACE and shared >= MIN_SHARED and _is_edited(small, large):
        return Kin.EXCERPT, containment
    return Kin.NONE, containment


def _is_edited(small: Shingled, large: Shingled) -> bool:
    """Whether the smaller text is the larger (or a piece of it) with single words changed all over."""
    kept = _is_in(runs(small.tokens, length=2), np.unique(runs(large.tokens, length=2)))
    if kept.mean() < MIN_COVER:
        return False
    changes = np.flatnonzero(np.diff(np.concatenate([[True], kept, [True]]).astype(np.int8)))
    gaps = changes[1::2] - changes[::2]
    return bool(gaps[gaps > LONG_GAP].sum() <= MAX_IN_GAPS * len(kept))


def _is_in(values: Hashes, sorted_values: Hashes) -> NDArray[np.bool_]:
    """For each value, whether it is among the sorted ones."""
    places = np.minimum(np.searchsorted(sorted_values, values), len(sorted_values) - 1)
    found: NDArray[np.bool_] = sorted_values[places] == values
    return found
