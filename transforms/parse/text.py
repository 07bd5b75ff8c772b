"""Flattened text → Page: heading, posts with their titles and tails, and what belongs to the page alone.

Body blocks have no role yet: boilerplate and the split of article and summary come after the parse.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

import re2

from transforms.lines import LinesModel
from transforms.normalize import word_count
from transforms.parse.blocks import read_blocks
from transforms.parse.bulleted import bulleted_starts, title_style
from transforms.parse.framed import Start, framed_starts
from transforms.parse.headings import Heading, archive_heading, printed_heading
from transforms.parse.outline import Outline, outline
from transforms.parse.shape import is_headline, is_sentence
from transforms.parse.tails import Tail, find_tails
from transforms.parse.unmarked import closing_tails, main_title, unmarked_starts
from transforms.parse.whole import SingleArticle, single_article
from transforms.records import Block, Page, Post, RawDocument, Role

# "… | US foreign policy": a section is a few words; a longer part after the bar is the headline itself.
MAX_SECTION_WORDS = 5
# A line of the frame that a theme prints above each title: section, date.
FRAME = "frame"
# A line of the site's within the article's post, as the lines model tells it: share buttons, cards, forms.
FURNITURE = "furniture"
_BAR = re2.compile(r"\s[|｜]\s")


def parse_text(raw: RawDocument, *, lines: LinesModel | None = None) -> Page:
    """The page of a flattened text.

    Args:
        raw: The document.
        lines: Tells the lines of an article from a site's furniture, where a page of one article was saved whole; without
            it, all below the headline is the article's post.
    """
    return parse_blocks(read_blocks(raw.text), lines=lines)


def parse_blocks(read: Iterable[Block], *, lines: LinesModel | None) -> Page:
    """The page of a text's blocks."""
    page = outline(read)
    blocks = page.blocks
    if not blocks:
        return Page(heading=None, tag=None, posts=(), blocks=())
    heading = archive_heading(blocks)
    tails = tuple(tail for tail in find_tails(blocks) if not heading or tail.first > heading.at)
    style = title_style(blocks, tails, is_archive=heading is not None)
    if style:
        starts = _titled(bulleted_starts(page, tails, style))
        heading = heading or printed_heading(blocks, first_title=starts[0][0] if starts else 0)
    else:
        tails = closing_tails(blocks, tails)
        if lines and not heading and (single := single_article(blocks, tails, model=lines)):
            return compose_single(blocks, single)
        starts = _starts_by_content(page, tails, heading)
    return compose_page(page, starts=starts, tails=tails, heading=heading)


def _starts_by_content(page: Outline, tails: Sequence[Tail], heading: Heading | None) -> tuple[Start, ...]:
    first = heading.at + 1 if heading else 0
    if heading and not tails and (framed := framed_starts(page, first=first)):
        return framed
    if heading or len(tails) > 1:
        return _titled(unmarked_starts(page, tails, first=first))
    hashtags = tails[0].hashtags if tails else ()
    title = main_title(page, hashtags=hashtags)
    if title is not None:
        return ((title, title),)
    if page.prose or any(is_sentence(block) for block in page.blocks):
        return _titled([(0, is_headline(page.blocks[0]) and len(page.blocks) > 1)])
    return ()


def _titled(starts: Iterable[tuple[int, bool]]) -> tuple[Start, ...]:
    return tuple((at, at if is_titled else None) for at, is_titled in starts)


def compose_page(
    page: Outline, *, starts: Sequence[Start], tails: Sequence[Tail], heading: Heading | None
) -> Page:
    """The page of posts that begin at `starts`, each closed by the last of `tails` in it; what stands above them is the page's."""
    blocks = page.blocks
    first = starts[0][0] if starts else len(blocks)
    page_blocks = [
        replace(block, role=Role.PAGE_HEADING if heading and at == heading.at else Role.CHROME)
        for at, block in enumerate(blocks[:first])
    ]
    posts = []
    tail_ends = [tail.last for tail in tails]
    for number, (start, title_at) in enumerate(starts, start=1):
        stop = starts[number][0] if number < len(starts) else len(blocks)
        last = bisect_left(tail_ends, stop) - 1
        tail = tails[last] if last >= 0 and tails[last].first >= start else None
        if tail and number == len(starts) and not page.has_prose(tail.last + 1, stop):
            page_blocks += [replace(b, role=Role.CHROME) for b in blocks[tail.last + 1 : stop]]
            stop = tail.last + 1
        posts.append(_post(blocks, number=number, span=range(start, stop), title_at=title_at, tail=tail))
    return Page(
        heading=heading.text if heading else None,
        tag=heading.tag if heading else None,
        posts=tuple(posts),
        blocks=tuple(page_blocks),
    )


def compose_single(blocks: Sequence[Block], single: SingleArticle) -> Page:
    """The page of one article: what stands around its post is the site's."""
    span = range(single.start, single.stop)
    post = _post(blocks, number=1, span=span, title_at=single.title, tail=single.tail)
    labelled = tuple(
        replace(block, role=Role.BOILERPLATE, reason=FURNITURE) if at in single.furniture else block
        for at, block in zip(span, post.blocks, strict=True)
    )
    return Page(
        heading=None,
        tag=None,
        posts=(replace(post, blocks=labelled),),
        blocks=tuple(replace(block, role=Role.CHROME) for at, block in enumerate(blocks) if at not in span),
    )


def _post(
    blocks: Sequence[Block], *, number: int, span: range, title_at: int | None, tail: Tail | None
) -> Post:
    labelled = []
    for at in span:
        if title_at is not None and at < title_at:
            labelled.append(replace(blocks[at], role=Role.BOILERPLATE, reason=FRAME))
        else:
            labelled.append(replace(blocks[at], role=Role.TITLE if at == title_at else _tail_role(at, tail)))
    title, section = split_section(blocks[title_at].text) if title_at is not None else (None, None)
    return Post(
        number=number,
        title=title,
        section=section,
        tags=tail.tags if tail else (),
        hashtags=tail.hashtags if tail else (),
        blocks=tuple(labelled),
    )


def _tail_role(at: int, tail: Tail | None) -> Role | None:
    if tail is None:
        return None
    if at == tail.hashtags_at:
        return Role.HASHTAGS
    if tail.first_tag is not None and tail.last_tag is not None and tail.first_tag <= at <= tail.last_tag:
        return Role.TAGS
    return Role.TAGS_LABEL if at == tail.label else None


def split_section(headline: str) -> tuple[str, str | None]:
    """A headline without its section suffix, and that suffix: "… | US foreign policy"."""
    parts = _BAR.split(headline)
    cut = len(parts)
    while cut > 1 and 0 < word_count(parts[cut - 1]) <= MAX_SECTION_WORDS:
        cut -= 1
    head = " | ".join(parts[:cut])
    section = " | ".join(parts[cut:])
    if not section or word_count(head) <= word_count(section):
        return headline, None
    return head, section
