"""The blocks of one article with what is known of each, as the structural mechanisms see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from transforms.boilerplate.shape import is_headline, is_prose, key, word_count

Marks = dict[int, str]


@dataclass(frozen=True, slots=True)
class Story:
    """The blocks of one article; every field but the last two has one entry a block.

    Args:
        texts: The text.
        gaps: Blank lines above it.
        marks: The reason known so far, or None.
        words: Its words.
        prose: Whether it is running text.
        headline: Whether it may be a headline or a label.
        keys: What it is compared by.
        paragraphs: Indices of the unmarked blocks that are running text.
        title: Of the post, or None.
    """

    texts: Sequence[str]
    gaps: Sequence[int]
    marks: Sequence[str | None]
    words: Sequence[int]
    prose: Sequence[bool]
    headline: Sequence[bool]
    keys: Sequence[str]
    paragraphs: Sequence[int]
    title: str | None

    def marked(self, marks: Sequence[str | None]) -> "Story":
        """The same with other marks."""
        return replace(self, marks=marks, paragraphs=_paragraphs(marks, self.prose))

    def is_solid(self, i: int) -> bool:
        """Whether it is an edge, boilerplate or running text: what stands beside furniture, not beside table cells."""
        return not 0 <= i < len(self.texts) or self.marks[i] is not None or self.prose[i]

    def run(self, start: int, wanted: Callable[[int], bool]) -> list[int]:
        """Indices of the unmarked blocks from `start` on for which it holds, up to the first for which it does not."""
        found: list[int] = []
        for i in range(start, len(self.texts)):
            if self.marks[i] is not None or not wanted(i):
                break
            found.append(i)
        return found


def story_of(
    texts: Sequence[str], gaps: Sequence[int], marks: Sequence[str | None], title: str | None
) -> Story:
    """Measure every block once."""
    prose = [is_prose(text) for text in texts]
    return Story(
        texts=texts,
        gaps=gaps,
        marks=marks,
        words=[word_count(text) for text in texts],
        prose=prose,
        headline=[is_headline(text) for text in texts],
        keys=[key(text) for text in texts],
        paragraphs=_paragraphs(marks, prose),
        title=title,
    )


def _paragraphs(marks: Sequence[str | None], prose: Sequence[bool]) -> list[int]:
    return [i for i, (mark, is_text) in enumerate(zip(marks, prose, strict=True)) if mark is None and is_text]
