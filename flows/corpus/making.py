"""Has the rows of articles and documents made that are new or made of something else than before, and keeps them.

What a batch is made of is written down for the workers: which copies in which raw files, and what repeats in them.
"""

from typing import TYPE_CHECKING

import msgspec

from flows.corpus.crew import in_batches
from flows.work.making import ARTICLE, DOCUMENT, Instructions, MakeBatch, Place, Told, make_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import duckdb

    from flows.corpus.crew import Crew
    from flows.corpus.segments import Segments

# So many copies are held as values at once, and are worth a batch of their own.
_COPIES_AT_ONCE = 250

_FACTS = """
create or replace table facts as
select owner, month, published_date, publisher from made semi join wanted_articles using (owner, digest) where kind = 'article'
"""


def make_articles(
    bench: "duckdb.DuckDBPyConnection",
    segments: "Segments",
    *,
    crew: "Crew",
    watch: "Callable[[int, int], None]",
) -> None:
    """Makes the rows of every wanted article that has none, and `facts` of all.

    Args:
        bench: As `learn` left it.
        segments: Of SCHEMAS.
        crew: Who makes them.
        watch: Told how many of how many are made.

    Raises:
        DamagedCacheError: A parse or a segment is damaged.
        FixSettingsError: Where a batch is made, the recogniser is not there, or is another version.
    """
    segments.show(bench)
    _plan(bench, ARTICLE, wanted="wanted_articles", places="firsts", key="article_id")
    _make(bench, segments, ARTICLE, crew=crew, watch=watch)
    bench.execute(_FACTS)


def make_documents(
    bench: "duckdb.DuckDBPyConnection",
    segments: "Segments",
    *,
    crew: "Crew",
    watch: "Callable[[int, int], None]",
) -> None:
    """Makes the rows of every wanted document that has none.

    Args:
        bench: With `facts` and `wanted_documents`.
        segments: Of SCHEMAS.
        crew: Who makes them.
        watch: Told how many of how many are made.

    Raises:
        DamagedCacheError: A parse or a segment is damaged.
    """
    _plan(bench, DOCUMENT, wanted="wanted_documents", places="files", key="raw_sha256")
    _make(bench, segments, DOCUMENT, crew=crew, watch=watch)


def _plan(bench: "duckdb.DuckDBPyConnection", kind: str, *, wanted: str, places: str, key: str) -> None:
    """Numbers the owners that have to be made by the place of their document, so that each is looked up few times."""
    bench.execute(
        f"create or replace table to_make as select wanted.*, row_number() over (order by raw_file, raw_sha256, wanted.owner) - 1 as rank "  # noqa: S608  # our own words
        f"from {wanted} as wanted join {places} as place on place.{key} = wanted.owner "
        f"{'' if places == 'files' else 'join files using (raw_sha256) '}"
        "anti join (select owner, digest from made where kind = ?) as had using (owner, digest)",
        [kind],
    )


def _make(
    bench: "duckdb.DuckDBPyConnection",
    segments: "Segments",
    kind: str,
    *,
    crew: "Crew",
    watch: "Callable[[int, int], None]",
) -> None:
    chunks = list(_chunks(bench, kind))
    total = chunks[-1][1] if chunks else 0
    done = 0
    for made in crew.map(f"make {kind}s", make_rows, _batches(bench, kind, chunks, crew=crew)):
        segments.adopt(crew.desk.take(made.segment), rows=made.rows)
        done += made.owners
        watch(done, total)
    if done != total:
        raise AssertionError(f"{done} of {total} {kind}s were made.")
    segments.show(bench)


def _batches(
    bench: "duckdb.DuckDBPyConnection", kind: str, chunks: "Sequence[tuple[int, int]]", *, crew: "Crew"
) -> "Iterator[MakeBatch]":
    """Batches of chunks; what each chunk is made of is written down just before it is asked for."""
    tell = _tell_articles if kind == ARTICLE else _tell_documents
    for number, some in enumerate(in_batches(chunks, size=lambda _: 1, least=1, most=crew.batches)):
        names = []
        for ranks in some:
            names.append(f"{kind}-{ranks[0]:012}.msgpack")
            crew.desk.put(names[-1], msgspec.msgpack.encode(tell(bench, *ranks)))
        yield MakeBatch(
            storage=crew.storage,
            kind=kind,
            instructions=names,
            segment=f"{kind}-{number:06}",
            recognizer=crew.recognizer,
            memory_bytes=crew.memory_bytes,
        )


def _chunks(bench: "duckdb.DuckDBPyConnection", kind: str) -> "Iterator[tuple[int, int]]":
    """Ranks from and up to, that have about so many copies together; a document without any counts as one."""
    key = "article_id" if kind == ARTICLE else "raw_sha256"
    yield from bench.execute(
        f"with counted as (select rank, greatest(count({key}), 1) as copies from to_make left join copies on {key} = owner group by rank) "  # noqa: S608  # our own words
        "select min(rank), max(rank) + 1 from (select rank, (sum(copies) over (order by rank) - copies) // ? as chunk from counted) "
        "group by chunk order by chunk",
        [_COPIES_AT_ONCE],
    ).fetchall()


def _tell_articles(bench: "duckdb.DuckDBPyConnection", start: int, end: int) -> Instructions:
    """All copies of the articles of these ranks."""
    found = bench.execute(
        'select raw_sha256, any_value("key"), any_value(names), list(struct_pack(post, keys := coalesce(keys, [])) order by post) '
        "from to_make join copies on article_id = owner left join hits using (raw_sha256, post) join files using (raw_sha256) "
        "where rank >= ? and rank < ? group by raw_sha256 order by min(rank), raw_sha256",
        [start, end],
    ).fetchall()
    return Instructions(
        owners=_owners(bench, start, end),
        places=[
            Place(
                raw_sha256=raw_sha256,
                key=key,
                names=names.split("\n"),
                posts={each["post"]: each["keys"] for each in posts},
            )
            for raw_sha256, key, names, posts in found
        ],
    )


def _tell_documents(bench: "duckdb.DuckDBPyConnection", start: int, end: int) -> Instructions:
    """The documents of these ranks, what repeats in them, and the facts of every article that they have a copy of."""
    found = bench.execute(
        'select owner, "key", names, list(struct_pack(post, keys)) filter (keys is not null) '
        "from to_make join files on raw_sha256 = owner left join hits on hits.raw_sha256 = owner "
        'where rank >= ? and rank < ? group by owner, "key", names, rank order by rank',
        [start, end],
    ).fetchall()
    facts = bench.execute(
        "select distinct article_id, facts.published_date, facts.month, facts.publisher "
        "from to_make join copies on raw_sha256 = to_make.owner join facts on facts.owner = article_id where rank >= ? and rank < ?",
        [start, end],
    ).fetchall()
    return Instructions(
        owners=_owners(bench, start, end),
        places=[
            Place(
                raw_sha256=raw_sha256,
                key=key,
                names=names.split("\n"),
                posts={each["post"]: each["keys"] for each in posts or ()},
            )
            for raw_sha256, key, names, posts in found
        ],
        facts={
            article_id: Told(published_date=published_date, month=month, publisher=publisher)
            for article_id, published_date, month, publisher in facts
        },
    )


def _owners(bench: "duckdb.DuckDBPyConnection", start: int, end: int) -> list[tuple[str, str]]:
    return bench.execute(
        "select owner, digest from to_make where rank >= ? and rank < ? order by rank", [start, end]
    ).fetchall()
