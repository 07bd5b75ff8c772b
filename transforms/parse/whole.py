"""A whole page that holds one article: which blocks are the article's post, which are the site's furniture around it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.lines.context import LIKELY
from transforms.lines.headline import MAX_ABOVE, MAX_CHARS, find_headline
from transforms.lines.model import LinesModel
from transforms.lines.score import score_lines
from transforms.lines.span import article_span
from transforms.normalize import ends_sentence, word_count
from transforms.parse.shape import MIN_SENTENCE_WORDS, is_sentence
from transforms.parse.tails import Tail
from transforms.parse.unmarked import MIN_TITLE_MATCH
from transforms.records import Block
from transforms.tags import title_match

# The longest page of one article that was looked at has 1,306 lines; a far longer text is no page.
MAX_BLOCKS = 20_000
# A page that was saved whole has its navigation at the top: so many short lines above the headline, or above the text. A clean
# copy begins with its headline, by-line and date, whatever lists it has further down.
MIN_ABOVE_HEADLINE = 4
MIN_ABOVE_TEXT = 8
MAX_NAVIGATION_WORDS = 4
# Where links are known, so many lines outside the text that are nothing else show it as well.
MIN_LINKS = 8
# From this share on, a line is a link and nothing else.
LINK = 0.8
# Sentences right below a text are its own foot: whom to write to, what was corrected, what to subscribe to.
MAX_FOOT = 6
SENTENCE_BREAKS = (". ", "? ", "! ", "。")
# Under this probability a line outside is surely furniture, and one inside is furniture of the article's post.
SURELY_NOT = 0.2
# A tail may stand so many lines below the text that it closes: by-line, corrections and share buttons come between.
MAX_TO_TAIL = 12
# Of all that is likely the article's, more than this share stands in one stretch between two tails, if the page is one article.
MIN_IN_ONE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleArticle:
    """Where the one article of a page stands, by index into the page's blocks.

    Args:
        title: Its headline, or None.
        start: The first block of its post: the headline, where there is one.
        stop: One past the last block of its post.
        furniture: Blocks of the post that are surely not its text.
        tail: What closes it, or None.
    """

    title: int | None
    start: int
    stop: int
    furniture: frozenset[int]
    tail: Tail | None


def single_article(
    blocks: Sequence[Block],
    tails: Sequence[Tail],
    *,
    model: LinesModel,
    linked: Sequence[float] | None = None,
    headings: frozenset[int] = frozenset(),
) -> SingleArticle | None:
    """The one article of a page that was saved whole.

    Args:
        blocks: The page's.
        tails: What looks like the end of a post, in order.
        model: Tells lines of articles.
        linked: For each block, the share of its text that is in links, where that is known.
        headings: Blocks that are marked as headings.

    Returns:
        None where there is no furniture to be told from an article, no article, or more than one.
    """
    if len(blocks) > MAX_BLOCKS or (linked is None and sum(map(_is_label, blocks)) < MIN_ABOVE_HEADLINE):
        return None
    lines = [block.text for block in blocks]
    likely = score_lines(lines, model=model)
    if linked is not None:
        likely = [p * (1 - share) for p, share in zip(likely, linked, strict=True)]
    span = article_span(likely, lines)
    if span is None or not _is_alone(blocks, likely, tails):
        return None
    if not any(likely[at] >= LIKELY and is_sentence(blocks[at]) for at in span):
        return None
    closing = next((tail for tail in tails if tail.hashtags and tail.first >= span.start), None)
    named = _named(lines, span.start, closing)
    title = find_headline(lines, likely, span, weights=model.headline, headings=named or headings)
    links = sum(1 for at, share in enumerate(linked or ()) if share >= LINK and at not in span)
    if links < MIN_LINKS and not _is_saved_whole(blocks[: span.start], likely, title=title):
        return None
    start = span.start if title is None else title
    tail = (
        closing
        if title in named
        else next((t for t in tails if 0 <= t.first - span.stop <= MAX_TO_TAIL), None)
    )
    stop = tail.last + 1 if tail else _below_foot(lines, span.stop)
    # Between a title and the hashtags that were made of it all is the post's, and the rules judge it as on any other page.
    body = range(start, start if title in named else tail.first if tail else stop)
    return SingleArticle(
        title=title,
        start=start,
        stop=stop,
        furniture=frozenset(at for at in body if at != title and likely[at] < SURELY_NOT),
        tail=tail,
    )


def _named(lines: Sequence[str], stop: int, closing: Tail | None) -> frozenset[int]:
    """The lines above a text that the hashtags below it were made of."""
    if closing is None:
        return frozenset()
    return frozenset(
        at
        for at in range(max(0, stop - MAX_ABOVE), stop + 1)
        if len(lines[at]) <= MAX_CHARS and title_match(lines[at], closing.hashtags) >= MIN_TITLE_MATCH
    )


def _below_foot(lines: Sequence[str], stop: int) -> int:
    """One past the sentences that stand right below a text."""
    at = stop
    while at < min(len(lines), stop + MAX_FOOT) and _has_sentence(lines[at]):
        at += 1
    return at


def _has_sentence(line: str) -> bool:
    ends = ends_sentence(line) or any(sign in line for sign in SENTENCE_BREAKS)
    return ends and word_count(line) >= MIN_SENTENCE_WORDS


def _is_saved_whole(above: Sequence[Block], likely: Sequence[float], *, title: int | None) -> bool:
    """Whether a site's navigation stands above an article."""
    places = [
        at
        for at, (block, p) in enumerate(zip(above, likely, strict=False))
        if p < SURELY_NOT and _is_label(block)
    ]
    over_headline = sum(1 for at in places if title is None or at < title)
    return over_headline >= MIN_ABOVE_HEADLINE or len(places) >= MIN_ABOVE_TEXT


def _is_label(block: Block) -> bool:
    return 0 < word_count(block.text) <= MAX_NAVIGATION_WORDS and not ends_sentence(block.text)


def _is_alone(blocks: Sequence[Block], likely: Sequence[float], tails: Sequence[Tail]) -> bool:
    """Whether the text stands in one stretch between tails: each post of an archive has its own tail."""
    if len(tails) <= 1:
        return True
    masses = [0.0] * (len(tails) + 1)
    firsts = [tail.first for tail in tails]
    for at, (block, p) in enumerate(zip(blocks, likely, strict=True)):
        if p >= LIKELY:
            masses[bisect_right(firsts, at)] += len(block.text)
    return max(masses) >= MIN_IN_ONE * sum(masses)
