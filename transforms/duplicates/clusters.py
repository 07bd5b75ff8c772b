"""Joins copies to clusters."""

from collections.abc import Sequence

from transforms.duplicates.shingles import Shingled, WordHashes, shingled
from transforms.duplicates.sketches import candidate_pairs
from transforms.duplicates.verify import Kin, relation
from transforms.normalize import fingerprint


def find_clusters(texts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Tell which articles are copies of one.

    Args:
        texts: Pairs of article_id and text; ids are distinct.

    Returns:
        article_id → cluster_id, the smallest article_id of its cluster; ids in order of their letters. A text
        of fewer than five words ("Watch the video above") is a cluster of its own.
    """
    hashes = WordHashes()
    by_id: dict[str, Shingled] = {}
    first_of: dict[str, str] = {}
    same_as: dict[str, str] = {}
    for article_id, text in sorted(texts):
        first = first_of.setdefault(fingerprint(text), article_id)
        if first == article_id or not len(by_id[first].shingles):
            by_id[article_id] = shingled(text, hashes=hashes)
            first = article_id
        same_as[article_id] = first
    ids = sorted(by_id, key=lambda article_id: (-len(by_id[article_id].shingles), article_id))
    root_of = dict(zip(ids, _joined([by_id[article_id] for article_id in ids]), strict=True))
    smallest: dict[int, str] = {}
    for article_id, first in same_as.items():
        smallest.setdefault(root_of[first], article_id)
    return {article_id: smallest[root_of[first]] for article_id, first in same_as.items()}


def _joined(texts: Sequence[Shingled]) -> list[int]:
    """Each text's cluster, as the place of one of its members.

    Copies are joined first. Then each cluster is joined to the one text that it is most plainly an excerpt of: a wire
    brief that stands in two articles must not make one of the two.
    """
    forest = Forest(len(texts))
    excerpts: list[tuple[float, int, int]] = []
    for large, small in candidate_pairs([text.shingles for text in texts]):
        if forest.root(large) == forest.root(small):
            continue
        kin, closeness = relation(texts[large], texts[small])
        if kin is Kin.COPY:
            forest.join(large, small)
        elif kin is Kin.EXCERPT:
            excerpts.append((closeness, large, small))
    attached: set[int] = set()
    roots = [forest.root(place) for place in range(len(texts))]
    for _, large, small in sorted(excerpts, key=lambda edge: (-edge[0], edge[1], edge[2])):
        if roots[large] != roots[small] and roots[small] not in attached:
            attached.add(roots[small])
            forest.join(large, small)
    return [forest.root(place) for place in range(len(texts))]


class Forest:
    """Disjoint sets of places; the smallest place is the root (Galler and Fischer 1964)."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

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
