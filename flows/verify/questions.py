"""What must hold between rows and between tables, as questions in SQL: each asks for the rows that break its rule.

A question selects `file` (the number of a file, or null), `place` (what tells the row) and whatever its sentence names.
`month` and `file` are columns of every table here; `raws` holds the manifest's raw files, `refused` the ids of rows that
are in the quarantine, so that nothing which hung on them is a fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.verify.parquet import key_of
from transforms.references import REFERENCES, Reference
from transforms.schemas import TABLES

# Columns that questions ask for; texts only where spans are looked up in them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "articles": (
        "article_id",
        "title",
        "body",
        "word_count",
        "published_at",
        "published_date",
        "cluster_id",
        "is_representative",
        "sighting_count",
        "scraped_at",
    ),
    "summaries": ("summary_id", "article_id", "text", "published_date"),
    "tags": ("article_id", "tag", "kind", "published_date"),
    "entities": (
        "article_id",
        "summary_id",
        "section",
        "entity_id",
        "mentions",
        "surfaces",
        "spans",
        "published_date",
    ),
    "sightings": (
        "article_id",
        "summary_id",
        "raw_file",
        "raw_sha256",
        "record",
        "post",
        "first_line",
        "last_line",
        "scraped_at",
        "published_date",
    ),
    "lines": (
        "raw_file",
        "raw_sha256",
        "record",
        "line",
        "part",
        "post",
        "role",
        "reason",
        "article_id",
        "published_date",
    ),
    "boilerplate": ("text_hash", "occurrences", "articles"),
}
_HANG_ON_ARTICLES = ("summaries", "tags", "entities", "sightings", "lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A rule between rows.

    Args:
        rule: Its name.
        tables: What it needs whole.
        sql: Selects the rows that break it.
        sentence: What is wrong with such a row; `{place}` and the other columns of the question stand in it.
    """

    rule: str
    tables: tuple[str, ...]
    sql: str
    sentence: str


def questions() -> Iterator[Question]:
    """Every question, the simple ones first."""
    yield from map(_key, TABLES)
    yield from map(_reference, REFERENCES)


def _key(table: str) -> Question:
    keys = key_of(table)
    name = "primary_key" if TABLES[table].primary_key() == keys else "key"
    return Question(
        rule=f"{table}.{name}",
        tables=(table,),
        sql=f"select min(file) as file, {_place(table)} as place, count(*) as rows from {table} "  # noqa: S608  # names of ours
        f"group by {', '.join(keys)} having count(*) > 1",
        sentence=f"{{rows}} rows have the key {{place}}, and {', '.join(keys)} are the key of {table}.",
    )


def _reference(reference: Reference) -> Question:
    table, column = reference.table, reference.column
    return Question(
        rule=f"{table}.{column}",
        tables=(table, reference.names),
        sql=f"select t.file, {_place(table, 't')} as place, t.{column} as named from {table} t "  # noqa: S608  # names of ours
        f"anti join {reference.names} n on t.{column} = n.{reference.key} "
        f"where t.{column} is not null and t.{column} not in (select id from refused)",
        sentence=f"{{place}}: its {column} {{named}} is in no row of {reference.names}.",
    )


def _place(table: str, alias: str = "") -> str:
    """What tells a row of a table to a person, as SQL: "article_id=…, tag=…"."""
    before = f"{alias}." if alias else ""
    pieces = (f"'{name}=' || {before}{name}" for name in key_of(table))
    return f"concat_ws(', ', {', '.join(pieces)})"
