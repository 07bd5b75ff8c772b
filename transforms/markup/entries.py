"""The posts of an archive page, found by the structure of its markup: marked elements, or subtrees that repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.regions import MAX_ANCESTORS, in_zone
from transforms.markup.repeated import repeated_entries
from transforms.markup.select import select
from transforms.markup.titles import link_of, title_of

# Elements that say of themselves that they are a post: HTML, WordPress, microformats, schema.org, Blogger.
_MARKED: Final = (
    "article, li.wp-block-post, .hentry, .h-entry, .type-post, .post, .post-outer, .blog-post, "
    '[itemtype$="/BlogPosting" i], [itemtype$="/NewsArticle" i], [itemtype$="/Article" i]'
)
_CONTENTS: Final = (
    ".entry-content, .e-content, .post-content, .post-body, .wp-block-post-content, .entry-summary, .p-summary, "
    ".wp-block-post-excerpt, .post-excerpt, .entry-excerpt, .td-excerpt, .excerpt, .article-content, .article-body, "
    '[itemprop~="articleBody" i], .field--name-body, .field-name-body, .post-entry, .post_content, .postcontent'
)
# A page has some dozens of posts; a list of thousands is no list of posts with their texts.
MAX_ENTRIES: Final = 1_000
# One article with more text than this many times the rest together is the page's article, the rest is furniture.
DOMINANT: Final = 2.0
# A content element that holds less than this share of its post's text is not where the text is.
MIN_CONTENT_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One post of an archive: its element, that of its headline, and those of its text."""

    node: LexborNode
    title: LexborNode | None
    contents: tuple[LexborNode, ...]


def find_entries(tree: LexborHTMLParser, *, is_archive: bool, site: str | None) -> list[Entry]:
    """The posts of a page that holds several, in document order; empty where it holds one article or none.

    Marked elements go before repeated subtrees. Related posts, comments, sidebars and menus are none.

    Args:
        tree: The page.
        is_archive: Whether the page says that it is one: then a single post counts too.
        site: Host of the page, where known: repeated headings that link elsewhere are a list of goods, not of posts.
    """
    body = tree.body
    if body is None:
        return []
    marked = _marked(body)
    nodes = [node for node, _ in marked]
    if not _is_list(marked, is_archive=is_archive):
        if marked and _dominant(marked):
            return []
        nodes = repeated_entries(tree, site=site, is_archive=is_archive)
    return [entry_of(node) for node in nodes[:MAX_ENTRIES]]


def entry_of(node: LexborNode) -> Entry:
    """A post's element taken apart."""
    title = title_of(node)
    return Entry(node=node, title=title, contents=_contents(node, title))


def _contents(node: LexborNode, title: LexborNode | None) -> tuple[LexborNode, ...]:
    """The outermost elements that are named as a post's text; the post itself where they do not hold most of it."""
    found: list[LexborNode] = []
    taken: set[int] = set()
    for inner in select(node, _CONTENTS):
        if inner.mem_id == node.mem_id or _has_ancestor(inner, taken, top=node):
            continue
        if title is not None and _has_ancestor(title, {inner.mem_id}, top=node):
            continue
        if inner.text(deep=True).strip():
            taken.add(inner.mem_id)
            found.append(inner)
    inside = sum(_size(inner) for inner in found)
    return tuple(found) if inside >= MIN_CONTENT_SHARE * _size(node) else (node,)


def _marked(body: LexborNode) -> list[tuple[LexborNode, LexborNode]]:
    """Marked elements with a headline, each with it: none within another."""
    nodes = [node for node in select(body, _MARKED, most=4 * MAX_ENTRIES) if not in_zone(node)]
    ids = {node.mem_id for node in nodes}
    inner: dict[int, list[LexborNode]] = {}
    tops: list[LexborNode] = []
    for node in nodes:
        above = _nearest(node, ids)
        if above is None:
            tops.append(node)
        else:
            inner.setdefault(above, []).append(node)
    found: list[tuple[LexborNode, LexborNode]] = []
    stack = tops[::-1]
    while stack:
        node = stack.pop()
        kids = inner.get(node.mem_id, [])
        if kids and _is_wrapper(node, kids):
            stack.extend(reversed(kids))
        elif (title := title_of(node)) is not None:
            found.append((node, title))
    return found


def _is_wrapper(node: LexborNode, kids: Sequence[LexborNode]) -> bool:
    """Whether an element is the list and not a post: most of its text is that of several posts within."""
    titled = [kid for kid in kids if title_of(kid) is not None]
    return len(titled) > 1 and sum(map(_size, titled)) * DOMINANT >= _size(node)


def _is_list(marked: Sequence[tuple[LexborNode, LexborNode]], *, is_archive: bool) -> bool:
    if is_archive:
        return len(marked) > 0
    return len(marked) > 1 and not _dominant(marked)


def _dominant(marked: Sequence[tuple[LexborNode, LexborNode]]) -> bool:
    """Whether one of them is the page's article: its headline is the only one that links nowhere, or it outweighs the rest."""
    if len(marked) == 1:
        return True
    sizes = [_size(node) for node, _ in marked]
    largest = max(range(len(sizes)), key=lambda at: sizes[at])
    linked = [link_of(title) is not None for _, title in marked]
    if not linked[largest] and all(there for at, there in enumerate(linked) if at != largest):
        return True
    return not linked[largest] and sizes[largest] > DOMINANT * (sum(sizes) - sizes[largest])


def _nearest(node: LexborNode, ids: set[int]) -> int | None:
    at = node.parent
    for _ in range(MAX_ANCESTORS):
        if at is None:
            return None
        if at.mem_id in ids:
            return at.mem_id
        at = at.parent
    return None


def _has_ancestor(node: LexborNode, ids: set[int], *, top: LexborNode) -> bool:
    at: LexborNode | None = node
    for _ in range(MAX_ANCESTORS):
        if at is None or at.mem_id == top.mem_id:
            return False
        if at.mem_id in ids:
            return True
        at = at.parent
    return False


def _size(node: LexborNode) -> int:
    return sum(map(len, node.text(deep=True).split()))
