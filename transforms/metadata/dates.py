"""Reads dates that machines wrote, and says which of them are not to be believed."""

import email.utils
from datetime import UTC, datetime, timedelta

from transforms.dates.stamps import read_stamps
from transforms.normalize import clean

# Nothing here asks a clock, so that rows do not depend on it: where the time of a scrape is unknown, a date of publication
# after this is a misprint. Moved on with each release.
NEWEST = datetime(2027, 12, 31, tzinfo=UTC)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web page is older; archives that put older papers online print the paper's date, which is not the page's."""

_MAX_CHARS = 100
"""A machine's date has at most about 60 characters ("Wed Jan 22 2031 18:10:00 GMT+0000 (Coordinated Universal Time)")."""
_MAX_QUOTED = 40
_SLACK = timedelta(days=1)
"""A scrape's day and a page's may differ by their zones."""
_SECONDS_DIGITS, _MILLISECONDS_DIGITS, _STAMP_DIGITS = (9, 10), 13, 14
_ZONE_NAMES = (" UTC", " GMT", " Z")


def believe(
    told: str | float | datetime | None, *, evidence: str, scraped_at: str | None
) -> tuple[str | None, str | None]:
    """Read one date that a machine wrote, and judge it.

    ISO 8601 (Python's parser), RFC 822 (email.utils), Unix epoch in seconds or milliseconds, and dates as printed are
    understood. A time without zone is taken for UTC; a day alone is its midnight.

    Args:
        told: The date as it was told.
        evidence: What told it ("feed", "html", "url", "text"): named in the problem.
        scraped_at: When the page was taken, ISO 8601, or None.

    Returns:
        The time as ISO 8601 in UTC, or None; and why a date that was told is not believed, or None.
    """
    if told is None or isinstance(told, bool):
        return None, None
    text = _quoted(told)
    if not text:
        return None, None
    if isinstance(told, str) and len(told) > _MAX_CHARS:
        return None, f"too long to be a date: {text} ({evidence})"
    at = read_date(told)
    if at is None:
        return None, f"not a date: {text} ({evidence})"
    problem = _problem(at, scraped_at=scraped_at)
    if problem is not None:
        return None, f"{problem}: {text} ({evidence})"
    return at.isoformat(), None


def read_date(told: str | float | datetime) -> datetime | None:
    """The time in UTC, however unlikely; None where it cannot be read."""
    try:
        if isinstance(told, datetime):
            at: datetime | None = told
        elif isinstance(told, int | float):
            at = _epoch(float(told))
        else:
            at = _read_text(told)
        if at is None:
            return None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def wall_clock(text: str) -> datetime | None:
    """ISO 8601 as it was told: with its zone, or with none."""
    return _iso(clean(text)) if len(text) <= _MAX_CHARS else None


def newest(scraped_at: str | None) -> datetime:
    """The newest time that a date of publication can be."""
    at = read_date(scraped_at) if scraped_at and len(scraped_at) <= _MAX_CHARS else None
    return NEWEST if at is None or at > datetime.max.replace(tzinfo=UTC) - _SLACK else at + _SLACK


def _problem(at: datetime, *, scraped_at: str | None) -> str | None:
    """Why the time cannot be one of publication."""
    if at > newest(scraped_at):
        return "in the future"
    if at.date() == datetime(1970, 1, 1, tzinfo=UTC).date():
        return "the epoch's zero"
    return "before 1990" if at < OLDEST else None


def _epoch(seconds: float) -> datetime | None:
    """Unix time, in seconds or milliseconds."""
    if abs(seconds) >= 10 ** (_MILLISECONDS_DIGITS - 2):
        seconds /= 1000
    return datetime.fromtimestamp(seconds, tz=UTC)


def _read_text(told: str) -> datetime | None:
    """A date in one of the forms that are understood."""
    text = clean(told)
    if not text or len(text) > _MAX_CHARS:
        return None
    if text.isascii() and text.isdigit() and len(text) in {*_SECONDS_DIGITS, _MILLISECONDS_DIGITS, 1}:
        return _epoch(float(text))
    if text.isascii() and text.isdigit() and len(text) == _STAMP_DIGITS:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return _iso(text) or _rfc822(text) or _printed(text)


def _iso(text: str) -> datetime | None:
    """ISO 8601, also with a space before its zone or the zone's name behind it."""
    for name in _ZONE_NAMES:
        if text.upper().endswith(name):
            text = text[: -len(name)] + "+00:00"
            break
    head, sign, zone = text.rpartition(" +")
    if not sign:
        head, sign, zone = text.rpartition(" -")
    if sign and zone[:1].isdigit():
        text = head + sign.strip() + zone
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    """RFC 822 and 5322, as feeds and HTTP write it."""
    try:
        return email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _printed(text: str) -> datetime | None:
    """A date as people print it, where there is one and no other."""
    stamps = read_stamps(text)
    return stamps[0].at if len(stamps) == 1 else None


def _quoted(told: str | float | datetime) -> str:
    """What was told, short enough to print."""
    text = told.isoformat() if isinstance(told, datetime) else clean(str(told)[: 4 * _MAX_CHARS])
    return text if len(text) <= _MAX_QUOTED else text[: _MAX_QUOTED - 1] + "…"
