"""What the rows of other tables take from their article, and the month that a row's file goes by."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from transforms.schemas import UNKNOWN_MONTH

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of one article.

    Args:
        published_date: Day of its publication.
        month: "2025-01", or "unknown".
        publisher: Who wrote it.
    """

    published_date: date | None
    month: str
    publisher: str | None

    @property
    def dated(self) -> Row:
        """The columns that every partitioned table has."""
        return {"published_date": self.published_date, "month": self.month}


def time_of(text: str | None) -> datetime | None:
    """A time that a document holds as ISO 8601."""
    return datetime.fromisoformat(text) if text else None


def month_of(at: datetime | None) -> str:
    """The partition of a time."""
    return f"{at.year:04}-{at.month:02}" if at else UNKNOWN_MONTH
