"""What a line of a flattened page looks like, by itself: figures that mean the same in every language."""

import math
from collections.abc import Sequence

import re2

from transforms.normalize import CLOSERS, SENTENCE_END, UNSPACED, word_count

# Lines are looked at up to here; the rest of a longer one tells nothing more.
MAX_CHARS = 2_000
# Upper bounds of the classes of length, in words.
LENGTHS = (1, 2, 4, 7, 11, 16, 24, 40, 80)
# Longer than a caption's head or a label: a line that ends a sentence at this length reads like prose.
PROSE_WORDS = 12
_QUOTES = "\"'“”‘’„‚«»‹›「」『』"
_DASHES = "-–—―"
_LINK_CHARS = re2.compile(r"(?i)https?://|www\.|[\w.]+@\w+\.\w|\b[\w-]+\.(?:com|org|net|co|de|fr|info)\b")
_TIME = re2.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}[./-]\d{1,2}[./-]\d{1,2}\b|年.{1,6}月|\b(?:19|20)\d\d\b"
)
_SIGNS = re2.compile(r"[©®™|›»>→←↑↓▶►•·×✕✓…@#/\\+=_~<^*]")
_WORDS = re2.compile(r"[\p{L}\p{M}]+")
_INNER_END = re2.compile(r"[\p{Ll}\p{Lo}\d\"”’)»][.!?][\"”’»)]?\s+[\p{Lu}\p{Lo}\"“‘„«]|[。！？।]")
_GLUED = re2.compile(r"\p{Ll}\p{Lu}")

LINE_FEATURES = (
    *(f"words_to_{bound}" for bound in LENGTHS),
    "words_above",
    "log_words",
    "log_chars",
    "ends_sentence",
    "long_sentence",
    "long_unended",
    "short_sentence",
    "ends_question",
    "ends_colon",
    "ends_ellipsis",
    "starts_lower",
    "starts_digit",
    "starts_quote",
    "starts_dash",
    "starts_bracket",
    "bracketed",
    "has_quote",
    "letters",
    "digits",
    "capitals",
    "all_capitals",
    "capitalised",
    "signs",
    "has_link",
    "has_time",
    "has_bar",
    "glued",
    "commas",
    "inner_ends",
    "short_words",
    "has_copyright",
    "one_number",
)


def line_features(lines: Sequence[str]) -> list[list[float]]:
    """A row of LINE_FEATURES for each line."""
    return [_row(line[:MAX_CHARS].strip()) for line in lines]


def _row(text: str) -> list[float]:
    count = word_count(text)
    size = max(1, len(text))
    words = _WORDS.findall(text)
    letters = sum(map(len, words))
    cased = [word for word in words if word[0].isupper() or word[0].islower()]
    capitals = sum(1 for c in text if c.isupper())
    bare = text.rstrip(CLOSERS)
    ends = bare.endswith(SENTENCE_END)
    is_long = count >= PROSE_WORDS
    first = text[:1]
    classes = [0.0] * (len(LENGTHS) + 1)
    classes[next((i for i, bound in enumerate(LENGTHS) if count <= bound), len(LENGTHS))] = 1.0
    is_unspaced = bool(UNSPACED.search(text))
    short = sum(1 for word in words if len(word) <= 3 and word.islower())  # noqa: PLR2004
    return [
        *classes,
        math.log1p(count),
        math.log1p(len(text) * (2 if is_unspaced else 1)),
        float(ends),
        float(ends and is_long),
        float(not ends and is_long),
        float(ends and not is_long),
        float(bare.endswith(("?", "？", "؟"))),
        float(bare.endswith((":", "：", ","))),
        float(bare.endswith(("…", "..."))),
        float(first.islower()),
        float(first.isdigit()),
        float(first != "" and first in _QUOTES),
        float(first != "" and first in _DASHES),
        float(first in ("(", "[", "（", "【")),
        float(first in ("(", "[", "（", "【") and text.endswith((")", "]", "）", "】"))),
        float(any(c in _QUOTES for c in text[1:])),
        letters / size,
        sum(1 for c in text if c.isdigit()) / size,
        capitals / max(1, letters),
        float(letters > 2 and capitals == letters),  # noqa: PLR2004
        sum(1 for word in cased if word[0].isupper()) / max(1, len(cased)),
        min(5.0, float(len(_SIGNS.findall(text)))) / math.sqrt(size),
        float(_LINK_CHARS.search(text) is not None),
        float(_TIME.search(text) is not None),
        float("|" in text or "｜" in text),
        min(3.0, float(len(_GLUED.findall(text)))),
        min(6.0, float(sum(text.count(c) for c in ",،，、;；"))),
        min(6.0, float(len(_INNER_END.findall(text)))),
        short / max(1, len(words)),
        float("©" in text or "(c)" in text.casefold()),
        float(count == 1 and not words),
    ]
