"""The corpus as tables: one frame for each schema, sorted, with the month that a row's file goes by.

`month` is the month of the article's published_at, else of its scraped_at, else "unknown"; it is for the path
alone and no column of the files.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from transforms.articles import Copy, body_of, is_truncated
from transforms.authors import find_author
from transforms.corpus import Corpus, gather
from transforms.dating import date_of
from transforms.entities.resolve import entities_of
from transforms.entities.rules import recognizer
from transforms.knowledge import Knowledge
from transforms.language import language
from transforms.normalize import fingerprint, text_id, word_count
from transforms.publishers import find_publisher
from transforms.records import Block, Document, Post, Role
from transforms.schemas import TABLES, UNKNOWN_MONTH
from transforms.tags import canonical_hashtag, canonical_tag

UNPARTITIONED = frozenset({"boilerplate"})

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rows of other tables take from their article."""

    published_date: date | None
    month: str
    publisher: str | None


def compose(documents: Sequence[Document], *, knowledge: Knowledge) -> dict[str, pl.DataFrame]:
    """Every table of the contract.

    Args:
        documents: All documents of the corpus, in any order.
        knowledge: What the pipeline knows.

    Returns:
        A frame for each of TABLES with the schema's columns, and `month` where the table is partitioned.
    """
    corpus = gather(documents, knowledge=knowledge)
    articles = [_article_row(group, corpus, knowledge) for group in corpus.copies.values()]
    _mark_representatives(articles)
    facts = {
        row["article_id"]: Facts(
            published_date=row["published_date"], month=row["month"], publisher=row["publisher"]
        )
        for row in articles
    }
    rows = {
        "articles": articles,
        "summaries": _summary_rows(corpus, facts),
        "tags": _tag_rows(corpus, facts),
        "entities": _entity_rows(corpus, facts, knowledge),
        "sightings": _sighting_rows(corpus, facts),
        "lines": _line_rows(corpus, facts),
        "boilerplate": _boilerplate_rows(corpus, facts),
    }
    return {name: _frame(name, rows[name]) for name in TABLES}


