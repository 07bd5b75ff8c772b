"""Makes the rows of a batch of articles or documents.

Rows are checked at the door here, owner by owner: every rule of a table, its keys among them, holds within the rows of
one article or of one document.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache, partial

import msgspec

from flows.corpus.lookup import Lookup
from flows.corpus.segments import DamagedCacheError, SegmentWriter
from flows.corpus.sheaf import SCHEMAS, Sheaf
from flows.knowledge import load_knowledge
from flows.parses import parse_name
from flows.recognizers import Chosen, load_recognizer
from flows.work.storage import Storage, desk_of
from transforms.articles import Copy, copy_of
from transforms.corpus import in_order, relabelled, relabelled_post
from transforms.knowledge import Knowledge
from transforms.rows.article import ArticleRows
from transforms.rows.document import document_rows
from transforms.rows.facts import Facts, Row

ARTICLE, DOCUMENT = "article", "document"
# So many are checked together: lines of text, or articles.
_LINES_AT_ONCE = 50_000
_ARTICLES_AT_ONCE = 1_000


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A raw file with copies of the articles that are made, or that is made itself: its version and names, and for posts of it what repeats in them."""

    raw_sha256: str
    key: str
    names: list[str]
    posts: dict[int, list[int]]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of an article, as Facts."""

    published_date: date | None
    month: str
    publisher: str | None


class Instructions(msgspec.Struct, frozen=True, kw_only=True):
    """Owners to make the rows of, each with the digest of what they are made of, and what they are made of.

    Of articles `places` hold all copies; of documents they are the owners, and `facts` are those of their articles.
    """

    owners: list[tuple[str, str]]
    places: list[Place]
    facts: dict[str, Told] = {}


class MakeBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What to make: the kind, the names of its instructions, the segment's name, the memory of the worker, and who finds entities."""

    storage: Storage
    kind: str
    instructions: list[str]
    segment: str
    memory_bytes: int
    recognizer: Chosen


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A segment of rows, how many owners they are of, and how many rows of each table it has."""

    segment: str
    owners: int
    rows: dict[str, int]


def make_rows(batch: MakeBatch) -> Made:
    """Writes the rows of some articles or documents.

    Raises:
        DamagedCacheError: A parse is damaged.
        FixSettingsError: The recogniser is not here, or another version of it.
    """
    desk = desk_of(batch.storage)
    make = partial(_make_articles, batch.recognizer) if batch.kind == ARTICLE else _make_documents
    folder = desk.open_folder(batch.segment)
    owners = 0
    with SegmentWriter(folder, schemas=SCHEMAS) as writer:
        sheaf = Sheaf(writer, room=_ARTICLES_AT_ONCE if batch.kind == ARTICLE else _LINES_AT_ONCE)
        for name in batch.instructions:
            told = msgspec.msgpack.decode(desk.get(name), type=Instructions)
            parses = desk.parses(parse_name(place.raw_sha256, place.key) for place in told.places)
            look_up = Lookup(
                parses, {place.raw_sha256: place for place in told.places}, memory_bytes=batch.memory_bytes
            )
            make(told, look_up, sheaf)
            owners += len(told.owners)
        sheaf.close()
    desk.hand_over(batch.segment, folder)
    return Made(segment=batch.segment, owners=owners, rows=writer.rows)


@cache
def _knowledge() -> Knowledge:
    return load_knowledge()


@cache
def _article_rows(recognizer: Chosen) -> ArticleRows:
    return ArticleRows(_knowledge(), recognizer=load_recognizer(recognizer, knowledge=_knowledge()))


def _make_articles(recognizer: Chosen, told: Instructions, look_up: Lookup, sheaf: Sheaf) -> None:
    groups: dict[str, list[Copy]] = {}
    for place in told.places:
        for copy in _copies(place, look_up):
            groups.setdefault(str(copy.article_id), []).append(copy)
    for article_id, digest in told.owners:
        if article_id not in groups:
            raise DamagedCacheError(f"The parse of article {article_id} is not the one that was noted.")
        facts, rows = _article_rows(recognizer)(in_order(groups.pop(article_id)))
        sheaf.add(ARTICLE, article_id, digest, rows=rows, size=1, facts=facts)


def _copies(place: Place, look_up: Lookup) -> Iterator[Copy]:
    for document in look_up(place.raw_sha256):
        for post in document.page.posts:
            if post.number in place.posts:
                texts = frozenset(place.posts[post.number])
                yield copy_of(document, relabelled_post(post, rules=_knowledge().rules, texts=texts))


def _make_documents(told: Instructions, look_up: Lookup, sheaf: Sheaf) -> None:
    facts = {
        article_id: Facts(published_date=one.published_date, month=one.month, publisher=one.publisher)
        for article_id, one in told.facts.items()
    }
    for (raw_sha256, digest), place in zip(told.owners, told.places, strict=True):
        texts = frozenset(key for keys in place.posts.values() for key in keys)
        rows: dict[str, list[Row]] = {}
        for document in look_up(raw_sha256):
            labelled = relabelled(document, rules=_knowledge().rules, texts=texts)
            for name, more in document_rows(labelled, facts=facts).items():
                rows.setdefault(name, []).extend(more)
        sheaf.add(DOCUMENT, raw_sha256, digest, rows=rows, size=len(rows.get("lines", ())))
