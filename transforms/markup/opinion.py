"""A second opinion on a page's article, for pages where our own is in doubt: trafilatura (Barbaresi 2021), in its fast mode."""

from collections.abc import Sequence

from transforms.markup.texts import Text
from transforms.normalize import fingerprint

# trafilatura takes seconds for the largest pages; one so large gets no second opinion.
MAX_HTML_CHARS = 3_000_000
# It also takes seconds for many paragraphs, however short; the longest pages that were measured have some thousand texts.
MAX_TEXTS = 20_000
# A shorter text is only known as a line of its own: it may be in any sentence.
MIN_INNER_CHARS = 20
MAX_LOOKED_UP = 2_000
MAX_BODY_CHARS = 200_000


def second_opinion(html: str, texts: Sequence[Text]) -> list[bool] | None:
    """For each text of a page, whether trafilatura takes it for the article's; None where it finds no article.

    `deduplicate` stays off: it would remember the texts of other pages.
    """
    if len(html) > MAX_HTML_CHARS or len(texts) > MAX_TEXTS:
        return None
    from trafilatura import extract  # noqa: PLC0415  # it takes a second to load, and few pages need it

    try:
        found = extract(html, fast=True, include_comments=False, deduplicate=False)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # whatever ails it, a second opinion that fails is none
        return None
    if not found:
        return None
    lines = {fingerprint(line) for line in found.split("\n")}
    body = fingerprint(found[:MAX_BODY_CHARS])
    kept = []
    for at, text in enumerate(texts):
        key = fingerprint(text.text)
        is_inner = at < MAX_LOOKED_UP and len(key) >= MIN_INNER_CHARS and key in body
        kept.append(bool(key) and (key in lines or is_inner))
    return kept if any(kept) else None
