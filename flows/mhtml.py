"""A page that a browser saved as one file (MHTML, RFC 2557): its HTML, its address and the time it was saved."""

import email.parser
import email.policy
import email.utils
from dataclasses import dataclass
from datetime import UTC
from email.message import Message

from transforms.errors import SkipDocumentError

_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """The page among the parts of a saved file.

    Args:
        body: Its bytes, transfer coding taken off.
        charset: As its header tells.
        url: Its address, where that is one of the web.
        scraped_at: When it was saved, ISO 8601 in UTC.
    """

    body: bytes
    charset: str | None
    url: str | None
    scraped_at: str | None


def saved_page(data: bytes) -> SavedPage:
    """The first page in a saved file; pictures and frames beside it are not read.

    Raises:
        SkipDocumentError: `damaged`, or `no_text`: it holds no page.
    """
    try:
        # The older policy: the newer one parses headers in more than linear time.
        message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(data)
        part = next((part for part in message.walk() if part.get_content_type() in _PAGES), None)
        if part is None:
            raise SkipDocumentError("no_text", "No part of the saved file is a page.")
        body = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
        raise SkipDocumentError(
            "damaged", f"The saved file's parts cannot be read ({type(error).__name__})."
        ) from error
    return SavedPage(
        body=body if isinstance(body, bytes) else b"",
        charset=charset,
        url=_url(message.get("Snapshot-Content-Location")) or _url(part.get("Content-Location")),
        scraped_at=_date(message),
    )


def _url(told: object) -> str | None:
    url = "".join(str(told or "").split())
    return url if url.lower().startswith(("http://", "https://")) else None


def _date(message: Message) -> str | None:
    try:
        at = email.utils.parsedate_to_datetime(str(message.get("Date") or ""))
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None
