"""The rows of the dictionary of boilerplate, counted out of the pieces of all documents."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from transforms.rows.facts import Row

PIECE_ORDER = ("text_hash", "raw_file", "raw_sha256", "post", "place")
"""Pieces of one text lie together, the one that stood first before the others."""


def boilerplate_rows(pieces: Iterable[Row]) -> Iterator[Row]:
    """A row for each text that was removed: as it stood first, why most often, how often, and in whose articles.

    Args:
        pieces: Of `rows.document`, in the order of PIECE_ORDER, with the `publisher` of their article.
    """
    for text_hash, alike in groupby(pieces, key=itemgetter("text_hash")):
        first: Row | None = None
        reasons: Counter[str] = Counter()
        articles: set[str | None] = set()
        publishers: set[str | None] = set()
        for piece in alike:
            first = first or piece
            reasons[piece["reason"]] += 1
            articles.add(piece["article_id"])
            publishers.add(piece["publisher"])
        yield {
            "text_hash": text_hash,
            "text": first["text"] if first else "",
            "reason": min(reasons.items(), key=lambda item: (-item[1], item[0]))[0],
            "occurrences": reasons.total(),
            "articles": len(articles - {None}),
            "publishers": sorted(name for name in publishers if name),
        }
