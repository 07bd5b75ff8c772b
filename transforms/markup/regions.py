"""Regions of a page by their names: what is a sidebar, a list of comments, a share bar, the line of meta under a title."""

from collections.abc import Sequence
from typing import Final

import re2
from selectolax.lexbor import LexborNode

from transforms.markup.select import select
from transforms.tags import split_label

# How far up a page's regions are looked for; real pages stand under 60 elements deep.
MAX_ANCESTORS: Final = 80
_ZONE_TAGS: Final = frozenset({"aside", "nav", "footer", "form", "dialog"})
# One token of id or class that names a region which holds no posts of the page.
_ZONE = re2.compile(
    r"(?i)^(?:(?:site|page|main|primary|left|right|blog|post|col|sticky)?[-_]*(?:side-?bar|aside|foot(?:er)?)(?:[-_]?\w*)*"
    r"|widget(?:[-_]area|s|_.*)?|comments?(?:[-_]?(?:list|area|section|thread|wrap|wrapper|body|content|respond))*|respond|disqus\w*"
    r"|(?:\w+[-_])*related(?:[-_]\w+)*|yarpp.*|(?:\w+[-_])*recommend(?:ed|ations?|s)?(?:[-_]\w+)*"
    r"|(?:most[-_]?)?(?:popular|read|viewed|trending)(?:[-_]?(?:posts|news|articles|stories|list|now))*"
    r"|recent[-_]?(?:posts|news|articles|stories|comments)|(?:read|see|you)[-_]?(?:next|also|more|may[-_]?(?:also[-_]?)?like)"
    r"|more[-_]?(?:posts|news|articles|stories|from)(?:[-_]\w+)*|up-?next|secondary|colophon|masthead|breadcrumbs?"
    r"|nav(?:bar|igation)?|(?:main|primary|top|site|mobile|mega)[-_]?(?:menu|nav)|menu|cookies?(?:[-_]\w+)*|modal|popup"
    r"|newsletter(?:[-_]\w+)*|pagination|pager|nav-links|taboola\w*|outbrain\w*)$"
)
_LAYOUT: Final = ("has-", "with-", "no-", "content-", "is-")
# Part of a name: what such an element says is about the post and not of it. Only short ones are believed.
_META = re2.compile(
    r"(?i)(?:^|[\s_-])(?:(?:post|entry)?meta(?:data|info)?|entry-?footer|post-?footer|by-?lines?|datelines?|date|time|timestamp|datetime|authors?|posted|posted-?on|"
    r"published|pubdate|categor(?:y|ies)|cats?|cat-?links?|tags?|tags?-?links|tag-?list|labels?|kicker|eyebrow|badge|rating|view-?counts?|post-?views|"
    r"reading-?time|read-?time|comments?(?:-?(?:count|link|number))?|permalink|edit-?link|post-?info|submitted|"
    r"creditline|caption-?credit|breadcrumbs?|avatar|vcard)(?:$|[\s_-])"
)
_SHARE = re2.compile(
    r"(?i)(?:^|[\s_-])(?:shar(?:e|es|ing|edaddy)(?:-?\w+)*|social(?:s|-?\w+)*|addtoany\w*|a2a_kit|addthis\w*|jp-relatedposts|"
    r"related(?:-?\w+)*|nav(?:-?links|igation)?|pagination|pager|page-links|newsletter|subscribe|sign-?up|follow-?us|likes?|"
    r"wpulike|post-?ratings|ads?|advert\w*|adsbygoogle|comments|respond|author-?(?:box|bio|info)|about-?author|print-?\w*|"
    r"breadcrumbs?|screen-reader-text|sr-only|visually-?hidden)(?:$|[\s_-])"
)
_BOXES: Final = frozenset({"nav", "form", "button", "select", "textarea", "dialog"})
_META_TAGS: Final = frozenset({"footer", "time"})
_PARAGRAPHS: Final = frozenset({"p", "li", "blockquote", "td", "h2", "h3", "h4"})
# A region with more of the page than this is the page.
MAX_ZONE_OF_PAGE: Final = 0.5
# A line of meta has a date, a name, a few terms.
MAX_META_CHARS: Final = 300
# A box of sharing or related links is the smaller part of its post.
MAX_SHARE_OF_POST: Final = 0.4


