"""Who signed an article: names out of what markup tells, one by one."""

import html
from collections.abc import Iterable

import re2

from transforms.normalize import clean

MAX_AUTHORS = 30
_MAX_CHARS = 2_000
_MAX_NAME_CHARS = 120
_MAX_NAME_WORDS = 9

_OPENERS = re2.compile(
    r"^(?i:written by|story by|words by|text by|posted by|reported by|by|von|par|por|texto de|di|av|af|door|oleh|autor|autorka|"
    r"автор|текст|penulis|text|author|authors|autoren)\s*:?(?:\s+|$)|^[:|,;·•–—-]+\s*"
)
_PARTS = re2.compile(r"\s*[,;|·•\n]\s*|\s+(?i:and|und|&|och|og|en|и|та|ja)\s+|\s+/\s+")
_AND = re2.compile(r"\s+(?:et|y|e|i)\s+")
"""Words that also stand within the names of papers and agencies: both sides must look like a person's name."""
_BRACKETS = re2.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]\s*$")
_ADDRESS = re2.compile(r"(?i)https?:|www\.|@|\.html?\b")
_ENDS = " \t,;:|·•–—-/"


def split_authors(told: Iterable[str]) -> tuple[str, ...]:
    """The names in what was told, each once, in order.

    "By Jane Roe, John Doe and Ann Poe" gives three. Addresses, handles and initials in brackets go.

    Args:
        told: Strings as they stand: a name each, or a whole by-line.
    """
    names: dict[str, str] = {}
    for text in told:
        for name in _names(text[:_MAX_CHARS]):
            names.setdefault(name.casefold(), name)
            if len(names) >= MAX_AUTHORS:
                return tuple(names.values())
    return tuple(names.values())


def _names(text: str) -> list[str]:
    """The names of one string."""
    line = clean(html.unescape(text))
    line = _OPENERS.sub("", line)
    found = []
    for part in _PARTS.split(line):
        halves = _AND.split(part)
        for name in halves if all(len(half.split()) > 1 for half in halves) else [part]:
            neat = _neat(name)
            if neat:
                found.append(neat)
    return found


def _neat(name: str) -> str | None:
    """The name alone; None where it is none."""
    text = _OPENERS.sub("", _BRACKETS.sub("", name.strip(_ENDS))).strip(_ENDS)
    is_name = (
        len(text) > 1
        and len(text) <= _MAX_NAME_CHARS
        and len(text.split()) <= _MAX_NAME_WORDS
        and any(letter.isalpha() for letter in text)
        and not _ADDRESS.search(text)
    )
    return text if is_name else None
