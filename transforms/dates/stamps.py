"""Reads the dates that stand in one line, with their times, zones and labels.

Linear in the line: re2 finds the pieces, and a line is cut before it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

import re2

from transforms.dates.words import BESIDE, MONTHS, PUBLISHED, UPDATED, US_ZONES, ZONES

MIN_YEAR, MAX_YEAR = 1990, 2100
"""Before is no web page; after is no date. There is no clock here to know today by."""

_MAX_DATES = 8
"""A line with more dates is a calendar."""
_SHORT_YEARS = 70
"""Two digits below are of this century."""
_REACH = 24
"""So many characters may stand between a date and its time."""
_NOON = 12
_HOURS_A_DAY, _MINUTES_AN_HOUR, _MONTHS_A_YEAR = 24, 60, 12
_CENTURY = 2000
_MAX_OFFSET = 15 * 60
_SUMMER = ((3, 14), (11, 1))
"""Summer time of the United States, to within a week."""

_NAME = f"(?i:{'|'.join(sorted(MONTHS, key=lambda form: (-len(form), form)))})"
_DATES = re2.compile(
    r"(?P<y1>(?:19|20)\d\d)(?:-|/|\. ?)(?P<m1>\d{1,2})(?:-|/|\. ?)(?P<d1>\d{1,2})"
    r"|(?P<y2>(?:19|20)\d\d) ?[年년] ?(?P<m2>\d{1,2}) ?[月월] ?(?P<d2>\d{1,2}) ?[日일]"
    rf"|(?P<d3>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[ -](?:de |of )?(?P<m3>{_NAME})\.?,?[ -](?:de |del )?(?P<y3>(?:19|20)\d\d)"
    rf"|(?P<m4>{_NAME})\.? (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>(?:19|20)\d\d)"
    r"|(?P<a>\d{1,2})(?P<sep>[./-]) ?(?P<b>\d{1,2})[./-] ?(?P<y5>(?:19|20)\d\d|\d\d)"
)
_ZONE = "|".join(sorted([*ZONES, *US_ZONES], key=lambda form: (-len(form), form)))
_TIMES = re2.compile(
    r"(?i)(?P<h>\d{1,2})(?::|h| h | ?時|시 ?|\.)(?P<min>\d\d)(?::(?P<sec>\d\d)(?:\.\d{1,6})?)?(?:分|분)?"
    r"(?: ?(?P<half>[ap])\.? ?m\b\.?)?"
    rf"(?: ?\(?(?:(?P<zone>{_ZONE})\b)?(?: ?(?P<sign>[+-])(?P<zh>\d{{1,2}}):?(?P<zm>\d\d)?)?\)?)?"
)
_HOUR, _MINUTE = 1, 2
"""Numbers of the groups: re2 gives no place by name."""
_WORDS = re2.compile(r"[\p{L}\p{M}]+")


class Label(IntEnum):
    """What a date says of itself; a higher one is better evidence."""

    UPDATED = 0
    NONE = 1
    PUBLISHED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A printed date.

    Args:
        at: In UTC; midnight where no time is printed.
        is_day_only: Whether no time is printed.
        label: What the words before it say.
        start: Where the date and its time begin in the line.
        end: Where they end.
    """

    at: datetime
    is_day_only: bool
    label: Label
    start: int
    end: int


def read_stamps(line: str) -> list[Stamp]:
    """Every date in the line, in order; none where one of them cannot be a date."""
    found = [match for match in _DATES.finditer(line) if _stands_alone(line, match)]
    if len(found) > _MAX_DATES:
        return []
    stamps: list[Stamp] = []
    for number, match in enumerate(found):
        low = stamps[-1].end if stamps else 0
        high = found[number + 1].start() if number + 1 < len(found) else len(line)
        stamp = _stamp(line, match, low=low, high=high)
        if stamp is not None:
            stamps.append(stamp)
    return stamps


def _stands_alone(line: str, match: Any) -> bool:  # noqa: ANN401  # re2 ships no types
    """Whether the date is no part of a longer number or word.

    A time may be glued to its year, and a capital to what is before it ("Jane RoeApril 28").
    """
    before, after = line[: match.start()][-1:], line[match.end() : match.end() + 5]
    is_glued_time = _TIMES.match(after) is not None and ":" in after
    first = line[match.start()]
    if before.isalpha() and first.isalpha() and not (before.islower() and first.isupper()):
        return False
    return not before.isdigit() and (not after[:1].isdigit() or is_glued_time)


def _stamp(line: str, match: Any, *, low: int, high: int) -> Stamp | None:  # noqa: ANN401  # re2 ships no types
    """The date with its time, looked for between two places of the line; None where it is no date."""
    time = _time_near(line, match, low=low, high=high)
    day = _day(match, time=time)
    if day is None:
        return None
    start, end = match.span()
    at = day
    if time is not None:
        moment = _moment(day, time)
        if moment is None:
            return None
        at = moment
        start, end = min(start, time.start()), max(end, time.end())
    label = _label(line[low:start])
    return Stamp(at=at, is_day_only=time is None, label=label, start=start, end=end)