def names(node: LexborNode) -> str:
    """Its id and classes."""
    attributes = node.attributes
    return f"{attributes.get('id') or ''} {attributes.get('class') or ''}".strip()


class Zones:
    """The regions of a page that hold no posts: sidebar, comments, related posts, menus, feet.

    What holds most of the page's text is none of these, whatever its name: whole pages stand in a `form`, whole lists in a
    `widget`.
    """

    def __init__(self, body: LexborNode) -> None:
        self._size = len(body.text(deep=True))
        self._known: dict[int, bool] = {}

    def hold(self, node: LexborNode) -> bool:
        """Whether a node is such a region, or stands in one."""
        path: list[int] = []
        at: LexborNode | None = node
        found = False
        while at is not None and at.tag not in ("body", "html") and len(path) < MAX_ANCESTORS:
            known = self._known.get(at.mem_id)
            found = known if known is not None else self.is_zone(at)
            if known is None:
                path.append(at.mem_id)
            if known is not None or found:
                break
            at = at.parent
        self._known.update(dict.fromkeys(path, found))
        return found

    def is_zone(self, node: LexborNode) -> bool:
        """Whether a node is such a region itself."""
        tokens = (token for token in names(node).split() if not token.startswith(_LAYOUT))
        if node.tag not in _ZONE_TAGS and not any(map(_ZONE.match, tokens)):
            return False
        return len(node.text(deep=True)) <= MAX_ZONE_OF_PAGE * self._size


def furniture(node: LexborNode, *, is_whole: bool) -> list[LexborNode]:
    """What stands in a post's element and is about it, not of it: outermost elements, in document order.

    Share bars, related posts, forms and buttons; where the element is the whole post and not only its text, lines of meta too. A
    list of tags or hashtags that links nowhere is the post's, whatever its class; what stands within a paragraph is the paragraph's.
    """
    total = max(1, len(node.text(deep=True)))
    found: list[LexborNode] = []
    taken: set[int] = set()
    for inner in select(node, "nav, form, button, footer, select, textarea, dialog, time, [class], [id]"):
        if inner.mem_id == node.mem_id or inner.tag in ("body", "html") or _is_inside(inner, node, taken):
            continue
        if _is_furniture(inner, total, is_whole=is_whole) and not _is_in_paragraph(inner, node):
            taken.add(inner.mem_id)
            found.append(inner)
    return found


def _is_in_paragraph(inner: LexborNode, node: LexborNode) -> bool:
    """Whether it is a part of a paragraph that says more."""
    at = inner.parent
    for _ in range(MAX_ANCESTORS):
        if at is None or at.mem_id == node.mem_id:
            return False
        if at.tag in _PARAGRAPHS:
            return len(at.text(deep=True).strip()) > 2 * len(inner.text(deep=True).strip())
        at = at.parent
    return False


def _is_inside(inner: LexborNode, node: LexborNode, taken: set[int]) -> bool:
    at = inner.parent
    for _ in range(MAX_ANCESTORS):
        if at is None or at.mem_id == node.mem_id:
            return False
        if at.mem_id in taken:
            return True
        at = at.parent
    return False


def _is_furniture(inner: LexborNode, total: int, *, is_whole: bool) -> bool:
    named = names(inner)
    is_box = inner.tag in _BOXES or (bool(named) and _SHARE.search(named) is not None)
    is_meta = inner.tag in _META_TAGS or (bool(named) and _META.search(named) is not None)
    if not (is_box or (is_meta and is_whole)):
        return False
    text = " ".join(inner.text(deep=True).split())
    is_tail = text.startswith(("#", "＃")) or split_label(text) is not None
    if not text or (is_tail and inner.css_first("a[href]") is None):
        return False
    return len(text) <= MAX_META_CHARS or (is_box and len(text) <= MAX_SHARE_OF_POST * total)


def more_links(node: LexborNode, contents: Sequence[LexborNode]) -> list[LexborNode]:
    """Links to the rest of a post that stand beside its text: "Read more" tells that the text is an excerpt."""
    inside = {content.mem_id for content in contents}
    found: list[LexborNode] = []
    for link in select(node, '[class*="more" i]', most=20):
        text = link.text(deep=True).strip()
        if 0 < len(text) <= MAX_META_CHARS and not _is_inside(
            link, node, {*inside, *(f.mem_id for f in found)}
        ):
            found.append(link)
    return found
