"""Learns from the notes of all documents what only the corpus tells: first copies, clusters, what repeats; and what each row is to be made of.

A digest stands for all that the rows of an owner are made of: rows that were made under another one are made again.
"""

from typing import TYPE_CHECKING

from flows.corpus.clusters import cluster
from flows.corpus.digests import digest_owners
from flows.corpus.exchange import ROWS_AT_ONCE, Exchange, exchange, is_worth
from flows.corpus.judging import Judges
from flows.corpus.stream import number, parts
from flows.work.counting import COUNT, STOOD, CountBatch, count_buckets
from transforms.boilerplate import is_repeated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from flows.corpus.crew import Crew
    from flows.manifest import RawEntry

_COPIES = """
create table copies as
select raw_sha256, post, article_id, is_untitled, raw_file
from notes join files using (raw_sha256, key);

create table firsts as
select article_id, raw_sha256, post from copies
qualify row_number() over (partition by article_id order by is_untitled, raw_file, raw_sha256, post) = 1;

create table sketches as
select article_id, text_id, size, bands, sample
from notes join files using (raw_sha256, key) join firsts using (raw_sha256, post, article_id);
"""
# How texts stand over the corpus is told by the first copies alone; where they stand is asked of all.
_STANDINGS = """
from notes join files using (raw_sha256, key) join firsts using (raw_sha256, post, article_id) join clusters using (article_id)
"""
# A cluster by its number takes a quarter of the room.
_STOOD = f"""
select standing.key as key, cluster, standing.is_edge as is_edge, standing.is_prose as is_prose
from (select unnest(standings) as standing, cluster {_STANDINGS} join numbered using (cluster_id))
"""  # noqa: S608  # our own words
_NUMBERED = """
create table numbered as select cluster_id, row_number() over (order by cluster_id) as cluster from (select distinct cluster_id from clusters)
"""
_HITS = """
create table hits as
select raw_sha256, post, list_sort(list(key)) as keys
from (
    select raw_sha256, post, unnest(standings).key as key from notes join files using (raw_sha256, key)
) semi join repeated using (key)
group by all
"""
# Aggregates that gather texts have no place on the disk: pieces are sorted, and hashed as they come.
_PIECES_OF_ARTICLES = """
select article_id, concat_ws(' ', raw_sha256, parse, names, post, coalesce(hits.keys::varchar, '-'))
from copies join (select raw_sha256, key as parse, names from files) using (raw_sha256)
left join hits using (raw_sha256, post)
order by article_id, is_untitled, raw_file, raw_sha256, post
"""
_PIECES_OF_DOCUMENTS = """
select raw_sha256, concat_ws(' ', key, names, coalesce(post::varchar, '-'), coalesce(article_id, '-'), coalesce(month, '-'),
    coalesce(published_date::varchar, '-'), coalesce(hits.keys::varchar, '-'))
from files left join copies using (raw_sha256)
left join hits using (raw_sha256, post)
left join facts on facts.owner = article_id
order by raw_sha256, post
"""
_FEWEST_CLUSTERS = next(
    count for count in range(1, 100) if is_repeated(clusters=count, edges=count, is_prose=False)
)


def learn(
    bench: "duckdb.DuckDBPyConnection",
    *,
    crew: "Crew",
    verdicts: "Path",
    version: str,
    memory_bytes: int,
) -> None:
    """Makes the tables of what the corpus tells.

    Args:
        bench: Has `notes` and `files`; gets `copies`, `firsts`, `clusters`, `repeated`, `hits` and `wanted_articles`.
        crew: Who compares texts, and counts where rows are many.
        verdicts: Folder of what is known of pairs of texts.
        version: Of code and rules, and of who finds entities.
        memory_bytes: The memory of the run.

    Raises:
        DamagedCacheError: A parse is damaged.
    """
    bench.execute(_COPIES)
    cluster(bench, verdicts=verdicts, judge=Judges(bench, crew), crew=crew, memory_bytes=memory_bytes)
    _count(bench, crew=crew, memory_bytes=memory_bytes)
    found = [
        key
        for key, clusters, edges, is_prose in bench.sql("from standings").fetchall()
        if is_repeated(clusters=clusters, edges=edges, is_prose=is_prose)
    ]
    bench.execute("create table repeated as select unnest(?::ubigint[]) as key", [found])
    bench.execute(_HITS)
    digest_owners(bench, _PIECES_OF_ARTICLES, table="wanted_articles", version=version)


def _count(bench: "duckdb.DuckDBPyConnection", *, crew: "Crew", memory_bytes: int) -> None:
    """Makes `standings`: of the texts that may repeat, in how many clusters they stand, and how."""
    bench.execute(_NUMBERED)
    rows = number(bench, f"select coalesce(sum(len(standings)), 0) {_STANDINGS}")
    if not is_worth(rows, crew=crew):
        bench.execute(
            f"create table standings as with bucket as ({_STOOD}) {COUNT}", {"fewest": _FEWEST_CLUSTERS}
        )
        return
    bench.execute("create table standings (key ubigint, clusters bigint, edges bigint, is_prose boolean)")
    counted = Exchange(
        name="count standings",
        work=count_buckets,
        batch=lambda buckets, segment: CountBatch(
            storage=crew.storage,
            buckets=buckets,
            fewest=_FEWEST_CLUSTERS,
            segment=segment,
            memory_bytes=crew.memory_bytes,
        ),
        schema=STOOD,
        table="standings",
        columns="*",
    )
    exchange(
        parts(bench, _STOOD, rows=ROWS_AT_ONCE),
        count=rows,
        of=counted,
        bench=bench,
        into="standings",
        crew=crew,
        memory_bytes=memory_bytes,
    )


def want_documents(bench: "duckdb.DuckDBPyConnection", *, version: str) -> None:
    """Makes `wanted_documents`; the bench has `facts` of every article by now."""
    digest_owners(bench, _PIECES_OF_DOCUMENTS, table="wanted_documents", version=version)


def show_files(bench: "duckdb.DuckDBPyConnection", raw: "Mapping[str, RawEntry]") -> None:
    """Makes the table `files`: every raw file that was read, by what version, under which names."""
    read = {digest: entry for digest, entry in sorted(raw.items()) if entry.state == "read"}
    columns = {
        "raw_sha256": list(read),
        "key": [entry.key for entry in read.values()],
        "raw_file": [entry.names[0] for entry in read.values()],
        # Names hold no newline: they are escaped.
        "names": ["\n".join(entry.names) for entry in read.values()],
    }
    chosen = ", ".join(f"unnest(?::varchar[]) as {name}" for name in columns)
    bench.execute(f"create table files as select {chosen}", list(columns.values()))  # our own words
