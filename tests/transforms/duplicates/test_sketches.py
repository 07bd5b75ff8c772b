"""A sketch keeps a little of a text."""

import random

import numpy as np

from transforms.duplicates.shingles import WordHashes, shingled
from transforms.duplicates.sketches import BANDS, SAMPLE, sketch


def text(seed: int, *, words: int = 400) -> str:
    """An invented text."""
    chance = random.Random(seed)  # noqa: S311  # an invented text, not a secret
    return " ".join("".join(chance.choices("abcdefghij", k=5)) for _ in range(words))


def test_a_sketch_keeps_a_share_of_the_text() -> None:
    """It tells the number of shingles, and has about a quarter of them and a bucket for every band."""
    own, shingles = (
        sketch(text(1), hashes=WordHashes()),
        shingled(text(1), hashes=WordHashes()).shingles,
    )
    assert own.size == len(shingles) == 396
    assert np.isin(own.sample, shingles).all()
    assert 0.8 < len(own.sample) * SAMPLE / own.size < 1.2
    assert own.bands.dtype == own.sample.dtype == np.uint64
    assert (own.bands % BANDS).tolist() == list(range(BANDS))


def test_an_edited_copy_shares_bands_and_another_text_none() -> None:
    """A copy with a few words of its own has buckets in common with the text; another text has none."""
    hashes = WordHashes()
    own, copy, other = (
        sketch(each, hashes=hashes) for each in (text(1), f"{text(1)} {text(2, words=20)}", text(3))
    )
    assert np.isin(copy.bands, own.bands).sum() > BANDS // 2
    assert not np.isin(other.bands, own.bands).any()
    assert not np.isin(other.sample, own.sample).any()


def test_a_text_without_shingles_has_an_empty_sketch() -> None:
    """Four words are no shingle."""
    own = sketch("Watch it live today", hashes=WordHashes())
    assert (own.size, own.bands.tolist(), own.sample.tolist()) == (0, [], [])


def test_sketches_outlast_the_version() -> None:
    """A sketch is the same on every machine and in every run: earlier runs' sketches are read by later ones."""
    own = sketch("The ferry over the Olm stops on Monday", hashes=WordHashes())
    assert own.size == 4
    assert own.bands[:2].tolist() == [18289396724955128256, 762628750317608577]
    assert (
        sketch("the ferry over the olm stops on monday", hashes=WordHashes()).bands.tolist()
        == own.bands.tolist()
    )
