"""Who wrote the copied article, and by what cue.

Every cue that is found adds its weight (log odds, as naive Bayes adds them) to its publisher's score; the best
publisher is named when its score is high enough and far enough above the next. Naming others in passing
("told Reuters") counts for next to nothing: a wrong publisher is worse than none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from string import ascii_lowercase

from transforms.publishers.cues import TAG_END, TAG_START, Cue, PublisherCues, Where
from transforms.records import Block

_MIN_SCORE = 3.0
"""Odds of about 20 to 1."""
_MIN_MARGIN = 1.5
"""The best must be about four times as likely as the next."""
_END_BLOCKS = 8
"""So many blocks are the beginning, and so many the end."""
_MAX_PART_CHARS = 200_000
"""Of a longer text the two ends are looked at."""
_MAX_EVIDENCE_CHARS = 120
_MAX_WORD_CHARS = 40
_MAX_NAME_WORDS = 6
_SMALL_WORDS = frozenset({"of", "the", "and", "&", "de", "la", "del", "di", "der", "do", "da", "für"})
"""Written small within a name."""
_FIRST_UNSPACED = "\u2e80"
"""Chinese, Japanese and Korean begin here."""
_MAX_HITS = 500
"""Hits of one pattern in one text that are looked at: a hostile text may repeat a name for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who wrote an article.

    Args:
        name: As the publisher writes itself.
        evidence: The words that tell it, quoted, at most 120 characters.
    """

    name: str
    evidence: str


def find_publisher(
    *, title: str | None, section: str | None, blocks: Sequence[Block], cues: PublisherCues
) -> Publisher | None:
    """Tell who wrote an article.

    Args:
        title: The headline, or None.
        section: What stood behind the headline's last bar, or None.
        blocks: The article's blocks, boilerplate and all: it holds the best cues.
        cues: The cue file.

    Returns:
        The publisher, or None where the cues are too few or contradict each other.
    """
    whole, head = _joined(block.text for block in blocks), _joined(filter(None, (title, section)), sep=" | ")
    parts = _parts(head=head, whole=whole)
    tagged = _parts(head=_tagged(head, cues=cues), whole=_tagged(whole, cues=cues))
    scores: dict[str, float] = {}
    best_cue: dict[str, tuple[float, str]] = {}
    for cue in cues.cues:
        texts = tagged if cue.publisher is None else parts
        for name, weight, evidence in _hits(cue, text=texts[cue.where], cues=cues):
            scores[name] = scores.get(name, 0.0) + weight
            if weight > best_cue.get(name, (0.0, ""))[0]:
                best_cue[name] = (weight, evidence)
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    if not ranked or scores[ranked[0]] < _MIN_SCORE:
        return None
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < _MIN_MARGIN:
        return None
    return Publisher(name=ranked[0], evidence=best_cue[ranked[0]][1])


def _parts(*, head: str, whole: str) -> dict[Where, str]:
    """The texts that cues are looked for in: the title, and parts of the blocks."""
    lines = whole.split("\n")
    ends = lines if len(lines) <= 2 * _END_BLOCKS else [*lines[:_END_BLOCKS], *lines[-_END_BLOCKS:]]
    return {
        "title": head,
        "first": "\n".join(lines[:_END_BLOCKS]),
        "last": "\n".join(lines[-_END_BLOCKS:]),
        "ends": "\n".join(ends),
        "any": whole,
    }


def _joined(texts: Iterable[str], *, sep: str = "\n") -> str:
    """The texts in one; the two ends of what is too long."""
    text = sep.join(texts).replace(TAG_START, " ").replace(TAG_END, " ")
    if len(text) <= _MAX_PART_CHARS:
        return text
    half = _MAX_PART_CHARS // 2
    return text[:half] + "\n" + text[-half:]


def _tagged(text: str, *, cues: PublisherCues) -> str:
    """The text with every publisher's name replaced by its tag."""
    pieces: list[str] = []
    done = 0
    for match in cues.any_form.finditer(text):
        if not _is_word(text, start=match.start(), end=match.end()):
            continue
        number = cues.form_numbers[match.group()]
        pieces += (text[done : match.start()], TAG_START, cues.forms[number].kinds, str(number), TAG_END)
        done = match.end()
    return "".join((*pieces, text[done:]))


def _is_word(text: str, *, start: int, end: int) -> bool:
    """Whether a name stands for itself: no part of a longer word or host.

    A by-line may be glued to what follows it ("Jane RoeThe Namibian"). Scripts without spaces have no word ends.
    """
    form, before, after = text[start:end], text[start - 1 : start], text[end : end + 1]
    if form[-1] >= _FIRST_UNSPACED:
        return True
    can_glue = " " in form
    is_begun = not (before.isalnum() or before == "-") or (
        can_glue and before.islower() and form[0].isupper()
    )
    is_ended = not after.isalnum() or (can_glue and after.isupper() and form[-1].islower())
    return is_begun and is_ended


def _hits(cue: Cue, *, text: str, cues: PublisherCues) -> Iterator[tuple[str, float, str]]:
    """Each publisher that the cue tells in the text, once, with its weight and the words."""
    if not text or not (cue.publisher or cue.is_any_name or TAG_START in text):
        return
    if cue.publisher is not None:
        found = [pattern.search(text) for pattern in cue.patterns]
        if all(found) and not any(pattern.search(text) for pattern in cue.without):
            yield (
                cue.publisher,
                cue.weight,
                _quoted(_whole(text, found[0].end(), found[0].group()), cues=cues),
            )
        return
    seen: set[str] = set()
    for match in islice(cue.patterns[0].finditer(text), _MAX_HITS):
        name = _named(match.group("name"), cue=cue, cues=cues)
        if name is not None and name not in seen:
            seen.add(name)
            weight = cue.cited_weight if name in cues.cited else cue.weight
            yield name, weight, _quoted(_whole(text, match.end(), match.group()), cues=cues)


def _named(group: str, *, cue: Cue, cues: PublisherCues) -> str | None:
    """The publisher's name for itself; a name that is not in the list must look like a publisher's."""
    if not cue.is_any_name:
        return cues.forms[int(group)].publisher
    name = group.strip()
    words = name.removeprefix("the ").split()
    is_title_case = all(word[0].isupper() or word in _SMALL_WORDS for word in words)
    is_news = not cues.news_words.isdisjoint(words) and not cues.news_words.issuperset(words)
    return name if is_title_case and is_news and len(words) <= _MAX_NAME_WORDS else None


def _whole(text: str, end: int, found: str) -> str:
    """What was found, to the end of its last word."""
    stop = end
    while stop < min(len(text), end + _MAX_WORD_CHARS) and text[stop - 1].isalnum() and text[stop].isalnum():
        stop += 1
    return found + text[end:stop]


def _quoted(words: str, *, cues: PublisherCues) -> str:
    """The words on one line, names put back, not too long."""
    head, *rest = words.split(TAG_START)
    for piece in rest:
        tag, _, tail = piece.partition(TAG_END)
        head += cues.forms[int(tag.lstrip(ascii_lowercase))].text + tail
    return " ".join(head.split())[:_MAX_EVIDENCE_CHARS].strip()
