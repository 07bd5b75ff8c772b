"""What stands beside an article: comments, teasers, sidebars."""

from selectolax.lexbor import LexborNode

_WORDS = ("comment", "related", "sidebar", "widget", "recommend", "footer", "teaser")
"""Words of class names and ids."""
_HOLDERS = frozenset({"body", "article", "main", "html"})
_MAX_UP = 12
"""Elements that are looked at on the way up; real pages hang a by-line within six of its article."""


def is_beside(node: LexborNode) -> bool:
    """Whether it stands in a comment, a teaser, a sidebar or a footer, and not in the article itself."""
    parent: LexborNode | None = node.parent
    for _ in range(_MAX_UP):
        if parent is None or parent.tag in _HOLDERS:
            return False
        signs = f"{parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}".casefold()
        if parent.tag in {"aside", "footer"} or any(word in signs for word in _WORDS):
            return parent.tag != "footer" or "entry" not in signs
        parent = parent.parent
    return False