def _frame(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    schema = dict(TABLES[name].create_empty().schema)
    if name not in UNPARTITIONED:
        schema["month"] = pl.String()
    return pl.DataFrame(list(rows), schema=schema, orient="row").sort(
        SORT_KEYS[name], nulls_last=False, maintain_order=True
    )


SORT_KEYS = {
    "articles": ["article_id"],
    "summaries": ["article_id", "summary_id"],
    "tags": ["article_id", "kind", "position", "tag"],
    "entities": ["article_id", "section", "summary_id", "entity_id"],
    "sightings": ["raw_file", "raw_sha256", "post"],
    "lines": ["raw_file", "raw_sha256", "line", "part"],
    "boilerplate": ["text_hash"],
}


def _article_row(group: Sequence[Copy], corpus: Corpus, knowledge: Knowledge) -> Row:
    copy = group[0]
    body = body_of(copy.blocks)
    scraped_at = min((at for c in group if (at := _time(c.document.scraped_at))), default=None)
    dated = date_of(group, scraped_at)
    told = [c.post.metadata for c in group]
    publisher, publisher_evidence = next(
        ((m.publisher, m.publisher_evidence) for m in told if m.publisher), _publisher(copy, knowledge)
    )
    return {
        "article_id": copy.article_id,
        "title": copy.post.title,
        "section": copy.post.section or next((m.section for m in told if m.section), None),
        "body": body,
        "word_count": word_count(body),
        "language": language(body) or next((m.language for m in told if m.language), None),
        "publisher": publisher,
        "publisher_evidence": publisher_evidence,
        "author": next((", ".join(m.authors) for m in told if m.authors), None) or find_author(copy.blocks),
        "published_at": dated.at,
        "date_evidence": dated.evidence,
        "date_problem": dated.problem,
        "published_date": dated.at.date() if dated.at else None,
        "site": next((c.document.site for c in group if c.document.site), None),
        "url": next((url for c in group if (url := _url(c.post, c.document))), None),
        "page_tags": sorted({tag for c in group if (tag := c.document.page.tag)}),
        "is_truncated": is_truncated(copy.blocks),
        "cluster_id": corpus.clusters[copy.article_id or ""],
        "is_representative": False,
        "sighting_count": len(group),
        "boilerplate_words": sum(word_count(b.text) for b in copy.blocks if b.role is Role.BOILERPLATE),
        "scraped_at": scraped_at,
        "month": _month(dated.at or scraped_at),
    }


def _publisher(copy: Copy, knowledge: Knowledge) -> tuple[str | None, str | None]:
    found = find_publisher(
        title=copy.post.title, section=copy.post.section, blocks=copy.blocks, cues=knowledge.publishers
    )
    return (found.name, found.evidence) if found else (None, None)


def _url(post: Post, document: Document) -> str | None:
    """The post's own address; that of its page where it is the only post there."""
    return post.metadata.url or (document.url if len(document.page.posts) == 1 else None)


def _mark_representatives(articles: Sequence[Row]) -> None:
    best: dict[str, Row] = {}
    for row in articles:
        held = best.get(row["cluster_id"])
        if held is None or (-row["word_count"], row["article_id"]) < (
            -held["word_count"],
            held["article_id"],
        ):
            best[row["cluster_id"]] = row
    for row in best.values():
        row["is_representative"] = True


def _summary_rows(corpus: Corpus, facts: dict[str, Facts]) -> list[Row]:
    rows: dict[str, Row] = {}
    for article_id, group in corpus.copies.items():
        for copy in group:
            if copy.summary and copy.summary_id and copy.summary_id not in rows:
                rows[copy.summary_id] = {
                    "summary_id": copy.summary_id,
                    "article_id": article_id,
                    "text": copy.summary,
                    "word_count": word_count(copy.summary),
                    **_dated(facts[article_id]),
                }
    return list(rows.values())


def _tag_rows(corpus: Corpus, facts: dict[str, Facts]) -> list[Row]:
    rows: dict[tuple[str, str, str], Row] = {}
    for article_id, group in corpus.copies.items():
        for copy in group:
            for kind, tag, norm, position in _tags_of(copy):
                rows.setdefault(
                    (article_id, kind, tag),
                    {
                        "article_id": article_id,
                        "tag": tag,
                        "tag_norm": norm,
                        "kind": kind,
                        "position": position,
                        **_dated(facts[article_id]),
                    },
                )
    return list(rows.values())


def _tags_of(copy: Copy) -> list[tuple[str, str, str, int | None]]:
    post = copy.post
    context = [text for text in (post.title, *post.tags) if text]
    found: list[tuple[str, str, str, int | None]] = []
    if page_tag := copy.document.page.tag:
        found.append(("page", page_tag, canonical_tag(page_tag), None))
    found += [("term", term, canonical_tag(term), at) for at, term in enumerate(post.metadata.terms, start=1)]
    found += [("list", tag, canonical_tag(tag), at) for at, tag in enumerate(post.tags, start=1)]
    found += [
        ("hashtag", tag.lstrip("#＃"), canonical_hashtag(tag, context=context), at)
        for at, tag in enumerate(post.hashtags, start=1)
    ]
    return found


def _entity_rows(corpus: Corpus, facts: dict[str, Facts], knowledge: Knowledge) -> list[Row]:
    recognize = recognizer(knowledge.lexicon)
    rows = []
    for article_id, group in corpus.copies.items():
        summaries = {c.summary_id: c.summary for c in group if c.summary_id and c.summary}
        found = entities_of(
            title=group[0].post.title,
            article=body_of(group[0].blocks),
            summaries=tuple(summaries.values()),
            recognizer=recognize,
            variants=knowledge.variants,
        )
        summary_ids = tuple(summaries)
        rows += [
            {
                "article_id": article_id,
                "summary_id": None if entity.summary is None else summary_ids[entity.summary],
                "section": entity.section,
                "entity_id": entity.entity_id,
                "name": entity.name,
                "type": entity.type,
                "mentions": entity.mentions,
                "surfaces": list(entity.surfaces),
                "spans": [{"start": start, "end": end} for start, end in entity.spans],
                "in_article": entity.in_article,
                **_dated(facts[article_id]),
            }
            for entity in found
        ]
    return rows


def _places(corpus: Corpus) -> dict[tuple[str, str, int], Copy]:
    return {
        (c.document.raw_file, c.document.raw_sha256, c.post.number): c
        for group in corpus.copies.values()
        for c in group
    }


def _sighting_rows(corpus: Corpus, facts: dict[str, Facts]) -> list[Row]:
    places = _places(corpus)
    rows = []
    for document in corpus.documents:
        for post in document.page.posts:
            copy = places.get((document.raw_file, document.raw_sha256, post.number))
            rows.append(
                {
                    "article_id": copy.article_id if copy else None,
                    "summary_id": copy.summary_id if copy else None,
                    **_raw(document),
                    "post": post.number,
                    "first_line": post.blocks[0].line,
                    "last_line": post.blocks[-1].line,
                    "page_heading": document.page.heading,
                    "site": document.site,
                    "url": _url(post, document),
                    "scraped_at": _time(document.scraped_at),
                    **_dated(_facts_of(copy, document, facts)),
                }
            )
    return rows


def _line_rows(corpus: Corpus, facts: dict[str, Facts]) -> list[Row]:
    places = _places(corpus)
    rows = []
    for document in corpus.documents:
        held: list[tuple[int, Copy | None, Sequence[Block]]] = [(0, None, document.page.blocks)]
        held += [
            (post.number, places.get((document.raw_file, document.raw_sha256, post.number)), post.blocks)
            for post in document.page.posts
        ]
        for number, copy, blocks in held:
            dated = _dated(_facts_of(copy, document, facts))
            rows += [
                {
                    **_raw(document),
                    "line": block.line,
                    "part": block.part,
                    "post": number,
                    "role": block.role,
                    "reason": block.reason,
                    "text": block.raw,
                    "article_id": copy.article_id if copy else None,
                    **dated,
                }
                for block in blocks
            ]
    return rows


def _boilerplate_rows(corpus: Corpus, facts: dict[str, Facts]) -> list[Row]:
    places = _places(corpus)
    texts: dict[str, str] = {}
    reasons: dict[str, Counter[str]] = {}
    holders: dict[str, set[str]] = {}
    for document in corpus.documents:
        for post in document.page.posts:
            copy = places.get((document.raw_file, document.raw_sha256, post.number))
            for block in post.with_role(Role.BOILERPLATE):
                if not block.text.strip():
                    continue
                text_hash = text_id(fingerprint(block.text))
                texts.setdefault(text_hash, block.text.strip())
                reasons.setdefault(text_hash, Counter())[block.reason or "repeated"] += 1
                holders.setdefault(text_hash, set()).update(
                    [copy.article_id] if copy and copy.article_id else []
                )
    return [
        {
            "text_hash": text_hash,
            "text": text,
            "reason": min(reasons[text_hash].items(), key=lambda item: (-item[1], item[0]))[0],
            "occurrences": reasons[text_hash].total(),
            "articles": len(holders[text_hash]),
            "publishers": sorted({name for i in holders[text_hash] if (name := facts[i].publisher)}),
        }
        for text_hash, text in texts.items()
    ]


def _facts_of(copy: Copy | None, document: Document, facts: dict[str, Facts]) -> Facts:
    if copy and copy.article_id:
        return facts[copy.article_id]
    return Facts(published_date=None, month=_month(_time(document.scraped_at)), publisher=None)


def _dated(facts: Facts) -> Row:
    return {"published_date": facts.published_date, "month": facts.month}


def _raw(document: Document) -> Row:
    return {
        "raw_file": document.raw_file,
        "raw_sha256": document.raw_sha256,
        "record": document.record,
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _month(at: datetime | None) -> str:
    return f"{at:%Y-%m}" if at else UNKNOWN_MONTH
