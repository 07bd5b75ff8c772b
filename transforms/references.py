"""Which column names a row of which table: the foreign keys, declared once for the check of a store and its descriptions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A column whose values, where it has one, are keys of rows of a table.

    Args:
        table: The table that names.
        column: Its column.
        names: The table whose row is named.
        key: The key there.
    """

    table: str
    column: str
    names: str
    key: str


REFERENCES: tuple[Reference, ...] = (
    Reference(table="articles", column="cluster_id", names="articles", key="article_id"),
    Reference(table="summaries", column="article_id", names="articles", key="article_id"),
    Reference(table="tags", column="article_id", names="articles", key="article_id"),
    Reference(table="entities", column="article_id", names="articles", key="article_id"),
    Reference(table="entities", column="summary_id", names="summaries", key="summary_id"),
    Reference(table="sightings", column="article_id", names="articles", key="article_id"),
    Reference(table="sightings", column="summary_id", names="summaries", key="summary_id"),
    Reference(table="lines", column="article_id", names="articles", key="article_id"),
)


def references_of(table: str) -> tuple[Reference, ...]:
    """The foreign keys of a table."""
    return tuple(reference for reference in REFERENCES if reference.table == table)
