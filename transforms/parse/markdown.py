"""Markdown saved from a page → Page: an archive of linked headings, posts as in plain text, or one article with its site's furniture."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import re2

from transforms.limits import Limits
from transforms.metadata.urls import join_url
from transforms.normalize import fingerprint
from transforms.parse.front_matter import listed_fields, printed_fields, read_front_matter, told_metadata
from transforms.parse.headings import archive_heading
from transforms.parse.markdown_blocks import MarkdownBlock, read_markdown
from transforms.parse.markdown_signs import looks_like_markdown
from transforms.parse.outline import outline
from transforms.parse.shape import is_headline, is_prose
from transforms.parse.signed import signed
from transforms.parse.tails import find_tails
from transforms.parse.text import compose_page, compose_single, parse_blocks
from transforms.parse.whole import LINK, single_article
from transforms.records import NOTHING_TOLD, Block, Metadata, Page, Post, RawDocument, Role

if TYPE_CHECKING:
    from transforms.knowledge import Knowledge

__all__ = ["looks_like_markdown", "parse_markdown"]

# Posts under linked headings hold at least so much of the page's prose: cards of other articles below one article do not.
MIN_IN_POSTS = 0.6
MIN_POSTS = 2
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINE_END = re2.compile(r"\r\n|\n|\r")


def parse_markdown(raw: RawDocument, knowledge: "Knowledge", limits: Limits) -> Page:
    """The page of a Markdown text.

    Raises:
        SkipDocumentError: It is above a limit.
    """
    lines = _LINE_END.split(raw.text.removeprefix("\ufeff"))
    front = read_front_matter(lines)
    head = front.lines if front else 0
    read = read_markdown("\n".join([*[""] * head, *lines[head:]]), limits=limits)
    above = [
        Block(line=number, raw=line.strip(), text=line.strip(), role=Role.CHROME)
        for number, line in enumerate(lines[:head], start=1)
        if line.strip()
    ]
    fields, taken = (front.fields, range(0)) if front else _told(read)
    above += [replace(read[at].block, role=Role.CHROME) for at in taken]
    told = told_metadata(fields, scraped_at=raw.scraped_at) if fields else NOTHING_TOLD
    page = _page(
        [*read[: taken.start], *read[taken.stop :]],
        base=raw.url or told.url,
        knowledge=knowledge,
        title=told.title,
    )
    posts = page.posts
    if len(posts) == 1 and told != NOTHING_TOLD:
        posts = (replace(posts[0], title=posts[0].title or told.title, metadata=told),)
    return replace(
        page,
        posts=tuple(_signed(post, scraped_at=raw.scraped_at) for post in posts),
        blocks=tuple(sorted((*above, *page.blocks), key=lambda block: block.line)),
    )


def _told(read: Sequence[MarkdownBlock]) -> tuple[Mapping[str, tuple[str, ...]], range]:
    fields, listed = listed_fields(read)
    return (fields, range(listed)) if fields else printed_fields(read)


def _signed(post: Post, *, scraped_at: str | None) -> Post:
    """The post with the date and names of a line below its headline, where nothing else tells any."""
    told = post.metadata
    found = None if told.authors or told.published_at else signed(post.blocks, scraped_at=scraped_at)
    if found is None:
        return post
    return replace(
        post,
        metadata=replace(
            told,
            authors=found.authors,
            published_at=found.published_at,
            date_evidence=found.date_evidence,
            date_problem=told.date_problem or found.date_problem,
        ),
    )


def _page(
    read: Sequence[MarkdownBlock], *, base: str | None, knowledge: "Knowledge", title: str | None
) -> Page:
    archive = _linked_posts(read)
    if archive:
        return _archive(read, archive, base=base)
    blocks = [held.block for held in read]
    heading = _heading(read)
    if heading is not None:
        page = parse_blocks(blocks[heading:], lines=None)
        above = (replace(block, role=Role.CHROME) for block in blocks[:heading])
        return replace(page, blocks=(*above, *page.blocks))
    single = single_article(
        blocks,
        find_tails(blocks),
        model=knowledge.lines,
        linked=[held.linked for held in read],
        headings=_headlines(blocks, title=title),
    )
    return compose_single(blocks, single) if single else parse_blocks(blocks, lines=None)


def _heading(read: Sequence[MarkdownBlock]) -> int | None:
    """The line that names a tag or category, below whatever links; or None."""
    places = [at for at, held in enumerate(read) if held.linked < LINK and not held.block.marker]
    heading = archive_heading([read[at].block for at in places])
    return places[heading.at] if heading else None


def _headlines(blocks: Sequence[Block], *, title: str | None) -> frozenset[int]:
    """Lines that say what the page's first-order headings or its fields call it; else its headings of any order."""
    marked = [at for at, block in enumerate(blocks) if block.tag in _HEADINGS and not block.marker]
    named = {fingerprint(block.text) for block in blocks if block.tag == "h1"}
    named.add(fingerprint(title or ""))
    named.discard("")
    printed = [at for at, block in enumerate(blocks) if not block.marker and fingerprint(block.text) in named]
    return frozenset(printed or marked)


