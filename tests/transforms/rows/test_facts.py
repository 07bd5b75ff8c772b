"""The partition of a time."""

from datetime import UTC, datetime

from transforms.rows.facts import month_of


def test_a_month_has_four_digits_of_its_year() -> None:
    """Years before 1000 too, whatever the C library makes of them; what has no time is unknown."""
    assert month_of(datetime(999, 1, 2, tzinfo=UTC)) == "0999-01"
    assert month_of(datetime(2025, 12, 31, tzinfo=UTC)) == "2025-12"
    assert month_of(None) == "unknown"
