"""The headline of a page, by agreement among those who tell it."""

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import re2

from transforms.normalize import clean, words

MAX_CHARS = 1_000
_MAX_TOLD = 4_000
_MAX_SITE_WORDS = 6
"""Words of a site's or a section's name behind a headline."""
_MIN_KEY = 8
"""Shorter, the end of one headline is the end of another by chance."""
_TAGS = re2.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]{0,200}>")
_UNCLOSED = frozenset({"br", "hr", "img", "wbr"})
"""Elements that have no end."""
_SEPARATORS = re2.compile(r"\s+[|–—·•»«-]\s+|\s*[|｜：]\s*|\s*::?\s+")
"""What parts a headline from the name of its site or section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What each part of a page says that its headline is, as it stands.

    Args:
        jsonld: The headline of JSON-LD, or what analytics and catalogues are told in its place.
        opengraph: og:title, or Twitter's in its place.
        headings: First-rank headings of the page.
        subheadings: Second-rank headings.
        title: The page's `title`.
        sites: Names and hosts of the site.
    """

    jsonld: str | None = None
    opengraph: str | None = None
    headings: Sequence[str] = ()
    subheadings: Sequence[str] = ()
    title: str | None = None
    sites: Sequence[str] = ()


def neat_title(text: str | None) -> str | None:
    """One line, entities and markup out, capped at 1,000 characters; None where nothing is left."""
    if not text:
        return None
    line = clean(text[:_MAX_TOLD])
    if "&" in line:
        line = clean(html.unescape(html.unescape(line)))
    return _capped(_without_markup(line))


def printed_title(text: str | None) -> str | None:
    """One line of an element's text, capped: what looks like a tag in it is printed ("Using the <canvas> element")."""
    if not text:
        return None
    line = clean(text[:_MAX_TOLD])
    return _capped(clean(html.unescape(line)) if "&" in line else line)


def _without_markup(line: str) -> str:
    """The line without elements that are closed in it; a tag on its own is what the headline speaks of."""
    if "<" not in line:
        return line
    closed = {found.group(2).casefold() for found in _TAGS.finditer(line) if found.group(1)} | _UNCLOSED
    return clean(_TAGS.sub(lambda tag: " " if tag.group(2).casefold() in closed else tag.group(), line))


def _capped(line: str) -> str | None:
    if len(line) > MAX_CHARS:
        line = line[: MAX_CHARS - 1].rstrip() + "…"
    return line or None


def choose_title(told: Told) -> str | None:
    """The headline that most of JSON-LD, OpenGraph, heading and title agree on; JSON-LD's where votes are even.

    Two things count for more than votes: a second-rank heading that prints what OpenGraph or JSON-LD says while the first-rank one
    prints another (a breadcrumb for search engines), and OpenGraph's form without what the others put before it.
    """
    headings = [line for text in told.headings if (line := printed_title(text))]
    lines = (neat_title(told.jsonld), neat_title(told.opengraph), printed_title(told.title))
    whole = [line for line in lines if line]
    sites = {key for name in told.sites if (key := _key(name))}
    others = {_key(text) for text in (*headings, *whole)}
    jsonld, opengraph, title = (
        without_site(line, sites=sites, others=others) if line else None for line in lines
    )
    known = {_key(text) for text in (jsonld, opengraph, title) if text}
    heading = next((text for text in headings if _key(text) in known), headings[0] if headings else None)
    if jsonld and opengraph and _key(jsonld) != _key(opengraph):
        chosen = _printed(jsonld, opengraph, heading=heading, told=told) or _without_kicker(
            jsonld, opengraph, heading=heading
        )
        if chosen:
            return chosen
    return _elected([text for text in (jsonld, heading, opengraph, title) if text])


def without_site(text: str, *, sites: Collection[str], others: Collection[str]) -> str:
    """The headline without the site's name or section before or behind it.

    Args:
        text: A headline.
        sites: Keys of the site's names.
        others: Keys of the other headlines: what is left over against one of them is a section.
    """
    for match in _SEPARATORS.finditer(text):
        head, tail = text[: match.start()].strip(), text[match.end() :].strip()
        if not head or not tail:
            continue
        is_section = (
            _key(head) in others and len(tail.split()) <= _MAX_SITE_WORDS and match.group().strip() != ":"
        )
        if _key(tail) in sites or is_section:
            return head
        if _key(head) in sites or (_key(tail) in others and "|" in match.group()):
            return tail
    return text


def _printed(jsonld: str, opengraph: str, *, heading: str | None, told: Told) -> str | None:
    """Which of the two a second-rank heading prints, where the first-rank one prints the other."""
    subheadings = {_key(line) for text in told.subheadings if (line := printed_title(text))}
    for one, other in ((jsonld, opengraph), (opengraph, jsonld)):
        # A kicker may stand within the heading, before the headline.
        if heading and _key(heading) == _key(other) and any(_ends(text, _key(one)) for text in subheadings):
            return one
    return None


def _without_kicker(jsonld: str, opengraph: str, *, heading: str | None) -> str | None:
    """OpenGraph's headline, where JSON-LD and the heading have the same with a kicker before it."""
    is_end = _ends(_key(jsonld), _key(opengraph))
    return opengraph if is_end and (heading is None or _key(heading) == _key(jsonld)) else None


def _ends(key: str, end: str) -> bool:
    """Whether the one key is the end of the other, and not by chance."""
    return key == end or (len(end) >= _MIN_KEY and key.endswith(end))


def _elected(ranked: Sequence[str]) -> str | None:
    """The text with most votes; the first of them where votes are even."""
    keys = [_key(text) for text in ranked]
    return max(ranked, key=lambda text: keys.count(_key(text)), default=None)


def _key(text: str) -> str:
    """What two headlines share that differ in punctuation, white space and case alone."""
    return "".join(words(text))
