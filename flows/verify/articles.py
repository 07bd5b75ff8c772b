"""Questions on articles, and on what hangs on them: months, dates, clusters, sightings, summaries, spans."""

from collections.abc import Iterator

from flows.verify.questions import Question, place, told
from transforms.schemas import UNKNOWN_MONTH

_HANGING = ("summaries", "tags", "entities", "sightings", "lines")
_CLUSTER = told(["cluster_id"])


def questions() -> Iterator[Question]:
    """All of them."""
    yield from _DATED
    for table in _HANGING:
        yield from _of_article(table)
    yield from _CLUSTERS
    yield from _SEEN
    yield from _SPANS


def _of_article(table: str) -> Iterator[Question]:
    shown = place(table, "t")
    yield Question(
        rule=f"{table}.month",
        tables=(table, "articles"),
        sql=f"""
        select t.file, {shown} as place, coalesce(a.month, strftime(t.published_date, '%Y-%m')) as expected
        from {table} t left join articles a using (article_id)
        where t.month <> expected
        """,  # noqa: S608  # names of ours
        sentence="{place}: it lies in another month than {expected}, that of its article.",
    )
    yield Question(
        rule=f"{table}.published_date",
        tables=(table, "articles"),
        sql=f"""
        select t.file, {shown} as place, a.published_date as expected, t.published_date as found
        from {table} t left join articles a using (article_id)
        where t.published_date is distinct from a.published_date
        and (t.article_id is null or a.article_id is not null)
        """,  # noqa: S608  # names of ours
        sentence="{place}: its published_date is {found}, and that of its article is {expected}.",
    )


_DATED = (
    Question(
        rule="articles.month",
        tables=("articles",),
        sql=f"""
        select file, {place("articles")} as place,
            coalesce(strftime(coalesce(published_at, scraped_at), '%Y-%m'), '{UNKNOWN_MONTH}') as expected
        from articles where month <> expected
        """,  # noqa: S608  # names of ours
        sentence="{place}: it lies in another month than {expected}, which its published_at or scraped_at tells.",
    ),
    Question(
        rule="articles.published_date",
        tables=("articles",),
        sql=f"""
        select file, {place("articles")} as place, published_at, published_date
        from articles where published_date is distinct from cast(published_at as date)
        """,  # noqa: S608  # names of ours
        sentence="{place}: its published_date is {published_date}, and its published_at is {published_at}.",
    ),
)
_CLUSTERS = (
    Question(
        rule="articles.smallest",
        tables=("articles",),
        sql=f"""
        select min(file) as file, {_CLUSTER} as place, min(article_id) as smallest
        from articles where cluster_id not in (select id from refused)
        group by cluster_id having min(article_id) <> cluster_id
        """,  # noqa: S608  # names of ours
        sentence="{place}: a cluster goes by its smallest article_id, which is {smallest}.",
    ),
    Question(
        rule="articles.is_representative",
        tables=("articles",),
        sql=f"""
        select min(file) as file, {_CLUSTER} as place, count(*) filter (is_representative) as many
        from articles group by cluster_id
        having many > 1 or (many = 0 and not exists (from refused_tables where name = 'articles'))
        """,  # noqa: S608  # names of ours
        sentence="{place}: {many} rows of it are its representative, and one is.",
    ),
    Question(
        rule="articles.longest",
        tables=("articles",),
        sql=f"""
        select min(file) as file, {_CLUSTER} as place, first(article_id order by word_count desc, article_id) as longest
        from articles group by cluster_id
        having count(*) filter (is_representative) = 1 and longest <> min(article_id) filter (is_representative)
        """,  # noqa: S608  # names of ours
        sentence="{place}: another row than its longest, {longest}, is its representative.",
    ),
)
_SEEN = (
    Question(
        rule="articles.sighting_count",
        tables=("articles", "sightings"),
        sql=f"""
        select a.file, {place("articles", "a")} as place, a.sighting_count as count, coalesce(s.seen, 0) as seen
        from articles a left join (select article_id, count(*) as seen from sightings group by all) s using (article_id)
        where count <> coalesce(s.seen, 0) and a.article_id not in (select id from unseen)
        """,  # noqa: S608  # names of ours
        sentence="{place}: its sighting_count is {count}, and sightings has {seen}.",
    ),
    Question(
        rule="articles.scraped_at",
        tables=("articles", "sightings"),
        sql=f"""
        select a.file, {place("articles", "a")} as place, a.scraped_at as noted, s.first
        from articles a join (select article_id, min(scraped_at) as first from sightings group by all) s using (article_id)
        where noted is distinct from s.first and a.article_id not in (select id from unseen)
        """,  # noqa: S608  # names of ours
        sentence="{place}: its scraped_at is {noted}, and its first sighting's is {first}.",
    ),
    *(
        Question(
            rule=f"{table}.summary",
            tables=(table, "summaries"),
            sql=f"""
            select t.file, {place(table, "t")} as place, t.summary_id as named, s.article_id as other
            from {table} t join summaries s using (summary_id) where t.article_id is distinct from s.article_id
            """,  # noqa: S608  # names of ours
            sentence="{place}: its summary {named} is of another article, {other}.",
        )
        for table in ("entities", "sightings")
    ),
)
_SPANS = (
    Question(
        rule="entities.section",
        tables=("entities",),
        sql=f"""
        select file, {place("entities")} as place, section
        from entities where (section = 'summary') <> (summary_id is not null)
        """,  # noqa: S608  # names of ours
        sentence="{place}: a row has a summary_id where its section is summary, and there alone.",
    ),
    Question(
        rule="entities.mentions",
        tables=("entities",),
        sql=f"""
        select file, {place("entities")} as place, mentions, len(spans) as many
        from entities where mentions <> len(spans)
        """,  # noqa: S608  # names of ours
        sentence="{place}: it has {mentions} mentions and {many} spans.",
    ),
    Question(
        rule="entities.spans",
        tables=("entities", "articles", "summaries"),
        by="article_id",
        sql=f"""
        with held as (
            select e.*, case e.section when 'title' then coalesce(a.title, '') when 'article' then a.body else s.text end as held
            from (from entities where {{share}}) e
            left join (from articles where {{share}}) a using (article_id)
            left join (from summaries where {{share}}) s on e.summary_id = s.summary_id
        ), each as (select *, unnest(spans) as span from held where held is not null)
        select file, {place("entities")} as place, span.start as start, span.end as stop
        from each
        where not (span.start >= 0 and span.start < span.end and span.end <= length(held)
            and list_contains(surfaces, substring(held, span.start + 1, span.end - span.start)))
        """,  # noqa: S608  # names of ours
        sentence="{place}: characters {start} to {stop} of its section are none of its surfaces.",
    ),
)
