"""What the markup of one post on an archive page tells of it."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from transforms.metadata.authors import split_authors
from transforms.metadata.believed import first_believed
from transforms.metadata.bylines import printed_authors, themed_bylines
from transforms.metadata.printed import printed_date
from transforms.metadata.publisher import find_origin
from transforms.metadata.site import Site
from transforms.metadata.terms import linked_terms, unique_terms
from transforms.metadata.times import time_dates
from transforms.metadata.title import printed_title
from transforms.metadata.urls import host_of, join_url
from transforms.publishers import PublisherCues
from transforms.records import Metadata

_TITLES = (
    ".entry-title, .wp-block-post-title, .post-title, .p-name",
    '[itemprop~="headline" i], [itemprop~="name" i]:not([itemprop~="author" i] *)',
    "h1, h2, h3, h4",
)
_DATES = ".published, .entry-date, .post-date, .dt-published"
"""Microformats put the time into the title."""
_MARKED_LINKS = (
    'a[rel~="bookmark" i][href], a.u-url[href], a[itemprop~="url" i][href], .entry-date a[href], a.permalink[href], '
    "a.more-link[href], .wp-block-read-more[href], .wp-block-post-date a[href]"
)
_MAX_DATES = 20
_MAX_LINKS = 20


def entry_metadata(
    node: LexborNode, *, page_url: str | None, scraped_at: str | None, cues: PublisherCues | None = None
) -> Metadata:
    """Read what one post of an archive page tells of itself.

    Args:
        node: The post's element.
        page_url: The archive page's address, where known.
        scraped_at: When it was taken, ISO 8601, where known.
        cues: Names and hosts of publishers, to tell whose article it is.
    """
    heading = _heading(node)
    base = join_url(page_url, base=None)
    url = next((url for link in _permalinks(node, heading) if (url := join_url(link, base=base))), None)
    date = first_believed(_dates(node), url=url, printed=(lambda: printed_date(node),), scraped_at=scraped_at)
    origin = find_origin(node, {}, site=Site(host=host_of(page_url) or host_of(url)), told_urls=(), cues=cues)
    return Metadata(
        title=printed_title(heading.text(separator=" ")) if heading else None,
        url=url,
        authors=split_authors(printed_authors(node)) or split_authors(themed_bylines(node)),
        published_at=date.at,
        date_evidence=date.evidence,
        date_problem=date.problem,
        terms=unique_terms(linked_terms(node)),
        publisher=origin.name if origin else None,
        publisher_evidence=origin.evidence if origin else None,
    )


def _heading(node: LexborNode) -> LexborNode | None:
    return next((found for selector in _TITLES if (found := node.css_first(selector)) is not None), None)


def _permalinks(node: LexborNode, heading: LexborNode | None) -> Iterator[str | None]:
    """The links of the headline, then those that are marked as the post's own."""
    if heading is not None:
        inner = [heading, *heading.css('a[rel~="bookmark" i]'), *heading.css("a[href]"), heading.parent]
        yield from (link.attributes.get("href") for link in inner if link is not None and link.tag == "a")
    yield from (link.attributes.get("href") for link in node.css(_MARKED_LINKS)[:_MAX_LINKS])


def _dates(node: LexborNode) -> Iterator[str]:
    yield from time_dates(node)
    for found in node.css('[itemprop~="datePublished" i]')[:_MAX_DATES]:
        yield found.attributes.get("content") or found.text()
    for found in node.css(_DATES)[:_MAX_DATES]:
        if found.attributes.get("title"):
            yield found.attributes.get("title") or ""