def _time_near(line: str, match: Any, *, low: int, high: int) -> Any:  # noqa: ANN401  # re2 ships no types
    """The time right after a date, else the one right before it, else None."""
    for place in _TIMES.finditer(line, match.end(), min(high, match.end() + 2 * _REACH)):
        if _is_beside(line[match.end() : place.start()]) and _is_time(line, place):
            return place
    before = list(_TIMES.finditer(line, max(low, match.start() - 2 * _REACH), match.start()))
    if before and _is_beside(line[before[-1].end() : match.start()]) and _is_time(line, before[-1]):
        return before[-1]
    return None


def _is_beside(between: str) -> bool:
    """Whether a time and a date are of one stamp: only small words and signs are between them."""
    return len(between) <= _REACH and all(word.casefold() in BESIDE for word in _WORDS.findall(between))


def _is_time(line: str, place: Any) -> bool:  # noqa: ANN401  # re2 ships no types
    """Whether the numbers are a time: "11.08" is one only with a word for it beside it."""
    hour, minute = int(place.group("h")), int(place.group("min"))
    if (
        hour >= _HOURS_A_DAY
        or minute >= _MINUTES_AN_HOUR
        or line[place.end(_MINUTE) : place.end(_MINUTE) + 1].isdigit()
    ):
        return False
    if line[place.end(_HOUR) : place.end(_HOUR) + 1] != ".":
        return True
    words = {
        word.casefold() for word in _WORDS.findall(line[max(0, place.start() - 8) : place.end(_MINUTE) + 8])
    }
    return not words.isdisjoint({"uhr", "kl", "klo", "pm", "am", "p", "wib", "ore", "pukul"})


def _day(match: Any, *, time: Any) -> datetime | None:  # noqa: ANN401  # re2 ships no types
    """The day of a date, or None where it is none or could be either of two."""
    group = match.groupdict()
    if group["y1"] or group["y2"]:
        year, month, day = (int(group[key + ("1" if group["y1"] else "2")]) for key in "ymd")
    elif group["y3"] or group["y4"]:
        place = "3" if group["y3"] else "4"
        year, day = int(group["y" + place]), int(group["d" + place])
        month = MONTHS.get(group["m" + place].casefold(), 0)
    else:
        year = int(group["y5"])
        if len(group["y5"]) == len("31"):
            year += _CENTURY if time is not None and year < _SHORT_YEARS else 0
        month, day = _month_and_day(int(group["a"]), int(group["b"]), sep=group["sep"], time=time)
    try:
        return datetime(year, month, day, tzinfo=UTC) if MIN_YEAR <= year <= MAX_YEAR else None
    except ValueError:
        return None


def _month_and_day(first: int, second: int, *, sep: str, time: Any) -> tuple[int, int]:  # noqa: ANN401  # as above
    """Which of two numbers is the month; (0, 0) where nothing tells.

    A dot is European; half days are American; a clock of 24 hours is not.
    """
    if sep == "." or first > _MONTHS_A_YEAR or first == second:
        return second, first
    if second > _MONTHS_A_YEAR or (time is not None and time.group("half")):
        return first, second
    if time is not None and int(time.group("h")) > _NOON:
        return second, first
    return 0, 0


def _moment(day: datetime, time: Any) -> datetime | None:  # noqa: ANN401  # re2 ships no types
    """The day with its time, in UTC; a time without a known zone is taken for UTC."""
    group = time.groupdict()
    hour, half = int(group["h"]), (group["half"] or "").casefold()
    if half:
        # "15:24 pm" is printed by some: the hour stands for itself.
        hour = hour % _NOON + (_NOON if half == "p" else 0) if hour <= _NOON else hour
    zone = (group["zone"] or "").casefold()
    offset = ZONES.get(zone, 0)
    if zone in US_ZONES:
        offset = US_ZONES[zone] + (60 if _SUMMER[0] <= (day.month, day.day) < _SUMMER[1] else 0)
    if group["sign"] and (not zone or zone in ("utc", "gmt")):
        minutes = int(group["zh"]) * 60 + int(group["zm"] or 0)
        offset = minutes if group["sign"] == "+" else -minutes
    if abs(offset) > _MAX_OFFSET:
        return None
    seconds = min(int(group["sec"] or 0), 59)
    return day + timedelta(hours=hour, minutes=int(group["min"]) - offset, seconds=seconds)


def _label(words: str) -> Label:
    """What the words right before a date say; the last word counts."""
    label = Label.NONE
    for word in _WORDS.findall(words):
        folded = word.casefold()
        if folded in PUBLISHED:
            label = Label.PUBLISHED
        elif folded in UPDATED:
            label = Label.UPDATED
    return label


def rest_words(line: str, stamps: list[Stamp]) -> Iterator[str]:
    """The words of the line that belong to no date."""
    place = 0
    for stamp in stamps:
        yield from _WORDS.findall(_TIMES.sub(" ", line[place : stamp.start]))
        place = stamp.end
    yield from _WORDS.findall(_TIMES.sub(" ", line[place:]))
