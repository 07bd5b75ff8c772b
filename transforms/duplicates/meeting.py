"""Which texts may be copies: those whose sketches share a value.

Values and their owners come sorted and in as many chunks as one likes, so that a corpus of any size is met in bounded
memory. Texts are told by rank: their place in the order of length, longest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.duplicates.shingles import Hashes
from transforms.duplicates.sketches import Sketch

Numbers = NDArray[np.int64]

NEIGHBOURS = 8
"""A text is compared with so many that follow it in its bucket, by length, and with the longest: a bucket that
is full (a footer that every page has) costs no more than its length."""
MIN_SHARE = 0.1
"""Share of the smaller sample that both must have: less cannot pass verification."""
SMALL_SAMPLE = 10
"""A smaller sample may meet in one shingle; else two are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Owned:
    """Values, and for each the rank of a text that has it; sorted by value, then rank."""

    values: Hashes
    owners: Numbers


NOTHING = Owned(values=np.empty(0, dtype=np.uint64), owners=np.empty(0, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meeting:
    """The pairs of a chunk.

    Args:
        keys: First rank × total + second rank for every pair, each once, sorted.
        counts: How many values of the chunk each pair shares.
        open_bucket: What the next chunk must know of the bucket that may go on in it.
    """

    keys: Numbers
    counts: Numbers
    open_bucket: Owned


def meet(chunk: Owned, *, total: int, before: Owned = NOTHING) -> Meeting:
    """The pairs of texts that share a value of a chunk.

    Of those that share a value, each is paired with its next neighbours and with the first.

    Args:
        chunk: A piece of the sorted whole.
        total: How many texts there are.
        before: The open bucket of the chunk before.
    """
    values = np.concatenate([before.values, chunk.values])
    owners = np.concatenate([before.owners, chunk.owners])
    places = np.arange(len(values))
    opens = np.ones(len(values), dtype=np.bool_)
    opens[1:] = values[1:] != values[:-1]
    firsts = np.maximum.accumulate(np.where(opens, places, 0))
    # What stood in the chunk before was paired there.
    later = np.flatnonzero(~opens)
    later = later[later >= len(before.values)]
    depth = later - firsts[later]
    far = later[depth > NEIGHBOURS]
    pairs = [owners[firsts[far]] * total + owners[far]]
    for step in range(1, NEIGHBOURS + 1):
        near = later[depth >= step]
        pairs.append(owners[near - step] * total + owners[near])
    keys, counts = np.unique(np.concatenate(pairs), return_counts=True)
    return Meeting(
        keys=keys,
        counts=counts.astype(np.int64),
        open_bucket=_open_bucket(values, owners, start=firsts[-1] if len(firsts) else 0),
    )


def _open_bucket(values: Hashes, owners: Numbers, *, start: int) -> Owned:
    """The first of the last bucket and the last few: for its next owner that is as good as all."""
    values, owners = values[start:], owners[start:]
    if len(values) > NEIGHBOURS + 1:
        values = np.concatenate([values[:1], values[-NEIGHBOURS:]])
        owners = np.concatenate([owners[:1], owners[-NEIGHBOURS:]])
    return Owned(values=values, owners=owners)


def are_enough(counts: Numbers, *, smaller: Numbers) -> NDArray[np.bool_]:
    """Whether pairs share enough of their samples to be compared.

    Args:
        counts: How many values each pair shares.
        smaller: The size of the smaller sample of each.
    """
    needed = np.maximum(np.where(smaller <= SMALL_SAMPLE, 1, 2), MIN_SHARE * smaller)
    enough: NDArray[np.bool_] = counts >= needed
    return enough


def candidate_pairs(sketches: Sequence[Sketch]) -> list[tuple[int, int]]:
    """Pairs of ranks, smaller first, sorted, each once.

    Args:
        sketches: In order of length, longest first: the order tells which texts of a full bucket are compared.
    """
    total = len(sketches)
    if not total:
        return []
    sizes = np.array([len(sketch.sample) for sketch in sketches], dtype=np.int64)
    sampled = meet(_owned([sketch.sample for sketch in sketches]), total=total)
    smaller = np.minimum(sizes[sampled.keys // total], sizes[sampled.keys % total])
    banded = meet(_owned([sketch.bands for sketch in sketches]), total=total)
    keys = np.union1d(banded.keys, sampled.keys[are_enough(sampled.counts, smaller=smaller)])
    return [(int(key) // total, int(key) % total) for key in keys]


def _owned(kept: Sequence[Hashes]) -> Owned:
    values = np.concatenate(kept)
    owners = np.repeat(np.arange(len(kept), dtype=np.int64), [len(own) for own in kept])
    order = np.lexsort((owners, values))
    return Owned(values=values[order], owners=owners[order])
