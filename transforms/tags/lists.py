"""Printed tag lists: numbered, one a line, or on one line with separators; tags come out as printed."""

from collections.abc import Sequence
from itertools import pairwise

import re2

from transforms.tags.hashtags import is_hashtag_line, read_hashtags

_MAX_LINES = 500  # lines of a list that are read
_MAX_LINE = 20_000  # characters of a line that are read
_MIN_WRAP = 60  # characters: a line shorter than this was not wrapped for want of room
_MIN_WRAPPED_COMMAS = 2  # commas in a line that make it a list and not one tag with a comma in it

_BULLET = re2.compile(r"^[\p{Z}\t]*[•●▪◦‣∙*\-–—»›▶►✓✔]+[\p{Z}\t]+")
_NUMBERED = re2.compile(
    r"^[\p{Z}\t]*\(?(\p{Nd}{1,3})(?:[.)．、）:]|[\p{Z}]+[-–—])(?:[\p{Z}\t]+|([^\p{Nd}\p{Z}]))"
)
_INLINE_NUMBER = re2.compile(r"(?:^|[\p{Z},;|])\(?(\p{Nd}{1,3})[.)）][\p{Z}]+")
_STRONG = re2.compile(r"[\p{Z}\t]*(?:[;；|｜]|[\p{Z}\t][·•∙⋅/][\p{Z}\t]|・[\p{Z}])[\p{Z}\t]*")
_COMMAS = ",，、،﹐؛"
_OPEN = {"(": ")", "[": "]", "“": "”", "«": "»", "「": "」", "『": "』", "（": "）", "„": "“", "《": "》"}

# What may follow a comma inside one tag: it belongs to the name before it.
_NAME_TAILS = frozenset({
    "jr", "sr", "ii", "iii", "iv", "inc", "llc", "ltd", "llp", "plc", "corp", "co", "gmbh", "esq", "md", "phd", "dc",
    "ariz", "ark", "calif", "colo", "conn", "fla", "ga", "ill", "ind", "kan", "kans", "ky", "mass", "mich", "minn",
    "mo", "mont", "neb", "nev", "nj", "nm", "ny", "okla", "ont", "ore", "pa", "ri", "tenn", "tex", "va", "vt", "wash",
    "wis", "wyo",
})  # fmt: skip
# Of those, the ones that are never a tag of their own even without a full stop.
_PLAIN_TAILS = frozenset({"jr", "sr", "iii", "inc", "llc", "ltd", "llp", "plc", "gmbh", "esq", "phd", "dc"})


def _is_name_tail(piece: str) -> bool:
    bare = piece.strip().replace(".", "").casefold()
    return bare in _PLAIN_TAILS or (bare in _NAME_TAILS and piece.strip().endswith("."))


def _number_of(line: str) -> int | None:
    found = _NUMBERED.match(line)
    return int(found.group(1)) if found else None


def _without_number(line: str) -> str:
    found = _NUMBERED.match(line)
    if not found:
        return line
    return line[found.start(2) if found.group(2) else found.end() :]


def _numbered(lines: Sequence[str]) -> list[str] | None:
    """Items of a list whose lines count upwards (or all say 1); a line without a number continues its item."""
    numbers = [_number_of(line) for line in lines]
    told = [number for number in numbers if number is not None]
    if numbers[0] is None or 2 * len(told) < len(lines):
        return None
    rising = all(later - former in {0, 1} for former, later in pairwise(told))
    if not rising or (len(told) == 1 and told[0] != 1):
        return None
    items: list[str] = []
    for line, number in zip(lines, numbers, strict=True):
        if number is None:
            items[-1] = f"{items[-1]} {line.strip()}"
        else:
            items.append(_without_number(line))
    return items


def _numbered_inline(line: str) -> list[str] | None:
    """Items of “1. x 2. y 3. z” on one line: only numbers that count on from 1 cut it."""
    cuts: list[tuple[int, int]] = []
    for found in _INLINE_NUMBER.finditer(line):
        if int(found.group(1)) == len(cuts) + 1:
            cuts.append(found.span())
    if len(cuts) < 2 or line[: cuts[0][0]].strip():  # noqa: PLR2004  # one number is no enumeration
        return None
    ends = [start for start, _ in cuts[1:]] + [len(line)]
    return [line[start:end].strip(" \t,;|") for (_, start), end in zip(cuts, ends, strict=True)]


def _closing_places(line: str) -> dict[int, int]:
    """Place of each opening quote or bracket → place of its closer; one that never closes is left out."""
    places: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    straight: int | None = None
    for place, character in enumerate(line):
        if character == '"':
            if straight is None:
                straight = place
            else:
                places[straight] = place
                straight = None
        elif waiting and character == waiting[-1][0]:
            places[waiting.pop()[1]] = place
        elif character in _OPEN:
            waiting.append((_OPEN[character], place))
    return places


def _comma_places(line: str) -> list[int]:
    """Where the commas stand that separate: not in brackets, in quotes, or between digits."""
    closers = _closing_places(line)
    places: list[int] = []
    until = -1
    for place, character in enumerate(line):
        if place <= until:
            continue
        if place in closers:
            until = closers[place]
        elif character in _COMMAS:
            grouped = line[place - 1 : place].isdigit() and line[place + 1 : place + 2].isdigit()
            if not grouped:
                places.append(place)
    return places


def _split_commas(line: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for place in [*_comma_places(line), len(line)]:
        piece = line[start:place]
        if pieces and _is_name_tail(piece):
            pieces[-1] = f"{pieces[-1]}{line[start - 1]}{piece}"
        else:
            pieces.append(piece)
        start = place + 1
    return pieces


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether the lines are one comma list that was broken over them."""
    for line in lines[:-1]:
        commas = len(_split_commas(line)) - 1
        ends_open = line.rstrip()[-1:] in _COMMAS
        if not (ends_open or commas >= _MIN_WRAPPED_COMMAS or (commas and len(line) >= _MIN_WRAP)):
            return False
    return True


def _split_line(line: str) -> list[str]:
    if is_hashtag_line(line):
        return list(read_hashtags(line))
    inline = _numbered_inline(line)
    if inline:
        return inline
    if _STRONG.search(line):
        return [piece for piece in _STRONG.split(line) if piece]
    return _split_commas(line)


def _clean(tag: str) -> str:
    return " ".join(tag.split()).lstrip("#＃").strip().rstrip(_COMMAS).strip()


def read_tags(lines: Sequence[str]) -> tuple[str, ...]:
    """The tags of a printed list, in order, as printed: numbering, bullets and “#” off, a full stop at the end kept.

    Args:
        lines: The lines between the label and the hashtags, without the label.
    """
    kept = [line[:_MAX_LINE] for line in lines[:_MAX_LINES] if line.strip()]
    if not kept:
        return ()
    bare = [_BULLET.sub("", line) for line in kept]
    items = _numbered(bare) if len(bare) > 1 else None
    if items is None and len(bare) > 1 and not _is_wrapped(bare):
        strong = sum(1 for line in bare if _STRONG.search(line))
        if 2 * strong > len(bare):
            items = [piece for line in bare for piece in _split_line(line)]
        else:
            items = [
                tag for line in bare for tag in (read_hashtags(line) if is_hashtag_line(line) else (line,))
            ]
    if items is None:
        one = " ".join(line.strip() for line in bare)
        items = _split_line(one)
        if len(items) == 1 and _number_of(one) == 1:
            items = [_without_number(one)]
    return tuple(tag for tag in map(_clean, items) if tag)
