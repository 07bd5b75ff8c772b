"""Makes the rows of articles and documents that are new or made of something else than before, and keeps them.

Rows are checked at the door here, owner by owner: every rule of a table, its keys among them, holds within the rows of
one article or of one document.
"""

from typing import TYPE_CHECKING

from flows.corpus.segments import DamagedCacheError
from flows.corpus.sheaf import Sheaf
from transforms.articles import Copy, copy_of
from transforms.corpus import in_order, relabelled, relabelled_post
from transforms.rows.article import ArticleRows
from transforms.rows.document import document_rows
from transforms.rows.facts import Facts, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from flows.corpus.lookup import Lookup
    from flows.corpus.segments import Segments
    from transforms.boilerplate import RulePack
    from transforms.knowledge import Knowledge

ARTICLE, DOCUMENT = "article", "document"
# A segment holds the rows of about so many lines of text, or of so many articles.
_LINES_A_SEGMENT = 50_000
_ARTICLES_A_SEGMENT = 1_000
# Of articles that are made together, so many copies are held as values.
_COPIES_A_BATCH = 500
_DOCUMENTS_A_BATCH = 200

_FACTS = """
create or replace table facts as
select owner, month, published_date, publisher from made semi join wanted_articles using (owner, digest) where kind = 'article'
"""


def make_articles(
    bench: "duckdb.DuckDBPyConnection",
    segments: "Segments",
    *,
    look_up: "Lookup",
    knowledge: "Knowledge",
    watch: "Callable[[int, int], None]",
) -> None:
    """Makes the rows of every wanted article that has none, and `facts` of all.

    Args:
        bench: As `learn` left it.
        segments: Of SCHEMAS.
        look_up: Gives the documents.
        knowledge: What the pipeline knows.
        watch: Told how many of how many are made.

    Raises:
        DamagedCacheError: A parse or a segment is damaged.
    """
    segments.show(bench)
    total = _plan(bench, ARTICLE, wanted="wanted_articles", places="firsts", key="article_id")
    sheaf = Sheaf(segments, room=_ARTICLES_A_SEGMENT)
    make = ArticleRows(knowledge)
    for ranks in _batches(bench):
        groups = _groups(bench, look_up=look_up, rules=knowledge.rules, ranks=ranks)
        for article_id, digest in _owners(bench, *ranks):
            if article_id not in groups:
                raise DamagedCacheError(f"The parse of article {article_id} is not the one that was noted.")
            facts, rows = make(in_order(groups.pop(article_id)))
            sheaf.add(ARTICLE, article_id, digest, rows=rows, size=1, facts=facts)
        watch(ranks[1], total)
    sheaf.close()
    segments.show(bench)
    bench.execute(_FACTS)


def make_documents(
    bench: "duckdb.DuckDBPyConnection",
    segments: "Segments",
    *,
    look_up: "Lookup",
    knowledge: "Knowledge",
    watch: "Callable[[int, int], None]",
) -> None:
    """Makes the rows of every wanted document that has none.

    Args:
        bench: With `facts` and `wanted_documents`.
        segments: Of SCHEMAS.
        look_up: Gives the documents.
        knowledge: What the pipeline knows.
        watch: Told how many of how many are made.

    Raises:
        DamagedCacheError: A parse or a segment is damaged.
    """
    total = _plan(bench, DOCUMENT, wanted="wanted_documents", places="files", key="raw_sha256")
    sheaf = Sheaf(segments, room=_LINES_A_SEGMENT)
    for done in range(0, total, _DOCUMENTS_A_BATCH):
        ranks = (done, done + _DOCUMENTS_A_BATCH)
        facts = _facts(bench, *ranks)
        hits = _hits(bench, *ranks)
        for raw_sha256, digest in _owners(bench, *ranks):
            texts = frozenset(hits.get(raw_sha256, ()))
            rows: dict[str, list[Row]] = {}
            for document in look_up(raw_sha256):
                labelled = relabelled(document, rules=knowledge.rules, texts=texts)
                for name, more in document_rows(labelled, facts=facts).items():
                    rows.setdefault(name, []).extend(more)
            sheaf.add(DOCUMENT, raw_sha256, digest, rows=rows, size=len(rows.get("lines", ())))
        watch(min(ranks[1], total), total)
    sheaf.close()
    segments.show(bench)


