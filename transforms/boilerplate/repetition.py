"""Boilerplate told by repetition over the corpus: what stands in many articles that have nothing else in common."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xxhash

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a text stands in an article.

    Args:
        key: Of `key_hash`.
        is_edge: Whether it stands near the beginning or the end.
        is_prose: Whether it is running text.
    """

    key: int
    is_edge: bool
    is_prose: bool


def key_hash(text: str) -> int:
    """A number (XXH3, 64 bits) for a text that is compared for sameness; 0 for what has neither letter nor digit."""
    return _hashed(key(text))


def _hashed(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass")) if name else 0


def standings(texts: Sequence[str]) -> tuple[Standing, ...]:
    """How each text of an article stands in it, once for each key, in order of keys; those that can never be furniture are left out."""
    found: dict[int, tuple[bool, bool]] = {}
    for place, text in enumerate(texts):
        words = key(text)
        # Counted in the key: whether a text can be furniture is a matter of its key alone.
        if word_count(words) < SHORTEST_WORDS:
            continue
        name = _hashed(words)
        is_edge = place < EDGE_BLOCKS or place >= len(texts) - EDGE_BLOCKS
        edge, prose = found.get(name, (False, False))
        found[name] = (edge or is_edge, prose or is_prose(text))
    return tuple(
        Standing(key=name, is_edge=edge, is_prose=prose) for name, (edge, prose) in sorted(found.items())
    )


def is_repeated(*, clusters: int, edges: int, is_prose: bool) -> bool:
    """Whether a text is boilerplate that stands in so many clusters, at an edge in so many of them."""
    if is_prose:
        return clusters >= LONG_CLUSTERS and edges >= EDGE_SHARE * clusters
    return clusters >= SHORT_CLUSTERS


def repeated(articles: Iterable[tuple[str, Sequence[str]]]) -> frozenset[int]:
    """The keys (`key_hash`) of the blocks that are boilerplate because they stand in many clusters.

    The result does not depend on the order of the articles.

    Args:
        articles: For every distinct article: its cluster of near-duplicates, and the texts of its blocks.
    """
    clusters: defaultdict[int, set[str]] = defaultdict(set)
    edges: defaultdict[int, set[str]] = defaultdict(set)
    prose: set[int] = set()
    for cluster_id, texts in articles:
        for standing in standings(texts):
            clusters[standing.key].add(cluster_id)
            if standing.is_edge:
                edges[standing.key].add(cluster_id)
            if standing.is_prose:
                prose.add(standing.key)
    return frozenset(
        name
        for name, where in clusters.items()
        if is_repeated(clusters=len(where), edges=len(edges[name]), is_prose=name in prose)
    )
