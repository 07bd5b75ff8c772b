"""Web pages → Page: the posts of an archive or the one article of a page, and all the rest as furniture."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.errors import SkipDocumentError
from transforms.limits import Limits
from transforms.markup.article import read_article
from transforms.markup.blocks import fragment_blocks
from transforms.markup.chrome import Cutting
from transforms.markup.entries import Entry, find_entries
from transforms.markup.regions import furniture, more_links
from transforms.markup.titles import headline_text, link_of, printed_headline
from transforms.markup.tree import read_tree
from transforms.metadata import entry_metadata, page_metadata, page_site
from transforms.metadata.language import language_code
from transforms.metadata.urls import join_url
from transforms.normalize import clean
from transforms.parse.archives import cut_heading, is_archive_page, is_article_page, is_single_page
from transforms.parse.brief import is_titled_article, read_brief
from transforms.parse.frames import frame_lines
from transforms.parse.posts import compose_post, compose_single
from transforms.records import NOTHING_TOLD, Block, Metadata, Page, RawDocument, Role

if TYPE_CHECKING:
    from transforms.knowledge import Knowledge

# A page with less text, white space and all, is not looked through for an article, however many elements it has; one that
# says that it is an article may be shorter.
MIN_ARTICLE_CHARS = 140


def parse_html(raw: RawDocument, knowledge: "Knowledge", limits: Limits) -> Page:
    """The page of a saved web page: an archive's posts, one article, or none; every other text is furniture.

    Raises:
        SkipDocumentError: It is nested too deep, has too many blocks, or one that is too long.
    """
    tree = read_tree(raw.text, limits=limits)
    site = page_site(tree, url=raw.url)
    if _is_fragment(raw):
        page = _fragment(tree, raw)
        check_limits(page, limits)
        return replace(page, site=site)
    entries: list[Entry] = []
    if not is_single_page(tree):
        entries = find_entries(
            tree, is_archive=is_archive_page(tree, url=raw.url), is_article=is_article_page(tree), site=site
        )
    page = _archive(tree, entries, raw, knowledge) if entries else _single(tree, raw, knowledge)
    check_limits(page, limits)
    return replace(page, site=site)


def check_limits(page: Page, limits: Limits) -> None:
    """Refuse a page with too many blocks or too long a one.

    Raises:
        SkipDocumentError: "too_many_blocks" or "line_too_long".
    """
    blocks = [*page.blocks, *(block for post in page.posts for block in post.blocks)]
    if len(blocks) > limits.max_blocks:
        raise SkipDocumentError(
            "too_many_blocks", f"it has {len(blocks):,} blocks, over {limits.max_blocks:,}"
        )
    longest = max((len(block.raw) for block in blocks), default=0)
    if longest > limits.max_line_chars:
        raise SkipDocumentError(
            "line_too_long", f"one block has {longest:,} characters, over {limits.max_line_chars:,}"
        )


def _is_fragment(raw: RawDocument) -> bool:
    """Whether it is the text of a record that tells the rest of its article beside it, and no page."""
    return raw.metadata != NOTHING_TOLD and "<body" not in raw.text.lower()


def _fragment(tree: LexborHTMLParser, raw: RawDocument) -> Page:
    """All of a fragment, in no post yet: its record tells whose it is."""
    body = tree.body
    found = Cutting(tree, raw.text).blocks(fragment_blocks(body.inner_html or "")) if body else []
    return Page(heading=None, tag=None, posts=(), blocks=tuple(block for _, block in found))


def _archive(
    tree: LexborHTMLParser, entries: Sequence[Entry], raw: RawDocument, knowledge: "Knowledge"
) -> Page:
    root = tree.root
    language = language_code(root.attributes.get("lang")) if root else None
    told = [replace(_told(entry, raw, knowledge), language=language) for entry in entries]
    links = {number: _links(entry) for number, entry in enumerate(entries, start=1)}
    cutting = Cutting(tree, raw.text)
    for number, entry in enumerate(entries, start=1):
        _cut_entry(cutting, entry, number)
    heading = cut_heading(tree, cutting, url=raw.url)
    owned: dict[int, list[Block]] = {}
    for owner, block in cutting.blocks():
        owned.setdefault(owner, []).append(block)
    _take_frames(owned, entries, links)
    posts = [
        compose_post(owned.get(number, []), number=number, metadata=metadata)
        for number, metadata in enumerate(told, start=1)
    ]
    return Page(
        heading=heading.text if heading else None,
        tag=heading.tag if heading else None,
        posts=tuple(posts),
        blocks=tuple(owned.get(0, [])),
    )


def _take_frames(
    owned: dict[int, list[Block]], entries: Sequence[Entry], links: Mapping[int, frozenset[str]]
) -> None:
    """The lines that frame posts whose text is not marked as such are the page's."""
    whole = [number for number, entry in enumerate(entries, start=1) if entry.is_whole]
    frame = frame_lines(
        [owned.get(number, []) for number in whole],
        kept={at: links.get(number, frozenset()) for at, number in enumerate(whole)},
    )
    taken: list[Block] = []
    for number in whole if frame else ():
        blocks = owned.get(number, [])
        taken.extend(replace(block, role=Role.CHROME) for block in blocks if block.line in frame)
        owned[number] = [block for block in blocks if block.line not in frame]
    owned[0] = sorted([*owned.get(0, []), *taken], key=lambda block: block.line)


