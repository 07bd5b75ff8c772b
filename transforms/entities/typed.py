"""Types that the tables or the document contradict: a place's name is no person's, a person's surname is no people's."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import zip_longest

from transforms.entities.calls import title_before
from transforms.entities.find import Mention
from transforms.entities.names import Variants
from transforms.entities.placed import is_placed
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
    mentions = [mention for _, some in sections for mention in some]
    full = [words for one in mentions if one.type == "PERSON" and len(words := fold(one.text).split()) > 1]
    persons = {word for words in full for word in words}
    bare = {words[-1] for words in full} - _of_longer_names(mentions)
    slips = _slips(mentions, bare, variants) | _no_places(sections, bare, variants)
    return tuple(
        (
            text,
            tuple(
                replace(mention, type="PERSON")
                if (mention.type, fold(mention.text)) in slips
                else _typed(text, mention, persons, variants)
                for mention in some
            ),
        )
        for text, some in sections
    )


def _of_longer_names(mentions: Sequence[Mention]) -> AbstractSet[str]:
    """The words of longer names of no person, as the founder's company has one: they may be short for those."""
    return {
        word
        for mention in mentions
        if mention.type != "PERSON" and len(words := fold(mention.text).split()) > 1
        for word in words
    }


def _slips(
    mentions: Sequence[Mention], bare: AbstractSet[str], variants: Variants
) -> AbstractSet[tuple[str, str]]:
    """(type, folded name) that a document has once, of a surname whose person it names in full.

    Not where the surname alone is found as a person, too, and so was told apart, nor where the tables have it in that type.
    """
    counts = Counter((mention.type, fold(mention.text)) for mention in mentions)
    return {
        (kind, folded)
        for (kind, folded), count in counts.items()
        if count == 1
        and kind not in {"PERSON", "LOC"}
        and folded in bare
        and ("PERSON", folded) not in counts
        and (kind, folded) not in variants.canonical
        and (kind, folded) not in variants.doubtful
    }


def _no_places(
    sections: Sequence[tuple[str, Sequence[Mention]]], bare: AbstractSet[str], variants: Variants
) -> AbstractSet[tuple[str, str]]:
    """("LOC", folded name) of a surname whose person the document or the tables name in full, and that nowhere stands as a place does.

    Not of a place that the tables know: any town may be called as a person.
    """
    found: set[str] = set()
    placed: set[str] = set()
    for text, mentions in sections:
        for mention, behind in zip_longest(mentions, mentions[1:]):
            if mention.type == "LOC":
                folded = fold(mention.text)
                found.add(folded)
                if is_placed(text, mention, behind):
                    placed.add(folded)
    return {
        ("LOC", folded)
        for folded in found - placed
        if (
            folded in bare
            or [kind for kind in _IN_TABLES if (kind, folded) in variants.canonical] == ["PERSON"]
        )
        and ("LOC", folded) not in variants.canonical
        and ("LOC", folded) not in variants.doubtful
    }


def _typed(text: str, mention: Mention, persons: AbstractSet[str], variants: Variants) -> Mention:
    folded = fold(mention.text)
    if mention.type not in _MAY_BE or mention.text.islower():
        return mention
    if folded.split(" ")[0] in variants.words.gender or (mention.type == "PERSON" and folded in persons):
        return mention
    kinds = [kind for kind in _IN_TABLES if (kind, folded) in variants.canonical]
    if len(kinds) != 1 or kinds[0] not in _MAY_BE[mention.type]:
        return mention
    if mention.type == "PERSON" and title_before(text, mention.start, variants.words):
        return mention
    return replace(mention, type=kinds[0])
