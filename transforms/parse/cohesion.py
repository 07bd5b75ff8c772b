"""Whether two stretches of text tell one story, by the words that they share.

News stories of one page differ most in their names and nouns; a headline shares them with what follows it and not
with what stands above. (After Hearst 1997, TextTiling, with the headline as the hinge.)
"""

from dataclasses import dataclass

import re2

from transforms.normalize import UNSPACED, words
from transforms.parse.outline import Outline

# Shorter words of an alphabet are mostly function words.
MIN_CONTENT_LETTERS = 4
# A Hangul sign is a syllable; particles hang on behind the first two or three.
HANGUL_STEM = 2
# Inflected forms of a word share its first letters: a crude stem that serves every alphabet.
MAX_STEM = 6
# Running text to compare on each side of a headline, in blocks.
WINDOW = 8

_HANGUL = re2.compile(r"\p{Hangul}")


def content_words(text: str) -> frozenset[str]:
    """The text's longer words, casefolded and cut to a stem; of scripts without spaces, the pairs of characters."""
    found: set[str] = set()
    for word in words(text):
        if word.isascii():
            if len(word) >= MIN_CONTENT_LETTERS:
                found.add(word[:MAX_STEM])
        elif UNSPACED.search(word):
            found.update(word[i : i + 2] for i in range(len(word) - 1))
        elif _HANGUL.search(word):
            if len(word) >= HANGUL_STEM:
                found.add(word[:HANGUL_STEM])
        elif len(word) >= MIN_CONTENT_LETTERS:
            found.add(word[:MAX_STEM])
    return frozenset(found)


# The change of story at a headline (measured on 67 titles and 724 other lines that look like headlines: titles mostly have
# across ≤ 0.12; others with three or more content words and a rise of 0.5 nearly all have more).
MIN_HINGE_WORDS = 3
MIN_HINGE_RISE = 0.5
MAX_HINGE_ACROSS = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinge:
    """How a headline hangs between two stretches.

    Args:
        below: Share of its content words that stand in the text below.
        above: Share of them that stand in the text above.
        across: Share of the smaller side's content words that both sides have.
    """

    below: float
    above: float
    across: float


def hinge(page: Outline, at: int, segment: range) -> Hinge | None:
    """How the headline `at` hangs between the running text above and below it; None where it has no content words."""
    title = content_words(page.blocks[at].text)
    if not title:
        return None
    up = content_words(page.above(at, start=segment.start, most=WINDOW))
    down = content_words(page.below(at, stop=segment.stop, most=WINDOW))
    smaller = min(len(up), len(down))
    return Hinge(
        below=len(title & down) / len(title),
        above=len(title & up) / len(title),
        across=len(up & down) / smaller if smaller else 1.0,
    )


def begins_story(page: Outline, at: int, segment: range, *, is_set_off: bool = False) -> bool:
    """Whether another story begins at the headline `at` of a segment.

    Args:
        page: The page.
        at: Index of the headline.
        segment: Indices of the stretch that it stands in.
        is_set_off: The layout sets it off as it does titles: then less of a change is enough.
    """
    if len(content_words(page.blocks[at].text)) < MIN_HINGE_WORDS:
        return False
    turn = hinge(page, at, segment)
    if turn is None:
        return False
    rise = turn.below - turn.above
    return (rise >= MIN_HINGE_RISE and turn.across <= MAX_HINGE_ACROSS) or (
        is_set_off and rise > 0 and turn.across <= 2 * MAX_HINGE_ACROSS
    )
