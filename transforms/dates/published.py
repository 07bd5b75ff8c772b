"""When an article was published, by a date that is printed with it.

Only a line that is nothing but a date, with its label, by-line or place, is believed: a date in a sentence, in a
caption or under a related headline is about something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from transforms.dates.stamps import Label, Stamp, read_stamps, rest_words
from transforms.dates.words import MONTHS, PUBLISHED, SMALL, UPDATED, WEEKDAYS, ZONES
from transforms.records import Block

_MAX_LINE_CHARS = 160
"""A longer line is prose."""
_MAX_NAME_WORDS = 8
"""Words of a by-line or place beside the date."""
_END_BLOCKS = 6
"""A bare day is believed among the first and the last blocks only."""
_MAX_BLOCKS = 5_000
_LIVE_SPAN = timedelta(days=7)
"""A live blog's time stamps lie within a week; others are of several articles."""
_NO_DATES = ("©", "copyright", "(c)", "all rights reserved")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAt:
    """A printed time of publication.

    Args:
        at: In UTC. A time without a zone is taken for UTC (and may be hours off); a day alone is its midnight.
        evidence: The line it was read from.
        is_day_only: Whether no time of day is printed.
    """

    at: datetime
    evidence: str
    is_day_only: bool


def find_published(blocks: Sequence[Block]) -> PublishedAt | None:
    """Read the time of publication out of an article's own lines.

    Args:
        blocks: The article's blocks, boilerplate and all.

    Returns:
        The time labelled as that of publication; else the newest of the unlabelled ones (a live blog prints one with
        every entry); else that of an update. None where there is none, or where they contradict each other.
    """
    found: list[tuple[Stamp, str]] = []
    for number, block in enumerate(blocks[:_MAX_BLOCKS]):
        if len(block.text) > _MAX_LINE_CHARS or not any(letter.isdigit() for letter in block.text):
            continue
        is_end = number < _END_BLOCKS or number >= len(blocks) - _END_BLOCKS
        stamps = _believed(block.text, is_end=is_end)
        found += [(stamp, block.text) for stamp in stamps]
    for label in sorted(Label, reverse=True):
        of_label = [(stamp, line) for stamp, line in found if stamp.label is label]
        if of_label:
            return _chosen(of_label, label=label)
    return None


def _believed(line: str, *, is_end: bool) -> list[Stamp]:
    """The dates of a line, if it is a date line."""
    folded = line.casefold()
    stamps = [] if any(sign in folded for sign in _NO_DATES) else read_stamps(line)
    if not stamps:
        return []
    others = [word for word in rest_words(line, stamps) if not _is_date_word(word.casefold())]
    if not others:
        return [stamp for stamp in stamps if is_end or not stamp.is_day_only or stamp.label is not Label.NONE]
    is_names = len(others) <= _MAX_NAME_WORDS and not any(word[0].islower() for word in others)
    has_byline = folded.startswith(("by ", "von ", "par ", "por "))
    return [
        stamp
        for stamp in stamps
        if is_names and (not stamp.is_day_only or stamp.label is not Label.NONE or (has_byline and is_end))
    ]


def _is_date_word(word: str) -> bool:
    """Whether the word may stand in any date line."""
    return any(word in known for known in (WEEKDAYS, MONTHS, PUBLISHED, UPDATED, SMALL, ZONES))


def _chosen(found: Sequence[tuple[Stamp, str]], *, label: Label) -> PublishedAt | None:
    """The date that counts among those of one kind."""
    timed = [pair for pair in found if not pair[0].is_day_only]
    pairs = timed or list(found)
    times = [stamp.at for stamp, _ in pairs]
    days = {time.date() for time in times}
    if label is Label.PUBLISHED:
        stamp, line = pairs[0]
    elif max(times) - min(times) > _LIVE_SPAN or (not timed and len(days) > 1):
        return None
    else:
        stamp, line = max(pairs, key=lambda pair: pair[0].at)
    return PublishedAt(at=stamp.at, evidence=line, is_day_only=stamp.is_day_only)