def _plan(bench: "duckdb.DuckDBPyConnection", kind: str, *, wanted: str, places: str, key: str) -> int:
    """Numbers the owners that have to be made by the place of their document, so that each is looked up few times."""
    bench.execute(
        f"create or replace table to_make as select wanted.*, row_number() over (order by raw_file, raw_sha256, wanted.owner) - 1 as rank "  # noqa: S608  # our own words
        f"from {wanted} as wanted join {places} as place on place.{key} = wanted.owner "
        f"{'' if places == 'files' else 'join files using (raw_sha256) '}"
        "anti join (select owner, digest from made where kind = ?) as had using (owner, digest)",
        [kind],
    )
    (count,) = bench.execute("select count(*) from to_make").fetchall()[0]
    return int(count)


def _batches(bench: "duckdb.DuckDBPyConnection") -> "Iterator[tuple[int, int]]":
    """Ranks of articles from and up to, that have about so many copies together."""
    start = held = 0
    counted = bench.execute(
        "select rank, count(*) from to_make join copies on article_id = owner group by rank order by rank"
    ).fetchall()
    for rank, copies in counted:
        if held and held + copies > _COPIES_A_BATCH:
            yield start, rank
            start, held = rank, 0
        held += copies
    if counted:
        yield start, len(counted)


def _owners(bench: "duckdb.DuckDBPyConnection", start: int, end: int) -> list[tuple[str, str]]:
    return bench.execute(
        "select owner, digest from to_make where rank >= ? and rank < ? order by rank", [start, end]
    ).fetchall()


def _groups(
    bench: "duckdb.DuckDBPyConnection", *, look_up: "Lookup", rules: "RulePack", ranks: tuple[int, int]
) -> dict[str, list[Copy]]:
    """All copies of the articles of these ranks."""
    places = bench.execute(
        "select raw_sha256, list(struct_pack(post, keys := coalesce(keys, []))) from to_make join copies on article_id = owner "
        "left join hits using (raw_sha256, post) where rank >= ? and rank < ? group by raw_sha256 order by min(rank), raw_sha256",
        list(ranks),
    ).fetchall()
    groups: dict[str, list[Copy]] = {}
    for raw_sha256, wanted in places:
        texts = {each["post"]: frozenset(each["keys"]) for each in wanted}
        for document in look_up(raw_sha256):
            for post in document.page.posts:
                if post.number in texts:
                    labelled = relabelled_post(post, rules=rules, texts=texts[post.number])
                    copy = copy_of(document, labelled)
                    groups.setdefault(str(copy.article_id), []).append(copy)
    return groups


def _facts(bench: "duckdb.DuckDBPyConnection", start: int, end: int) -> dict[str, Facts]:
    """The facts of every article that the documents of these ranks have a copy of."""
    found = bench.execute(
        "select distinct article_id, facts.published_date, facts.month, facts.publisher "
        "from to_make join copies on raw_sha256 = to_make.owner join facts on facts.owner = article_id where rank >= ? and rank < ?",
        [start, end],
    ).fetchall()
    return {
        article_id: Facts(published_date=published_date, month=month, publisher=publisher)
        for article_id, published_date, month, publisher in found
    }


def _hits(bench: "duckdb.DuckDBPyConnection", start: int, end: int) -> dict[str, list[int]]:
    """What repeats in the documents of these ranks."""
    return dict(
        bench.execute(
            "select raw_sha256, list(distinct key) from (select raw_sha256, unnest(keys) as key from to_make join hits on raw_sha256 = owner "
            "where rank >= ? and rank < ?) group by raw_sha256",
            [start, end],
        ).fetchall()
    )
