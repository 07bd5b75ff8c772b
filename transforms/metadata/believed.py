"""Which of the dates that a page tells is believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from transforms.metadata.dates import believe, wall_clock
from transforms.metadata.urls import day_in_url

_MAX_TOLD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date that is believed, with what told it; or why none is."""

    at: str | None = None
    evidence: str | None = None
    problem: str | None = None


def first_believed(
    told: Iterable[str],
    *,
    url: str | None,
    printed: Iterable[Callable[[], datetime | str | None]] = (),
    scraped_at: str | None,
) -> Date:
    """The first date that can be believed.

    Args:
        told: What markup tells, in order of trust.
        url: The article's address: its day is believed where markup tells none.
        printed: What reads printed dates, in order of trust; asked last.
        scraped_at: When the page was taken, ISO 8601, or None.

    Returns:
        The date; where there is none, the first problem with those that were told.
    """
    texts = list(dict.fromkeys(text for text, _ in zip(told, range(_MAX_TOLD), strict=False)))
    problems: list[str | None] = []
    for text in texts:
        at, why = believe(_with_zone(text, texts), evidence="html", scraped_at=scraped_at)
        if at is not None:
            return Date(at=at, evidence="html")
        problems.append(why)
    at, why = believe(day_in_url(url), evidence="url", scraped_at=scraped_at)
    if at is not None:
        return Date(at=at, evidence="url")
    problems.append(why)
    for read in printed:
        at, why = believe(read(), evidence="text", scraped_at=scraped_at)
        if at is not None:
            return Date(at=at, evidence="text")
        problems.append(why)
    return Date(problem=next(filter(None, problems), None))


def _with_zone(text: str, others: Iterable[str]) -> str:
    """The same time of the clock as another date tells it with its zone; the text itself where none does."""
    time = wall_clock(text)
    if time is None or time.tzinfo is not None or time.time() == time.min.time():
        return text
    for other in others:
        zoned = wall_clock(other)
        if zoned is not None and zoned.tzinfo is not None and _second(zoned) == _second(time):
            return other
    return text


def _second(time: datetime) -> datetime:
    """The time of the clock to the second, without its zone."""
    return time.replace(tzinfo=None, microsecond=0)
