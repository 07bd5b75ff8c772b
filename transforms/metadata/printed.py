"""The date that a page prints, where its markup tells none."""

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.dates.stamps import Label, Stamp, read_stamps
from transforms.metadata.dates import OLDEST, newest
from transforms.normalize import clean

_MARKED = "h1, " + ", ".join(
    f'[class*="{name}" i]'
    for name in ("date", "time", "publish", "posted", "byline", "by-line", "entry-meta")
)
_MAX_NODES = 200
_MAX_CHARS = 160
"""A longer text is prose."""
_MAX_HTML_CHARS = 500_000
"""htmldate reads the markup a second time, with patterns that backtrack."""


def printed_date(node: LexborHTMLParser | LexborNode) -> datetime | None:
    """The date that a page, or one post of it, prints below its headline in an element marked as a date's.

    One that says that it is the time of publication counts; else those that say nothing, if they name one day.
    """
    stamps = _marked(node)
    published = [stamp for stamp in stamps if stamp.label is Label.PUBLISHED]
    if published:
        return published[0].at
    plain = [stamp for stamp in stamps if stamp.label is Label.NONE]
    if len({stamp.at.date() for stamp in plain}) != 1:
        return None
    return max(plain, key=lambda stamp: not stamp.is_day_only).at


def guessed_date(tree: LexborHTMLParser, *, scraped_at: str | None) -> str | None:
    """The day that htmldate finds, where no element of the page is marked as a date's.

    Method: Barbaresi 2020, "htmldate: A Python package to extract publication dates from web pages".
    """
    html = tree.html or ""
    if len(html) > _MAX_HTML_CHARS or _marked(tree):
        return None
    import htmldate  # noqa: PLC0415  # a tenth of a second, for the one page in ten that needs it
    import lxml.html  # noqa: PLC0415  # the same

    # A tree and no text: htmldate fetches a text that looks like an address.
    found: str | None = htmldate.find_date(
        lxml.html.document_fromstring(html),
        extensive_search=False,
        original_date=True,
        min_date=OLDEST,
        max_date=newest(scraped_at),
    )
    return found


def _marked(tree: LexborHTMLParser | LexborNode) -> list[Stamp]:
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
