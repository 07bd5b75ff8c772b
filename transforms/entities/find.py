"""Named entities in a text: what a mention is, what a recogniser is, and the one way to call it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

MAX_TEXT = 2_000_000  # characters that are searched; an article has some thousands

TYPES = ("PERSON", "ORG", "LOC", "NORP", "EVENT", "MISC")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where an entity is named.

    Args:
        start: Character offset into the text.
        end: The same, exclusive.
        text: `text[start:end]`.
        type: One of `TYPES`.
    """

    start: int
    end: int
    text: str
    type: str


Recognizer: TypeAlias = Callable[[str], tuple[Mention, ...]]


def without_overlaps(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Sorted by place; of two that overlap the longer one stays, of equals the earlier, then the first type in the alphabet."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, m.start - m.end, m.type)):
        if kept and mention.start < kept[-1].end:
            if mention.end - mention.start > kept[-1].end - kept[-1].start:
                kept[-1] = mention
            continue
        kept.append(mention)
    return tuple(kept)


def find(text: str, *, recognizer: Recognizer) -> tuple[Mention, ...]:
    """The mentions of a text: spans inside it, sorted, not overlapping, `text[start:end] == mention.text`, each with a letter or digit.

    Only the first `MAX_TEXT` characters are searched. What a recogniser returns against these rules is put right or left out.
    A lone surrogate, which no UTF-8 has, is in no mention.
    """
    searched = text[:MAX_TEXT]
    # No recogniser could take it; so many characters it stays.
    readable = searched.encode("utf-8", "replace").decode("utf-8")
    sound = (
        mention
        for mention in recognizer(readable)
        if 0 <= mention.start < mention.end <= len(searched)
        and searched[mention.start : mention.end] == mention.text
        and mention.type in TYPES
        and any(map(str.isalnum, mention.text))
    )
    return without_overlaps(sound)
