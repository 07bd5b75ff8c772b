"""The lines that a theme sets around a post's text, where nothing marks the text: date, name, "3 comments"."""

from collections import Counter
from collections.abc import Mapping, Sequence

import re2

from transforms.dates.stamps import read_stamps, rest_words
from transforms.normalize import ends_sentence, word_count, words
from transforms.parse.posts import markup_tails
from transforms.parse.shape import is_prose
from transforms.records import Block

# "Posted on 3 March 2031 by Ada Marl in News": what stands beside a date in the line under a headline.
MAX_CHARS = 120
MAX_WORDS = 8
# A line that stands in this share of a page's posts, figures aside, is the theme's.
MIN_SHARE = 0.6
MIN_POSTS = 2
_NUMBERS = re2.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")


def frame_lines(posts: Sequence[Sequence[Block]], *, kept: Mapping[int, frozenset[str]]) -> frozenset[int]:
    """Numbers of the lines above and below the posts' prose that are the theme's.

    Lines with a date, and lines that most of the posts have alike. A tail of tags or hashtags is the post's.

    Args:
        posts: The blocks of each post.
        kept: By place of a post, lines that link to it: "Read more" tells that the text is an excerpt.
    """
    outer = [_outer(blocks) for blocks in posts]
    spread = Counter(key for lines in outer for key in {_skeleton(block.text) for block in lines})
    common = {key for key, count in spread.items() if count >= max(MIN_POSTS, MIN_SHARE * len(posts))}
    return frozenset(
        block.line
        for at, lines in enumerate(outer)
        for block in lines
        if block.text not in kept.get(at, frozenset())
        and (_is_dated(block.text) or _skeleton(block.text) in common)
    )


def _outer(blocks: Sequence[Block]) -> list[Block]:
    """Short lines without a role above a post's first prose and below its last."""
    body = [block for block in blocks if block.role is None]
    if not body:
        return []
    tails = {at for tail in markup_tails(body) for at in range(tail.first, tail.last + 1)}
    longest = max(range(len(body)), key=lambda at: len(body[at].text))
    prose = [at for at, block in enumerate(body) if is_prose(block)] or [longest]
    return [
        block
        for at, block in enumerate(body)
        if not prose[0] <= at <= prose[-1]
        and len(block.text) <= MAX_CHARS
        and word_count(block.text) <= 2 * MAX_WORDS
        and not ends_sentence(block.text)
        and at not in tails
    ]


def _skeleton(text: str) -> tuple[str, ...]:
    return tuple(word for word in words(text) if not any(map(str.isdigit, word)))


def _is_dated(text: str) -> bool:
    stamps = read_stamps(text)
    if stamps:
        return len(list(rest_words(text, stamps))) <= MAX_WORDS
    # Day and month in whichever order: no date that can be read, but one.
    return _NUMBERS.search(text) is not None and word_count(text) <= MAX_WORDS
