"""Datelines of news agencies: the place in capitals before the dash, and the agency in brackets behind it."""

from collections.abc import Sequence

import re2

from transforms.entities.find import Mention

# "NEW VELM, Ostmark (Agency) — " at the beginning of a line. With a colon it may be who speaks.
_DATELINE = re2.compile(
    r"(?m)^[ \t]*(\p{Lu}[\p{Lu}.'’-]+(?: \p{Lu}[\p{Lu}.'’-]+){0,3})"
    r"(?:, [^\n(),:;—–]{1,40})?(?: \(([^\n()]{2,40})\))?(?: ?[—–]| --?|(:)) "
)


def in_datelines(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions, of which what stands in a dateline is its place or its agency; by place.

    A line in which nothing was found is none, nor is one that shouts the name of a person of the document.

    Args:
        text: The document.
        mentions: What was found in it, not overlapping.
    """
    ordered = sorted(mentions, key=lambda one: one.start)
    persons = {
        word
        for mention in ordered
        if mention.type == "PERSON" and not mention.text.isupper()
        for word in mention.text.casefold().split()
    }
    kept: list[Mention] = []
    at = 0
    for line in _DATELINE.finditer(text):
        start, end = line.span(1)
        while at < len(ordered) and ordered[at].end <= start:
            kept.append(ordered[at])
            at += 1
        first = at
        while at < len(ordered) and ordered[at].start < end:
            at += 1
        inside = ordered[first:at]
        is_place = (
            bool(inside) and inside[-1].end <= end and not persons.issuperset(line[1].casefold().split())
        )
        if not is_place or (line[3] and any(mention.type != "LOC" for mention in inside)):
            kept += inside
            continue
        kept.append(Mention(start, end, line[1], "LOC"))
        while at < len(ordered) and ordered[at].end <= line.end():
            mention = ordered[at]
            agency = (mention.start, mention.end) == line.span(2)
            kept.append(Mention(mention.start, mention.end, mention.text, "ORG") if agency else mention)
            at += 1
    return [*kept, *ordered[at:]]
