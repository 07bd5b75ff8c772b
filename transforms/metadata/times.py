"""The dates of `time` elements, likeliest first."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_TIMES = 200
_PUBLISHED = ("publish", "entry-date", "post-date", "dt-published", "datepublished", "pubdate", "created")
_CHANGED = ("updated", "modified", "datemodified", "update")


def time_dates(node: LexborHTMLParser | LexborNode) -> list[str]:
    """What its `time` elements tell: those marked as of publication first, those marked as of a change never."""
    marked: list[str] = []
    others: list[str] = []
    for time in node.css("time, abbr.published")[:_MAX_TIMES]:
        attributes = time.attributes
        told = (
            attributes.get("datetime") or attributes.get("content") or attributes.get("title") or time.text()
        )
        signs = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}".casefold()
        is_marked = "pubdate" in attributes or any(sign in signs for sign in _PUBLISHED)
        if not told or (not is_marked and any(sign in signs for sign in _CHANGED)):
            continue
        (marked if is_marked else others).append(told)
    return [*marked, *others[:3]]
