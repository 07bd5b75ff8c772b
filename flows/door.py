"""The check at the door: the rows that keep the rules of their tables, and every other row with what it broke."""

from collections.abc import Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from flows.quarantine import Refusal
from transforms.rows.frames import MONTH
from transforms.schemas import TABLES, UNKNOWN_MONTH

_MONTH = rf"^(\d{{4}}-\d{{2}}|{UNKNOWN_MONTH})$"
# What tells a row to a person, in this order, where its table has it.
_PLACE = (
    "raw_file",
    "raw_sha256",
    "line",
    "part",
    "post",
    "article_id",
    "summary_id",
    "tag",
    "entity_id",
    "text_hash",
)
_SHOWN_CHARS = 60
# The ledger and the sightings stay whole whatever becomes of an article; these say nothing without theirs.
_HANGS_ON = {
    "summaries": (("article_id", "articles"),),
    "tags": (("article_id", "articles"),),
    "entities": (("article_id", "articles"), ("summary_id", "summaries")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A row that breaks rules of its table.

    Args:
        table: The table.
        row: Its values by column.
        rules: The rules, sorted.
    """

    table: str
    row: Mapping[str, object]
    rules: tuple[str, ...]

    @property
    def refusal(self) -> Refusal:
        """The line of the quarantine."""
        return Refusal(
            raw_file=str(self.row.get("raw_file") or ""),
            rule=f"{self.table}.{self.rules[0]}",
            detail=f"A row of {self.table} broke {', '.join(self.rules)}.",
            place=", ".join(
                f"{key}={str(self.row[key])[:_SHOWN_CHARS]}"
                for key in _PLACE
                if self.row.get(key) is not None
            ),
        )


def check_tables(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[Broken]]:
    """The rows that keep the rules of their tables and hang on a row that does, and every other row with what it broke.

    Args:
        tables: Some tables of the contract; those that others hang on stand among them.
    """
    good: dict[str, pl.DataFrame] = {}
    broken: list[Broken] = []
    for name in (name for name in TABLES if name in tables):
        frame = tables[name]
        for key, parent in _HANGS_ON.get(name, ()):
            hangs = frame[key].is_null() | frame[key].is_in(good[parent][key].implode())
            broken += [
                Broken(table=name, row=row, rules=(f"{key}|missing",))
                for row in frame.filter(~hangs).iter_rows(named=True)
            ]
            frame = frame.filter(hangs)
        good[name], bad = check_table(name, frame)
        broken += bad
    return good, broken


def check_table(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Broken]]:
    """The rows of a table that keep its rules, and every other row with all the rules that it broke."""
    extra = {MONTH: dy.String(regex=_MONTH)} if MONTH in frame.columns else {}
    schema: type[dy.Schema] = type(name, (TABLES[name],), extra)
    good, failure = schema.filter(frame)
    if not len(failure):
        return good, []
    columns = list(schema.columns())
    return good, [
        Broken(
            table=name,
            row=row,
            rules=tuple(
                sorted(rule for rule, verdict in row.items() if rule not in columns and verdict == "invalid")
            ),
        )
        for row in failure.details().iter_rows(named=True)
    ]
