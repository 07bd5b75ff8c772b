"""Hashtags in a line of any script, and whether a line is nothing but hashtags."""

import re2

_MAX_LINE = 100_000  # characters that are looked at
_HASHTAG = re2.compile(
    r"[#＃]([\p{L}\p{M}\p{N}_\x{200C}\x{200D}]+(?:[-‐‑][\p{L}\p{M}\p{N}_\x{200C}\x{200D}]+)*)"
)
_LETTER = re2.compile(r"\p{L}")
_NUMBER = re2.compile(r"^\p{Nd}+$")
_MIN_DIGITS = 3  # "#2024" is one, "#1 in the charts" is not
# What may stand between hashtags: white space, separators, emoji with their joiners and skin tones.
_BETWEEN = re2.compile(r"^[\p{Z}\t,，、،;|·•/\p{So}\p{Sk}\x{FE0F}\x{200D}\x{20E3}\x{200B}]*$")


def _spans(line: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for found in _HASHTAG.finditer(line[:_MAX_LINE]):
        start, end = found.span()
        before = line[start - 1] if start else " "
        # "C#", "page#top" and "&#8217;" are no hashtags; "#one#two" are two.
        if (before.isalnum() or before in "&/_=") and not (spans and spans[-1][1] == start):
            continue
        word = found.group(1)
        digits = _NUMBER.match(word)
        if (digits and len(word) >= _MIN_DIGITS) or (not digits and _LETTER.search(word)):
            spans.append((start, end))
    return spans


def read_hashtags(line: str) -> tuple[str, ...]:
    """The hashtags of a line as printed, “#” included; order, case and repeats kept."""
    return tuple(line[start:end] for start, end in _spans(line))


def is_hashtag_line(line: str) -> bool:
    """Whether a line is one or more hashtags with nothing but separators or emoji about them."""
    if len(line) > _MAX_LINE:
        return False
    place = 0
    gaps: list[str] = []
    spans = _spans(line)
    for start, end in spans:
        gaps.append(line[place:start])
        place = end
    gaps.append(line[place:])
    return bool(spans) and all(_BETWEEN.match(gap) for gap in gaps)
