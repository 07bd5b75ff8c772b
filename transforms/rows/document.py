"""The rows of one document: its sightings, its lines, and the pieces of boilerplate that the dictionary is made of."""

from collections.abc import Mapping, Sequence

from transforms.articles import Copy, copy_of, url_of
from transforms.normalize import fingerprint, text_id
from transforms.records import Block, Document, Role
from transforms.rows.facts import Facts, Row, month_of, time_of

# A table of no reader: the dictionary of boilerplate is counted out of it.
PIECES = "pieces"


def document_rows(document: Document, *, facts: Mapping[str, Facts]) -> dict[str, list[Row]]:
    """The rows of "sightings", "lines" and PIECES.

    Args:
        document: What repeats over the corpus is labelled in it.
        facts: Of every article that it has a copy of.
    """
    rows: dict[str, list[Row]] = {"sightings": [], "lines": [], PIECES: []}
    alone = Facts(published_date=None, month=month_of(time_of(document.scraped_at)), publisher=None)
    rows["lines"] += _lines(document, document.page.blocks, number=0, copy=None, facts=alone)
    for post in document.page.posts:
        copy = copy_of(document, post)
        of_article = facts[copy.article_id] if copy.article_id else alone
        rows["sightings"].append(_sighting(document, copy, of_article))
        rows["lines"] += _lines(document, post.blocks, number=post.number, copy=copy, facts=of_article)
        rows[PIECES] += _pieces(copy)
    return rows


def _sighting(document: Document, copy: Copy, facts: Facts) -> Row:
    post = copy.post
    return {
        "article_id": copy.article_id,
        "summary_id": copy.summary_id,
        **_raw(document),
        "post": post.number,
        "first_line": post.blocks[0].line,
        "last_line": post.blocks[-1].line,
        "page_heading": document.page.heading,
        "site": document.site,
        "url": url_of(document, post),
        "scraped_at": time_of(document.scraped_at),
        **facts.dated,
    }


def _lines(
    document: Document, blocks: Sequence[Block], *, number: int, copy: Copy | None, facts: Facts
) -> list[Row]:
    return [
        {
            **_raw(document),
            "line": block.line,
            "part": block.part,
            "post": number,
            "role": block.role,
            "reason": block.reason,
            "text": block.raw,
            "article_id": copy.article_id if copy else None,
            **facts.dated,
        }
        for block in blocks
    ]


def _pieces(copy: Copy) -> list[Row]:
    return [
        {
            "text_hash": text_id(fingerprint(block.text)),
            "text": block.text.strip(),
            "reason": block.reason or "repeated",
            "article_id": copy.article_id,
            "raw_file": copy.raw_file,
            "raw_sha256": copy.raw_sha256,
            "post": copy.post.number,
            "place": place,
        }
        for place, block in enumerate(copy.post.with_role(Role.BOILERPLATE))
        if block.text.strip()
    ]


def _raw(document: Document) -> Row:
    return {
        "raw_file": document.raw_file,
        "raw_sha256": document.raw_sha256,
        "record": document.record,
    }
