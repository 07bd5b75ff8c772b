"""The form of a tag or hashtag to group by: a pure function of the tag and its own post, whatever else the corpus holds.

What is one: case, Unicode (NFKC, quotes, dashes), diacritics of Latin letters, English plural and singular, hyphen and
space, possessive, leading “the”, “&” and “and”, dots in “U.S.”, a full stop at the end, “#CamelCase” and its words.
What stays two: words in another order, synonyms, abbreviation and full name, plurals of other languages.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import re2

from transforms.tags.plurals import singular

_MAX_TAG = 200  # characters; the rest of a longer tag does not count
_MAX_PASSES = 8  # folding is repeated until nothing moves; two passes are usual
_MAX_CONTEXT_WORDS = 400  # words of the post's title and tags that may explain a hashtag

_MARKS = re2.compile(r"[™®©℠#＃*_\"“”„‟«»‹›「」『』《》`]+")
_APOSTROPHES = "’‘‛ʼ＇′"
_POSSESSIVE = re2.compile(r"(\p{L})'s([^\p{L}\p{N}]|$)")
_POSSESSIVE_PLURAL = re2.compile(r"(\p{L}s)'([^\p{L}\p{N}]|$)")
_INITIALS = re2.compile(r"(?:^|[^\p{L}\p{N}.])((?:\p{L}\.){2,}\p{L}?)")
_DASHES = re2.compile(r"[\p{Pd}/]+")
_LETTERS_DIGITS = re2.compile(r"(\p{L}{3})(\p{Nd})")
_GROUPED = re2.compile(r"(\p{Nd}),(\p{Nd}{3})")
_EDGES = re2.compile(r"^[\p{P}\p{Z}]+|[\p{P}\p{Z}]+$")
_INNER = re2.compile(r"[,;:!?()\[\]{}…]+|\.+[\p{Z}]")
_WORD = re2.compile(r"[\p{L}\p{M}\p{N}]+")
_LATIN_EXTRA = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


def _without_diacritics(text: str) -> str:
    """Marks off Latin letters only: in other scripts a mark may be half of the word."""
    if text.isascii():
        return text
    kept: list[str] = []
    latin = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            if not latin:
                kept.append(character)
            continue
        latin = character < "\u0250" or "\u1e00" <= character <= "\u1eff"
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LATIN_EXTRA)


def _fold_once(text: str) -> str:
    text = _without_diacritics(unicodedata.normalize("NFKC", text).casefold())
    for apostrophe in _APOSTROPHES:
        text = text.replace(apostrophe, "'")
    text = _MARKS.sub(" ", text)
    text = _POSSESSIVE.sub(r"\1\2", text)
    text = _POSSESSIVE_PLURAL.sub(r"\1\2", text).replace("'", "")
    text = _INITIALS.sub(lambda found: found.group(0).replace(".", ""), text)
    text = _DASHES.sub(" ", text).replace("&", " and ").replace("＆", " and ")
    text = _GROUPED.sub(r"\1\2", text)
    text = _INNER.sub(" ", text)
    text = _LETTERS_DIGITS.sub(r"\1 \2", text)
    words = [singular(_EDGES.sub("", word)) for word in text.split()]
    words = [word for word in words if word]
    while len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(words)


@lru_cache(maxsize=65_536)
def canonical_tag(tag: str) -> str:
    """The form of a tag to group by: lower case, single spaces; "" where the tag has neither letter nor digit.

    Applying it twice gives the same as once, and upper or lower case of the tag does not matter unless it begins with "#"
    (then humps of capitals part the words).
    """
    text = tag.strip()[:_MAX_TAG]
    if text[:1] in {"#", "＃"}:
        text = _humps_apart(text)
    for _ in range(_MAX_PASSES):
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def _humps_apart(hashtag: str) -> str:
    text = unicodedata.normalize("NFKC", hashtag[:_MAX_TAG]).lstrip("#")
    pieces: list[str] = []
    for run in text.replace("_", " ").replace("-", " ").split():
        cut = [0]
        for place in range(1, len(run)):
            before, here, after = run[place - 1], run[place], run[place + 1 : place + 2]
            rises = before.islower() and here.isupper()
            # "iPhone" and "McDonald" are one word.
            single = rises and place - cut[-1] == 1
            prefix = rises and run[cut[-1] : place] in {"Mc", "Mac"}
            acronym_ends = before.isupper() and here.isupper() and after.islower() and place - cut[-1] > 1
            number = before.isdigit() != here.isdigit() and before.isalnum() and place - cut[-1] > 1
            if (
                (rises and not single and not prefix)
                or acronym_ends
                or (number and not _is_short(run[cut[-1] : place]))
            ):
                cut.append(place)
        pieces.extend(run[start:end] for start, end in zip(cut, [*cut[1:], len(run)], strict=True))
    return " ".join(pieces)


def _is_short(piece: str) -> bool:
    """Too short to be a word before a number: the letter of “G20”."""
    return len(piece) < 3 and piece.isalpha()  # noqa: PLR2004  # as in _LETTERS_DIGITS


def _covered(run: str, words: frozenset[str]) -> list[str] | None:
    """The fewest words that make up the run without rest; of equals the one whose first words are longer."""
    longest = max(map(len, words), default=0)
    # best[i]: the fewest words for run[i:], and the end of the first of them.
    best: list[tuple[int, int] | None] = [None] * len(run) + [(0, len(run))]
    for start in range(len(run) - 1, -1, -1):
        for end in range(min(len(run), start + longest), start, -1):
            rest = best[end]
            inside_number = run[end - 1].isdigit() and run[end : end + 1].isdigit()
            if rest is None or inside_number or run[start:end] not in words:
                continue
            here = best[start]
            if here is None or rest[0] + 1 < here[0]:
                best[start] = (rest[0] + 1, end)
    if best[0] is None:
        return None
    pieces: list[str] = []
    place = 0
    while place < len(run):
        step = best[place]
        if step is None:
            return None
        pieces.append(run[place : step[1]])
        place = step[1]
    return pieces


def _context_words(context: Sequence[str]) -> frozenset[str]:
    words: list[str] = []
    for text in context:
        plain = unicodedata.normalize("NFKC", text[: 10 * _MAX_TAG])
        for apostrophe in _APOSTROPHES:
            plain = plain.replace(apostrophe, "'")
        plain = plain.replace("'", "")
        words.extend(_without_diacritics(word.casefold()) for word in _WORD.findall(plain))
        if len(words) > _MAX_CONTEXT_WORDS:
            break
    return frozenset(words[:_MAX_CONTEXT_WORDS])


def canonical_hashtag(hashtag: str, *, context: Sequence[str]) -> str:
    """The form of a hashtag to group by, its words parted where its own post shows them.

    A run like “#whitehousenews” is parted only if words of the post cover the whole of it; the fewest words win. Otherwise
    humps of capitals, hyphens, underscores and numbers part it.

    Args:
        hashtag: With or without "#".
        context: The title and the printed tags of the same post; its first 400 words count.
    """
    bare = unicodedata.normalize("NFKC", hashtag.strip()[:_MAX_TAG]).lstrip("#")
    run = _without_diacritics(bare.casefold())
    if run.isalnum():
        pieces = _covered(run, _context_words(context))
        if pieces:
            return canonical_tag(" ".join(pieces))
    return canonical_tag(_humps_apart(bare))
