"""Whether a page says that it is an archive or a single article, and the archive's heading with the tag that it names."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

import re2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.chrome import Cutting
from transforms.markup.regions import Zones
from transforms.markup.select import select
from transforms.markup.titles import headline_text
from transforms.normalize import clean, fingerprint
from transforms.parse.headings import MAX_HEADING_CHARS, archive_heading
from transforms.records import Block, Role

# What WordPress and its like write on `body`.
_ARCHIVE_CLASSES: Final = frozenset(
    {
        "archive",
        "tag",
        "category",
        "blog",
        "search-results",
        "tax",
        "tag-template",
        "post-type-archive",
        "taxonomy",
    }
)
_SINGLE_CLASSES: Final = frozenset({"single", "single-post", "post-template", "single-format-standard"})
_TAG_CLASSES: Final = frozenset({"tag", "category", "tax", "tag-template"})
# An article may stand below a section's address too, so that one is the whole of it.
_PATH = re2.compile(
    r"(?i)/(?:(?:tags?|categor(?:y|ies)|labels?|keywords?|schlagwort|etiqueta)/(?:[^/]+/)*?|(?:topics?|sections?|tema)/)"
    r"([^/]+?)(?:/page/\d+)?(?:/index\.\w+|\.html?)?/?$"
)
_HEADINGS: Final = "h1, h2, h3, h4, h5, h6"
_NAMED: Final = '.page-title, .archive-title, [class*="archive-title" i], [class*="page-title" i], [class*="term-title" i], .archiv'
_ARCHIVES = re2.compile(r"(?i)^(\S.*?)\s+archives?$")
_ARTICLE = re2.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*NewsArticle|Article|BlogPosting)"')
# Its updates are marked as articles of their own.
_LIVE = re2.compile(r'"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/)?LiveBlogPosting"')
_SEPARATORS = re2.compile(r"\s+[|｜»·•–—-]\s+")
_SITE: Final = ("site-title", "site-name", "logo", "brand", "blog-title", "site-header")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeading:
    """The heading as printed, or None, and the tag or category that it names, or None."""

    text: str | None
    tag: str | None


def is_archive_page(tree: LexborHTMLParser, *, url: str | None) -> bool:
    """Whether the page says that it lists posts: by its body's classes, its JSON-LD, its address or a heading ("Tag: …")."""
    if _body_classes(tree) & _ARCHIVE_CLASSES:
        return True
    if any('"CollectionPage"' in node.text() for node in tree.css('script[type*="ld+json" i]')):
        return True
    if _path_term(tree, url):
        return True
    body = tree.body
    if body is None:
        return False
    headings = (*select(body, "h1", most=20), *select(body, _NAMED, most=20))
    return any(_form(_text(node)) for node in headings)


def is_single_page(tree: LexborHTMLParser) -> bool:
    """Whether the page's body says that it is one post's, or its JSON-LD that it is one live blog."""
    classes = _body_classes(tree)
    if classes & _ARCHIVE_CLASSES:
        return False
    scripts = tree.css('script[type*="ld+json" i]')
    return bool(classes & _SINGLE_CLASSES) or sum(len(_LIVE.findall(node.text())) for node in scripts) == 1


def is_article_page(tree: LexborHTMLParser) -> bool:
    """Whether the page's metadata calls it an article."""
    kind = tree.css_first('meta[property="og:type" i]')
    if kind is not None and (kind.attributes.get("content") or "").casefold().startswith("article"):
        return True
    return any(_ARTICLE.search(node.text()) for node in tree.css('script[type*="ld+json" i]'))


def cut_heading(tree: LexborHTMLParser, cutting: Cutting, *, url: str | None) -> PageHeading:
    """Cut the archive's heading out of what is left of the page when its posts are gone."""
    body = tree.body
    path = _path_term(tree, url)
    if body is None:
        return PageHeading(text=None, tag=None)
    zones = Zones(body)
    headings = [node for node in (*select(body, _NAMED), *select(body, _HEADINGS)) if _text(node)][:100]
    for node in headings:
        tag = _form(_text(node))
        if tag:
            return _cut(node, cutting, tag=tag)
    is_tagged = bool(_body_classes(tree) & _TAG_CLASSES) or path is not None
    for node in headings:
        text = _text(node)
        named = _names(node)
        if len(text) > MAX_HEADING_CHARS or any(part in named for part in _SITE):
            continue
        if path and fingerprint(text) == path:
            return _cut(node, cutting, tag=text)
        if "archive" in named or (
            is_tagged and (node.tag == "h1" or "title" in named) and not zones.hold(node)
        ):
            return _cut(node, cutting, tag=text if is_tagged else None)
        if node.tag == "h1" and not zones.hold(node):
            return _cut(node, cutting, tag=None)
    return PageHeading(text=None, tag=_window_title(tree) if is_tagged else None)


def _cut(node: LexborNode, cutting: Cutting, *, tag: str | None) -> PageHeading:
    raw = headline_text(node)
    text = clean(raw)
    block = Block(line=1, raw=raw, text=text, gap=1, tag=node.tag or "", role=Role.PAGE_HEADING)
    cutting.cut(node, [block], owner=0)
    return PageHeading(text=text, tag=tag)


def _form(text: str) -> str | None:
    found = archive_heading([Block(line=1, raw=text, text=text)]) if text else None
    return found.tag if found else None


def _window_title(tree: LexborHTMLParser) -> str | None:
    """The tag out of the window's title: "Velmora Archives - Site"."""
    node = tree.css_first("title")
    first = _SEPARATORS.split(_text(node))[0] if node is not None else ""
    found = _ARCHIVES.match(first)
    return _form(first) or (found.group(1) if found else None)


def _path_term(tree: LexborHTMLParser, url: str | None) -> str | None:
    """The term of an address like …/tag/velmora/, folded."""
    for told in (url, *(node.attributes.get("href") for node in tree.css('link[rel~="canonical" i]')[:1])):
        try:
            found = _PATH.search(urlsplit(told or "").path)
        except ValueError:
            continue
        if found:
            return fingerprint(unquote(found.group(1)).replace("-", " ").replace("+", " "))
    return None


def _body_classes(tree: LexborHTMLParser) -> set[str]:
    body = tree.body
    return set((body.attributes.get("class") or "").split()) if body is not None else set()


def _names(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".casefold()


def _text(node: LexborNode) -> str:
    return clean(" ".join(node.text(deep=True).split()))
