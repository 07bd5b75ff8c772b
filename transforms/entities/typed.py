"""Types that the tables contradict: a name that only a place or a people has is no person's."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.entities.calls import title_before
from transforms.entities.find import Mention
from transforms.entities.names import Variants
from transforms.entities.spelling import fold

_IN_TABLES = ("PERSON", "LOC", "NORP", "ORG")
# What a mention may turn into. Not a body into a place or back: teams, governments and seats bear the other's name.
_MAY_BE = {
    "PERSON": frozenset({"LOC", "NORP", "ORG"}),
    "LOC": frozenset({"NORP"}),
    "MISC": frozenset({"NORP", "ORG"}),
    "ORG": frozenset({"PERSON"}),
}


def as_tables_say(
    sections: Sequence[tuple[str, Sequence[Mention]]], variants: Variants
) -> tuple[tuple[str, tuple[Mention, ...]], ...]:
    """The sections of a document, each mention with the one type that the tables have its name in.

    Whom the document calls by a longer name or with a title, and what is a given name, stays a person.

    Args:
        sections: (text, its mentions).
        variants: The tables.
    """
    persons = {
        word
        for _, mentions in sections
        for mention in mentions
        if mention.type == "PERSON" and len(words := fold(mention.text).split()) > 1
        for word in words
    }
    return tuple(
        (text, tuple(_typed(text, mention, persons, variants) for mention in mentions))
        for text, mentions in sections
    )


def _typed(text: str, mention: Mention, persons: set[str], variants: Variants) -> Mention:
    folded = fold(mention.text)
    if mention.type not in _MAY_BE or mention.text.islower():
        return mention
    if folded.split(" ")[0] in variants.words.gender or folded in persons:
        return mention
    kinds = [kind for kind in _IN_TABLES if (kind, folded) in variants.canonical]
    if len(kinds) != 1 or kinds[0] not in _MAY_BE[mention.type]:
        return mention
    if mention.type == "PERSON" and title_before(text, mention.start, variants.words):
        return mention
    return replace(mention, type=kinds[0])
