"""The rows of one article: its own, and those of its summaries, tags and entities, out of all of its copies."""

from collections.abc import Sequence

from transforms.articles import Copy, body_of, is_truncated
from transforms.authors import find_author
from transforms.dating import date_of
from transforms.entities.find import Recognizer
from transforms.entities.resolve import entities_of
from transforms.knowledge import Knowledge
from transforms.language import language
from transforms.normalize import word_count
from transforms.publishers import find_publisher
from transforms.records import Role
from transforms.rows.facts import Facts, Row, month_of, time_of
from transforms.tags import canonical_hashtag, canonical_tag


class ArticleRows:
    """Makes the rows of articles; what it knows is made ready once.

    Args:
        knowledge: What the pipeline knows.
        recognizer: Who finds entities.
    """

    def __init__(self, knowledge: Knowledge, *, recognizer: Recognizer) -> None:
        self._knowledge = knowledge
        self._recognize = recognizer

    def __call__(self, group: Sequence[Copy]) -> tuple[Facts, dict[str, list[Row]]]:
        """What other tables take from the article, and its rows by table.

        Its row says that it is the one article of its cluster: only the corpus knows better.

        Args:
            group: All copies of one article, the one that is read first (`corpus.in_order`).
        """
        article = self._article(group)
        facts = Facts(
            published_date=article["published_date"], month=article["month"], publisher=article["publisher"]
        )
        return facts, {
            "articles": [article],
            "summaries": _summaries(group, facts),
            "tags": _tags(group, facts),
            "entities": self._entities(group, facts),
        }

    def _article(self, group: Sequence[Copy]) -> Row:
        copy = group[0]
        body = body_of(copy.blocks)
        scraped_at = min((at for c in group if (at := time_of(c.scraped_at))), default=None)
        dated = date_of(group, scraped_at)
        told = [c.post.metadata for c in group]
        publisher, publisher_evidence = next(
            ((m.publisher, m.publisher_evidence) for m in told if m.publisher), self._publisher(copy)
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
            "author": next((", ".join(m.authors) for m in told if m.authors), None)
            or find_author(copy.blocks),
            "published_at": dated.at,
            "date_evidence": dated.evidence,
            "date_problem": dated.problem,
            "published_date": dated.at.date() if dated.at else None,
            "site": next((c.site for c in group if c.site), None),
            "url": next((c.url for c in group if c.url), None),
            "page_tags": sorted({c.page_tag for c in group if c.page_tag}),
            "is_truncated": is_truncated(copy.blocks),
            "cluster_id": copy.article_id,
            "is_representative": True,
            "sighting_count": len(group),
            "boilerplate_words": sum(word_count(b.text) for b in copy.blocks if b.role is Role.BOILERPLATE),
            "scraped_at": scraped_at,
            "month": month_of(dated.at or scraped_at),
        }

    def _publisher(self, copy: Copy) -> tuple[str | None, str | None]:
        found = find_publisher(
            title=copy.post.title,
            section=copy.post.section,
            blocks=copy.blocks,
            cues=self._knowledge.publishers,
        )
        return (found.name, found.evidence) if found else (None, None)

    def _entities(self, group: Sequence[Copy], facts: Facts) -> list[Row]:
        summaries = {c.summary_id: c.summary for c in group if c.summary_id and c.summary}
        found = entities_of(
            title=group[0].post.title,
            article=body_of(group[0].blocks),
            summaries=tuple(summaries.values()),
            recognizer=self._recognize,
            variants=self._knowledge.variants,
        )
        summary_ids = tuple(summaries)
        return [
            {
                "article_id": group[0].article_id,
                "summary_id": None if entity.summary is None else summary_ids[entity.summary],
                "section": entity.section,
                "entity_id": entity.entity_id,
                "name": entity.name,
                "type": entity.type,
                "mentions": entity.mentions,
                "surfaces": list(entity.surfaces),
                "spans": [{"start": start, "end": end} for start, end in entity.spans],
                "in_article": entity.in_article,
                "country_code": entity.country_code,
                **facts.dated,
            }
            for entity in found
        ]


def _summaries(group: Sequence[Copy], facts: Facts) -> list[Row]:
    rows: dict[str, Row] = {}
    for copy in group:
        if copy.summary and copy.summary_id and copy.summary_id not in rows:
            rows[copy.summary_id] = {
                "summary_id": copy.summary_id,
                "article_id": copy.article_id,
                "text": copy.summary,
                "word_count": word_count(copy.summary),
                **facts.dated,
            }
    return list(rows.values())


def _tags(group: Sequence[Copy], facts: Facts) -> list[Row]:
    rows: dict[tuple[str, str], Row] = {}
    for copy in group:
        for kind, tag, norm, position in _tags_of(copy):
            rows.setdefault(
                (kind, tag),
                {
                    "article_id": copy.article_id,
                    "tag": tag,
                    "tag_norm": norm,
                    "kind": kind,
                    "position": position,
                    **facts.dated,
                },
            )
    return list(rows.values())


def _tags_of(copy: Copy) -> list[tuple[str, str, str, int | None]]:
    post = copy.post
    context = [text for text in (post.title, *post.tags) if text]
    found: list[tuple[str, str, str, int | None]] = []
    if page_tag := copy.page_tag:
        found.append(("page", page_tag, canonical_tag(page_tag), None))
    found += [("term", term, canonical_tag(term), at) for at, term in enumerate(post.metadata.terms, start=1)]
    found += [("list", tag, canonical_tag(tag), at) for at, tag in enumerate(post.tags, start=1)]
    found += [
        ("hashtag", tag.lstrip("#＃"), canonical_hashtag(tag, context=context), at)
        for at, tag in enumerate(post.hashtags, start=1)
    ]
    return found
