"""The date that a page prints, where its markup tells none."""

from datetime import datetime

import htmldate
from selectolax.lexbor import LexborHTMLParser

from transforms.dates.stamps import Label, Stamp, read_stamps
from transforms.metadata.dates import OLDEST, newest
from transforms.normalize import clean

_MARKED = "h1, " + ", ".join(
    f'[class*="{name}" i]' for name in ("date", "time", "publish", "posted", "byline", "by-line")
)
_MAX_NODES = 200
_MAX_CHARS = 160
"""A longer text is prose."""
_MAX_HTML_CHARS = 500_000
"""htmldate reads the markup a second time, with patterns that backtrack."""


def printed_date(tree: LexborHTMLParser, *, scraped_at: str | None) -> datetime | str | None:
    """The date that the page prints below its headline in an element marked as a date's.

    One that says that it is the time of publication counts; else those that say nothing, if they name one day. Where nothing is
    marked so, htmldate looks for it (Barbaresi 2020, "htmldate: A Python package to extract publication dates from web pages").
    """
    stamps = _marked(tree)
    published = [stamp for stamp in stamps if stamp.label is Label.PUBLISHED]
    plain = [stamp for stamp in stamps if stamp.label is Label.NONE]
    if published:
        return published[0].at
    if plain:
        is_one_day = len({stamp.at.date() for stamp in plain}) == 1
        return max(plain, key=lambda stamp: not stamp.is_day_only).at if is_one_day else None
    html = tree.html or ""
    if len(html) > _MAX_HTML_CHARS:
        return None
    found: str | None = htmldate.find_date(
        html, extensive_search=False, original_date=True, min_date=OLDEST, max_date=newest(scraped_at)
    )
    return found


def _marked(tree: LexborHTMLParser) -> list[Stamp]:
    """The dates of elements that are marked as a date's, below the first heading where there is one."""
    nodes = tree.css(_MARKED)[:_MAX_NODES]
    start = next((place + 1 for place, node in enumerate(nodes) if node.tag == "h1"), 0)
    texts = dict.fromkeys(clean(node.text(separator=" ")[: 2 * _MAX_CHARS]) for node in nodes[start:])
    return [
        stamp
        for text in texts
        if len(text) <= _MAX_CHARS and any(letter.isdigit() for letter in text)
        for stamp in read_stamps(text)
    ]
