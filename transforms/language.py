"""Which language a text is in.

Some scripts have one language; the rest is py3langid's (Lui and Baldwin, “langid.py”, 2012), which is not
believed on short texts or where it doubts itself.
"""

from functools import cache
from typing import Any

import re2
from py3langid.langid import MODEL_FILE, LanguageIdentifier

MIN_LETTERS = 40
"""py3langid guesses on fewer letters."""
MIN_SCRIPT_LETTERS = 10
"""So many letters of a script that one language alone is written in."""
MIN_SCRIPT_SHARE = 0.5
MIN_KANA_SHARE = 0.05
"""Of Japanese, a third to a half is kana; Chinese quotes it seldom."""
MIN_CONFIDENCE = 0.7
"""Probability, normalised over all languages, that the best must have."""
MAX_CHARS = 1_000
"""The beginning tells the language of a text; py3langid's time is in proportion to its length."""

_KANA = re2.compile(r"[\p{Hiragana}\p{Katakana}]+")
_SCRIPTS = {
    language: re2.compile(rf"\p{{{script}}}+")
    for language, script in (
        ("ko", "Hangul"),
        ("th", "Thai"),
        ("el", "Greek"),
        ("ka", "Georgian"),
        ("hy", "Armenian"),
        ("km", "Khmer"),
        ("lo", "Lao"),
        ("my", "Myanmar"),
        ("ta", "Tamil"),
        ("te", "Telugu"),
        ("kn", "Kannada"),
        ("ml", "Malayalam"),
        ("gu", "Gujarati"),
        ("pa", "Gurmukhi"),
        ("or", "Oriya"),
        ("si", "Sinhala"),
        ("am", "Ethiopic"),
    )
}
_ISO_639_1 = 2


def language(text: str) -> str | None:
    """Tell the language of a text.

    Returns:
        Its ISO 639-1 code, or None where the text has under 40 letters (10 in a script of one language) or where no
        language is likely enough.
    """
    start = text[:MAX_CHARS]
    letters = sum(map(str.isalpha, start))
    if letters >= MIN_SCRIPT_LETTERS and not start.isascii():
        by_script = _by_script(start, letters=letters)
        if by_script is not None:
            return by_script
    if letters < MIN_LETTERS:
        return None
    code, confidence = _identifier().classify(start)
    return str(code) if confidence >= MIN_CONFIDENCE and len(code) == _ISO_639_1 else None


def _by_script(text: str, *, letters: int) -> str | None:
    """The language of a script that has one, if the text is mostly in it."""
    if _count(_KANA, text) >= MIN_KANA_SHARE * letters:
        is_east_asian = not _SCRIPTS["ko"].search(text)
        return "ja" if is_east_asian else None
    for code, script in _SCRIPTS.items():
        if _count(script, text) >= MIN_SCRIPT_SHARE * letters:
            return code
    return None


def _count(script: Any, text: str) -> int:  # noqa: ANN401  # re2 ships no types
    """Characters of the text that are of the script."""
    return sum(map(len, script.findall(text)))


@cache
def _identifier() -> Any:  # noqa: ANN401  # py3langid ships no types
    """The model, loaded at first need: it takes a good part of a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
