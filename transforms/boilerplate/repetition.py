"""Boilerplate told by repetition over the corpus: what stands in many articles that have nothing else in common."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from transforms.boilerplate.shape import is_prose, key, word_count

# A label or a line stands in this many clusters of near-duplicates before it is furniture.
SHORT_CLUSTERS = 5
# Running text stands in this many: agencies repeat a paragraph of background in a handful of related reports.
LONG_CLUSTERS = 12
# And most of those places are at an edge of the article, where appeals, lives and footers stand and background does not.
EDGE_SHARE = 0.8
EDGE_BLOCKS = 3
# A line of one word may be a heading or an answer.
SHORTEST_WORDS = 2


def repeated(articles: Iterable[tuple[str, str, Sequence[str]]]) -> frozenset[str]:
    """The keys (`shape.key`) of the blocks that are boilerplate because they stand in many clusters.

    The result does not depend on the order of the articles.

    Args:
        articles: For every distinct article: its id, its cluster of near-duplicates, and the texts of its blocks.
    """
    clusters: defaultdict[str, set[str]] = defaultdict(set)
    edges: defaultdict[str, set[str]] = defaultdict(set)
    long: set[str] = set()
    for _, cluster_id, texts in articles:
        for i, text in enumerate(texts):
            name = key(text)
            if not name or word_count(text) < SHORTEST_WORDS:
                continue
            clusters[name].add(cluster_id)
            if i < EDGE_BLOCKS or i >= len(texts) - EDGE_BLOCKS:
                edges[name].add(cluster_id)
            if is_prose(text):
                long.add(name)
    return frozenset(
        name
        for name, where in clusters.items()
        if (
            len(where) >= LONG_CLUSTERS and len(edges[name]) >= EDGE_SHARE * len(where)
            if name in long
            else len(where) >= SHORT_CLUSTERS
        )
    )
