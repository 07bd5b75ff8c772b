"""The headline of a post, by its element's name and kind."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.regions import MAX_ANCESTORS
from transforms.markup.select import select
from transforms.normalize import clean, words

# Names that themes give to a post's headline, the surest first.
_NAMED: Final = (
    (
        ".entry-title, .wp-block-post-title, .post-title, .posttitle, .p-name, .td-module-title, .post-card-title, .card-title, "
        ".article-title"
    ),
    '[itemprop~="headline" i]',
    'h1[class*="title" i], h2[class*="title" i], h3[class*="title" i], h4[class*="title" i]',
)
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
# Without a heading, a headline is a link that is named so; permalinks often hold the date.
_LINKS: Final = (
    '[class*="title" i] a[href], a[class*="title" i]',
    '[class*="headline" i]',
    'a[rel~="bookmark" i]',
)
# Enough for any post; a page of headings alone must not cost the square of its length.
_MOST: Final = 20
MAX_TITLE_CHARS: Final = 400
# A title that only holds a heading must be most of it.
MIN_TITLE_SHARE: Final = 0.5


def title_of(node: LexborNode) -> LexborNode | None:
    """The element that holds a post's headline, and nothing else; None where the post has none."""
    for selector in (*_NAMED, *_HEADINGS, *_LINKS):
        for found in select(node, selector, most=_MOST):
            if found.mem_id != node.mem_id and is_title_text(found):
                return heading_around(found, node)
    return None


def headline_text(node: LexborNode) -> str:
    """A headline on one line, as it stands; the node is changed."""
    for inner in select(node, "br, div, p"):
        inner.insert_before(" ")
    return " ".join(node.text(deep=True).split())


def printed_headline(tree: LexborHTMLParser, *, title: str | None) -> str | None:
    """The headline as a page of one article prints it; None where none can be told.

    The heading that equals the title, else one that holds it or is held by it ("Heading - Site name"), else the page's only
    heading of the first rank: metadata may have another headline than readers see. Where no heading is it, the title itself.

    Args:
        tree: The page.
        title: What its metadata tells.
    """
    found = [(node.tag, clean(node.text(deep=True))) for node in tree.css("h1, h2")[:_MOST]]
    headings = [(tag, text) for tag, text in dict.fromkeys(found) if text]
    wanted = squeezed(title or "")
    for _, text in headings:
        if wanted and squeezed(text) == wanted:
            return text
    for _, text in headings:
        short, long = sorted((squeezed(text), wanted), key=len)
        if wanted and short in long and len(short) >= MIN_TITLE_SHARE * len(long):
            return text
    first = [text for tag, text in headings if tag == "h1"]
    return first[0] if len(first) == 1 else title


def squeezed(text: str) -> str:
    """Letters and digits alone: markup within a word or between two lines makes no difference."""
    return "".join(words(text))


def is_title_text(node: LexborNode) -> bool:
    """Whether its text could be a headline: there are letters in it, not too many, and it is no date."""
    text = node.text(deep=True).strip()
    return len(text) <= MAX_TITLE_CHARS and any(map(str.isalpha, text)) and node.css_first("time") is None


def heading_around(node: LexborNode, top: LexborNode) -> LexborNode:
    """The heading element that holds nothing but this, or the node itself."""
    own = len("".join(node.text(deep=True).split()))
    best = node
    at = node.parent
    for _ in range(4):
        if at is None or at.mem_id == top.mem_id or len("".join(at.text(deep=True).split())) != own:
            break
        best = at if at.tag in _HEADINGS else best
        at = at.parent
    return best


def link_of(node: LexborNode) -> str | None:
    """The address that a headline links to: its own link, one within it or one around it."""
    inner = node if node.tag == "a" else node.css_first("a[href]")
    if inner is not None and inner.attributes.get("href"):
        return inner.attributes.get("href")
    at = node.parent
    for _ in range(min(6, MAX_ANCESTORS)):
        if at is None:
            return None
        if at.tag == "a":
            return at.attributes.get("href")
        at = at.parent
    return None
