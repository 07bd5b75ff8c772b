"""One row per section and entity of a document: mentions found, named canonically, counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import xxhash

from transforms.entities.document import Entity, Names, names_of
from transforms.entities.find import Mention, Recognizer, find, without_overlaps
from transforms.entities.names import Variants
from transforms.entities.tokens import capitalised

_BREAK = "\n\n"
_MIN_NAME = 3  # letters of a single word that is looked for in a summary because the article names it


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRow:
    """An entity in one section.

    Args:
        section: "title", "article" or "summary".
        summary: 0-based place of the summary among those given; None for title and article.
        entity_id: 32 hex digits of type and name.
        name: Canonical name.
        type: One of `transforms.entities.find.TYPES`.
        mentions: How often it is named there.
        surfaces: Distinct forms, sorted.
        spans: (start, end) character offsets into the section's text, sorted.
        in_article: Whether the title or the article names it.
        country_code: ISO 3166-1 alpha-2 of a country, a territory or a nationality's country; else None.
    """

    section: str
    summary: int | None
    entity_id: str
    name: str
    type: str
    mentions: int
    surfaces: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    in_article: bool
    country_code: str | None


def entity_id(kind: str, name: str) -> str:
    """XXH3 (128 bit) of type and canonical name, as 32 hex digits."""
    return xxhash.xxh3_128_hexdigest(f"{kind}\x1f{name}".encode("utf-8", "surrogatepass"))


def _title_and_article(
    title: str | None, article: str, recognizer: Recognizer
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Mentions of both, read as one text so that the article explains the surnames of its title."""
    if not title:
        return (), find(article, recognizer=recognizer)
    offset = len(title) + len(_BREAK)
    mentions = find(f"{title}{_BREAK}{article}", recognizer=recognizer)
    in_title = tuple(mention for mention in mentions if mention.end <= len(title))
    in_article = tuple(
        replace(mention, start=mention.start - offset, end=mention.end - offset)
        for mention in mentions
        if mention.start >= offset
    )
    return in_title, in_article


def _as_in_article(
    summary: str, mentions: Sequence[Mention], known: Sequence[Mention]
) -> tuple[Mention, ...]:
    """A summary's mentions, helped by its article's.

    The same words get the type that the article gives them most often, and a capitalised word that the article knows as
    a name of one word, or as the last word of a person's name, is a mention even where the summary alone does not show it.
    """
    counts: dict[str, Counter[str]] = {}
    for mention in known:
        counts.setdefault(mention.text, Counter())[mention.type] += 1
        last = mention.text.split()[-1]
        if mention.type == "PERSON" and last != mention.text:
            counts.setdefault(last, Counter())["PERSON"] += 1
    settled = {text: min(types, key=lambda kind: (-types[kind], kind)) for text, types in counts.items()}
    own = [replace(mention, type=settled.get(mention.text, mention.type)) for mention in mentions]
    words = capitalised(summary, particles=frozenset(), abbreviations=frozenset())
    added = [
        Mention(word.start, word.end, word.word, settled[word.word])
        for word in words
        if len(word.word) >= _MIN_NAME and word.word in settled
    ]
    return without_overlaps([*own, *added])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """A section with its mentions, as rows call it and as `Names` numbers it."""

    name: str
    number: int
    summary: int | None
    mentions: Sequence[Mention]

    def entities(self, names: Names) -> list[Entity]:
        return [names.entity(mention, self.number) for mention in self.mentions]


def _rows(section: _Section, entities: Sequence[Entity], *, known: frozenset[str] | None) -> list[EntityRow]:
    grouped: dict[Entity, list[Mention]] = {}
    for mention, entity in zip(section.mentions, entities, strict=True):
        grouped.setdefault(entity, []).append(mention)
    rows: list[EntityRow] = []
    for entity, group in grouped.items():
        identity = entity_id(entity.type, entity.name)
        rows.append(
            EntityRow(
                section=section.name,
                summary=section.summary,
                entity_id=identity,
                name=entity.name,
                type=entity.type,
                mentions=len(group),
                surfaces=tuple(sorted({mention.text for mention in group})),
                spans=tuple((mention.start, mention.end) for mention in group),
                in_article=known is None or identity in known,
                country_code=entity.country_code,
            )
        )
    return rows


def _as_article_says(own: Sequence[Entity], both: Sequence[Entity]) -> dict[Entity, Entity]:
    """What the article's entities are called once its summary explains them → what the article alone calls them.

    An article's "WSO" stays that where only the summary says what the letters stand for. Persons are left out: a
    summary's given name may be its own invention.
    """
    return {new: old for old, new in zip(own, both, strict=True) if old != new and old.type != "PERSON"}


def entities_of(
    *,
    title: str | None,
    article: str,
    summaries: Sequence[str] = (),
    recognizer: Recognizer,
    variants: Variants,
) -> tuple[EntityRow, ...]:
    """The entities of an article, of its title and of each of its summaries.

    A summary never changes the rows of title and article; the article's full names do explain a summary's surnames.

    Returns:
        Rows in order of section (title, article, each summary), then of first mention.
    """
    in_title, in_article = _title_and_article(title, article, recognizer)
    own = ((article, in_article), (title or "", in_title))
    names = names_of(own, variants=variants)
    sections = (
        _Section(name="title", number=1, summary=None, mentions=in_title),
        _Section(name="article", number=0, summary=None, mentions=in_article),
    )
    told = [section.entities(names) for section in sections]
    rows = [
        row
        for section, entities in zip(sections, told, strict=True)
        for row in _rows(section, entities, known=None)
    ]
    known = frozenset(row.entity_id for row in rows)
    for place, summary in enumerate(summaries):
        mentions = _as_in_article(summary, find(summary, recognizer=recognizer), (*in_article, *in_title))
        both = names_of((*own, (summary, mentions)), variants=variants)
        called = _as_article_says(
            [entity for entities in told for entity in entities],
            [entity for section in sections for entity in section.entities(both)],
        )
        section = _Section(name="summary", number=2, summary=place, mentions=mentions)
        entities = [called.get(entity, entity) for entity in section.entities(both)]
        rows += _rows(section, entities, known=known)
    return tuple(rows)
