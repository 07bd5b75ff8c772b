"""JSON-LD: the things that a page's scripts describe, whatever their shape."""

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from transforms.normalize import clean, fingerprint

Thing = Mapping[str, Any]

_MAX_SCRIPT_CHARS = 1_000_000
"""The largest of the publishers' pages has 60,000 characters."""
_MAX_SCRIPTS = 50
_MAX_NESTED_CHARS = 20_000
_MAX_THINGS = 20_000
_ARTICLE_WORDS = ("article", "posting", "report")
_MAX_NAMES = 50
_DEEP = 8
"""Things within things: an article within a graph within a page's mainEntity is three deep."""


def read_things(tree: LexborHTMLParser) -> list[Thing]:
    """Every object of the page's JSON-LD, outer before inner, in order of the page.

    What is no JSON is left out; nothing is ever evaluated.
    """
    things: list[Thing] = []
    for script in tree.css('script[type*="ld+json" i]')[:_MAX_SCRIPTS]:
        value = _parse(script.text())
        for thing in _walk(value):
            things.append(thing)
            if len(things) >= _MAX_THINGS:
                return things
    return things


def articles(things: list[Thing]) -> list[Thing]:
    """Those that describe an article, in order."""
    return [thing for thing in things if is_article(thing)]


def is_article(thing: Thing) -> bool:
    """Whether its type says that it is an article, a posting or a report."""
    return any(word in kind.casefold() for kind in types(thing) for word in _ARTICLE_WORDS)


def types(thing: Thing) -> list[str]:
    """Its types, with or without their vocabulary's address."""
    return [kind.rpartition("/")[2] for kind in strings(thing.get("@type"))]


def strings(value: object) -> list[str]:
    """The strings of a value: itself, those of a list, or the `name` or `@value` of an object."""
    found: list[str] = []
    for one in value[:1000] if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            one = next((one[key] for key in ("name", "@value") if isinstance(one.get(key), str)), None)  # noqa: PLW2901  # its own name
        if isinstance(one, str) and (text := clean(one[:_MAX_NESTED_CHARS])):
            found.append(text)
    return found


def _parse(text: str) -> object:
    """The script's value; None where it is none."""
    if len(text) > _MAX_SCRIPT_CHARS:
        return None
    text = (
        text.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .removeprefix("//<![CDATA[")
        .removesuffix("//]]>")
    )
    try:
        # Real scripts carry bare line breaks within strings.
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: object) -> Iterator[Thing]:
    """The objects of a value, outer before inner, in order; a stack, for a value may be nested beyond Python's."""
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, dict):
            yield node
        if depth < _DEEP and isinstance(node, dict | list):
            inner = node.values() if isinstance(node, dict) else node
            stack += [(one, depth + 1) for one in reversed(list(inner)) if isinstance(one, dict | list)]


def main_article(things: list[Thing], *, told_titles: tuple[str, ...]) -> Thing:
    """The object that describes the page's own article; an empty one where there is none.

    A page may describe the articles that it links to as well: the one whose headline the page's title has comes first,
    then one that tells a headline and a date.
    """
    found = articles(things)
    titles = [fingerprint(title) for title in told_titles if title]

    def rank(thing: Thing) -> tuple[int, bool]:
        headline = fingerprint(html.unescape(next(iter(strings(thing.get("headline"))), "")))
        told = (
            place
            for place, title in enumerate(titles)
            if headline and (headline in title or title in headline)
        )
        return next(told, len(titles)), not (headline and thing.get("datePublished"))

    return min(found, key=rank, default={})


def names_of(value: object, *, things: Sequence[Thing]) -> list[str]:
    """The names of persons or organisations; a reference ("@id") is looked up among the page's other objects."""
    names: list[str] = []
    stack = [value]
    while stack and len(names) < _MAX_NAMES:
        one = stack.pop(0)
        if isinstance(one, list):
            stack = [*one[:_MAX_NAMES], *stack]
        elif isinstance(one, Mapping):
            names += (
                strings(one.get("name"))
                or strings(one.get("byline"))
                or _referred(one.get("@id"), things=things)
            )
        elif isinstance(one, str):
            names += strings(one)
    return names


def _referred(reference: object, *, things: Sequence[Thing]) -> list[str]:
    if not isinstance(reference, str):
        return []
    return next(
        (
            names
            for thing in things
            if thing.get("@id") == reference and (names := strings(thing.get("name")))
        ),
        [],
    )
