"""Pairs of texts that may be copies: those whose sketches meet.

Two sketches, both of Broder (1997). MinHash signatures cut into bands (Mining of Massive Datasets, 3.4) bring together
texts that resemble each other as wholes. A sample of the shingles by their hash value (Broder's MOD m) keeps the
same share of an excerpt as of the whole, so it also brings together a text and a piece of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.duplicates.shingles import Hashes

Numbers = NDArray[np.int64]

BANDS = 16
ROWS = 4
"""16 bands of 4 rows: a pair of resemblance 0.5 meets with probability 0.64, one of 0.7 with 0.99."""
SAMPLE = 4
"""One shingle in four is sampled: of an excerpt of 55 words about 13."""
NEIGHBOURS = 8
"""A text is compared with so many that follow it in its bucket, by length, and with the longest: a bucket that
is full (a footer that every page has) costs no more than its length."""
MIN_SHARE = 0.1
"""Share of the smaller sample that both must have: less cannot pass verification."""
SMALL_SAMPLE = 10
"""A smaller sample may meet in one shingle; else two are asked for."""

_SEED = 20260101


def candidate_pairs(shingles: Sequence[Hashes]) -> list[tuple[int, int]]:
    """Pairs of places in the sequence, smaller first, sorted, each once.

    The sequence must be in order of length, longest first: the order tells which texts of a full bucket are
    compared.
    """
    sizes = np.fromiter(map(len, shingles), dtype=np.int64, count=len(shingles))
    keys = (
        np.unique(np.concatenate([_banded(shingles), _sampled(shingles)])) if len(shingles) > 1 else sizes[:0]
    )
    return [(int(key) // len(shingles), int(key) % len(shingles)) for key in keys]


def _sampled(shingles: Sequence[Hashes]) -> Numbers:
    """Keys of pairs that share enough of their sampled shingles."""
    limit = np.uint64(2**64 // SAMPLE)
    samples = [values[: np.searchsorted(values, limit)] for values in shingles]
    sizes = np.fromiter(map(len, samples), dtype=np.int64, count=len(samples))
    owners = np.repeat(np.arange(len(samples), dtype=np.int64), sizes)
    keys, counts = _met(np.concatenate(samples), owners=owners, total=len(samples))
    smaller = np.minimum(sizes[keys // len(samples)], sizes[keys % len(samples)])
    needed = np.maximum(np.where(smaller <= SMALL_SAMPLE, 1, 2), MIN_SHARE * smaller)
    return keys[counts >= needed]


def _banded(shingles: Sequence[Hashes]) -> Numbers:
    """Keys of pairs whose MinHash signatures agree in a band."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    factors = generator.integers(1, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(
        2
    ) + np.uint64(1)
    masks = generator.integers(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64)
    owners = np.array([place for place, values in enumerate(shingles) if len(values)], dtype=np.int64)
    if not len(owners):
        return owners
    signatures = np.stack([((shingles[place] ^ masks) * factors).min(axis=1) for place in owners])
    keys = []
    for band in range(BANDS):
        rows = signatures[:, band * ROWS : (band + 1) * ROWS]
        bucket = (rows * factors[:ROWS, 0]).sum(axis=1, dtype=np.uint64)
        keys.append(_met(bucket, owners=owners, total=len(shingles))[0])
    return np.unique(np.concatenate(keys))


def _met(values: Hashes, *, owners: Numbers, total: int) -> tuple[Numbers, Numbers]:
    """Keys (first × total + second) of pairs that share a value, and how many they share.

    Of those that share a value, each is paired with its next neighbours and with the first.
    """
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    starts = (
        np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])) if len(values) else owners[:0]
    )
    lengths = np.diff(np.append(starts, len(values)))
    first = np.repeat(starts, lengths)
    far = np.arange(len(values)) - first > NEIGHBOURS
    keys, counts = np.unique(owners[first[far]] * total + owners[far], return_counts=True)
    for step in range(1, NEIGHBOURS + 1):
        same = values[step:] == values[:-step]
        pairs, times = np.unique(owners[:-step][same] * total + owners[step:][same], return_counts=True)
        keys, inverse = np.unique(np.concatenate([keys, pairs]), return_inverse=True)
        counts = np.bincount(inverse, weights=np.concatenate([counts, times]), minlength=len(keys)).astype(
            np.int64
        )
    return keys, counts
