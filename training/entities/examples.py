"""Windows with their answers: what the token classifier is taught with, a corpus at a time, joined and recased at random."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from training.entities.passages import Passage, Span
from transforms.entities.find import TYPES
from transforms.entities.labels import LABELS, OUTSIDE, begin, inside
from transforms.entities.windows import Tokenizer, Window, windows

NO_WORD = -1
"""The label of a piece that begins no word."""
_RUNS = (1, 1, 2, 3, 6)  # passages that are read as one text
_MAX_CHARS = 900
# Shares of texts in capitals, with each word capitalised, and without any capital.
_UPPER, _TITLE, _LOWER = 0.02, 0.025, 0.015
_SWAPPED = 0.1  # share of passages whose names make room for others
_SWAPPED_TYPES = ("PERSON", "ORG", "LOC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A window with its answer.

    Args:
        ids: Number of each piece.
        cases: Case of each piece's word.
        labels: Label of each piece that begins a word, else `NO_WORD`.
        outside: (labels,) which labels "no name" may stand for: those of types that the corpus does not label, too.
        soft: (pieces, labels) how likely a teacher takes each label to be, in place of `labels`.
    """

    ids: NDArray[np.int64]
    cases: NDArray[np.int64]
    labels: NDArray[np.int64]
    outside: NDArray[np.bool_]
    soft: NDArray[np.float32] | None = None


def labels_of(window: Window, spans: Iterable[Span]) -> NDArray[np.int64]:
    """(words,) the label of each word of a window."""
    labels = np.full(len(window.starts), OUTSIDE, dtype=np.int64)
    for start, end, kind in spans:
        first = int(np.searchsorted(window.ends, start, side="right"))
        past = int(np.searchsorted(window.starts, end, side="left"))
        if past > first:
            labels[first] = begin(kind)
            labels[first + 1 : past] = inside(kind)
    return labels


def outside_of(known: frozenset[str]) -> NDArray[np.bool_]:
    """(labels,) what "no name" may stand for in a corpus that labels these types."""
    outside = np.zeros(len(LABELS), dtype=np.bool_)
    outside[OUTSIDE] = True
    for kind in TYPES:
        if kind not in known:
            outside[[begin(kind), inside(kind)]] = True
    return outside


def examples(passage: Passage, tokenizer: Tokenizer) -> Iterator[Example]:
    """The windows of a passage."""
    outside = outside_of(passage.known)
    for window in windows(passage.text, tokenizer):
        labels = np.full(len(window.ids), NO_WORD, dtype=np.int64)
        labels[window.heads] = labels_of(window, passage.spans)
        yield Example(ids=window.ids, cases=window.cases, labels=labels, outside=outside)


def _as_one(run: Sequence[Passage]) -> Passage:
    text, spans = "", []
    for passage in run:
        if text:
            text += "\n" if passage.context else " "
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in passage.spans]
        text += passage.text
    first = run[0]
    return Passage(
        source=first.source, document=first.document, text=text, spans=tuple(spans), known=first.known
    )


def joined_runs(passages: Sequence[Passage], random: Random) -> Iterator[Passage]:
    """The passages of a corpus, documents shuffled, some by themselves and some read on as one text."""
    documents: defaultdict[str, list[Passage]] = defaultdict(list)
    for place, passage in enumerate(passages):
        documents[passage.document if passage.context else f"{place}"].append(passage)
    order = sorted(documents)
    random.shuffle(order)
    left = [passage for document in order for passage in documents[document]]
    at = 0
    while at < len(left):
        wanted = random.choice(_RUNS)
        run = [left[at]]
        chars = len(run[0].text)
        at += 1
        while at < len(left) and len(run) < wanted and chars + len(left[at].text) < _MAX_CHARS:
            run.append(left[at])
            chars += len(left[at].text)
            at += 1
        yield _as_one(run)


def recased(passage: Passage, random: Random) -> Passage:
    """The same, now and then in capitals, in title case or without any: as headlines and careless sites have it."""
    chance = random.random()
    text = passage.text
    if chance < _UPPER:
        text = text.upper()
    elif chance < _UPPER + _TITLE:
        text = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
    elif chance < _UPPER + _TITLE + _LOWER:
        text = text.lower()
    if len(text) != len(passage.text):
        return passage
    return replace(passage, text=text)


def names_of(passages: Iterable[Passage]) -> dict[str, list[str]]:
    """The distinct names of passages by type, sorted: what others may make room for."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for passage in passages:
        for start, end, kind in passage.spans:
            names[kind].add(passage.text[start:end])
    return {kind: sorted(names[kind]) for kind in _SWAPPED_TYPES if names[kind]}


def swapped(passage: Passage, names: Mapping[str, Sequence[str]], random: Random) -> Passage:
    """The same, now and then with other persons, bodies and places: what stands around a name tells it, too (Dai & Adel 2020).

    A name that stands twice in it makes room for one name in both places.
    """
    if random.random() >= _SWAPPED:
        return passage
    chosen: dict[tuple[str, str], str] = {}
    text, spans, at = "", [], 0
    for start, end, kind in passage.spans:
        name = passage.text[start:end]
        if kind in names:
            name = chosen.setdefault((name, kind), random.choice(names[kind]))
        text += passage.text[at:start]
        spans.append((len(text), len(text) + len(name), kind))
        text += name
        at = end
    return replace(passage, text=text + passage.text[at:], spans=tuple(spans))
