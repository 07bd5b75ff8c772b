"""What a whole document says about a name: one type where nearly all agree, and the places where a known name was passed over."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import zip_longest

import re2

from transforms.entities.acronyms import is_acronym_of
from transforms.entities.datelines import in_datelines
from transforms.entities.find import Mention, without_overlaps
from transforms.tags.stopwords import ENGLISH

_AGREE = 3  # times as often as another type: then the other was a slip
_MIN_MENTIONS = 2  # of a name of one word, before it is looked for elsewhere
_MAX_NAME = 100  # characters of a name that is looked for; what is longer is none
_BRACKET = re2.compile(r"^ ?[(\[](?:the )?[\"“]?(\p{Lu}[\p{L}\p{N}.&-]{1,9})[\"”]?[)\]]")
# In small letters they are everyday words: where the recogniser saw no "May", there is mostly none.
_EVERYDAY = ENGLISH | {"january", "february", "march", "april", "june", "july", "august"}
_BESIDE = 24  # characters behind a name that an acronym in brackets may take
# "Ana Orr", "WSC"; not "Gen", "Lt. Col", "Ana J".
_SENTENCE_END = re2.compile(r"^(?:[^.]* )?(?:\p{Lu}{2,}|\p{L}{6,})$|^[^.]* [\p{L}'’-]{2,}$")
_TITLE = re2.compile(r"^\p{Lu}\p{Ll}+\.$")
_WORD = re2.compile(r"[\p{L}\p{M}\p{N}]+")


def _types(mentions: Sequence[Mention]) -> dict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        counts[mention.text][mention.type] += 1
    return dict(counts)


def _surnames(mentions: Sequence[Mention]) -> Counter[str]:
    """How often a word ends a person's longer name."""
    return Counter(
        mention.text.rsplit(" ", 1)[1]
        for mention in mentions
        if mention.type == "PERSON" and " " in mention.text
    )


def _parted(mentions: Sequence[Mention], surnames: Container[str]) -> Iterator[Mention]:
    """Mentions, of which one that runs over the end of a sentence is two: "Ana Orr. Marlow" where Marlow is known, too."""
    known = {mention.text for mention in mentions}
    for mention in mentions:
        head, dot, tail = mention.text.rpartition(". ")
        if dot and _SENTENCE_END.match(head) and (tail in known or tail in surnames or tail == head):
            behind = mention.end - len(tail)
            yield Mention(mention.start, mention.start + len(head), head, mention.type)
            yield Mention(behind, mention.end, tail, mention.type)
        else:
            yield mention


def _without_titles(mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions but for a person's title alone, right before him: "Gen."."""
    last = Mention(0, 0, "", "")
    return [
        mention
        for mention, behind in zip_longest(mentions, mentions[1:], fillvalue=last)
        if not (
            mention.type == behind.type == "PERSON"
            and behind.start == mention.end + 1
            and _TITLE.match(mention.text)
        )
    ]


def _without_common_nouns(mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions but for words in small letters that the document has more often as a name: "turkey" beside Turkey."""
    counts = Counter(mention.text for mention in mentions)
    named = Counter(mention.text.casefold() for mention in mentions if not mention.text.islower())
    return [
        mention
        for mention in mentions
        if not (mention.text.islower() and named[mention.text] >= counts[mention.text])
    ]


def _settled(mention: Mention, counts: Counter[str], named: int) -> Mention:
    """A mention with the type that nearly all of its name have, where a person is `named` so in full, too.

    A person's surname alone may be a place or a company as well: the full names only speak where one says the person.
    """
    kinds = counts + Counter({"PERSON": named if counts["PERSON"] else 0})
    kind = min(kinds, key=lambda one: (-kinds[one], one))
    if kinds[kind] < _AGREE * kinds[mention.type] or (
        mention.type == "ORG" and counts[kind] < _AGREE * counts["ORG"]
    ):
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


def _by_first_word(names: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """First word → (where in the name it stands, the name's length) of each name that has it, the longest first."""
    forms: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for name in names:
        if first := _WORD.search(name):
            forms[first.group()].add((first.start(), len(name)))
    return {word: sorted(some, key=lambda form: (-form[1], form[0])) for word, some in forms.items()}


def _is_everyday(name: str) -> bool:
    """Whether a word may stand with a capital and be no name: "May", but not "WHO"."""
    return not name.isupper() and name.casefold() in _EVERYDAY


def _passed_over(text: str, counts: dict[str, Counter[str]], sure: frozenset[str]) -> list[Mention]:
    """The places of known names, by their first words: one pattern of them all would be as large as the document."""
    wanted = {
        name
        for name, kinds in counts.items()
        if (name in sure or " " in name or (kinds.total() >= _MIN_MENTIONS and not _is_everyday(name)))
        and any(letter.isupper() for letter in name)
        and len(name) <= _MAX_NAME
    }
    forms = _by_first_word(wanted)
    found: list[Mention] = []
    past = 0
    for word in _WORD.finditer(text) if forms else ():
        for ahead, length in forms.get(word.group(), ()):
            start = word.start() - ahead
            name = text[max(start, 0) : start + length]
            if start >= past and name in wanted and _is_whole(text, start, start + length):
                kinds = counts[name]
                found.append(
                    Mention(start, start + length, name, min(kinds, key=lambda one: (-kinds[one], one)))
                )
                past = start + length
                break
    return found


def consistent(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions of a document, read once more with all of them known.

    A dateline names a place. A name that has one type three times as often as another has it everywhere, where full
    names of persons speak for their surnames. An acronym in brackets behind a name is one, too. Such an acronym, a name
    of several words, and one of one word that was found twice and is no everyday word, is a mention wherever it stands.
    What was found stays: a place that overlaps it is left out.
    """
    mentions = in_datelines(text, mentions)
    surnames = _surnames(mentions)
    mentions = _without_titles(_without_common_nouns(list(_parted(mentions, surnames))))
    counts = _types(mentions)
    settled = sorted(
        (_settled(mention, counts[mention.text], surnames[mention.text]) for mention in mentions),
        key=lambda one: one.start,
    )
    acronyms = {(mention.start, mention.end): mention for mention in _acronyms(text, settled)}
    settled = [acronyms.get((mention.start, mention.end), mention) for mention in settled]
    known = without_overlaps([*settled, *_beside(settled, list(acronyms.values()))])
    sure = frozenset(mention.text for mention in acronyms.values())
    return without_overlaps([*known, *_beside(known, _passed_over(text, _types(known), sure))])
