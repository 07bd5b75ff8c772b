"""A surface without what is no part of the name: possessive, article, title, a person's inner initials."""

from dataclasses import dataclass

import re2

from transforms.entities.spelling import fold, tidy_space
from transforms.entities.words import Words

_POSSESSIVE = re2.compile(r"(?:'[sS]|'|(?:[sS])')$")
_INITIAL = re2.compile(r"^(?:\p{Lu}\.?){1,3}$")
_INITIALS_DOTTED = re2.compile(r"^(?:\p{Lu}\.)+\p{Lu}?$")
_NICKNAME = re2.compile(r"""^["“”(']+(\p{L}[\p{L}.' -]*)["“”)',]+$""")
_PARTY = re2.compile(r"^[DRI]-(\p{Lu}.*)$")  # "D-N.Y.", as agencies write whom and where a senator is for
_MIN_PERSON_WORDS = 2
_SHORT = 3  # letters; capitals up to here are initials ("JK"), above a name that was shouted
_MAX_TITLE = 3  # words: "Former Prime Minister"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """A name, and what stood around it.

    Args:
        name: What is left.
        title: The titles that were taken off, folded; "" where there were none.
        nickname: The one in quotes inside it.
        whole: The name with the initials that were taken out of it.
        shouted: Whether it stood in capitals.
    """

    name: str
    whole: str = ""
    shouted: bool = False
    title: str = ""
    nickname: str = ""


def is_initials(word: str) -> bool:
    """Whether a word is an initial or several with dots: "J.", "J.K."."""
    return (len(word) == 1 and word.isalpha()) or bool(_INITIALS_DOTTED.match(word))


def title_of(words: list[str], known: Words) -> int:
    """How many words at the beginning are titles."""
    taken = 0
    while taken < len(words):
        for size in range(min(_MAX_TITLE, len(words) - taken), 0, -1):
            if fold(" ".join(words[taken : taken + size])) in known.titles:
                taken += size
                break
        else:
            return taken
    return taken


def _recased(words: list[str]) -> list[str]:
    """Words in capitals as a name is written: "DONALD TRUMP" → "Donald Trump"."""
    if not all(word.isupper() for word in words) or (is_initials(words[0]) and len(words) == 1):
        return words
    if len(words) == 1 and len(words[0]) <= _SHORT:
        return words
    return [word if "." in word else word.title().replace("'S", "'s") for word in words]


def _person(words: list[str], known: Words) -> Tidied:
    taken = title_of(words, known)
    title = fold(" ".join(words[:taken]))
    court = title and known.titles.get(title, "").startswith("court")
    left = words[taken:]
    if not left or (court and len(left) < _MIN_PERSON_WORDS and known.titles):
        return Tidied(name=" ".join(_recased(words)), title=title if left else "")
    nickname = ""
    kept: list[str] = []
    for word in left:
        quoted = _NICKNAME.match(word) if kept and word is not left[-1] else None
        if quoted:
            nickname = quoted[1]
        else:
            kept.append(word)
    left = kept
    whole = " ".join(_recased(left))
    if len(left) > _MIN_PERSON_WORDS:
        left = [word for i, word in enumerate(left) if i in {0, len(left) - 1} or not _INITIAL.match(word)]
        if (
            len(left) > _MIN_PERSON_WORDS
            and _INITIALS_DOTTED.match(left[0])
            and fold(left[-1]) not in known.junior
        ):
            left = left[1:]  # "J. Robert Miller" is "Robert Miller", "J.K. Miller" is all there is
    if len(left) > 1 and fold(left[-1].rstrip(",")) in known.junior:
        left[-2] = left[-2].rstrip(",")
        if fold(left[-1]) in {"jr", "sr"}:
            left[-1] = fold(left[-1]).title() + "."
    name = " ".join(left)
    return Tidied(
        name=" ".join(_recased(left)), whole=whole, shouted=name.isupper(), title=title, nickname=nickname
    )


def _without_hyphened(name: str, known: Words) -> str:
    """The name in "U.S.-backed" is "U.S.", in "pro-Russian" "Russian"."""
    head, hyphen, tail = name.rpartition("-")
    if hyphen and head and tail in known.after_hyphen:
        name = head
    head, hyphen, tail = name.partition("-")
    if hyphen and tail[:1].isupper() and " " not in tail and head.casefold() in known.before_hyphen:
        name = tail
    return name


def tidied(surface: str, kind: str, known: Words) -> Tidied:
    """A surface as a name."""
    name = tidy_space(surface)
    name = _POSSESSIVE.sub(lambda found: found[0][0] if found[0][0] in "sS" else "", name)
    words = _without_hyphened(name, known).split(" ")
    if len(words) > 1 and words[0] in {"The", "the", "THE"}:
        words = words[1:]
    if kind == "PERSON":
        return _person(words, known)
    if kind == "LOC" and (party := _PARTY.match(" ".join(words))):
        words = party[1].split(" ")
    if kind == "LOC" and all(word.isupper() and len(word) > _SHORT and "." not in word for word in words):
        words = _recased(words)
    if kind == "ORG" and words[0].islower() and fold(words[0]) in known.generic:
        words[0] = words[0].capitalize()
    return Tidied(name=" ".join(words))
