"""Labelled text as the token classifier is taught with it: passages with the names in them, and what their corpus labels at all."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Span = tuple[int, int, str]

_NO_SPACE_BEFORE = frozenset(".,;:!?)]}'’”%") | {"'s", "’s", "n't", "'re", "'ve", "'ll", "'d", "'m"}
_OPENING = "([{$“‘"
# “pro-Russian” names Russians, “U.S.-led” the United States: what is before and behind belongs to the sentence.
_BEFORE = re.compile(
    r"^(?:pro|anti|ex|non|post|pre|mid|self|then|former|un|inter|trans)-(?=[^-])", re.IGNORECASE
)
_BEHIND = re.compile(r"(?:-[a-z][a-z'’]*)+$")
_PAIR = re.compile(r"^([^-–/]+)[-–/]([^-–/]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of text with its names.

    Args:
        source: The corpus.
        document: What must not be learned from and tested on at once.
        text: Plain text.
        spans: (start, end, type) of each name, sorted.
        known: Types that the corpus labels; of others “no name” says nothing.
        context: Whether the next passage of the same document goes on where this one ends.
        tokens: Place of each token, where the corpus is one of token lists.
        optional: Names that may be found or not.
        names: Canonical name of each span, where the corpus tells.
    """

    source: str
    document: str
    text: str
    spans: tuple[Span, ...]
    known: frozenset[str]
    context: bool = False
    tokens: tuple[tuple[int, int], ...] = ()
    optional: tuple[Span, ...] = ()
    names: tuple[str, ...] = ()


def joined(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Plain text of a token list, and the place of each token in it."""
    text, places, is_open = "", [], False
    for token in tokens:
        quote = token in {'"', "``", "''"}
        word = '"' if quote else token
        closing = quote and is_open
        if (
            text
            and word not in _NO_SPACE_BEFORE
            and not closing
            and text[-1] not in _OPENING
            and not (is_open and text[-1] == '"' and text[-2:-1] in {" ", ""})
        ):
            text += " "
        if quote:
            is_open = not is_open
        places.append((len(text), len(text) + len(word)))
        text += word
    return text, places


def token_spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first token, past the last, type) of BIO labels, PER called PERSON."""
    spans: list[tuple[int, int, str]] = []
    start, kind = -1, ""
    for place, tag in enumerate([*tags, "O"]):
        goes_on = tag.startswith("I-") and kind == tag[2:] and start >= 0
        if start >= 0 and not goes_on:
            spans.append((start, place, "PERSON" if kind == "PER" else kind))
            start = -1
        if tag != "O" and not goes_on:
            start, kind = place, tag[2:]
    return spans


def of_tokens(
    tokens: Sequence[str], tags: Sequence[str], *, source: str, document: str, known: frozenset[str]
) -> Passage:
    """A passage out of a token list."""
    text, places = joined(tokens)
    spans = tuple((places[first][0], places[last - 1][1], kind) for first, last, kind in token_spans(tags))
    return Passage(
        source=source, document=document, text=text, spans=spans, known=known, tokens=tuple(places)
    )


def names_alone(passages: Iterable[Passage]) -> dict[str, str]:
    """Names of one word without a hyphen, each with the type that it has most often: what a pair may be made of."""
    counts: dict[str, dict[str, int]] = {}
    for passage in passages:
        for start, end, kind in passage.spans:
            name = passage.text[start:end]
            if " " not in name and "-" not in name:
                counts.setdefault(name, {}).setdefault(kind, 0)
                counts[name][kind] += 1
    return {name: min(kinds, key=lambda kind: (-kinds[kind], kind)) for name, kinds in sorted(counts.items())}


def without_hyphens(passage: Passage, *, alone: dict[str, str]) -> Passage:
    """The same passage, each hyphenated word's name without what is no name in it: “U.S.-led” is “U.S.”, “Trump-Putin” two.

    Args:
        passage: With hyphenated words labelled whole, as some corpora do.
        alone: Names that stand alone elsewhere, each with its type.
    """
    spans: list[Span] = []
    for start, end, kind in passage.spans:
        pair = _PAIR.match(passage.text[start:end])
        if pair and pair.group(1) in alone and pair.group(2) in alone:
            spans.append((start, start + pair.end(1), alone[pair.group(1)]))
            spans.append((start + pair.start(2), end, alone[pair.group(2)]))
        else:
            first, last = _name_within(passage.text[start:end])
            spans.append((start + first, start + last, kind))
    return replace(passage, spans=tuple(spans))


def _name_within(word: str) -> tuple[int, int]:
    """Where in a labelled span its name stands: the whole, but for a single hyphenated word."""
    if " " in word:
        return 0, len(word)
    before = _BEFORE.match(word)
    start = before.end() if before and word[before.end()].isupper() else 0
    behind = _BEHIND.search(word, start)
    if behind and behind.start() > start and not word.startswith(("al-", "el-")):
        return start, behind.start()
    return start, len(word)
