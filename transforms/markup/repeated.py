"""Posts of themes that mark nothing: linked headings that stand alike, each with a text of its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import re2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.regions import MAX_ANCESTORS, Zones
from transforms.markup.select import select
from transforms.markup.titles import is_title_text, link_of
from transforms.metadata.urls import host_of

_HEADINGS: Final = "h1, h2, h3, h4, h5, h6"
_NAMED: Final = '[class*="title" i], [class*="headline" i], [class*="heading" i], [class*="subject" i]'
_DIGITS = re2.compile(r"\d+")
MAX_HEADINGS: Final = 20_000
MIN_ENTRIES: Final = 2
# Characters besides the headline that most posts of a list have: a teaser is longer, "3 comments" shorter.
MIN_TEXT: Final = 60
# Headlines of most posts link to the post.
MIN_LINKED: Final = 0.6
# The list holds at least this share of the text that stands outside it and is no menu.
MIN_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Headings that stand alike, the element or run of elements of each, and how much text these have beside them."""

    heads: tuple[LexborNode, ...]
    tops: tuple[LexborNode, ...]
    runs: tuple[tuple[LexborNode, ...], ...]
    sizes: tuple[int, ...]
    is_flat: bool

    @property
    def total(self) -> int:
        return sum(self.sizes)


def repeated_entries(
    tree: LexborHTMLParser, zones: Zones, *, site: str | None, is_archive: bool
) -> list[LexborNode]:
    """The elements of the posts, in document order; empty where no headings repeat with a text to each.

    Where headlines and texts are siblings in one element, each post's run of siblings is put into a new `div`.
    """
    body = tree.body
    if body is None:
        return []
    best: _Group | None = None
    for heads in _groups(body, zones):
        group = _grouped(heads, zones)
        if _is_list(group, site=site) and (best is None or group.total > best.total):
            best = group
    if best is None:
        return []
    nodes = [node for run in best.runs for node in run]
    if not is_archive and not holds_text(body, nodes, is_article=False):
        return []
    return _wrapped(tree, best) if best.is_flat else list(best.tops)


def _groups(body: LexborNode, zones: Zones) -> list[list[LexborNode]]:
    """Headlines by how they stand: the same element, classes, and elements above."""
    groups: dict[tuple[str, ...], list[LexborNode]] = {}
    headings = select(body, _HEADINGS, most=MAX_HEADINGS)
    named = [] if len(headings) >= MAX_HEADINGS else select(body, _NAMED, most=MAX_HEADINGS - len(headings))
    for node in headings:
        if is_title_text(node) and not zones.hold(node):
            groups.setdefault(_signature(node), []).append(node)
    for node in named:
        if (
            not (node.tag or "").startswith("h")
            and node.css_first(_HEADINGS) is None
            and is_title_text(node)
            and not zones.hold(node)
        ):
            groups.setdefault(_signature(node), []).append(node)
    return [heads for heads in groups.values() if len(heads) >= MIN_ENTRIES]


def _signature(node: LexborNode) -> tuple[str, ...]:
    parts = [node.tag or "", _DIGITS.sub("", node.attributes.get("class") or "")]
    at = node.parent
    for _ in range(MAX_ANCESTORS):
        if at is None or at.tag == "body":
            break
        parts.append(at.tag or "")
        at = at.parent
    return tuple(parts)


def _grouped(heads: Sequence[LexborNode], zones: Zones) -> _Group:
    """Each headline's largest element that holds no other of the group."""
    held: Counter[int] = Counter()
    for head in heads:
        for above in _ancestors(head):
            held[above.mem_id] += 1
    tops = []
    for head in heads:
        top = head
        for above in _ancestors(head):
            if held[above.mem_id] > 1:
                break
            top = above
        tops.append(top)
    sizes = [max(0, size_of(top) - size_of(head)) for top, head in zip(tops, heads, strict=True)]
    if sorted(sizes)[len(sizes) // 2] >= MIN_TEXT:
        alone = tuple((top,) for top in tops)
        return _Group(heads=tuple(heads), tops=tuple(tops), runs=alone, sizes=tuple(sizes), is_flat=False)
    stops = {top.mem_id for top in tops}
    runs = [_run(top, stops, zones) for top in tops]
    sizes = [sum(map(size_of, run)) - size_of(head) for run, head in zip(runs, heads, strict=True)]
    return _Group(
        heads=tuple(heads), tops=tuple(tops), runs=tuple(map(tuple, runs)), sizes=tuple(sizes), is_flat=True
    )


def _ancestors(node: LexborNode) -> list[LexborNode]:
    found = []
    at = node.parent
    for _ in range(MAX_ANCESTORS):
        if at is None or at.tag in ("body", "html"):
            break
        found.append(at)
        at = at.parent
    return found


def _run(top: LexborNode, stops: set[int], zones: Zones) -> list[LexborNode]:
    """A headline's element and the siblings after it, up to the next headline or a region that holds no posts."""
    run = [top]
    at = top.next
    while at is not None and at.mem_id not in stops:
        if at.is_element_node and zones.is_zone(at):
            break
        run.append(at)
        at = at.next
    return run


def _is_list(group: _Group, *, site: str | None) -> bool:
    count = len(group.heads)
    if sum(1 for size in group.sizes if size >= MIN_TEXT) * 2 <= count:
        return False
    links = [link for head in group.heads if (link := link_of(head))]
    if len(links) < MIN_LINKED * count or len(set(links)) < MIN_LINKED * count:
        return False
    hosts = [host for link in links if (host := host_of(link))]
    return site is None or sum(1 for host in hosts if _is_other(host, site)) * 2 <= len(links)


def _is_other(host: str, site: str) -> bool:
    return not (host == site or host.endswith("." + site) or site.endswith("." + host))


def holds_text(body: LexborNode, nodes: Sequence[LexborNode], *, is_article: bool) -> bool:
    """Whether elements, none within another, hold more text than stands outside them: a page's posts do, cards beside an article not.

    Outside, paragraphs count; all text that is no link where the page calls itself an article.
    """
    inside = {node.mem_id for node in nodes}
    total = sum(map(size_of, nodes))
    paragraphs = sum(size_of(node) for node in body.css("p") if not _stands_in(node, inside))
    if total < MIN_SHARE * paragraphs:
        return False
    if not is_article:
        return True
    links = sum(size_of(node) for node in body.css("a") if not _stands_in(node, inside))
    return total >= size_of(body) - total - links


def _stands_in(node: LexborNode, inside: set[int]) -> bool:
    at: LexborNode | None = node
    for _ in range(MAX_ANCESTORS):
        if at is None:
            return False
        if at.mem_id in inside:
            return True
        at = at.parent
    return True


def unlinked_size(node: LexborNode) -> int:
    """Characters of its text that stand in no link."""
    return size_of(node) - sum(size_of(link) for link in node.css("a"))


def _wrapped(tree: LexborHTMLParser, group: _Group) -> list[LexborNode]:
    wrappers = []
    for top, run in zip(group.tops, group.runs, strict=True):
        wrapper = tree.create_node("div")
        top.insert_before(wrapper, move=True)
        placed = top.prev
        if placed is None:
            continue
        for node in run:
            placed.insert_child(node, move=True)
        wrappers.append(placed)
    return wrappers


def size_of(node: LexborNode) -> int:
    """Characters of its text, white space aside."""
    if not node.is_element_node:
        return sum(map(len, (node.text(deep=True) or "").split()))
    return sum(map(len, node.text(deep=True).split()))