def _links(entry: Entry) -> frozenset[str]:
    """The texts of the links to a post, its headline's aside."""
    target = link_of(entry.title) if entry.title is not None else None
    return frozenset(
        clean(link.text())
        for link in entry.node.css("a[href]")
        if target and link.attributes.get("href") == target
    )


def _told(entry: Entry, raw: RawDocument, knowledge: "Knowledge") -> Metadata:
    told = entry_metadata(entry.node, page_url=raw.url, scraped_at=raw.scraped_at, cues=knowledge.publishers)
    if told.url is None and entry.title is not None:
        # The whole card is a link.
        return replace(told, url=join_url(link_of(entry.title), base=raw.url))
    return told


def _cut_entry(cutting: Cutting, entry: Entry, number: int) -> None:
    title = entry.title
    if title is not None:
        text = headline_text(title)
        block = Block(line=1, raw=text, text=clean(text), gap=1, tag=title.tag or "", role=Role.TITLE)
        cutting.cut(title, [block], owner=number)
    for content in entry.contents:
        for node in furniture(content, is_whole=entry.is_whole):
            cutting.cut_lines(node)
    more = [] if entry.is_whole else more_links(entry.node, entry.contents)
    for content in (*entry.contents, *more):
        cutting.cut(content, fragment_blocks(inner_markup(content)), owner=number)


def inner_markup(node: LexborNode) -> str:
    """What stands in an element, as a fragment of its own: a list item on its own is no list."""
    inner = node.inner_html or ""
    if node.tag in ("table", "tbody", "tr", "thead"):
        return f"<table>{node.html}</table>"
    return f"<div>{inner}</div>"


def _single(tree: LexborHTMLParser, raw: RawDocument, knowledge: "Knowledge") -> Page:
    told = page_metadata(tree, url=raw.url, scraped_at=raw.scraped_at, cues=knowledge.publishers)
    headline = printed_headline(tree, title=told.title)
    containers = []
    if tree.body is not None and len(tree.body.text()) >= MIN_ARTICLE_CHARS:
        containers = read_article(tree, title=told.title, model=knowledge.article) or []
    if not containers and (is_article_page(tree) or is_titled_article(tree)):
        containers = read_brief(tree, headline=headline)
    cutting = Cutting(tree, raw.text)
    whole = next((blocks for node, blocks in containers if node.tag in ("body", "html")), None)
    if whole is None:
        for node, blocks in containers:
            cutting.cut(node, blocks, owner=1)
    found = cutting.blocks(whole, owner=1 if whole else 0)
    if not containers:
        return Page(heading=None, tag=None, posts=(), blocks=tuple(block for _, block in found))
    post, rest = compose_single(found, headline=headline, metadata=told)
    return Page(heading=None, tag=None, posts=(post,), blocks=rest)
