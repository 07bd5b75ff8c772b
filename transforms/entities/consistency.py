"""What a whole document says about a name: one type where nearly all agree, and the places where a known name was passed over."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import re2

from transforms.entities.acronyms import is_acronym_of
from transforms.entities.find import Mention, without_overlaps

_AGREE = 3  # times as often as another type: then the other was a slip
_MIN_MENTIONS = 2  # of a name of one word, before it is looked for elsewhere
_MAX_NAMES = 2_000  # names of a document that are looked for; a list of more is no article
_BRACKET = re2.compile(r"^ ?[(\[](?:the )?[\"“]?(\p{Lu}[\p{L}\p{N}.&-]{1,9})[\"”]?[)\]]")
_BESIDE = 24  # characters behind a name that an acronym in brackets may take
_WORD = re2.compile(r"[\p{L}\p{M}\p{N}]")


def _types(mentions: Sequence[Mention]) -> dict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        counts[mention.text][mention.type] += 1
    return dict(counts)


def _settled(mention: Mention, counts: Counter[str]) -> Mention:
    kind = min(counts, key=lambda one: (-counts[one], one))
    if counts[kind] < _AGREE * counts[mention.type]:
        return mention
    return Mention(mention.start, mention.end, mention.text, kind)


def _acronyms(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Acronyms in brackets behind the names that they stand for, each of its name's type."""
    found: list[Mention] = []
    for mention in mentions:
        bracket = _BRACKET.match(text[mention.end : mention.end + _BESIDE])
        if bracket and is_acronym_of(bracket[1], mention.text):
            start = mention.end + bracket.start(1)
            found.append(Mention(start, start + len(bracket[1]), bracket[1], mention.type))
    return found


def _beside(mentions: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    """The others that overlap none of the mentions; both sorted by place."""
    free: list[Mention] = []
    at = 0
    for other in others:
        while at < len(mentions) and mentions[at].end <= other.start:
            at += 1
        if at == len(mentions) or mentions[at].start >= other.end:
            free.append(other)
    return free


def _is_whole(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    return not (_WORD.match(before) or _WORD.match(behind))


def _passed_over(text: str, counts: dict[str, Counter[str]], sure: frozenset[str]) -> list[Mention]:
    wanted = [
        name
        for name, kinds in counts.items()
        if (name in sure or " " in name or kinds.total() >= _MIN_MENTIONS)
        and any(letter.isupper() for letter in name)
    ]
    wanted = sorted(wanted, key=lambda name: (-len(name), name))[:_MAX_NAMES]
    if not wanted:
        return []
    found: list[Mention] = []
    for match in re2.compile("|".join(map(re2.escape, wanted))).finditer(text):
        start, end = match.span()
        if _is_whole(text, start, end):
            kinds = counts[match.group()]
            kind = min(kinds, key=lambda one: (-kinds[one], one))
            found.append(Mention(start, end, match.group(), kind))
    return found


def consistent(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of a document, read once more with all of them known.

    A name that has one type three times as often as another has it everywhere. An acronym in brackets behind a name is
    one, too. Such an acronym, a name of several words, and one of one word that was found twice, is a mention wherever it stands. What was found
    stays: a place that overlaps it is left out.
    """
    counts = _types(mentions)
    settled = sorted(
        (_settled(mention, counts[mention.text]) for mention in mentions), key=lambda one: one.start
    )
    acronyms = {(mention.start, mention.end): mention for mention in _acronyms(text, settled)}
    settled = [acronyms.get((mention.start, mention.end), mention) for mention in settled]
    known = without_overlaps([*settled, *_beside(settled, list(acronyms.values()))])
    sure = frozenset(mention.text for mention in acronyms.values())
    return without_overlaps([*known, *_beside(known, _passed_over(text, _types(known), sure))])