def _linked_posts(read: Sequence[MarkdownBlock]) -> list[range]:
    """The stretches of the posts of an archive, whose titles are headings that are links; none where it is no archive."""
    heads = [
        at
        for at, held in enumerate(read)
        if held.block.tag in _HEADINGS and held.linked >= LINK and is_headline(held.block)
    ]
    levels = Counter(read[at].block.tag for at in heads)
    for level in sorted(levels, key=lambda tag: (-levels[tag], tag)):
        starts = [at for at in heads if read[at].block.tag == level]
        posts = [range(start, _stop(read, start, level)) for start in starts]
        inside = [sum(_prose(read[at]) for at in post) for post in posts]
        total = sum(map(_prose, read))
        if sum(1 for size in inside if size) >= MIN_POSTS and sum(inside) >= MIN_IN_POSTS * total:
            return posts
    return []


def _stop(read: Sequence[MarkdownBlock], start: int, level: str) -> int:
    """One past a post's last block: the next heading of its level or above ends it, and the links below its text are the site's."""
    stop = start + 1
    while stop < len(read) and not (read[stop].block.tag in _HEADINGS and read[stop].block.tag <= level):
        stop += 1
    while stop > start + 1 and (read[stop - 1].linked >= LINK or not read[stop - 1].block.text):
        stop -= 1
    return stop


def _prose(held: MarkdownBlock) -> int:
    return len(held.block.text) if held.linked < LINK and is_prose(held.block) else 0


def _archive(read: Sequence[MarkdownBlock], posts: Sequence[range], *, base: str | None) -> Page:
    """The page of an archive: what stands in no post is the site's."""
    kept = [at for post in posts for at in post]
    inside = set(kept)
    blocks = [read[at].block for at in kept]
    places = {at: number for number, at in enumerate(kept)}
    starts = [(places[post.start], places[post.start]) for post in posts]
    page = compose_page(outline(blocks), starts=starts, tails=find_tails(blocks), heading=None)
    at_heading = _heading(read[: posts[0].start])
    heading = archive_heading([read[at_heading].block]) if at_heading is not None else None
    chrome = [
        replace(held.block, role=Role.PAGE_HEADING if at == at_heading else Role.CHROME)
        for at, held in enumerate(read)
        if at not in inside
    ]
    return replace(
        page,
        heading=heading.text if heading else None,
        tag=heading.tag if heading else None,
        posts=tuple(
            replace(post, metadata=Metadata(title=post.title, url=join_url(read[span.start].url, base=base)))
            for post, span in zip(page.posts, posts, strict=True)
        ),
        blocks=tuple(sorted((*chrome, *page.blocks), key=lambda block: block.line)),
    )
