"""A page that says that it is an article, and has a sentence or two → the paragraphs below its headline.

The model of articles goes by how much text there is, and a notice of one paragraph has too little for it.
"""

from collections.abc import Iterator
from typing import Final

import re2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.blocks import fragment_blocks
from transforms.markup.select import select
from transforms.markup.titles import squeezed
from transforms.metadata.beside import is_beside
from transforms.normalize import clean
from transforms.parse.shape import is_sentence
from transforms.records import Block

# From the headline up to the element that holds it and its text; real pages have a header or two between.
MAX_UP: Final = 6
# So much of a paragraph in links makes it a list of links.
MAX_LINKED: Final = 0.5
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_OUTSIDE: Final = frozenset({"nav", "footer", "header", "aside", "form", "figure", "dialog"})
# An answer of the server's in place of a page: its number in the headline, or a class of the theme's.
_STATUS = re2.compile(
    r"(?i)^\s*(?:error\s+)?(?:40[0-9]|410|429|50[0-4])\s*(?:$|[:|–—.-]|error|not|page)|\bnot found\b"
)
_ERROR = re2.compile(r"(?i)(?:^|[\s_-])(?:error-?\d*|not-?found|no-results|fehler)(?:$|[\s_-])")
# WordPress's name of what is no post: "Contact", "About".
_PAGES: Final = frozenset({"page", "type-page", "page-template"})


def is_titled_article(tree: LexborHTMLParser) -> bool:
    """Whether one element of the page is an article with a first-rank heading, and no standing page such as "Contact"."""
    found = tree.css("article")
    if len(found) != 1 or found[0].css_first("h1") is None:
        return False
    return not (_classes(found[0]) | _classes(tree.body)) & _PAGES


def read_brief(tree: LexborHTMLParser, *, headline: str | None) -> list[tuple[LexborNode, tuple[Block, ...]]]:
    """The paragraphs between the headline and the next heading, each with its blocks; none on an error page.

    Args:
        tree: The page.
        headline: As printed; where no heading has it, the page's only first-rank heading is taken.
    """
    top = _headline(tree, headline)
    if top is None or _is_error(tree, top):
        return []
    scope: LexborNode | None = top.parent
    for _ in range(MAX_UP):
        if scope is None or scope.tag == "html":
            break
        found = [(node, _blocks(node)) for node in _paragraphs(scope, top)]
        if found:
            return found
        scope = scope.parent
    return []


def _headline(tree: LexborHTMLParser, printed: str | None) -> LexborNode | None:
    body = tree.body
    if body is None:
        return None
    wanted = squeezed(printed or "")
    named = (node for node in select(body, "h1, h2") if wanted and squeezed(node.text()) == wanted)
    firsts = select(body, "h1", most=2)
    return next(named, firsts[0] if len(firsts) == 1 else None)


def _paragraphs(scope: LexborNode, headline: LexborNode) -> Iterator[LexborNode]:
    """Sentences below the headline and above the next heading."""
    is_below = False
    for node in select(scope, "h1, h2, h3, h4, h5, h6, p"):
        if node.tag in _HEADINGS:
            if is_below:
                return
            is_below = node.mem_id == headline.mem_id
        elif is_below and _is_text(node, scope):
            yield node


def _is_text(node: LexborNode, scope: LexborNode) -> bool:
    text = clean(node.text())
    linked = sum(len(link.text()) for link in node.css("a"))
    if not is_sentence(Block(line=1, raw=text, text=text)) or linked > MAX_LINKED * len(text):
        return False
    above = node.parent
    for _ in range(2 * MAX_UP):
        if above is None or above.mem_id == scope.mem_id:
            break
        if above.tag in _OUTSIDE:
            return False
        above = above.parent
    return not is_beside(node)


def _blocks(node: LexborNode) -> tuple[Block, ...]:
    return tuple(fragment_blocks(node.html or ""))


def _is_error(tree: LexborHTMLParser, headline: LexborNode) -> bool:
    title = tree.css_first("title")
    told = (headline.text(), title.text() if title is not None else "")
    if any(_STATUS.search(text) for text in told):
        return True
    above: LexborNode | None = headline
    for _ in range(2 * MAX_UP):
        if above is None:
            return False
        if any(_ERROR.search(name) for name in _classes(above)):
            return True
        above = above.parent
    return False


def _classes(node: LexborNode | None) -> set[str]:
    return set((node.attributes.get("class") or "").split()) if node is not None else set()
