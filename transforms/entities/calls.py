"""How a document calls a person at one place: the name that is left of the mention, and the title before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from transforms.entities.find import Mention
from transforms.entities.names import Variants
from transforms.entities.spelling import fold
from transforms.entities.tidied import tidied
from transforms.entities.words import Words

_BEFORE = re2.compile(r"([\p{L}.'’-]+ )?([\p{L}'’-]+)\.? $")
_LOOK_BACK = 40  # characters before a mention: two words of a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A person at one place.

    Args:
        name: Without titles and possessive.
        folded: The same, folded.
        title: The title before it, inside the mention or out of it, folded; "" where there is none.
        nickname: The one in quotes inside the name.
        shouted: Whether it stood in capitals.
        place: Number of the section, and the mention's first character there.
        paragraph: Number of the section and of the paragraph in it.
    """

    name: str
    folded: str
    title: str
    nickname: str
    shouted: bool
    place: tuple[int, int]
    paragraph: tuple[int, int]

    def gender(self, known: Words) -> str:
        """By the title: "male", "female" or ""."""
        return known.titles.get(self.title, "").removeprefix("court_").replace("office", "")


def title_before(text: str, start: int, known: Words) -> str:
    """The title right before a mention, folded; "" where there is none."""
    found = _BEFORE.search(text[max(start - _LOOK_BACK, 0) : start])
    if not found:
        return ""
    two = fold(f"{found[1] or ''}{found[2]}")
    one = fold(found[2])
    return two if two in known.titles else one if one in known.titles else ""


def calls_of(section: int, text: str, mentions: Sequence[Mention], variants: Variants) -> Iterator[Call]:
    """The persons of one section, in order."""
    paragraph, read = 0, 0
    known = variants.words
    for mention in mentions:
        if mention.type != "PERSON":
            continue
        paragraph += text.count("\n\n", read, mention.start)
        read = max(read, mention.start)
        tidy = tidied(mention.text, "PERSON", known)
        name = tidy.name
        if tidy.whole != name and " " in name:  # "George W. Bush" is known so, "Edith K. Marlow" is not
            name = variants.known("PERSON", tidy.whole) or name
        yield Call(
            name=name,
            folded=fold(name),
            shouted=tidy.shouted,
            title=tidy.title or title_before(text, mention.start, known),
            nickname=tidy.nickname,
            place=(section, mention.start),
            paragraph=(section, paragraph),
        )
