"""Joins copies to clusters, out of verdicts that come in any order."""

from array import array
from collections.abc import Iterable


class Forest:
    """Disjoint sets of places; the smallest place is the root (Galler and Fischer 1964). Eight bytes a place."""

    def __init__(self, size: int) -> None:
        # Single items of it are read and written several times as fast as those of a numpy array.
        self._parents = array("q", range(size))

    def root(self, place: int) -> int:
        """The root of a place's set."""
        parents = self._parents
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    def join(self, first: int, second: int) -> None:
        """Make one set of two."""
        small, large = sorted((self.root(first), self.root(second)))
        self._parents[large] = small

    def roots(self) -> "array[int]":
        """The root of every place."""
        parents = self._parents
        for place, parent in enumerate(parents):
            parents[place] = parents[parent]
        return parents[:]


def attach(forest: Forest, excerpts: Iterable[tuple[int, int]]) -> None:
    """Join each cluster of copies to the one text that it is most plainly an excerpt of.

    A wire brief that stands in two articles must not make one of the two: a cluster is joined once.

    Args:
        forest: All copies joined.
        excerpts: Whole and excerpt, the closest pair first, then by their places.
    """
    roots = forest.roots()
    attached = bytearray(len(roots))
    for whole, excerpt in excerpts:
        if roots[whole] != roots[excerpt] and not attached[roots[excerpt]]:
            attached[roots[excerpt]] = True
            forest.join(whole, excerpt)
