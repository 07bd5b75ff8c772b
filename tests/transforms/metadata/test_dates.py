"""Dates that machines write, and which of them are believed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.metadata.dates import NEWEST, OLDEST, believe, newest, read_date

NOON = "2031-01-22T12:00:00+00:00"
SCRAPED = "2031-02-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2025-01-22T18:10:00Z", "2025-01-22T18:10:00+00:00"),
        ("2025-01-22T18:10:00+0200", "2025-01-22T16:10:00+00:00"),
        ("2025-01-22T18:10:00.1234567+02:00", "2025-01-22T16:10:00.123456+00:00"),
        ("2025-01-22 18:10:00", "2025-01-22T18:10:00+00:00"),
        ("2025-01-22 18:10:00 +01:00", "2025-01-22T17:10:00+00:00"),
        ("2025-01-22 18:10:00 -0500", "2025-01-22T23:10:00+00:00"),
        ("2025-01-22 18:10:00 UTC", "2025-01-22T18:10:00+00:00"),
        ("2025-01-22T18:10", "2025-01-22T18:10:00+00:00"),
        ("2025-01-22", "2025-01-22T00:00:00+00:00"),
        ("20250122", "2025-01-22T00:00:00+00:00"),
        ("20250122181000", "2025-01-22T18:10:00+00:00"),
        ("Wed, 22 Jan 2025 18:10:00 GMT", "2025-01-22T18:10:00+00:00"),
        ("Wed, 22 Jan 2025 18:10:00 -0700", "2025-01-23T01:10:00+00:00"),
        ("1737569400", "2025-01-22T18:10:00+00:00"),
        ("1737569400000", "2025-01-22T18:10:00+00:00"),
        (1737569400, "2025-01-22T18:10:00+00:00"),
        ("January 22nd, 2025", "2025-01-22T00:00:00+00:00"),
        ("22. Januar 2025, 18:10 Uhr", "2025-01-22T18:10:00+00:00"),
        (datetime(2025, 1, 22, 18, 10, tzinfo=timezone(timedelta(hours=2))), "2025-01-22T16:10:00+00:00"),
        (datetime(2025, 1, 22, 18, 10), "2025-01-22T18:10:00+00:00"),  # noqa: DTZ001  # without a zone is what is tested
    ],
)
def test_forms(told: str | float | datetime, at: str) -> None:
    """Every form that machines write is read, and told in UTC."""
    assert believe(told, evidence="html", scraped_at=None) == (at, None)


@pytest.mark.parametrize("told", [None, "", "  ", "\u200b", True])
def test_nothing_told(told: str | None) -> None:
    """Where nothing is told there is no date and no problem."""
    assert believe(told, evidence="html", scraped_at=None) == (None, None)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("2087-01-01", "in the future"),
        ("9999-12-31T23:59:59Z", "in the future"),
        ("0001-01-01T00:00:00Z", "before 1990"),
        ("0001-01-01T00:00:00+14:00", "not a date"),
        ("1970-01-01T00:00:00Z", "the epoch's zero"),
        ("0", "the epoch's zero"),
        (0, "the epoch's zero"),
        ("1989-12-31", "before 1990"),
        ("2025-13-45", "not a date"),
        ("yesterday", "not a date"),
        ("9" * 40, "not a date"),
        (10**30, "not a date"),
        (float("nan"), "not a date"),
        ("00:00-YY-DD-MM", "not a date"),
    ],
)
def test_implausible(told: str | float, problem: str) -> None:
    """Fault 34: a date in the future, in year 1, or none at all is null, and flagged with what was told."""
    at, why = believe(told, evidence="feed", scraped_at=None)
    assert at is None
    assert why is not None
    assert why.startswith(problem)
    assert why.endswith("(feed)")


def test_huge_string_is_capped() -> None:
    """Fault 35: a huge date string is refused and quoted shortly."""
    at, why = believe("2025-01-22 " * 1_000_000, evidence="html", scraped_at=None)
    assert at is None
    assert why is not None
    assert why.startswith("too long")
    assert len(why) < 120


def test_newest_is_a_day_after_the_scrape() -> None:
    """A page is not newer than its scrape by more than what zones make."""
    assert believe("2031-01-31T23:00:00Z", evidence="html", scraped_at=SCRAPED)[0] is not None
    assert believe("2031-02-01T23:00:00Z", evidence="html", scraped_at=SCRAPED)[0] is not None
    assert believe("2031-02-02T01:00:00Z", evidence="html", scraped_at=SCRAPED)[0] is None


@pytest.mark.parametrize("scraped_at", [None, "", "no time", "9999-12-31T23:59:59+00:00", "x" * 10_000])
def test_newest_without_a_time_of_scrape(scraped_at: str | None) -> None:
    """An unknown or impossible time of scrape leaves the fixed limit."""
    assert newest(scraped_at) == NEWEST


@given(st.one_of(st.text(max_size=200), st.integers(), st.floats(), st.datetimes()))
def test_never_raises_and_is_always_plausible(told: str | float | datetime) -> None:
    """Whatever is told gives a plausible time in UTC, or none with a short reason."""
    at, why = believe(told, evidence="html", scraped_at=None)
    assert at is None or why is None
    if at is not None:
        assert OLDEST <= datetime.fromisoformat(at) <= NEWEST
        assert at.endswith("+00:00")
    assert why is None or len(why) < 200


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2027, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis takes bounds without zone
def test_reading_what_was_told_changes_nothing(at: datetime) -> None:
    """What believe tells, read again, is the same time."""
    told, _ = believe(at, evidence="html", scraped_at=None)
    assert told is not None
    assert read_date(told) == at
