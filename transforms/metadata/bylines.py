"""Who signed an article, by the by-line that its markup marks."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.metadata.beside import is_beside

_SELECTORS = (
    '[itemprop~="author" i] [itemprop~="name" i]',
    'a[rel~="author" i]',
    '[itemprop~="author" i]',
    ".p-author, .vcard .fn, .author .fn, .byline .author, .wp-block-post-author__name, .wp-block-post-author-name",
    ".author-name, .authorname, .byline-name, .article-author, .post-author, .entry-author",
    ".author, .authors, .byline, .by-line, .writer",
)
"""Marks of an author, the surest first: microdata, rel=author, microformats, then usual class names."""
_LOOSE = '[class*="author" i], [class*="byline" i]'
_CLASSES = '[class$="author" i], [class*="author " i], [class*="author-name" i], [class*="author_name" i]'
"""What themes call it, whatever they put before: "elementor-post-author", "td-post-author-name"."""
_MAX_NODES = 20
_MAX_CHARS = 200


def printed_authors(node: LexborHTMLParser | LexborNode) -> list[str]:
    """The texts of the surest kind of mark that is there, in order."""
    for selector in _SELECTORS:
        texts = list(_texts(node, selector))
        if texts:
            return texts
    return []


def loose_bylines(node: LexborHTMLParser | LexborNode) -> list[str]:
    """The texts of every element whose class name speaks of an author, in order."""
    return list(_texts(node, _LOOSE))


def themed_bylines(node: LexborNode) -> list[str]:
    """The texts of what a theme's class name calls an author, the innermost elements alone, in order."""
    marked = node.css(_CLASSES)[:_MAX_NODES]
    holders = {parent.mem_id for found in marked if (parent := found.parent) is not None}
    return [
        text
        for found in marked
        if found.mem_id not in holders and found.css_first("h1, h2, h3, h4, p, time") is None
        for text in _text(found)
    ]


def _texts(node: LexborHTMLParser | LexborNode, selector: str) -> Iterator[str]:
    for found in node.css(selector)[:_MAX_NODES]:
        yield from _text(found)


def _text(found: LexborNode) -> Iterator[str]:
    text = (found.attributes.get("content") or found.text(separator=" ")).strip()
    if text and len(text) <= _MAX_CHARS and not is_beside(found):
        yield text
