"""Titles that stand as bullets: which bullets of a page are titles, and which are items of a body.

A bullet is a title only if what follows looks like a post. Where a copied body kept its list items without
their list, they stand at the posts' own bullet and indent, the title is lost, and the text after them has
fallen back to the left.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.normalize import CLOSERS, ends_sentence
from transforms.parse.cohesion import begins_story
from transforms.parse.outline import Outline
from transforms.parse.shape import is_headline, is_prose
from transforms.parse.tails import Tail
from transforms.records import Block

# Share of the places where a post must begin (after a tail) that hold a bullet of the style.
MIN_ANCHORED = 0.5
# A list of posts begins this near to the top of its page; only a heading and furniture stand above it.
MAX_BLOCKS_ABOVE = 3
# A list that lost its post's title has at least so many items that its first one can be told from the others.
MIN_ITEMS_UNDER_TITLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleStyle:
    """How titles stand on a page.

    Args:
        marker: Their bullet.
        indent: Its column.
        is_body_deeper: Whether the posts' bodies stand further right than it.
    """

    marker: str
    indent: int
    is_body_deeper: bool

    def has(self, block: Block) -> bool:
        """Whether the block stands as titles do."""
        return block.marker == self.marker and block.indent == self.indent

    def is_body(self, block: Block) -> bool:
        """Whether the block, right after a bullet, is that bullet's body: text at the left belongs to the post above."""
        return not self.has(block) and (block.indent > self.indent or not self.is_body_deeper)


def title_style(blocks: Sequence[Block], tails: Sequence[Tail], *, is_archive: bool) -> TitleStyle | None:
    """How titles stand where they are bullets; None where they are not.

    An archive may hold bare links and nothing else.
    """
    styles = Counter((b.indent, b.marker) for b in blocks if b.marker)
    if not styles:
        return None
    outermost = min(indent for indent, _ in styles)
    anchors = [tail.last + 1 for tail in tails if tail.last + 1 < len(blocks)]
    for indent, marker in sorted(styles, key=lambda style: (-styles[style], style)):
        if indent != outermost:
            continue
        followers = [
            after
            for block, after in pairwise(blocks)
            if (block.indent, block.marker) == (indent, marker)
            and (after.indent, after.marker) != (indent, marker)
            and is_headline(block)
        ]
        deeper = sum(1 for block in followers if block.indent > indent)
        style = TitleStyle(marker=marker, indent=indent, is_body_deeper=deeper * 2 > len(followers))
        anchored = sum(1 for at in anchors if style.has(blocks[at]))
        opens_page = any(style.has(block) for block in blocks[:MAX_BLOCKS_ABOVE])
        if (anchors and anchored >= MIN_ANCHORED * len(anchors)) or (
            opens_page and (tails or style.is_body_deeper if followers else is_archive)
        ):
            return style
    return None


def bulleted_starts(page: Outline, tails: Sequence[Tail], style: TitleStyle) -> tuple[tuple[int, bool], ...]:
    """Where posts begin: (index, whether that block is the post's title), in order."""
    blocks = page.blocks
    bullets = [at for at, block in enumerate(blocks) if style.has(block)]
    after_tail = {tail.last + 1 for tail in tails}
    runs = sum(1 for at in bullets if at + 1 >= len(blocks) or not style.has(blocks[at + 1]))
    # Where most posts are closed by a tail, a bullet that follows none is seldom a title.
    is_tailed = 2 * len(tails) >= runs
    starts: list[tuple[int, bool]] = []
    at = 0
    while at < len(blocks):
        if not style.has(blocks[at]):
            if at in after_tail and _has_prose(page, at, bullets):
                starts.append((at, False))
            at += 1
            continue
        stop = at + 1
        while stop < len(blocks) and style.has(blocks[stop]):
            stop += 1
        follower = blocks[stop] if stop < len(blocks) else None
        # Without tails nothing says where a post ends, so that any bullet may begin one.
        opens = at in after_tail or not starts or not tails
        has_body = follower is not None and style.is_body(follower)
        is_single = stop == at + 1
        is_doubtful = is_tailed and not opens and (not is_single or _ends_in_stop(blocks[stop - 1].text))
        if has_body and (is_doubtful or (not style.is_body_deeper and not (opens and is_single))):
            # The layout does not tell a title from an item: the story must.
            has_body = begins_story(page, stop - 1, range(starts[-1][0] if starts else 0, len(blocks)))
        starts.extend(
            _starts_of(_Run(first=at, bullets=tuple(blocks[at:stop]), opens=opens, has_body=has_body))
        )
        at = stop
    return tuple(starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Neighbouring bullets of the titles' style; `opens` where a post may begin at the first of them."""

    first: int
    bullets: tuple[Block, ...]
    opens: bool
    has_body: bool


def _starts_of(run: _Run) -> list[tuple[int, bool]]:
    last = run.first + len(run.bullets) - 1
    others = run.bullets[:-1] if run.has_body else run.bullets
    head = [(last, True)] if run.has_body else []
    if not others:
        return head
    sentences = sum(1 for b in others if is_prose(b) or ends_sentence(b.text))
    if sentences * 2 <= len(others):
        # Short lines: links, each a post without a text, or the items of the body above.
        return [(run.first + i, True) for i in range(len(others))] + head if run.opens else head
    if not run.opens:
        return head
    top = run.bullets[0]
    is_titled = is_headline(top) and not ends_sentence(top.text) and len(others) > MIN_ITEMS_UNDER_TITLE
    return [(run.first, is_titled), *head]


def _ends_in_stop(text: str) -> bool:
    """Whether a line ends as a statement does; headlines that ask or exclaim are common."""
    return text.rstrip(CLOSERS).endswith((".", "。", "।", "۔"))


def _has_prose(page: Outline, at: int, bullets: Sequence[int]) -> bool:
    """Whether running text comes before the next of the bullets: else it is furniture under a post."""
    prose = page.next_prose(at)
    if prose is None:
        return False
    following = bisect_left(bullets, at)
    return following == len(bullets) or prose < bullets[following]
