"""What a text's words tell of its language: whether it is English, and whether its capitals tell names from nouns."""

from transforms.language import language
from transforms.tags.stopwords import ENGLISH

_ENGLISH = (
    0.25  # share of English function words below which a text is not English; English news has .35 to .55
)
_NOUNS = 0.22  # share of capitalised words from which a text that is not English capitalises its nouns
_MIN_TEXT = 20  # words; shorter texts are not judged


def _is_short_of_english(text: str) -> bool:
    words = text.split()
    return len(words) >= _MIN_TEXT and sum(1 for word in words if word in ENGLISH) < _ENGLISH * len(words)


def is_foreign(text: str) -> bool:
    """Whether a text is surely in another language than English: it has few of its small words, and reads like another."""
    return _is_short_of_english(text) and language(text) not in {None, "en"}


def has_capital_nouns(text: str, capitals: int) -> bool:
    """Whether a text is in a language, like German, that writes its nouns with capitals.

    Args:
        text: Plain text.
        capitals: Its capitalised words but those at the beginning of sentences.
    """
    return capitals >= _NOUNS * len(text.split()) and _is_short_of_english(text)
