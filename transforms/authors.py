"""Who signed an article, as printed in its by-line.

Only a line that is a by-line and nothing else is believed.
"""

from collections import Counter
from collections.abc import Sequence

import re2

from transforms.dates.stamps import read_stamps
from transforms.dates.words import WEEKDAYS
from transforms.records import Block

_MAX_LINE_CHARS = 160
"""A longer line is prose."""
_END_BLOCKS = 8
"""A by-line stands among the first or the last blocks; a live blog's, with its time, anywhere."""
_MAX_BLOCKS = 5_000

_PARTICLES = "van|von|de|del|der|den|da|di|la|le|el|al|bin|ben|ter|dos|zu"
_PERSON = (
    rf"\p{{Lu}}[\p{{L}}\p{{M}}.'’-]*(?: (?:(?:{_PARTICLES}) ){{0,2}}\p{{Lu}}[\p{{L}}\p{{M}}.'’-]*){{1,3}}"
)
_AND = "and|&|y|et|und|e|og|och|en|i|и|та"
_PERSONS = rf"{_PERSON}(?:(?:, {_PERSON})*,? (?:{_AND}) {_PERSON})?"
_BY = (
    "by|words by|written by|story by|posted by|reported by|author|par|por|texto de|von|di|av|door|oleh|autor|autorka|"
    "автор|текст|yazan|penulis"
)
_OPTIONS = re2.Options()
_OPTIONS.max_mem = 32 << 20
_OPTIONS.log_errors = False
_BYLINE = re2.compile(rf"^(?i:{_BY}) ?:? (?P<author>{_PERSONS})(?P<rest>.*)$", _OPTIONS)
_SIGNED = re2.compile(rf"^(?P<author>{_PERSONS})(?P<rest>[ ,|·–—-]*)$", _OPTIONS)
_GLUED = re2.compile(
    r"(\p{Ll})(?:Twitter|Facebook|Follow|Reporter|Correspondent|Editor|Korrespondent|Korrespondentin|Redakteur|Published)$"
)
"""What a template prints right behind a name."""
_REST = re2.compile(
    r"^(?:\s*[,;|·•/–—-][^.!?]*| (?:in|at|for|on|à|aus|de|em|en|din|fra|från|з|из|в) [\p{Lu}\d][^.!?]*| ?\([^()]*\))?\.?$"
)

_NO_PERSONS_WORDS = """
news staff press times reuters desk editor editors team correspondent reporter agency post bureau bbc afp ap
admin editorial newsroom redaktion redacción redação redazione rédaction media online tv radio daily journal
magazine guest published updated posted
"""
_NO_PERSONS = frozenset(_NO_PERSONS_WORDS.split())
"""Words of a by-line that is no person's."""


def find_author(blocks: Sequence[Block]) -> str | None:
    """Read the author out of an article's by-line.

    Args:
        blocks: The article's blocks, boilerplate and all.

    Returns:
        The name or names as printed: of the first by-line ("By Jane Roe in Kyiv" gives "Jane Roe"), else of the
        most frequent one that is glued to a time, as a live blog prints it. None where there is none.
    """
    live: Counter[str] = Counter()
    glued: set[str] = set()
    for number, block in enumerate(blocks[:_MAX_BLOCKS]):
        line = block.text
        if not line or len(line) > _MAX_LINE_CHARS:
            continue
        if number < _END_BLOCKS or number >= len(blocks) - _END_BLOCKS:
            author = _of_byline(line)
            if author is not None:
                return author
        signed = _of_stamp(line)
        if signed is not None:
            live[signed[0]] += 1
            glued.update([signed[0]] if signed[1] else [])
    # A place and a time look the same ("New Delhi 3 May 2031 10:45"); a name glued to its time is a template's.
    names = [name for name, count in live.items() if count > 1 or name in glued]
    return max(names, key=lambda name: live[name], default=None)


def _of_byline(line: str) -> str | None:
    """The author of a line like "By Jane Roe", or None."""
    stamps = read_stamps(line)
    match = _BYLINE.match(line[: stamps[0].start].rstrip(" ,|·–—-") if stamps else line)
    if match is None or not (not match.group("rest").strip() or _REST.match(match.group("rest"))):
        return None
    return _person(match.group("author"))


def _of_stamp(line: str) -> tuple[str, bool] | None:
    """The author of a line like "Jane Roe21 January 2031 10:45", and whether the two are glued."""
    stamps = read_stamps(line) if any(letter.isdigit() for letter in line) else []
    if len(stamps) != 1 or stamps[0].is_day_only or stamps[0].end < len(line.rstrip(" .)")):
        return None
    match = _SIGNED.match(line[: stamps[0].start])
    author = _person(match.group("author")) if match else None
    return (author, not match.group("rest")) if match and author else None


def _person(name: str) -> str | None:
    """The name, unless it is an organisation's."""
    name = _GLUED.sub(r"\1", name.strip(" ,"))
    words = [word.strip(".,").casefold() for word in name.split()]
    return None if any(word in _NO_PERSONS or word in WEEKDAYS for word in words) else name
