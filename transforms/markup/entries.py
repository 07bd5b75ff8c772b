"""The posts of an archive page, found by the structure of its markup: marked elements, or subtrees that repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.regions import MAX_ANCESTORS, Zones
from transforms.markup.repeated import holds_text, repeated_entries, size_of, unlinked_size
from transforms.markup.select import select
from transforms.markup.titles import link_of, title_of
from transforms.normalize import fingerprint

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
# A page has some dozens of posts, a whole blog on one page some thousands.
MAX_ENTRIES: Final = 10_000
# One article with more text than this many times the rest together is the page's article, the rest is furniture.
DOMINANT: Final = 2.0
# The same where its headline is a link, as those of posts are.
DOMINANT_LINKED: Final = 5.0
# Headlines of most posts of a list link to the post; where they do not, posts are whole and this long on average, in characters.
MIN_LINKED: Final = 0.6
MIN_UNLINKED: Final = 300
# A content element that holds less than this share of its post's text is not where the text is.
MIN_CONTENT_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One post of an archive: its element, that of its headline, and those of its text."""

    node: LexborNode
    title: LexborNode | None
    contents: tuple[LexborNode, ...]

    @property
    def is_whole(self) -> bool:
        """Whether no element in it is known to hold its text: then all of it does."""
        return self.contents[0].mem_id == self.node.mem_id


def find_entries(
    tree: LexborHTMLParser, *, is_archive: bool, is_article: bool, site: str | None
) -> list[Entry]:
    """The posts of a page that holds several, in document order; empty where it holds one article or none.

    Marked elements go before repeated subtrees. Related posts, comments, sidebars and menus are none.

    Args:
        tree: The page.
        is_archive: Whether the page says that it is one: then a single post counts too.
        is_article: Whether it says that it is one article: archives do by mistake, so this only weighs.
        site: Host of the page, where known: repeated headings that link elsewhere are a list of goods, not of posts.
    """
    body = tree.body
    if body is None:
        return []
    zones = Zones(body)
    marked = _marked(body, zones)
    if is_archive:
        nodes = _of_archive(tree, zones, marked, site=site)
    elif _is_list(body, marked, is_article=is_article):
        nodes = [node for node, _ in marked]
    elif is_article or (marked and _dominant(marked, is_article=is_article)):
        # Headings that link within an article are related posts.
        nodes = []
    else:
        nodes = repeated_entries(tree, zones, site=site, is_archive=False)
    return [entry_of(node) for node in nodes[:MAX_ENTRIES]]


def _of_archive(
    tree: LexborHTMLParser, zones: Zones, marked: Sequence[tuple[LexborNode, LexborNode]], *, site: str | None
) -> list[LexborNode]:
    """The posts of a page that says that it lists posts: a single one links to its own page."""
    nodes = [node for node, _ in marked]
    if len(marked) == 1 and link_of(marked[0][1]) is None:
        return []
    others = repeated_entries(tree, zones, site=site, is_archive=True)
    return others if sum(map(size_of, others)) > DOMINANT * sum(map(size_of, nodes)) else nodes


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
    inside = sum(size_of(inner) for inner in found)
    return tuple(found) if inside >= MIN_CONTENT_SHARE * size_of(node) else (node,)


def _marked(body: LexborNode, zones: Zones) -> list[tuple[LexborNode, LexborNode]]:
    """Marked elements with a headline, each with it: none within another."""
    nodes = [node for node in select(body, _MARKED, most=4 * MAX_ENTRIES) if not zones.hold(node)]
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
    return len(titled) > 1 and sum(map(size_of, titled)) * DOMINANT >= size_of(node)


def _is_list(body: LexborNode, marked: Sequence[tuple[LexborNode, LexborNode]], *, is_article: bool) -> bool:
    """Whether the marked elements of a page that says nothing of itself are its posts, and not cards beside an article."""
    titles = {fingerprint(title.text(deep=True)) for _, title in marked}
    if len(titles) <= 1 or _dominant(marked, is_article=is_article):
        return False
    nodes = [node for node, _ in marked]
    linked = sum(1 for _, title in marked if link_of(title))
    if linked < MIN_LINKED * len(marked) and sum(map(unlinked_size, nodes)) < MIN_UNLINKED * len(nodes):
        return False
    return holds_text(body, nodes, is_article=is_article)


def _dominant(marked: Sequence[tuple[LexborNode, LexborNode]], *, is_article: bool) -> bool:
    """Whether one of them is the page's article: its headline is the only one that links nowhere, or it outweighs the rest."""
    if len(marked) == 1:
        return True
    sizes = [size_of(node) for node, _ in marked]
    largest = max(range(len(sizes)), key=lambda at: sizes[at])
    linked = [link_of(title) is not None for _, title in marked]
    if not linked[largest] and all(there for at, there in enumerate(linked) if at != largest):
        return True
    ratio = DOMINANT if is_article or not linked[largest] else DOMINANT_LINKED
    return sizes[largest] > ratio * (sum(sizes) - sizes[largest])


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
