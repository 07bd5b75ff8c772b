"""What must hold between rows and between tables, as questions in SQL: each asks for the rows that break its rule.

Every table has the columns of COLUMNS, `month` (of its path) and `file` (a number). Beside them are, out of the manifest,
`raws` (raw_sha256, raw_file, state, posts, lines, is_excused), `refused` (id: of articles and
summaries that are in the quarantine), `unseen` (id: of articles with a sighting there) and `refused_tables` (name). What
is in the quarantine takes nothing with it that a question would then call a fault. `lines` has `piece` and `is_plain`, of
transforms/pieces.py, where a line was removed from a post.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from transforms.arrow import arrow_schema
from transforms.references import KEYS

# What no question asks for.
_LEFT_OUT = {
    "articles": {"section", "language", "publisher", "publisher_evidence", "author", "date_evidence", "date_problem", "site", "url", "page_tags"},
    "tags": {"tag_norm", "position"},
    "entities": {"name", "type", "in_article", "country_code"},
    "sightings": {"page_heading", "site", "url"},
    "lines": {"text"},
    "boilerplate": {"text", "reason", "publishers"},
}  # fmt: skip
COLUMNS = {
    table: tuple(name for name in arrow_schema(table).names if name not in _LEFT_OUT.get(table, ()))
    for table in KEYS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A rule between rows.

    Args:
        rule: Its name.
        tables: What it needs whole; a row that has no file is of the first of them.
        sql: Selects the rows that break it: `file` (the number of a file, or null), `place` (what tells the row) and
            whatever the sentence names.
        sentence: What is wrong with such a row; columns stand in it in braces.
        by: A column of hexadecimal ids, where the question is asked a share of them at a time, since it holds texts: `{share}`
            stands in the SQL for what a row of the share is told by.
    """

    rule: str
    tables: tuple[str, ...]
    sql: str
    sentence: str
    by: str = ""


def place(table: str, alias: str = "") -> str:
    """What tells a row of a table to a person, as SQL: "article_id=…, tag=…"."""
    return told(KEYS[table], alias)


def told(columns: Iterable[str], alias: str = "") -> str:
    """Columns with their values, as SQL that gives one text; those without a value are left out."""
    before = f"{alias}." if alias else ""
    pieces = ", ".join(f"'{name}=' || {before}{name}" for name in columns)
    return f"concat_ws(', ', {pieces})"
