"""Copies are joined, and each cluster is an excerpt of one text at most."""

import random

from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.forest import Forest, attach

_PAIRS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30)


@given(_PAIRS, st.randoms(use_true_random=False))
def test_roots_are_the_smallest_of_their_sets(pairs: list[tuple[int, int]], chance: random.Random) -> None:
    """Places that are joined have one root, the smallest of them, in whatever order they were joined."""
    forest, other = Forest(20), Forest(20)
    for pair in pairs:
        forest.join(*pair)
    chance.shuffle(pairs)
    for pair in pairs:
        other.join(*pair)
    roots = forest.roots()
    assert roots == other.roots()
    assert all(roots[first] == roots[second] for first, second in pairs)
    assert all(roots.index(root) == root for root in roots)
    assert [forest.root(place) for place in range(20)] == list(roots)


def test_an_excerpt_goes_to_the_closest() -> None:
    """A cluster is joined to the first whole that names it, and to no other."""
    forest = Forest(6)
    forest.join(3, 4)
    attach(forest, [(0, 4), (1, 3), (3, 4), (2, 5)])
    assert list(forest.roots()) == [0, 1, 2, 0, 0, 2]


def test_no_places_make_no_sets() -> None:
    """An empty corpus is borne."""
    forest = Forest(0)
    attach(forest, [])
    assert not forest.roots()
