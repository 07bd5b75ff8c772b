"""The headings of a live blog's entries, which stay whatever their words are.

An entry ends with a by-line and a time of day; the line right below that opens the next one. Where several lines of
an article stand so, a line among them that only looks like a caption ("Pictured: …") is a heading too.
"""

import re2

from transforms.boilerplate.story import Story

# Entries that open with a heading before an article counts as a live blog.
ENTRIES = 2
HEADING_WORDS = 14

_CLOCK = re2.compile(r"\d{1,2}[:.h]\d{2}")
# What a caption has and a heading has not: a credit.
_CREDIT = re2.compile(r"(?i)[(\[/|©]|\b(?:getty|reuters|afp|credit|courtesy|handout)\b")


def entry_headings(story: Story) -> frozenset[int]:
    """Indices of the captions that are the heading of a live blog's entry."""
    opening = [
        i
        for i in range(1, len(story.texts))
        if story.marks[i - 1] in {"byline", "timestamp"}
        and story.marks[i] in {None, "caption"}
        and story.headline[i]
        and not story.prose[i]
        and story.words[i] <= HEADING_WORDS
        and i - 1 > (story.paragraphs or (i,))[0]
        and _CLOCK.search(story.texts[i - 1]) is not None
    ]
    if len(opening) < ENTRIES or all(story.marks[i] is not None for i in opening):
        return frozenset()
    return frozenset(
        i for i in opening if story.marks[i] == "caption" and _CREDIT.search(story.texts[i]) is None
    )
