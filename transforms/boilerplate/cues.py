"""Groups of cue words of the publisher's own voice, by language: which of them a paragraph has.

In the rule pack, `[cues.<language>]` holds lists by group. A cue is a word or a phrase of letters and digits in lower
case; `*` at an end leaves that end open, `^` at the beginning asks for the beginning of a sentence. Cues of the
language `any` count for every language.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import re2

from transforms.errors import FixSettingsError

GROUPS = frozenset(
    {
        "us", "you", "ask", "help", "subscription", "period", "craft", "free", "act", "thanks", "said",
        "when", "inbox", "letter", "mail", "send", "follow", "social",
    },
)  # fmt: skip
ANY = "any"
# A price is a number with at most this many words ("euros") to its period ("a month").
PRICE_WORDS = 2
# Memory of the automaton: nineteen languages by as many groups.
CUE_MEMORY = 256 << 20

_STOP = "¶"
_STOPS = frozenset(".!?:;…。！？；：،؟।—–")


class _Folded(dict[int, str]):
    """A table for str.translate: letters, marks and digits stay, an end of a sentence is a stop, all else a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character)[0] in "LMN":
            kept = character
        else:
            kept = f" {_STOP} " if character in _STOPS else " "
        self[code] = kept
        return kept


_FOLDED = _Folded()


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues, ready to match.

    Args:
        names: (language, group) of each pattern of the automaton.
        automaton: Finds all patterns in one pass.
    """

    names: tuple[tuple[str, str], ...]
    automaton: Any

    def found(self, text: str) -> dict[str, frozenset[str]]:
        """The groups that a text has cues of, by language; `price` is a number beside a period."""
        if not self.names:
            return {}
        folded = f" {_STOP} " + " ".join(text.casefold().translate(_FOLDED).split()) + " "
        groups: dict[str, set[str]] = {}
        for index in sorted(self.automaton.Match(folded) or ()):
            language, group = self.names[index]
            groups.setdefault(language, set()).add(group)
        common = groups.pop(ANY, set())
        if common and not groups:
            return {ANY: frozenset(common)}
        return {language: frozenset(own | common) for language, own in sorted(groups.items())}


def parse_cues(tables: Mapping[str, Mapping[str, list[str]]]) -> Cues:
    """Make the automaton of `[cues.<language>]` tables.

    Raises:
        FixSettingsError: A group has an unknown name, or a cue is empty.
    """
    names: list[tuple[str, str]] = []
    options = re2.Options()
    options.max_mem = CUE_MEMORY
    options.never_capture = True
    options.log_errors = False
    automaton = re2.Set.SearchSet(options)
    for language, groups in tables.items():
        for group, cues in groups.items():
            if group not in GROUPS:
                raise FixSettingsError(
                    f"The boilerplate cues of {language!r} have an unknown group {group!r}."
                )
            if not cues or not all(cue.strip("*^ ") for cue in cues):
                raise FixSettingsError(
                    f"The boilerplate cues of {language!r} have an empty one in {group!r}."
                )
            body = "|".join(map(_pattern, cues))
            if group == "period":
                words = f"(?: [^ {_STOP}]+){{0,{PRICE_WORDS}}}"
                automaton.Add(f"[0-9][^ ]*{words}(?:{body})|(?:{body})[^ ]*{words} ?[0-9]")
                names.append((language, "price"))
            else:
                automaton.Add(body)
                names.append((language, group))
    if names:
        automaton.Compile()
    return Cues(tuple(names), automaton)


def _pattern(cue: str) -> str:
    word = re2.escape(cue.strip("*^"))
    before = "" if cue.startswith("*") else f"{_STOP} " if cue.startswith("^") else " "
    return f"{before}{word}" if cue.endswith("*") else f"{before}{word} "
