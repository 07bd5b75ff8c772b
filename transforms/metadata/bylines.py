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


def _texts(node: LexborHTMLParser | LexborNode, selector: str) -> Iterator[str]:
    for found in node.css(selector)[:_MAX_NODES]:
        text = (found.attributes.get("content") or found.text(separator=" ")).strip()
        if text and len(text) <= _MAX_CHARS and not is_beside(found):
            yield text
