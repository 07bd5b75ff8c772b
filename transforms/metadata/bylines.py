"""Who signed an article, by the by-line that its markup marks."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SELECTORS = (
    '[itemprop~="author" i] [itemprop~="name" i]',
    'a[rel~="author" i]',
    '[itemprop~="author" i]',
    ".p-author, .vcard .fn, .author .fn, .byline .author, .wp-block-post-author__name",
    ".author-name, .authorname, .byline-name, .article-author, .post-author, .entry-author",
    ".author, .authors, .byline, .by-line, .writer",
)
"""Marks of an author, the surest first: microdata, rel=author, microformats, then usual class names."""
_MAX_NODES = 20
_MAX_CHARS = 200


def printed_authors(node: LexborHTMLParser | LexborNode) -> list[str]:
    """The texts of the first kind of mark that is there."""
    for selector in _SELECTORS:
        texts = [
            text
            for found in node.css(selector)[:_MAX_NODES]
            if (text := (found.attributes.get("content") or found.text(separator=" ")).strip())
            and len(text) <= _MAX_CHARS
        ]
        if texts:
            return texts
    return []
