"""What a document's acronyms stand for: printed in brackets beside the name, or the first letters of one of its names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import re2

from transforms.entities.find import Mention
from transforms.entities.spelling import fold
from transforms.entities.words import Words

_ACRONYM = re2.compile(r"^[\p{Lu}][\p{L}\p{N}.&-]{1,9}$")
_BEFORE_BRACKET = re2.compile(r"([\p{Lu}][\p{L}\p{N}.&-]{1,9})[\"”]? ?[(\[](?:the |[\"“])?$")
_BRACKETED = re2.compile(r"\((\p{Lu}+)s?\)")
_GAPS = (
    " (",
    "(",
    " (the ",
    " [",
    ' ("',
    " (“",
    ", or ",
    ", or the ",
    ", known as ",
    ", known as the ",
    " or ",
)
_MAX_ACRONYM = 12  # characters with its dots
_SPELLED = 120  # characters before an acronym in brackets that may spell it out
_SMALL = frozenset({"of", "and", "for", "the", "on", "in", "to"})
_LOOK_BACK = 24  # characters before a name in brackets: the acronym and "(the "
_MIN_WORDS = 2
_MIN_PLAIN = 3  # letters of an acronym that nothing introduces


def is_acronym_of(short: str, long: str) -> bool:
    """Whether the letters are first letters of the words, in order, the first word's first; a small one may go on in its word.

    "AfDB" is the African Development Bank.
    """
    letters = [letter for letter in short if letter.isalpha()]
    words = [word.casefold() for word in long.replace("-", " ").split() if word[:1].isalpha()]
    if not letters or len(words) < _MIN_WORDS or words[0][0] != letters[0].casefold():
        return False
    place, inner = -1, 0
    for letter in letters:
        small = letter.casefold()
        later = next((at for at in range(place + 1, len(words)) if words[at][0] == small), None)
        if later is not None:
            place, inner = later, 1
        elif letter.islower() and words[place][inner : inner + 1] == small:
            inner += 1
        else:
            return False
    return True


def _after(text: str, mention: Mention) -> str | None:
    for gap in _GAPS:
        if not text.startswith(gap, mention.end):
            continue
        start = end = mention.end + len(gap)
        while end < len(text) and end - start < _MAX_ACRONYM and text[end] not in ")]”\" ,;’'":
            end += 1
        short = text[start:end].rstrip(".") if text[start:end].count(".") == 1 else text[start:end]
        bracket = "(" in gap or "[" in gap
        if _ACRONYM.match(short) and (bracket or short.isupper()) and is_acronym_of(short, mention.text):
            return short
    return None


def _before(text: str, mention: Mention) -> str | None:
    if text[mention.end : mention.end + 1] not in {")", "]", '"', "”"}:
        return None
    found = _BEFORE_BRACKET.search(text[max(mention.start - _LOOK_BACK, 0) : mention.start])
    return found[1] if found and is_acronym_of(found[1], mention.text) else None


def introduced(text: str, mentions: Sequence[Mention]) -> list[tuple[str, Mention]]:
    """Each folded acronym with the mention that it is printed for, where the letters fit; in order."""
    found: list[tuple[str, Mention]] = []
    for mention in mentions:
        if mention.type == "PERSON" or (" " not in mention.text and "-" not in mention.text):
            continue
        printed = (_after(text, mention), _before(text, mention))
        found += [(fold(short), mention) for short in printed if short]
    return found


def _spelling(short: str, words: Sequence[str]) -> str | None:
    """The last words of which each capital is a letter of the acronym, small words between them."""
    letters = list(short)
    for at in range(len(words) - 1, -1, -1):
        if words[at] in _SMALL:
            continue
        if words[at][0] != letters.pop():
            return None
        if not letters:
            return " ".join(words[at:])
    return None


def spelled_out(text: str) -> dict[str, str]:
    """Folded acronym in brackets → the words before it, whether they were found as a name or not: "Edible Roots Act (ERA)"."""
    found: dict[str, str] = {}
    for match in _BRACKETED.finditer(text):
        short, line = match[1], text[max(match.start() - _SPELLED, 0) : match.start()].rpartition("\n")[2]
        if _MIN_WORDS <= len(short) <= _MAX_ACRONYM and line.endswith(" "):
            spelling = _spelling(short, line.split())
            if spelling:
                found.setdefault(fold(short), spelling)
    return found


def first_letters(names: Mapping[tuple[str, str], str], known: Words) -> dict[str, tuple[str, str]]:
    """Folded acronym of all first letters, small words skipped or not → the one (type, name) of the document that has them.

    Args:
        names: (type, folded name) → name.
        known: Which words are small.
    """
    found: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for (kind, folded), name in names.items():
        words = folded.split()
        if kind in {"PERSON", "NORP"} or len(words) < _MIN_WORDS:
            continue
        main = "".join(word[0] for word in words if word not in known.linking)
        for short in {main, "".join(word[0] for word in words)}:
            if len(short) >= _MIN_PLAIN:
                found[short][kind, name] = None
    return {short: next(iter(longs)) for short, longs in found.items() if len(longs) == 1}
