"""A text as the token classifier reads it: windows of word pieces, each with the case of its word and its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

MAX_PIECES = 192
"""Pieces of a window with its marks; the encoder was trained on no more, and reads them at its quickest."""
MAX_LINE = 100_000
"""Characters of a line that are cut into pieces at once."""
OPEN, CLOSE = 101, 102
"""The vocabulary's marks before a window and behind each of its lines ([CLS], [SEP])."""

# What the encoder, which reads everything in lower case, is told of a word beside its pieces.
LOWER, CAPITALISED, UPPER, MIXED, INITIAL, OTHER = range(6)
CASES = 6
_STOPS = frozenset(".!?…。！？")
# The vocabulary's tokenizer leaves them out, which would join the words beside them.
_SPACED = dict.fromkeys(
    (*range(0x09), *range(0x0E, 0x1C), 0x1F, *range(0x7F, 0x85), *range(0x86, 0xA0), 0xFFFD), " "
)

Integers = NDArray[np.int64]


class Encoding(Protocol):
    """What a tokenizer of the package tokenizers makes of a line."""

    @property
    def ids(self) -> list[int]:
        """Number of each piece in the vocabulary."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Where each piece stands in the line."""

    @property
    def word_ids(self) -> list[int | None]:
        """The word of each piece; words are runs of letters and digits, and single marks."""


class Tokenizer(Protocol):
    """As much of `tokenizers.Tokenizer` as is asked for here."""

    def encode(self, sequence: str, *, add_special_tokens: bool) -> Encoding:
        """Cut a line into pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """As much of a text as the encoder reads at once.

    Args:
        ids: Number of each piece in the vocabulary, marks and all.
        cases: Case of each piece's word: LOWER, CAPITALISED, …
        heads: Where in the window each word begins.
        starts: First character of each word in the text.
        ends: The same, exclusive.
        breaks: Whether a line begins with the word: no name goes on there.
    """

    ids: Integers
    cases: Integers
    heads: Integers
    starts: Integers
    ends: Integers
    breaks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    ids: list[int]
    case: int
    is_stop: bool


def case_of(word: str) -> int:
    """What the letters of a word tell: “word” LOWER, “Word” CAPITALISED, “WORD” UPPER, “iWord” MIXED, “W” INITIAL."""
    if not any(letter.isalpha() for letter in word):
        return OTHER
    if word.islower():
        return LOWER
    if word.isupper():
        return INITIAL if len(word) == 1 else UPPER
    if word[0].isupper() and word[1:].islower():
        return CAPITALISED
    return MIXED if word != word.lower() else LOWER


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines, whatever ends them, and where they begin; as long as in the text, with spaces for what prints nothing."""
    start = 0
    for line in text.translate(_SPACED).splitlines(keepends=True):
        for at in range(0, len(line), MAX_LINE):
            yield start + at, line[at : at + MAX_LINE]
        start += len(line)


def _words(line: str, start: int, tokenizer: Tokenizer, room: int) -> list[_Word]:
    """The words of a line; of one that no window has room for, the pieces that fit."""
    encoding = tokenizer.encode(line, add_special_tokens=False)
    words: list[_Word] = []
    last: int | None = -1
    for piece, (begin, end), word in zip(encoding.ids, encoding.offsets, encoding.word_ids, strict=True):
        if word == last:
            before = words[-1]
            before.ids.append(piece)
            words[-1] = _Word(before.start, start + end, before.ids, before.case, before.is_stop)
            continue
        last = word
        words.append(_Word(start + begin, start + end, [piece], OTHER, line[begin:end] in _STOPS))
    return [
        _Word(
            word.start,
            word.end,
            word.ids[:room],
            case_of(line[word.start - start : word.end - start]),
            word.is_stop,
        )
        for word in words
    ]


def _parts(words: Sequence[_Word], room: int) -> Iterator[Sequence[_Word]]:
    """A line, or what of it fits into a window of its own: cut behind the last sentence that fits, else behind a word."""
    begin = 0
    while begin < len(words):
        size, end, stop = 0, begin, begin
        while end < len(words) and size + len(words[end].ids) <= room:
            size += len(words[end].ids)
            end += 1
            if words[end - 1].is_stop:
                stop = end
        if end < len(words) and stop > begin:
            end = stop
        yield words[begin:end]
        begin = end


def _window(parts: Sequence[Sequence[_Word]]) -> Window:
    ids, cases = [OPEN], [OTHER]
    heads: list[int] = []
    for part in parts:
        for word in part:
            heads.append(len(ids))
            ids += word.ids
            cases += [word.case] * len(word.ids)
        ids.append(CLOSE)
        cases.append(OTHER)
    words = [word for part in parts for word in part]
    return Window(
        ids=np.array(ids, dtype=np.int64),
        cases=np.array(cases, dtype=np.int64),
        heads=np.array(heads, dtype=np.int64),
        starts=np.array([word.start for word in words], dtype=np.int64),
        ends=np.array([word.end for word in words], dtype=np.int64),
        breaks=np.array([place == 0 for part in parts for place in range(len(part))], dtype=np.bool_),
    )


def windows(text: str, tokenizer: Tokenizer, *, max_pieces: int = MAX_PIECES) -> Iterator[Window]:
    """A text in windows: as many whole lines as fit, a longer line cut behind a sentence.

    The windows hang on the text alone, so what is found does not depend on what else is read beside it.
    """
    held: list[Sequence[_Word]] = []
    size, room = 1, max_pieces - 2
    for start, line in _lines(text):
        for part in _parts(_words(line, start, tokenizer, room), room):
            length = sum(len(word.ids) for word in part) + 1
            if held and size + length > max_pieces:
                yield _window(held)
                held, size = [], 1
            held.append(part)
            size += length
    if held:
        yield _window(held)
