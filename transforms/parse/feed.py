"""RSS, Atom and RDF feeds → Page: a post for each item, the channel's own words as furniture."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import feedparser
import re2

from transforms.errors import SkipDocumentError
from transforms.limits import Limits
from transforms.markup.blocks import fragment_blocks
from transforms.markup.chrome import Cutting
from transforms.markup.regions import furniture
from transforms.markup.tree import read_tree
from transforms.metadata.authors import split_authors
from transforms.metadata.dates import believe
from transforms.metadata.language import language_code
from transforms.metadata.publisher import known_host
from transforms.metadata.terms import unique_terms
from transforms.metadata.urls import day_in_url, host_of, is_same_site, join_url
from transforms.normalize import clean, fingerprint
from transforms.parse.html import check_limits
from transforms.parse.posts import compose_post
from transforms.records import Block, LeftOut, Metadata, Page, Post, RawDocument, Role

if TYPE_CHECKING:
    from transforms.knowledge import Knowledge

# No feed needs a document type of its own; entities are how small XML becomes gigabytes, or reads files.
_DECLARES = re2.compile(r"(?i)<!(?:ENTITY|DOCTYPE[^>]*\[)")
_CUT = "The feed breaks off within this item, which is left out; the items before it were read."
_ITEM = re2.compile(r"(?i)<(?:\w+:)?(?:item|entry)[\s>]")
_ITEM_END = re2.compile(r"(?i)</(?:\w+:)?(?:item|entry)\s*>")
# feedparser looks for an address in these with the square of their length.
_NAMES = re2.compile(
    r"(?i)<(?:\w+:)?(?:author|creator|managingEditor|webMaster|contributor|publisher|owner|name|email)\b[^>]*>(?:\s*<!\[CDATA\[)?"
)
MAX_NAME_CHARS = 1_000
_CDATA = "[CDATA["
# feedparser takes four letters of a longer domain for the whole: "jo@x.media (Jo)" leaves "a (Jo".
_ADDRESS = re2.compile(r"(?:mailto:)?[^\s<>()&;,:\"']+@[\p{L}\p{N}.-]+\.[\p{L}\p{N}-]{2,}")
_BRACKETS = ("()", "<>", "&lt;&gt;")
_NUMBER = re2.compile(r"&#([xX][0-9a-fA-F]+|[0-9]+);?")
_MAX_DIGITS = 8
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_ROOT = re2.compile(r"(?i)<(rss|feed|rdf:RDF|(?:\w+:)?feed)[\s>]")
# A channel of a tag or category is titled "Velmora – Site"; the dash of WordPress, and others'.
_SEPARATORS = re2.compile(r"\s+[|｜»·•–—-]\s+")
_ARCHIVE_PATH = re2.compile(r"(?i)/(?:tags?|categor(?:y|ies)|topics?|labels?|sections?)/([^/?#]+)")


class _Bytes:
    """What feedparser takes for a stream: it would take a string for an address or a file's name."""

    def __init__(self, text: str) -> None:
        self._data = text.encode("utf-8", "replace")

    def read(self, _size: int = -1) -> bytes:
        data, self._data = self._data, b""
        return data


def parse_feed(raw: RawDocument, knowledge: "Knowledge", limits: Limits) -> Page:
    """The page of a feed. An item that is cut off in the middle is left out, and that is said.

    Raises:
        SkipDocumentError: It declares XML entities, nests too deep or is too large, or no item of it can be read.
    """
    if _DECLARES.search(_prolog(raw.text)):
        raise SkipDocumentError("xml_entities", "it declares entities of its own, as no feed needs to")
    told = _read(raw.text)
    if not told.entries and not told.get("version"):
        raise SkipDocumentError("not_a_feed", "no item and no channel can be read out of it")
    page = _page(told, raw, knowledge, limits)
    check_limits(page, limits)
    cut = cut_item(raw.text)
    if cut is None:
        return page
    place = f"character {cut + 1}"
    return replace(page, left_out=(LeftOut(rule="cut_item", detail=_CUT, place=place),))


def _prolog(text: str) -> str:
    """What stands before the outermost element, without comments and processing instructions, however long those are."""
    kept = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        for opening, closing in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(opening, start):
                end = text.find(closing, start)
                at = len(text) if end < 0 else end + len(closing)
                break
        else:
            if text[start + 1 : start + 2].isalpha():
                break
            at = start + 1
            end = text.find("<", at)
            kept.append(text[start : end if end >= 0 else len(text)])
    return "".join(kept)


