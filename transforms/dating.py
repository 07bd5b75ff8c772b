"""When an article was published: the most trustworthy of what markup, feed, address and print tell over its copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from transforms.articles import Copy
from transforms.dates import find_published
from transforms.metadata.dates import believe
from transforms.records import Role

# What told a date, the most trustworthy first.
TEXT = "text"
TRUST = ("html", "feed", "url", TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """When an article was published, what told it, and why a date that was told is not believed."""

    at: datetime | None = None
    evidence: str | None = None
    problem: str | None = None


def date_of(group: Sequence[Copy], scraped_at: datetime | None) -> Dated:
    """The date that is told most trustworthily over an article's copies; of equals the first copy's."""
    told = [c.post.metadata for c in group]
    dates = [(TRUST.index(m.date_evidence or TEXT), m.published_at) for m in told if m.published_at]
    problem = next((m.date_problem for m in told if m.date_problem), None)
    if dates:
        rank, at = min(dates, key=lambda pair: pair[0])
        return Dated(at=datetime.fromisoformat(at), evidence=TRUST[rank])
    printed = find_published(group[0].post.with_role(Role.BOILERPLATE, Role.ARTICLE))
    if printed is None:
        return Dated(problem=problem)
    at_text, refused = believe(
        printed.at, evidence=TEXT, scraped_at=scraped_at.isoformat() if scraped_at else None
    )
    if at_text is None:
        return Dated(problem=problem or refused)
    return Dated(at=datetime.fromisoformat(at_text), evidence=TEXT)
