"""What the quarantine has of the tables' rows: what hangs on those is no fault of the store."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from flows.quarantine import Refusal

# The last of them is the row's own: a raw file may be called anything, and stands before.
_ARTICLE = re2.compile(r"(?:^|, )article_id=([0-9a-f]{32})(?:$|,)")
_SUMMARY = re2.compile(r"(?:^|, )summary_id=([0-9a-f]{32})(?:$|,)")
# The quarantine shows 60 digits of the 64.
_RAW = re2.compile(r"(?:^|, )raw_sha256=([0-9a-f]{60})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The rows in the quarantine, by what others name them by.

    Args:
        tables: The tables that they are of.
        ids: Articles and summaries.
        unseen: Articles that have a sighting there.
        raws: Beginnings of the hashes of raw files that have a line or sighting there.
    """

    tables: frozenset[str]
    ids: frozenset[str]
    unseen: frozenset[str]
    raws: frozenset[str]


def refused_of(rows: Iterable["Refusal"]) -> Refused:
    """What the quarantine says of rows."""
    told = [(row.rule.partition(".")[0], row.place) for row in rows]
    return Refused(
        tables=frozenset(table for table, _ in told),
        ids=frozenset(
            {
                *_last(_ARTICLE, (place for table, place in told if table == "articles")),
                *_last(_SUMMARY, (place for table, place in told if table == "summaries")),
            }
        ),
        unseen=frozenset(_last(_ARTICLE, (place for table, place in told if table == "sightings"))),
        raws=frozenset(_last(_RAW, (place for table, place in told if table in {"lines", "sightings"}))),
    )


def _last(pattern: "re2.Pattern", places: Iterable[str]) -> Iterable[str]:
    for place in places:
        found = [match.group(1) for match in pattern.finditer(place)]
        yield from found[-1:]
