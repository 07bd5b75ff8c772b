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
        without a letter or digit is a cluster of its own.
    """
    sames: dict[str, list[str]] = {}
    for article_id, text in sorted(texts):
        key = fingerprint(text)
        sames.setdefault(key or article_id, []).append(article_id)
    ids = [group[0] for group in sames.values()]
    kept = set(ids)
    hashes = WordHashes()
    by_id = {article_id: shingled(text, hashes=hashes) for article_id, text in texts if article_id in kept}
    ids.sort(key=lambda article_id: (-len(by_id[article_id].shingles), article_id))
    roots = _joined([by_id[article_id] for article_id in ids])
    cluster_of = dict(zip(ids, roots, strict=True))
    smallest: dict[int, str] = {}
    members = {article_id: cluster_of[group[0]] for group in sames.values() for article_id in group}
    for article_id in sorted(members):
        smallest.setdefault(members[article_id], article_id)
    return {article_id: smallest[members[article_id]] for article_id in sorted(members)}


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
