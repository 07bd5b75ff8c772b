"""Who signed an article: names out of what markup tells, one by one."""

import html
from collections.abc import Iterable

import re2

from transforms.dates.stamps import read_stamps
from transforms.dates.words import MONTHS, WEEKDAYS
from transforms.normalize import clean, words

MAX_AUTHORS = 30
_MAX_CHARS = 2_000
_MAX_NAME_CHARS = 120
_MAX_NAME_WORDS = 7
"""Longer is a headline or a sentence."""
_MAX_PERSON_WORDS = 4

_OPENERS = re2.compile(
    r"^(?:\p{L}+ ){0,2}(?i:by)\s*:?\s+|"
    r"^(?i:von|par|por|texto de|di|av|af|door|oleh|autor|autorka|автор|текст|penulis|text|author|authors|autoren|by)\s*:?\s+|"
    r"^[:|,;·•–—-]+\s*"
)
_PARTS = re2.compile(r"\s*[,;|·•\n]\s*|\s+(?i:and|und|&|och|og|en|и|та|ja)\s+|\s+/\s+")
_AND = re2.compile(r"\s+(?:et|y|e|i)\s+")
"""Words that also stand within the names of papers and agencies: both sides must look like a person's name."""
_BRACKETS = re2.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]\s*$")
_ADDRESS = re2.compile(r"(?i)https?:|www\.|@|\.html?\b")
_ENDS = " \t,;:|·•–—-/"
_ROLES_WORDS = """
editor reporter correspondent writer columnist producer journalist contributor analyst editor-in-chief editor-at-large fellow professor
redakteur redakteurin korrespondent korrespondentin reporterin chefredakteur chefredakteurin journalistin autorin journaliste
rédacteur rédactrice corresponsal redactor redactora periodista giornalista inviato inviata repórter jornalista verslaggever
journalistin redaktør redaktör редактор корреспондент журналист muhabir muhabiri editör wartawan jurnalis
md phd ms rd rdn mph mba jd rn np esq jr sr
"""
_NO_PERSON_WORDS = """
twitter facebook instagram linkedin telegram whatsapp share follow email subscribe about view posts more news team staff
"""
_NO_PERSON = frozenset(_NO_PERSON_WORDS.split())
"""Words of buttons and desks beside a by-line."""
_ROLES = frozenset(_ROLES_WORDS.split())
"""Words of what somebody is, behind the name and a comma."""


def split_authors(told: Iterable[str], *, own: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The names in what was told, each once, in order.

    "By Jane Roe, John Doe and Ann Poe, reporter" gives three. Addresses, handles, dates, initials in brackets and what
    somebody is go.

    Args:
        told: Strings as they stand: a name each, or a whole by-line.
        own: Keys (`name_key`) of the site's own names: left out where others are left.
    """
    names: dict[str, str] = {}
    for text in told:
        for name in _names(text[:_MAX_CHARS]):
            names.setdefault(name_key(name), name)
            if len(names) >= MAX_AUTHORS:
                break
    others = tuple(name for key, name in names.items() if key not in own)
    return (others or tuple(names.values()))[:MAX_AUTHORS]


def name_key(name: str) -> str:
    """What two spellings of a name share: its letters and digits, casefolded."""
    return "".join(words(name))


def is_own(names: Iterable[str], *, own: frozenset[str]) -> bool:
    """Whether no name but the site's own is among them."""
    return all(name_key(name) in own for name in names)


def looks_like_person(name: str) -> bool:
    """Whether it is two to four words that all begin with a capital (or with a letter that has none)."""
    parts = name.split()
    if not _NO_PERSON.isdisjoint(name.casefold().split()):
        return False
    return 1 < len(parts) <= _MAX_PERSON_WORDS and all(
        part[0].isalpha() and not part[0].islower() for part in parts
    )


def _names(text: str) -> list[str]:
    """The names of one string."""
    line = clean(html.unescape(text))
    stamps = read_stamps(line) if any(letter.isdigit() for letter in line) else []
    line = _OPENERS.sub("", line[: stamps[0].start] if stamps else line)
    found: list[str] = []
    for part in _PARTS.split(line):
        if found and not _ROLES.isdisjoint(part.casefold().replace(".", "").split()):
            continue
        halves = _AND.split(part)
        for name in halves if all(len(half.split()) > 1 for half in halves) else [part]:
            neat = _neat(name)
            if neat:
                found.append(neat)
    return found


def _neat(name: str) -> str | None:
    """The name alone; None where it is none."""
    text = _OPENERS.sub("", _BRACKETS.sub("", name.strip(_ENDS))).strip(_ENDS)
    parts = text.split()
    if len(parts) > 1 and parts[-1].casefold() in WEEKDAYS:
        text = " ".join(parts[:-1])
    is_date = any(letter.isdigit() for letter in text) and any(part.casefold() in MONTHS for part in parts)
    is_name = (
        1 < len(text) <= _MAX_NAME_CHARS
        and len(parts) <= _MAX_NAME_WORDS
        and not is_date
        and any(letter.isalpha() for letter in text)
        and not _ADDRESS.search(text)
    )
    return text if is_name else None
