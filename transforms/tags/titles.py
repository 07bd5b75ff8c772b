"""How a title turns into hashtags on such sites, and how well a line explains a given line of hashtags.

The rule was read off real posts: split on white space, delete what is no word character inside a word, leave out words
under three letters and stop words. The stop words differ from site to site, so a word that is missing among the hashtags
counts against a line by its weight only: nothing for a stop word, little for a short word.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import re2

from transforms.normalize import UNSPACED
from transforms.tags.stopwords import ENGLISH, OTHERS

_MIN_WORD = 3  # characters
_MAX_WORDS = 80  # of a line or of a hashtag line that are compared; the table is at most 80 × 80
_MAX_CHARACTERS = 2000
_NOT_WORD = re2.compile(r"[^\p{L}\p{M}\p{N}_]+")
_SUFFIX = re2.compile(r"[\p{Z}]+[|｜–—-][\p{Z}]+[^|｜]{1,60}$")
_FULL_WEIGHT = 6  # letters from which a missing word counts in full


def hashtag_words(title: str) -> tuple[str, ...]:
    """The words that a site makes hashtags of, in order, case and repeats kept, without “#”.

    English stop words only: with another list, use `title_match`.
    """
    words = (_NOT_WORD.sub("", word) for word in title[:_MAX_CHARACTERS].split())
    return tuple(word for word in words if len(word) >= _MIN_WORD and word.casefold() not in ENGLISH)


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word.lower()
    folded: str = _NOT_WORD.sub("", unicodedata.normalize("NFKC", word).casefold())
    return folded


def _weight(word: str) -> float:
    if word in ENGLISH or word in OTHERS:
        return 0.0
    if len(word) < _MIN_WORD:
        return 0.0
    return min(1.0, len(word) / _FULL_WEIGHT)


def _title_words(title: str, known: frozenset[str]) -> list[str]:
    """Folded words; a compound is cut where the hashtags have its parts and not the whole."""
    words: list[str] = []
    for printed in title.split():
        joined = _folded(printed)
        if not joined:
            continue
        if joined in known or printed.isalnum():
            words.append(joined)
            continue
        parts = [part for part in _NOT_WORD.split(unicodedata.normalize("NFKC", printed).casefold()) if part]
        if len(parts) > 1 and any(part in known for part in parts):
            words.extend(parts)
        else:
            words.append(joined)
    return words


def _explained(words: Sequence[str], tags: Sequence[str]) -> tuple[float, float]:
    """Weights of the longest common subsequence: as hashtags (one each), as words of the line."""
    previous = [(0.0, 0.0)] * (len(tags) + 1)
    for word in words:
        weight = max(_weight(word), 0.2)
        row = [(0.0, 0.0)]
        for place, tag in enumerate(tags):
            best = max(previous[place + 1], row[place])
            if word == tag:
                best = max(best, (previous[place][0] + 1.0, previous[place][1] + weight))
            row.append(best)
        previous = row
    return previous[-1]


def _score(words: Sequence[str], tags: Sequence[str]) -> float:
    covered = set(tags)
    found, weight = _explained([word for word in words if word in covered], tags)
    if not found:
        return 0.0
    missing = sum(_weight(word) for word in words if word not in covered)
    # Words that are there but out of order count as missing in part, through `found`.
    recall = found / len(tags)
    precision = weight / (weight + missing)
    return 2 * recall * precision / (recall + precision)


def _unspaced_score(title: str, tags: Sequence[str]) -> float:
    """For scripts without spaces: hashtags found in the line one after another, weighed by characters."""
    text = _folded(title)
    place = covered = 0
    for tag in tags:
        at = text.find(tag, place)
        if at >= 0:
            covered += len(tag)
            place = at + len(tag)
    total = sum(map(len, tags))
    if not covered or not text:
        return 0.0
    recall, precision = covered / total, min(1.0, covered / len(text))
    return 2 * recall * precision / (recall + precision)


def title_match(title: str, hashtags: Sequence[str]) -> float:
    """How well a line explains a line of hashtags, from 0 (not at all) to 1 (word for word, in order).

    The harmonic mean of the share of hashtags that the line has in their order, and of the weighted share of the line's
    words that are hashtags. A section suffix (“… | World news”) may be among the hashtags or not.

    Args:
        title: The candidate line.
        hashtags: As `read_hashtags` gives them, with or without “#”.
    """
    tags = [folded for folded in map(_folded, hashtags[:_MAX_WORDS]) if folded]
    if not tags:
        return 0.0
    known = frozenset(tags)
    short = title[:_MAX_CHARACTERS].strip()
    forms = [short]
    suffix = _SUFFIX.search(short)
    if suffix and suffix.start():
        forms.append(short[: suffix.start()])
    best = 0.0
    for form in forms:
        words = _title_words(form, known)[:_MAX_WORDS]
        if known.intersection(words):
            best = max(best, _score(words, tags))
        if UNSPACED.search(form):
            best = max(best, _unspaced_score(form, tags))
    return min(1.0, best)
