"""Types that the tables or the document contradict: a place's name is no person's, a person's surname is no people's."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
    mentions = [mention for _, some in sections for mention in some]
    full = [words for one in mentions if one.type == "PERSON" and len(words := fold(one.text).split()) > 1]
    persons = {word for words in full for word in words}
    slips = _slips(mentions, {words[-1] for words in full}, variants)
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


def _slips(
    mentions: Sequence[Mention], surnames: AbstractSet[str], variants: Variants
) -> AbstractSet[tuple[str, str]]:
    """(type, folded name) that a document has once, of a surname whose person it names in full.

    Not where the surname alone is found as a person, too, and so was told apart, nor where a longer name of no person
    has the word, as the founder's company has, nor where the tables have it in that type. A place is left alone: any town may be called as a person.
    """
    counts = Counter((mention.type, fold(mention.text)) for mention in mentions)
    longer = {
        word
        for kind, folded in counts
        if kind != "PERSON" and len(words := folded.split()) > 1
        for word in words
    }
    bare = surnames - longer
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
