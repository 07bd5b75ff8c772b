"""Pairs meet as they should, in one chunk or in many."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.meeting import NEIGHBOURS, NOTHING, Owned, are_enough, meet

Buckets = Sequence[Sequence[int]]

_TOTAL = 40
# Some values, and the ranks of the texts that have each.
buckets = st.lists(st.sets(st.integers(0, _TOTAL - 1), min_size=1).map(sorted), min_size=1, max_size=8)


def owned(found: Buckets) -> Owned:
    """The buckets as sorted rows."""
    rows = [(value, owner) for value, owners in enumerate(found) for owner in owners]
    return Owned(
        values=np.array([value for value, _ in rows], dtype=np.uint64),
        owners=np.array([owner for _, owner in rows], dtype=np.int64),
    )


def by_hand(found: Buckets) -> Counter[int]:
    """Every text with the next eight of its bucket and with the first."""
    pairs: Counter[int] = Counter()
    for owners in found:
        for place, owner in enumerate(owners):
            met = owners[max(0, place - NEIGHBOURS) : place]
            pairs.update(first * _TOTAL + owner for first in {*met, *owners[: min(1, place)]})
    return pairs


@given(buckets)
def test_each_meets_its_neighbours_and_the_first(found: Buckets) -> None:
    """The pairs are those that are told by hand, sorted, with how many values each shares."""
    met = meet(owned(found), total=_TOTAL)
    assert dict(zip(met.keys.tolist(), met.counts.tolist(), strict=True)) == by_hand(found)
    assert met.keys.tolist() == sorted(met.keys.tolist())


@given(buckets, st.lists(st.integers(0, 200), max_size=20))
def test_cuts_change_nothing(found: Buckets, cuts: Sequence[int]) -> None:
    """Chunks that are cut anywhere, also within a bucket, give the same pairs as often."""
    whole = owned(found)
    pairs: Counter[int] = Counter()
    before = NOTHING
    edges = [0, *sorted(cut for cut in cuts if cut < len(whole.values)), len(whole.values)]
    for start, end in pairwise(edges):
        chunk = Owned(values=whole.values[start:end], owners=whole.owners[start:end])
        met = meet(chunk, total=_TOTAL, before=before)
        before = met.open_bucket
        assert len(before.values) <= NEIGHBOURS + 1
        pairs.update(dict(zip(met.keys.tolist(), met.counts.tolist(), strict=True)))
    assert pairs == by_hand(found)


def test_a_small_sample_may_meet_once() -> None:
    """Samples up to ten meet in one shingle, larger ones in two, and large ones in a tenth."""
    counts = np.array([0, 1, 1, 2, 2, 2, 3])
    smaller = np.array([5, 10, 11, 11, 20, 21, 30])
    assert are_enough(counts, smaller=smaller).tolist() == [False, True, False, True, True, False, True]
