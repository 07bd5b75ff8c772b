"""Unicode and white space: what a text looks like before anybody judges it.

Normalising twice is normalising once. Nothing here grows a text by more than a constant factor.
"""

import re
import unicodedata
from functools import lru_cache

import ftfy
import re2
import xxhash

# A letter carries at most a handful of marks in any orthography (Vietnamese 2, Tibetan 4, Masoretic Hebrew 4); more is an attack
# on whoever normalises or draws it, and canonical ordering of a long run is quadratic.
MAX_MARKS = 8
# Mojibake repair looks at lines up to here; a longer line is left as it stands.
MAX_REPAIR_CHARS = 20_000
# Text that went through a wrong decoding again and again has two or three layers.
MAX_REPAIRS = 8

_MARKS = re2.compile(rf"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}+")
_ANSI = re2.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
# Controls, bidirectional overrides and isolates, zero-width space, word joiner, soft hyphen, BOM. The joiners
# U+200C and U+200D stay: Persian, Indic scripts and emoji are spelled with them. (One class: linear in Python's re, and faster.)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1c-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_MOJIBAKE = re2.compile("[ÂÃâÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
SENTENCE_END = tuple(".!?…。！？۔।॥؟")
# What may stand behind a sentence's end.
CLOSERS = " \t\"'”’»“›)]）〕」』】*"
# One class in one loop: linear, and twenty times re2's speed. It stops at combining marks, with which whole scripts spell.
_WORD = re.compile(r"[^\W_]+")
_MARK = re2.compile(r"\p{M}")
_MARKED_WORD = re2.compile(r"[\p{L}\p{M}\p{N}\x{200c}\x{200d}]+")
# Scripts that are written without spaces.
UNSPACED = re2.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")
# Blocks that hold all of them and little that other texts have: quickly asked.
_MAY_BE_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u2e80-\U0010ffff]")
# Many ask for the same text's words: so many of so long texts are remembered.
_REMEMBERED = 2_048
_MAX_REMEMBERED_CHARS = 4_000


def clean(raw: str) -> str:
    """One line of text: invisible characters out, mojibake repaired, NFC, white space folded to single spaces."""
    if raw.isascii() and raw.isprintable():
        return " ".join(raw.split())
    text = _cleaned(raw)
    for _ in range(MAX_REPAIRS):
        # What did not show may have stood within mojibake, and a repair may show more of it.
        if len(text) > MAX_REPAIR_CHARS or not _MOJIBAKE.search(text) or (again := _cleaned(text)) == text:
            break
        text = again
    return text


def _cleaned(raw: str) -> str:
    text = _ANSI.sub("", raw) if "\x1b" in raw else raw
    text = _MARKS.sub(r"\1", text)
    if len(text) <= MAX_REPAIR_CHARS and _MOJIBAKE.search(text):
        text = _MARKS.sub(r"\1", ftfy.fix_encoding(text))
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split()))


def words(text: str) -> list[str]:
    """Runs of letters, their marks, and digits, casefolded."""
    folded = text.casefold()
    has_marks = not folded.isascii() and _MARK.search(folded)
    found: list[str] = (_MARKED_WORD if has_marks else _WORD).findall(folded)
    return found


def word_count(text: str) -> int:
    """Words as a reader counts them: white-space tokens with a letter or digit; in scripts without spaces, characters."""
    return _known_count(text) if len(text) <= _MAX_REMEMBERED_CHARS else _count(text)


def _count(text: str) -> int:
    tokens = len([token for token in text.split() if token.isalnum() or _WORD.search(token)])
    if text.isascii() or not _MAY_BE_UNSPACED.search(text):
        return tokens
    unspaced = sum(map(len, UNSPACED.findall(text)))
    return max(tokens, unspaced)


_known_count = lru_cache(maxsize=_REMEMBERED)(_count)


def ends_sentence(text: str) -> bool:
    """Whether it ends in a full stop, question or exclamation mark of any script, closing quotes and brackets aside."""
    return text.rstrip(CLOSERS).endswith(SENTENCE_END)


def fingerprint(text: str) -> str:
    """What is left when case, punctuation and white space do not count: the form that ids are made of."""
    return " ".join(words(text)) or " ".join(text.split())


def text_id(*parts: str) -> str:
    """32 hex digits (XXH3, 128 bits) out of the parts; parts are kept apart."""
    return xxhash.xxh3_128_hexdigest("\x1f".join(parts).encode("utf-8", "surrogatepass"))
