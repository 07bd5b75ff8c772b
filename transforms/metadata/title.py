"""The headline of a page, by agreement among those who tell it."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import re2

from transforms.normalize import clean, words

MAX_CHARS = 1_000
_MAX_TOLD = 4_000
_TAGS = re2.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_SEPARATORS = re2.compile(r"\s+[|–—·•»«:-]\s+|\s*[|｜：]\s*|\s+::\s+")
"""What parts a headline from the name of its site or section."""
_MAX_SITE_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What each part of a page says that its headline is, as it stands, in order of the page."""

    jsonld: Sequence[str] = ()
    opengraph: Sequence[str] = ()
    twitter: Sequence[str] = ()
    headings: Sequence[str] = ()
    title: str | None = None
    site_names: Sequence[str] = ()


def neat_title(text: str | None) -> str | None:
    """One line, entities and markup out, capped; None where nothing is left."""
    if not text:
        return None
    line = clean(text[:_MAX_TOLD])
    if "&" in line:
        line = clean(html.unescape(html.unescape(line)))
    if "<" in line:
        line = clean(_TAGS.sub(" ", line))
    if len(line) > MAX_CHARS:
        line = line[: MAX_CHARS - 1].rstrip() + "…"
    return line or None


def choose_title(told: Told) -> str | None:
    """The headline that most of them agree on; where all differ, OpenGraph's, then JSON-LD's, the heading's, the title's."""
    headings = _neat(told.headings)
    sites = {_key(name) for name in told.site_names if name}
    whole = neat_title(told.title)
    keys = {_key(text) for text in (*headings, *_neat(told.jsonld), *_neat(told.opengraph))}

    def bare(text: str) -> str:
        return _without_site(text, sites=sites, others=keys)

    opengraph = [bare(text) for text in _neat(told.opengraph)][:2]
    jsonld = [bare(text) for text in _neat(told.jsonld)][:3]
    twitter = [bare(text) for text in _neat(told.twitter)][:1]
    title = [bare(whole)] if whole else []
    known = {_key(text) for text in (*opengraph, *jsonld, *twitter, *title)}
    heading = next((text for text in headings if _key(text) in known), headings[0] if headings else None)
    ranked = (*opengraph[:1], *jsonld[:1], *([heading] if heading else []), *title)
    if not ranked:
        return None
    votes = {text: sum(_key(other) == _key(text) for other in ranked) for text in ranked}
    best = max(votes.values())
    return next(text for text in ranked if votes[text] == best)


def _neat(texts: Sequence[str]) -> list[str]:
    return [line for text in texts if (line := neat_title(text))]


def _key(text: str) -> str:
    """What two headlines share that differ in punctuation and white space alone."""
    return "".join(words(text))


def _without_site(text: str, *, sites: set[str], others: set[str]) -> str:
    """The headline without the site's name before or behind it."""
    for match in _SEPARATORS.finditer(text):
        head, tail = text[: match.start()].strip(), text[match.end() :].strip()
        if not head or not tail:
            continue
        if _key(tail) in sites or (_key(head) in others and len(tail.split()) <= _MAX_SITE_WORDS):
            return head
        if _key(head) in sites:
            return tail
    return text