def cut_item(text: str) -> int | None:
    """Where an item begins that has no end, as a place in the text; None where the last item is whole."""
    ends = [found.end() for found in _ITEM_END.finditer(text)]
    start = _ITEM.search(text, ends[-1] if ends else 0)
    return start.start() if start else None


def _read(text: str) -> Any:  # noqa: ANN401  # feedparser's values are dicts without types
    cut = cut_item(text)
    if cut is not None:
        root = _ROOT.search(text)
        name = root.group(1) if root else "rss"
        text = text[:cut] + ("</channel></rss>" if name.lower() == "rss" else f"</{name}>")
    return feedparser.parse(
        _Bytes(_with_characters(_with_plain_names(text))),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _with_characters(text: str) -> str:
    """The feed with the replacement character for every number that is no character's: feedparser fails on them."""
    return str(_NUMBER.sub(_character, text)) if "&#" in text else text


def _character(found: Any) -> str:  # noqa: ANN401  # re2 ships no types
    digits = found.group(1)
    is_hex = digits[0] in "xX"
    number = int(digits[is_hex:], 16 if is_hex else 10) if len(digits) <= _MAX_DIGITS else 0
    is_character = 0 < number <= _LAST_CHARACTER and number not in _SURROGATES
    return str(found.group()) if is_character else "\ufffd"


def _with_plain_names(text: str) -> str:
    """The feed without addresses beside names, and without the end of names that are none: whole articles, or hostile."""
    kept = []
    done = 0
    for found in _NAMES.finditer(text):
        if found.end() < done:
            continue
        start = found.end()
        # Within CDATA, "<" is part of the name.
        stop = text.find("]]>", start, start + MAX_NAME_CHARS) if found.group().endswith(_CDATA) else -1
        stop = stop if stop >= 0 else text.find("<", start)
        stop = len(text) if stop < 0 else stop
        name = text[start : min(stop, start + MAX_NAME_CHARS)]
        if "@" in name or stop - start > MAX_NAME_CHARS:
            kept.append(text[done:start])
            kept.append(_without_address(name) if "@" in name else name)
            done = stop
    return "".join((*kept, text[done:])) if done else text


def _without_address(name: str) -> str:
    """The name in "jo@x.example (Jo Parr)", as RSS has it, or in "Jo Parr <jo@x.example>"."""
    plain = str(_ADDRESS.sub("", name))
    if plain == name:
        return name
    for empty in _BRACKETS:
        plain = plain.replace(empty, "")
    plain = plain.strip()
    return plain[1:-1].strip() if plain.startswith("(") and plain.endswith(")") else plain


def _page(told: Any, raw: RawDocument, knowledge: "Knowledge", limits: Limits) -> Page:  # noqa: ANN401  # as above
    channel = told.feed
    heading = _plain(channel.get("title"))
    found: list[tuple[int, Block]] = []
    if heading:
        found.append((0, _block(heading, role=Role.PAGE_HEADING, tag="title")))
    subtitle = _plain(channel.get("subtitle"))
    if subtitle:
        found.append((0, _block(subtitle, role=Role.CHROME, tag="description")))
    site = host_of(channel.get("link")) or host_of(raw.url) or raw.site
    metadata = []
    for number, entry in enumerate(told.entries, start=1):
        metadata.append(_metadata(entry, channel, raw=raw, site=site, knowledge=knowledge))
        found.extend(_entry_blocks(entry, number, limits))
    owned: dict[int, list[Block]] = {}
    for line, (owner, block) in enumerate(found, start=1):
        owned.setdefault(owner, []).append(_numbered(block, line))
    posts = tuple(
        compose_post(owned.get(number, []), number=number, metadata=own)
        for number, own in enumerate(metadata, start=1)
    )
    return Page(
        heading=heading,
        tag=_tag(channel, heading, posts),
        posts=posts,
        blocks=tuple(owned.get(0, ())),
        site=site,
    )


def _numbered(block: Block, line: int) -> Block:
    return Block(
        line=line,
        raw=block.raw,
        text=block.text,
        marker=block.marker,
        gap=block.gap,
        tag=block.tag,
        role=block.role,
    )


def _entry_blocks(entry: Any, number: int, limits: Limits) -> Iterator[tuple[int, Block]]:  # noqa: ANN401  # as above
    """An item's headline, text, and the excerpt that stands beside a full text."""
    title = _plain(entry.get("title"))
    if title:
        yield number, _block(title, role=Role.TITLE, tag="title")
    texts = sorted(
        (detail for detail in entry.get("content", ()) if detail.get("value")),
        key=lambda detail: -len(detail.value),
    )
    summary = entry.get("summary_detail")
    if summary and summary.get("value") and all(summary.value != detail.value for detail in texts):
        texts.append(summary)
    for at, detail in enumerate(texts):
        for owner, block in _text_blocks(detail, limits):
            yield (
                (number, block)
                if owner and not at
                else (0, _block(block.raw, role=Role.CHROME, tag=block.tag))
            )


def _text_blocks(detail: Any, limits: Limits) -> list[tuple[int, Block]]:  # noqa: ANN401  # as above
    """The blocks of one text, with 1 where they are the item's and 0 where furniture."""
    value = detail.value
    if detail.get("type") == "text/plain":
        value = escape(unescape(value)).replace("\n", "<br>")
    tree = read_tree(value, limits=limits)
    body = tree.body
    if body is None:
        return []
    cutting = Cutting(tree, value)
    for node in furniture(body, is_whole=False):
        cutting.cut_lines(node)
    return cutting.blocks(fragment_blocks(body.inner_html or ""), owner=1)


def _metadata(
    entry: Any,  # noqa: ANN401  # as above
    channel: Any,  # noqa: ANN401  # as above
    *,
    raw: RawDocument,
    site: str | None,
    knowledge: "Knowledge",
) -> Metadata:
    base = join_url(channel.get("link"), base=raw.url)
    url = join_url(entry.get("link"), base=base)
    published, problem = None, None
    # Its own `get` answers with another date where "updated" is asked for.
    for told in (dict.get(entry, key) for key in ("published", "updated", "created")):
        if published is None and told:
            published, new = believe(told, evidence="feed", scraped_at=raw.scraped_at)
            problem = problem or new
    evidence = "feed" if published else None
    if published is None and (day := day_in_url(url)):
        published, new = believe(day, evidence="url", scraped_at=raw.scraped_at)
        evidence = "url" if published else None
        problem = problem or new
    publisher, quoted = _source(entry, site=site, knowledge=knowledge)
    language = language_code(str(channel.get("language") or ""))
    # An entry without an author has the feed's (RFC 4287, 4.2.1).
    listed = entry.get("authors") or channel.get("authors") or ()
    names = [str(author.get("name") or "") for author in listed]
    return Metadata(
        title=_plain(entry.get("title")),
        url=url,
        authors=split_authors(names or [str(entry.get("author") or "")]),
        published_at=published,
        date_evidence=evidence,
        date_problem=problem,
        terms=unique_terms(_plain(tag.get("label") or tag.get("term")) for tag in entry.get("tags", ())),
        publisher=publisher,
        publisher_evidence=quoted,
        language=language,
    )


def _source(entry: Any, *, site: str | None, knowledge: "Knowledge") -> tuple[str | None, str | None]:  # noqa: ANN401  # as above
    """Where an item was taken from, if that is another site: (publisher, what told it)."""
    source = entry.get("source") or {}
    name = _plain(source.get("title"))
    host = host_of(source.get("href") or source.get("link"))
    if (host and is_same_site(host, site)) or not (name or host):
        return None, None
    known = known_host(host, knowledge.publishers)
    return known or name, f"source: {name or host}"


def _tag(channel: Any, heading: str | None, posts: Sequence[Post]) -> str | None:  # noqa: ANN401  # as above
    """The tag or category of a feed of one: named by its address, or carried by all items and named first in the title."""
    if heading is None:
        return None
    first = _SEPARATORS.split(heading)[0].strip()
    links = [channel.get("link"), *(link.get("href") for link in channel.get("links", ()))]
    if any(link and _ARCHIVE_PATH.search(link) for link in links):
        return str(first)
    wanted = fingerprint(first)
    carried = [any(fingerprint(term) == wanted for term in post.metadata.terms) for post in posts]
    return str(first) if first != heading and carried and all(carried) else None


def _block(text: str, *, role: Role, tag: str) -> Block:
    return Block(line=1, raw=text, text=clean(text), gap=1, tag=tag, role=role)


def _plain(told: object) -> str | None:
    """A field's text without markup; feeds escape titles once or twice."""
    if not isinstance(told, str) or not told.strip():
        return None
    text = unescape(told)
    if "<" in text:
        text = " ".join(block.raw for block in fragment_blocks(text))
    return clean(text) or None
