"""A post out of its blocks: headline, tail of tags and hashtags, and the body whose roles are not yet known."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.markup.blocks import BULLET
from transforms.markup.titles import squeezed
from transforms.normalize import fingerprint, word_count
from transforms.parse.shape import is_prose
from transforms.parse.tails import Tail, find_tails
from transforms.parse.text import split_section
from transforms.records import Block, Metadata, Post, Role

# So many lines of furniture below an article may stand before its tags.
MAX_BELOW = 12
# A feed's foot or a notice may stand below a tail; more is the article going on, and the tail only a list within it.
MAX_BELOW_SHARE = 0.25


def compose_post(blocks: Sequence[Block], *, number: int, metadata: Metadata) -> Post:
    """A post whose headline has its role, and all other blocks of it none."""
    return _post(blocks, number=number, tail=_last_tail(blocks), title=None, metadata=metadata)


def compose_single(
    found: Sequence[tuple[int, Block]], *, headline: str | None, metadata: Metadata
) -> tuple[Post, tuple[Block, ...]]:
    """The post of a page with one article, and the blocks that are left to the page.

    Args:
        found: Every block in document order, with 1 where it is the article's and 0 where it is the page's.
        headline: As printed; the block that holds it is the post's, wherever it stands.
        metadata: The page's; its title is the post's.
    """
    owners = [owner for owner, _ in found]
    blocks = [block for _, block in found]
    last = max((at for at, owner in enumerate(owners) if owner), default=-1)
    title_at = _title_place(blocks[: last + 1], headline)
    if title_at is not None:
        owners[title_at] = 1
        blocks[title_at] = replace(blocks[title_at], role=Role.TITLE, reason=None)
    own = [at for at, owner in enumerate(owners) if owner]
    tail = _last_tail([blocks[at] for at in own])
    if tail is None:
        below = _tail_below(blocks, last + 1, metadata)
        for at in below:
            owners[at] = 1
            blocks[at] = replace(blocks[at], role=None)
        own = [at for at, owner in enumerate(owners) if owner]
        tail = _last_tail([blocks[at] for at in own]) if below else None
    own = _trimmed(own, blocks, tail)
    for at in {at for at, owner in enumerate(owners) if owner} - set(own):
        owners[at] = 0
        blocks[at] = replace(blocks[at], role=Role.CHROME, reason=None)
    if tail is not None:
        tail = _last_tail([blocks[at] for at in own])
    post = _post([blocks[at] for at in own], number=1, tail=tail, title=metadata.title, metadata=metadata)
    return post, tuple(block for at, block in enumerate(blocks) if not owners[at])


def _trimmed(own: Sequence[int], blocks: Sequence[Block], tail: Tail | None) -> list[int]:
    """A post's places without the furniture above its headline and text and below its text and tail: that is the page's."""
    kept = [
        n
        for n, at in enumerate(own)
        if blocks[at].role is not Role.BOILERPLATE or (tail is not None and tail.first <= n <= tail.last)
    ]
    return list(own[kept[0] : kept[-1] + 1]) if kept else list(own)


def _title_place(blocks: Sequence[Block], headline: str | None) -> int | None:
    """The first block that prints the headline."""
    wanted = squeezed(headline or "")
    return next((at for at, block in enumerate(blocks) if wanted and squeezed(block.text) == wanted), None)


def markup_tails(blocks: Sequence[Block]) -> tuple[Tail, ...]:
    """Tails among blocks of markup, where a numbered list has its numbers as markers, each another."""
    return find_tails([replace(b, marker=BULLET) if b.marker[:1].isdigit() else b for b in blocks])


def _last_tail(blocks: Sequence[Block]) -> Tail | None:
    """The last tail, if the post's text stands above it: what is below it is no part of article or rewrite."""
    tails = markup_tails(blocks)
    if not tails:
        return None
    tail = tails[-1]
    above = _prose_words(blocks[: tail.first])
    return tail if _prose_words(blocks[tail.last + 1 :]) <= MAX_BELOW_SHARE * above else None


def _prose_words(blocks: Sequence[Block]) -> int:
    return sum(word_count(block.text) for block in blocks if block.role is None and is_prose(block))


def _tail_below(blocks: Sequence[Block], first: int, metadata: Metadata) -> range:
    """Blocks right below the article that are its tags or hashtags and not the site's terms."""
    stop = first
    while stop < min(len(blocks), first + MAX_BELOW) and not is_prose(blocks[stop]):
        stop += 1
    terms = {fingerprint(term) for term in metadata.terms}
    for tail in markup_tails(blocks[first:stop]):
        new = [tag for tag in tail.tags if fingerprint(tag) not in terms]
        if tail.hashtags or len(new) > 1:
            return range(first + tail.first, first + tail.last + 1)
    return range(0)


def _post(
    blocks: Sequence[Block], *, number: int, tail: Tail | None, title: str | None, metadata: Metadata
) -> Post:
    labelled = [_with_tail_role(at, block, tail) for at, block in enumerate(blocks)]
    printed = title or next((block.text for block in labelled if block.role is Role.TITLE), metadata.title)
    headline, section = split_section(printed) if printed else (None, None)
    return Post(
        number=number,
        title=headline,
        section=section,
        tags=tail.tags if tail else (),
        hashtags=tail.hashtags if tail else (),
        blocks=tuple(labelled),
        metadata=metadata,
    )


def _with_tail_role(at: int, block: Block, tail: Tail | None) -> Block:
    if tail is None or not tail.first <= at <= tail.last or block.role is Role.TITLE:
        return block
    if at == tail.hashtags_at:
        return replace(block, role=Role.HASHTAGS, reason=None)
    if tail.first_tag is not None and tail.last_tag is not None and tail.first_tag <= at <= tail.last_tag:
        return replace(block, role=Role.TAGS, reason=None)
    return replace(block, role=Role.TAGS_LABEL, reason=None) if at == tail.label else block
