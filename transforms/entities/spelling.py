"""How names are compared: without case, accents, hyphens and dots, so that spellings of one name meet."""

import unicodedata
from functools import lru_cache

# Latin letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans(
    {
        "ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ß": "ss",
        "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "ə": "a", "Ə": "A", "ħ": "h", "Ħ": "H",
    }
)  # fmt: skip
_QUOTES = str.maketrans(dict.fromkeys("’‘ʼʻʾʿ`´ʹ", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("-‐‑‒–·_", " "))
_MAX_KEPT = 100  # characters of a name whose fold is kept; a longer one hardly comes again
_DROPPED = str.maketrans(dict.fromkeys(".'", None))


def tidy_space(text: str) -> str:
    """NFC, one kind of apostrophe, and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_QUOTES).split())


def plain(text: str) -> str:
    """Latin letters without their marks ("Orbán" → "Orban"); letters of other scripts stay as they are."""
    if text.isascii():
        return text
    kept: list[str] = []
    latin = False
    for letter in unicodedata.normalize("NFD", text.translate(_LETTERS)):
        if unicodedata.combining(letter):
            if not latin:
                kept.append(letter)
        else:
            latin = letter.isascii()
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def fold(text: str) -> str:
    """The form that names are compared in: no case, accents, dots, apostrophes or hyphens, no leading "the"."""
    return _kept_fold(text) if len(text) <= _MAX_KEPT else _fold(text)


def _fold(text: str) -> str:
    folded = plain(tidy_space(text)).casefold().translate(_DROPPED).translate(_HYPHENS).replace("&", " and ")
    words = folded.split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


_kept_fold = lru_cache(maxsize=16_384)(_fold)
