"""Which site a page was taken from."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from transforms.metadata.urls import host_of, join_url

_TOLD_BY = (
    ('link[rel~="canonical" i][href]', "href"),
    ('meta[property="og:url" i][content]', "content"),
    ("base[href]", "href"),
    ('link[rel~="shortlink" i][href]', "href"),
    ('a[rel~="home" i][href]', "href"),
    (".site-title a[href], .wp-block-site-title a[href]", "href"),
    ('a[rel~="bookmark" i][href]', "href"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The site that a page was taken from.

    Args:
        host: Its host, where known.
        keys: Its names' letters and digits (`transforms.metadata.authors.name_key`).
    """

    host: str | None
    keys: frozenset[str] = frozenset()


def page_site(tree: LexborHTMLParser, *, url: str | None) -> str | None:
    """Host of the site that a page was taken from.

    Args:
        tree: The page.
        url: Its address, where known.

    Returns:
        The address's host; else that of the first of: canonical link, og:url, base, short link, home link, a post's permalink.
        None where none of them tells one.
    """
    host = host_of(join_url(url, base=None))
    if host:
        return host
    for selector, attribute in _TOLD_BY:
        node = tree.css_first(selector)
        host = host_of(join_url(node.attributes.get(attribute), base=None)) if node else None
        if host:
            return host
    return None
