"""Addresses: which of them are kept, and what they tell."""

from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import re2

from transforms.normalize import clean

MAX_CHARS = 2_000
"""Longer addresses are not addresses of articles: browsers and servers stop there."""

_DAY = re2.compile(
    r"(?:^|[/_-])((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:[/_-]|\D|$)"
)
_DAY_SLASHED = re2.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)")

_DROPPED = str.maketrans("", "", "\t\r\n")
"""What browsers take out of a link ("java\\tscript:")."""


def join_url(link: str | None, *, base: str | None) -> str | None:
    """The link as a whole address of the web; None where it is none (`javascript:`, `data:`, `mailto:`, broken).

    Args:
        link: As it stands in the markup.
        base: What a relative one is relative to, or None.
    """
    text = clean(link[: 2 * MAX_CHARS].translate(_DROPPED)) if link else ""
    if not text or len(text) > MAX_CHARS:
        return None
    try:
        joined = urljoin(base, text) if base else text
        parts = urlsplit(joined)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            return None
    except ValueError:
        return None
    return joined if len(joined) <= MAX_CHARS else None


def host_of(url: str | None) -> str | None:
    """The address's host in small letters, without port; None where there is none."""
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return None
    return host.rstrip(".") or None if host and not any(sign.isspace() for sign in host) else None


def is_same_site(one: str | None, other: str | None) -> bool:
    """Whether two hosts are one site's: equal, or one is within the other ("amp.example.org")."""
    if not one or not other:
        return False
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def day_in_url(url: str | None) -> datetime | None:
    """The day that an address carries ("/2031/01/22/title"), as its midnight in UTC."""
    try:
        path = urlsplit(url).path if url else ""
    except ValueError:
        return None
    match = _DAY_SLASHED.search(path) or _DAY.search(path)
    if match is None:
        return None
    try:
        return datetime(int(match.group(1)), int(match.group(2)), int(match.group(3)), tzinfo=UTC)
    except ValueError:
        return None
