"""Joins copies to clusters where all texts fit into memory; flows/corpus/clusters.py does the same where they do not."""

from collections.abc import Sequence

from transforms.duplicates.forest import Forest, attach
from transforms.duplicates.meeting import candidate_pairs
from transforms.duplicates.shingles import Shingled, WordHashes, shingled
from transforms.duplicates.sketches import sketch_of
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
    forest = _joined([by_id[article_id] for article_id in ids])
    root_of = dict(zip(ids, forest.roots(), strict=True))
    smallest: dict[int, str] = {}
    for article_id, first in same_as.items():
        smallest.setdefault(root_of[first], article_id)
    return {article_id: smallest[root_of[first]] for article_id, first in same_as.items()}


def _joined(texts: Sequence[Shingled]) -> Forest:
    """The clusters of texts that come longest first."""
    forest = Forest(len(texts))
    excerpts: list[tuple[float, int, int]] = []
    for large, small in candidate_pairs([sketch_of(text.shingles) for text in texts]):
        if forest.root(large) == forest.root(small):
            continue
        kin, closeness = relation(texts[large], texts[small])
        if kin is Kin.COPY:
            forest.join(large, small)
        elif kin is Kin.EXCERPT:
            excerpts.append((-closeness, large, small))
    attach(forest, ((large, small) for _, large, small in sorted(excerpts)))
    return forest
