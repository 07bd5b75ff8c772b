"""What stands beside an article: comments, teasers, sidebars, the page's foot."""

from selectolax.lexbor import LexborNode

_WORDS = (
    "comment",
    "related",
    "sidebar",
    "widget",
    "recommend",
    "teaser",
    "site-footer",
    "page-footer",
    "colophon",
)
"""Words of class names and ids."""
_HOLDERS = frozenset({"article", "main", "body", "html"})
_MAX_UP = 12
"""Elements that are looked at on the way up; real pages hang a by-line within six of its article."""


def is_beside(node: LexborNode) -> bool:
    """Whether it stands in a comment, a teaser, a sidebar or the page's foot; an article's own foot is no such place."""
    in_foot = False
    parent: LexborNode | None = node.parent
    for _ in range(_MAX_UP):
        if parent is None or parent.tag in _HOLDERS:
            break
        signs = f"{parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}".casefold()
        if parent.tag == "aside" or any(word in signs for word in _WORDS):
            return True
        in_foot = in_foot or (parent.tag == "footer" and "entry" not in signs and "post" not in signs)
        parent = parent.parent
    return in_foot and (parent is None or parent.tag not in {"article", "main"})
