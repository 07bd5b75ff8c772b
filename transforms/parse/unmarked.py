"""Titles that nothing marks: found by what closes the post above, by the hashtags made of them, by blank lines, by story.

Anchors come first: the top of the page and what follows a tail. Between two anchors there may be posts that have
no tail; their titles are told by the layout where blank lines tell it, by the hashtag line that was made of the
title, and else by the change of story.
"""

from collections import Counter
from collections.abc import Sequence

from transforms.normalize import word_count
from transforms.parse.cohesion import begins_story, content_words
from transforms.parse.outline import Outline
from transforms.parse.shape import is_headline
from transforms.parse.tails import Tail
from transforms.records import Block
from transforms.tags import title_match

# A line that explains the hashtag line this well is what it was made of (0 to 1; prose reaches 0.5).
MIN_TITLE_MATCH = 0.8
# A standfirst, a by-line and a date may stand between a headline and its first prose.
MAX_TO_PROSE = 4
# Blank lines between titles and bodies are taken for layout from this many anchors on.
MIN_LAYOUT_ANCHORS = 2
# "Read more", "Share this:", "Leave a comment" and the like under a post's tags.
MAX_FOOT_LINES = 8
MAX_FOOT_WORDS = 4


def closing_tails(blocks: Sequence[Block], tails: Sequence[Tail]) -> tuple[Tail, ...]:
    """The tails that close a post: the others are furniture of a copied article, with its prose going on below.

    A tail closes where a headline or nothing follows, or where it looks like the page's other tails.
    """
    labels = Counter(blocks[t.label].text.casefold() for t in tails if t.label is not None)
    usual = max(labels.values(), default=0)
    kept = []
    for tail in tails:
        after = tail.last + 1
        label = blocks[tail.label].text.casefold() if tail.label is not None else None
        is_usual = label is not None and labels[label] == usual and bool(tail.tags)
        is_foreign = label is not None and labels[label] < usual and tail.hashtags_at is None
        if (
            after >= len(blocks)
            or (is_headline(blocks[after]) and not is_foreign)
            or (is_usual and usual > 1)
            or tail is tails[-1]
        ):
            kept.append(tail)
    return tuple(kept)


def unmarked_starts(page: Outline, tails: Sequence[Tail], *, first: int) -> tuple[tuple[int, bool], ...]:
    """Where posts begin: (index, whether that block is the post's title), in order.

    Args:
        page: The page.
        tails: Those that close a post.
        first: Index of the first block below the page's heading.
    """
    blocks = page.blocks
    bounds = _without_feet(page, [first, *(tail.last + 1 for tail in tails)])
    title_gap = _title_gap(blocks, bounds[1:])
    starts: list[tuple[int, bool]] = []
    for number, start in enumerate(bounds):
        tail = tails[number] if number < len(tails) else None
        stop = tail.first if tail else len(blocks)
        if start >= len(blocks) or (tail is None and not page.has_prose(start, stop)):
            continue
        starts.append((start, _is_title(blocks, start, stop)))
        starts.extend(
            (at, True) for at in _titles_within(page, range(start, stop), tail=tail, title_gap=title_gap)
        )
    return tuple(starts)


def _without_feet(page: Outline, bounds: Sequence[int]) -> list[int]:
    """Where posts begin once the feet of the posts above are passed: lines without a word, and short lines that come again."""
    ends = [page.next_prose(start) or len(page.blocks) for start in bounds]
    tops = [
        page.blocks[start : min(start + MAX_FOOT_LINES, end)] for start, end in zip(bounds, ends, strict=True)
    ]
    common = Counter(text for top in tops for text in {block.text.casefold() for block in top})
    passed = []
    for start, top in zip(bounds, tops, strict=True):
        at = 0
        while at < len(top) and _is_foot(top[at], common):
            at += 1
        passed.append(start + at if at < len(top) else start)
    return passed


def _is_foot(block: Block, common: Counter[str]) -> bool:
    count = word_count(block.text)
    return count == 0 or (count <= MAX_FOOT_WORDS and common[block.text.casefold()] > 1)


def _is_title(blocks: Sequence[Block], at: int, stop: int) -> bool:
    block = blocks[at]
    return is_headline(block) and at + 1 < stop


def _title_gap(blocks: Sequence[Block], anchors: Sequence[int]) -> int | None:
    """Blank lines above a title, where they are more than above any ordinary block; None where layout does not tell."""
    gaps = [blocks[at].gap for at in anchors if at < len(blocks)]
    usual = Counter(b.gap for b in blocks).most_common(1)[0][0]
    if usual == 0 and len(gaps) < MIN_LAYOUT_ANCHORS:
        gaps = [block.gap for block in blocks if block.gap and is_headline(block)]
    if len(gaps) < MIN_LAYOUT_ANCHORS:
        return None
    least = min(gaps)
    return least if least > usual else None


def _titles_within(page: Outline, segment: range, *, tail: Tail | None, title_gap: int | None) -> list[int]:
    blocks = page.blocks
    candidates = [
        at
        for at in segment[1:-1]
        if is_headline(blocks[at])
        and page.has_prose(segment.start, at)
        and page.has_prose(at + 1, min(at + 1 + MAX_TO_PROSE, segment.stop))
    ]
    found = {
        at
        for at in candidates
        if begins_story(page, at, segment, is_set_off=title_gap is not None and blocks[at].gap >= title_gap)
    }
    if tail and tail.hashtags:
        matches = {at: title_match(blocks[at].text, tail.hashtags) for at in (segment.start, *candidates)}
        best = max(matches, key=lambda at: (matches[at], -at))
        if matches[segment.start] >= MIN_TITLE_MATCH:
            return []
        if matches[best] >= MIN_TITLE_MATCH:
            # What the hashtags were made of is the last title above them.
            found = {at for at in found if at < best} | {best}
    return _first_of_each(page, sorted(found))


def _first_of_each(page: Outline, titles: Sequence[int]) -> list[int]:
    """A title and its standfirst may both look like titles: with no prose between them, the first is."""
    kept: list[int] = []
    for at in titles:
        if not kept or page.has_prose(kept[-1], at):
            kept.append(at)
    return kept


def main_title(page: Outline, *, hashtags: Sequence[str] = ()) -> int | None:
    """The title of a page that is one article: the line above its prose that the prose is about.

    Navigation and furniture stand above it as well as it does; the title shares most words with the body (and with
    the hashtags, where there are any), and of equals the longest is taken.
    """
    first_prose = page.next_prose(0)
    if not first_prose:
        return None
    body = content_words(" ".join(b.text for b in page.blocks[first_prose:]))
    best: tuple[float, int, int] | None = None
    for at, block in enumerate(page.blocks[:first_prose]):
        title = content_words(block.text)
        if not title or not is_headline(block):
            continue
        shared = len(title & body)
        explained = title_match(block.text, hashtags) if hashtags else 0.0
        score = (shared * shared / len(title) + explained * len(title), -at, word_count(block.text))
        if best is None or score > best:
            best = score
    return -best[1] if best and best[0] > 0 else None
