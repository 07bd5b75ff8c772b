"""What is kept of a text so that its copies are found without it.

Two sketches, both of Broder (1997). MinHash signatures cut into bands (Mining of Massive Datasets, 3.4) bring together
texts that resemble each other as wholes. A sample of the shingles by their hash value (Broder's MOD m) keeps the
same share of an excerpt as of the whole, so it also brings together a text and a piece of it.
"""

from dataclasses import dataclass

import numpy as np

from transforms.duplicates.shingles import Hashes, WordHashes, shingled

BANDS = 16
ROWS = 4
"""16 bands of 4 rows: a pair of resemblance 0.5 meets with probability 0.64, one of 0.7 with 0.99."""
SAMPLE = 4
"""One shingle in four is sampled: of an excerpt of 55 words about 13."""

_SEED = 20260101
_GENERATOR = np.random.Generator(np.random.PCG64(_SEED))
_FACTORS = _GENERATOR.integers(1, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(
    1
)
_MASKS = _GENERATOR.integers(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64)
_LIMIT = np.uint64(2**64 // SAMPLE)
_NUMBERS = np.arange(BANDS, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """A text's sketch.

    Args:
        size: How many distinct shingles the text has.
        bands: Its bucket in every band; none for a text without shingles. The last four bits are the band's number,
            so that a bucket of one band is none of another.
        sample: Its shingles below a quarter of all values, sorted.
    """

    size: int
    bands: Hashes
    sample: Hashes


def sketch(text: str, *, hashes: WordHashes) -> Sketch:
    """A text's sketch."""
    return sketch_of(shingled(text, hashes=hashes).shingles)


def sketch_of(shingles: Hashes) -> Sketch:
    """The sketch of a text whose distinct shingles are given, sorted."""
    return Sketch(
        size=len(shingles), bands=_bands(shingles), sample=shingles[: np.searchsorted(shingles, _LIMIT)]
    )


def _bands(shingles: Hashes) -> Hashes:
    if not len(shingles):
        return shingles
    signature = ((shingles ^ _MASKS) * _FACTORS).min(axis=1)
    buckets = (signature.reshape(BANDS, ROWS) * _FACTORS[:ROWS, 0]).sum(axis=1, dtype=np.uint64)
    numbered: Hashes = (buckets & ~np.uint64(BANDS - 1)) | _NUMBERS
    return numbered
