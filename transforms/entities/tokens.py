"""Capitalised words of a text and how each hangs on the one before: what rules about names work on."""

from dataclasses import dataclass

import re2

# Links of a capitalised word to the capitalised word before it.
NONE, SPACE, HYPHEN, INITIAL, PARTICLE, OF, AND = range(7)

_CAPITALISED = re2.compile(
    r"(?:\p{Lu}\.){2,}\p{Lu}?"
    r"|(?:al|el|ad|an|as|ash|ar|at)-\p{Lu}[\p{L}\p{M}\p{N}]*(?:['’ʼ][\p{L}\p{M}]+)*"
    r"|\p{Ll}?[\p{Lu}\p{Lt}][\p{L}\p{M}\p{N}]*(?:['’ʼ][\p{L}\p{M}]+)*"
)
_OF = {"of", "for", "of the", "for the", "on", "de", "des", "der", "für", "del", "di"}
_AND = {"and", "&"}
_PLAIN_GAPS = {" ": SPACE, "\u00a0": SPACE, "-": HYPHEN, "–": HYPHEN, "‑": HYPHEN, "&": AND}
_MAX_GAP = 16  # characters between two words that may belong to one name ("van der", "for the")
_MAX_WORD = 60  # characters of a name's word; a longer run of letters is no name
_ABBREVIATION = 4  # letters: "Gen. X", "Mr. X", "St. X" go on after their full stop
_SENTENCE_MARKS = frozenset('.!?…:\n•–—"“‘(«„')


@dataclass(slots=True)
class Token:
    """A capitalised word: its place, its letters without possessive, its link, and whether it begins a sentence."""

    start: int
    end: int
    word: str
    link: int
    first: bool


def _link(gap: str, before: str, *, particles: frozenset[str], abbreviations: frozenset[str]) -> int:
    plain = _PLAIN_GAPS.get(gap)
    if plain is not None:
        return plain
    if gap in {". ", ".\u00a0", "."}:
        return INITIAL if len(before) == 1 or before in abbreviations else NONE
    if not gap.startswith(" ") or not gap.endswith(" ") or "\n" in gap:
        return NONE
    inner = gap[1:-1]
    if inner in _AND:
        return AND
    if all(word in particles for word in inner.split(" ")):
        return PARTICLE
    return OF if inner in _OF else NONE


def capitalised(text: str, *, particles: frozenset[str], abbreviations: frozenset[str]) -> list[Token]:
    """The capitalised words of a text in order."""
    tokens: list[Token] = []
    last_end = 0
    cut = False
    for found in _CAPITALISED.finditer(text):
        start, end = found.span()
        if start and text[start - 1].isalnum():
            continue
        if end - start > _MAX_WORD:
            continue
        word = text[start:end]
        possessive = len(word) > 2 and word[-1] in "sS" and word[-2] in "'’ʼ"  # noqa: PLR2004  # “X’s”
        if possessive:
            end -= 2
            word = word[:-2]
        link = NONE
        gap_length = start - last_end
        if tokens and gap_length <= _MAX_GAP and not cut:
            link = _link(
                text[last_end:start], tokens[-1].word, particles=particles, abbreviations=abbreviations
            )
        first = not tokens
        if link == NONE and tokens:
            gap = text[max(last_end, start - 4) : start]
            first = any(mark in _SENTENCE_MARKS for mark in gap)
        tokens.append(Token(start, end, word, link, first))
        last_end = end
        cut = possessive
    return tokens
