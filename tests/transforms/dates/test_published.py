"""Printed dates are read where a line is nothing but a date, and left alone elsewhere."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.dates import PublishedAt, find_published
from transforms.dates.words import MONTHS
from transforms.records import Block


def read(*lines: str) -> PublishedAt | None:
    """What is read from an article of these lines."""
    return find_published([Block(line=number, raw=line, text=line) for number, line in enumerate(lines, 1)])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published 10:02 AM EST Mar 3, 2031", "2031-03-03T15:02Z"),
        ("Jane Roe21 January 2031 10:45", "2031-01-21T10:45Z"),
        ("20 November 2031 9:22 am", "2031-11-20T09:22Z"),
        ("Nov. 20, 2031 5:52 PM EST", "2031-11-20T22:52Z"),
        ("By Jane Roe - 11/19/31 06:56 AM EDT", "2031-11-19T10:56Z"),
        ("06/01/2031 - 14:16 UTC+1", "2031-01-06T13:16Z"),
        ("Publié le 30 août 2031 à 14h52, modifié le 31 août 2031 à 15h54", "2031-08-30T14:52Z"),
        ("Veröffentlicht am 13. Mai 2031 um 15.44 Uhr", "2031-05-13T15:44Z"),
        ("Aktualizacja: 02.02.2031 23:49 Publikacja: 01.02.2031 21:52", "2031-02-01T21:52Z"),
        ("8 января 2031, 17:46", "2031-01-08T17:46Z"),
        ("8 січня 2031, 17:46", "2031-01-08T17:46Z"),
        ("5 Ağustos 2031 Salı 10:00", "2031-08-05T10:00Z"),
        ("25 de mayo de 2031 16:51 h", "2031-05-25T16:51Z"),
        ("Publicerad 23 okt 2031 kl 10.23", "2031-10-23T10:23Z"),
        ("2031年1月13日 21時37分", "2031-01-13T21:37Z"),
        ("2031년 1월 13일 21시 37분", "2031-01-13T21:37Z"),
        ("2031-02-03T04:05:06+02:00", "2031-02-03T02:05Z"),
        ("2 minute readApril 25, 20312:26 PM GMT+2Last Updated 9 min ago", "2031-04-25T12:26Z"),
        ("12:43, 20 Apr 2031Updated 12:44, 20 Apr 2031", "2031-04-20T12:43Z"),
        ("Thursday, May 1, 2031, 04:05 pm ET (10:05 pm CEST)", "2031-05-01T20:05Z"),
    ],
)
def test_a_time_is_read(line: str, expected: str) -> None:
    """A time stamp is read to the minute, in UTC, and quoted."""
    published = read("A storm came.", line)
    assert published is not None
    assert published.at.replace(second=0) == datetime.fromisoformat(expected)
    assert published.evidence == line
    assert not published.is_day_only


@pytest.mark.parametrize(
    "line",
    [
        "2031-03-05",
        "March 5, 2031",
        "5 March 2031",
        "Wednesday, 05 March 2031",
        "Erschienen am 05.03.2031",
        "5 mars 2031",
        "5 marzo 2031",
        "5 março de 2031",
        "5 marca 2031",
        "5. března 2031",
        "5 марта 2031 г.",
        "5 березня 2031",
        "5 Mart 2031",
        "5 Maret 2031",
        "5 maart 2031",
        "5. maaliskuuta 2031",
        "5 مارس 2031",
        "5 मार्च 2031",
    ],
)
def test_a_day_is_read(line: str) -> None:
    """A day without a time is its midnight and says so."""
    assert read(line, "A storm came.") == PublishedAt(
        at=datetime(2031, 3, 5, tzinfo=UTC), evidence=line, is_day_only=True
    )


@pytest.mark.parametrize(
    "line",
    [
        "2 days ago",
        "Updated 3 hours ago",
        "He came to the harbour on Jan. 20, 2031 and left at 10:45 the next day.",
        "PORT MARL, Jan 19 (Reuters) - The harbour was closed.",
        "Port Marl, 9 May 2031",
        "Ships in the harbour of Port Marl, 9 May 2031",
        "Storm Hits Harbour on May 9, 2031",
        "© 9 May 2031 10:45 The Marl Courier",
        "Published 31 February 2031",
        "3 May 1850, 10:45",
        "3 May 3031, 10:45",
        "03/04/2031",
        "03/04/2031 10:15",
        "1" * 5_000,
        "2031-05-03" + "1" * 5_000,
        "1 " * 5_000,
        "10:99",
        "",
    ],
)
def test_what_is_no_date_of_publication_is_left(line: str) -> None:
    """Relative dates, dates in prose and captions, impossible and ambiguous ones give nothing."""
    assert read("A storm came.", line) is None


def test_the_newest_of_a_live_blog_counts() -> None:
    """A live blog is as old as its newest entry."""
    published = read("Jane Roe21 January 2031 09:50", "Text.", "Bo Doe21 January 2031 10:45", "Text.")
    assert published is not None
    assert published.at.hour == 10


def test_related_articles_with_other_dates_give_nothing() -> None:
    """Bare days that differ are those of a list of articles."""
    assert read("A storm came.", "May 3, 2031", "Another storm", "May 4, 2031") is None
    assert read("Jane Roe21 January 2031 09:50", "Text.", "Bo Doe21 March 2031 10:45") is None


def test_publication_counts_before_updates_and_bare_dates() -> None:
    """The label decides, not the place."""
    published = read("Updated: 3 May 2031 10:00", "4 May 2031 10:00", "First published: 2 May 2031")
    assert published is not None
    assert published.at.day == 2


def test_a_bare_day_in_the_middle_is_left() -> None:
    """A day that stands alone deep in the text heads a section of it."""
    assert read(*["A storm came."] * 10, "3 May 2031", *["It went."] * 10) is None


def test_no_month_has_two_numbers() -> None:
    """No name of a month means two months, in whatever language."""
    assert set(MONTHS.values()) == set(range(1, 13))
    assert MONTHS["listopad"] == MONTHS["november"]
    assert MONTHS["mai"] == MONTHS["май"] == 5


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="0123456789 :.-/,年月日AMpmTZ+GMTMay", max_size=60), max_size=5))
def test_any_line_is_borne(lines: list[str]) -> None:
    """No line makes it fail, and every time read is in UTC and in the range of years."""
    published = read(*lines)
    if published is not None:
        assert published.at.tzinfo is UTC
        assert 1989 <= published.at.year <= 2101
