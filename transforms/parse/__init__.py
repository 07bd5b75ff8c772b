"""Raw documents → pages: one parser for each media type."""

from dataclasses import replace
from typing import TYPE_CHECKING

from transforms.errors import SkipDocumentError
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.parse.feed import parse_feed
from transforms.parse.html import check_limits, parse_html
from transforms.parse.markdown import parse_markdown
from transforms.parse.text import parse_text
from transforms.parse.told import with_told
from transforms.records import Page, RawDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from transforms.knowledge import Knowledge

PARSERS: "dict[str, Callable[[RawDocument, Knowledge, Limits], Page]]" = {
    "application/xml": parse_feed,
    "text/html": parse_html,
    "text/markdown": parse_markdown,
    "text/plain": lambda raw, knowledge, _limits: parse_text(raw, lines=knowledge.lines),
}


def parse(raw: RawDocument, *, knowledge: "Knowledge", limits: Limits = DEFAULT_LIMITS) -> Page:
    """The page that a raw document holds; body blocks have no role yet.

    Raises:
        SkipDocumentError: There is no parser for its media type, or it is above a limit.
    """
    parser = PARSERS.get(raw.media_type)
    if parser is None:
        raise SkipDocumentError("unknown_form", f"no parser reads {raw.media_type} in this version")
    page = with_told(parser(raw, knowledge, limits), raw)
    check_limits(page, limits)
    return _without_empty(page)


def _without_empty(page: Page) -> Page:
    """The page without posts that hold nothing, as broken markup has them; the others are counted on."""
    posts = [post for post in page.posts if post.blocks]
    if len(posts) == len(page.posts):
        return page
    return replace(
        page, posts=tuple(replace(post, number=number) for number, post in enumerate(posts, start=1))
    )
