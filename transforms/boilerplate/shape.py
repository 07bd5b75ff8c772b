"""What a block looks like, whatever its words: prose, headline, capitals, separator; and the key it is compared by."""

import re2

from transforms import normalize

# A block of this many words is prose even without a full stop (a copy that breaks off).
PROSE_WORDS = 25
# A sentence of this many words is prose; shorter ones are as often captions, labels and calls.
SENTENCE_WORDS = 8
# Headlines have fewer words than this (the longest of the made pages has 23).
HEADLINE_WORDS = 26
# Scripts without spaces: this many characters count as a word.
CHARACTERS_PER_WORD = 2.5
# A "word" longer than this on average is a line of such a script.
SPACELESS_AVERAGE = 14
# Share of capitals among the letters of a line in capitals.
CAPITALS_SHARE = 0.9
# The beginning of a line tells whether it is in capitals.
CAPITALS_CHARACTERS = 120
# Longest text that the pattern-free checks below look at as a whole.
KEY_CHARACTERS = 4000

_QUOTES = "\"'“”„‘’«»"
_NAME_LIKE = re2.compile(
    r"\p{Lu}[\pL\pM'’.-]*(?: (?:\p{Lu}[\pL\pM'’.-]*|de|van|von|der|al|bin|la|le|da|di|del)){0,4}"
)


class _Letters(dict[int, str]):
    """A table for str.translate that keeps letters and digits and makes a space of all else, filled as it is asked."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = self[code] = character if character.isalnum() else " "
        return kept


_LETTERS = _Letters()


def key(text: str) -> str:
    """The text in lower case with words parted by one space and nothing else: what is compared for sameness."""
    return " ".join(text[:KEY_CHARACTERS].casefold().translate(_LETTERS).split())


def word_count(text: str) -> int:
    """Words of a text; of a script without spaces, its characters divided by `CHARACTERS_PER_WORD`."""
    count = len(text.split())
    if count and len(text) / count > SPACELESS_AVERAGE and not text.isascii():
        return max(count, int(len(text) / CHARACTERS_PER_WORD))
    return count


def ends_sentence(text: str) -> bool:
    """Whether it ends with the end of a sentence, closing quotes and a last bracket ("(dpa)") aside."""
    if normalize.ends_sentence(text):
        return True
    opening = text.rfind("(") if text.endswith(")") else -1
    return opening > 0 and normalize.ends_sentence(text[:opening])


def is_prose(text: str) -> bool:
    """Whether it is a sentence or more of running text."""
    words = word_count(text)
    return words >= PROSE_WORDS or (words >= SENTENCE_WORDS and ends_sentence(text))


def is_headline(text: str) -> bool:
    """Whether it may be a headline or a label: one line of words that does not end as a sentence does."""
    return 0 < word_count(text) < HEADLINE_WORDS and not text.rstrip(normalize.CLOSERS).endswith(
        (".", ",", ";", ":", "。")
    )


def is_name(text: str) -> bool:
    """Whether it is no more than a name in capitals' manner (two to five words)."""
    return " " in text and len(text) < 60 and _NAME_LIKE.fullmatch(text) is not None  # noqa: PLR2004 - a line of a name


def is_separator(text: str) -> bool:
    """Whether it has neither letter nor digit."""
    return not any(character.isalnum() for character in text)


def is_quoted(text: str) -> bool:
    """Whether it stands in quotes from end to end."""
    return len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES


def in_capitals(text: str) -> bool:
    """Whether its letters are capitals (a script without case never is)."""
    letters = [character for character in text[:CAPITALS_CHARACTERS] if character.isalpha()]
    if not letters:
        return False
    return sum(map(str.isupper, letters)) >= CAPITALS_SHARE * len(letters)
