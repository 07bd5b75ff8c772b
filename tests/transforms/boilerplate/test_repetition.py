"""Blocks that stand in many clusters."""

import random

from transforms.boilerplate import key_hash, repeated, standings
from transforms.boilerplate.repetition import LONG_CLUSTERS, SHORT_CLUSTERS

LINE = "From the Lakepress desk"
LIFE = "The Lakepress is read from the mountains to the sea and was founded by nine fishermen in a boathouse."
BACKGROUND = (
    "The war between the two valleys began when the upper one dammed the river nine years ago this spring."
)


def filler(i: int) -> str:
    """A paragraph that stands once."""
    return (
        f"In village number {i} the mayor said that the harvest of {i} sacks was the best in living memory."
    )


def corpus(count: int) -> list[tuple[str, list[str]]]:
    """Articles of as many clusters, with background in the middle and a line and a life at the end."""
    return [
        (
            f"cluster{i}",
            [
                *(filler(100 * i + j) for j in range(4)),
                BACKGROUND,
                *(filler(100 * i + j) for j in range(4, 8)),
                LINE,
                LIFE,
            ],
        )
        for i in range(count)
    ]


def test_short_line_in_enough_clusters() -> None:
    """A short line is furniture from the threshold on, not below it."""
    assert key_hash(LINE) in repeated(corpus(SHORT_CLUSTERS))
    assert key_hash(LINE) not in repeated(corpus(SHORT_CLUSTERS - 1))


def test_long_block_needs_more_and_an_edge() -> None:
    """A paragraph needs more clusters and stands at the edge; an agency's background in the middle stays."""
    found = repeated(corpus(LONG_CLUSTERS))
    assert key_hash(LIFE) in found
    assert key_hash(BACKGROUND) not in found
    assert key_hash(LIFE) not in repeated(corpus(LONG_CLUSTERS - 1))


def test_copies_of_one_article_count_once() -> None:
    """A hundred copies in one cluster are no repetition."""
    copies = [("one", texts) for _, texts in corpus(1) * 100]
    assert repeated(copies) == frozenset()


def test_order_does_not_matter() -> None:
    """Any order gives the same set."""
    articles = corpus(LONG_CLUSTERS)
    shuffled = list(articles)
    random.Random(7).shuffle(shuffled)  # noqa: S311 - a fixed shuffle, no secret
    assert repeated(shuffled) == repeated(articles) == repeated(reversed(articles))


def test_signs_make_no_word() -> None:
    """A word is none more for the dash behind it: what is told of a text is told of its key, however it is printed."""
    assert standings(["Karstmarkt —"]) == standings(["Karstmarkt"]) == ()
    assert standings(["Karst — market"]) == standings(["Karst market"]) != ()
