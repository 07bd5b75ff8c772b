"""What tells the rows of a table apart, and which column names a row of which table: for the check of a store and its descriptions."""

from dataclasses import dataclass

from transforms.schemas import TABLES

# The key that stands in a file's path and in no file.
PARTITIONED_BY = "month"
KEYS: dict[str, tuple[str, ...]] = {name: tuple(table.primary_key()) for name, table in TABLES.items()} | {
    "entities": ("article_id", "section", "summary_id", "entity_id"),
    "lines": ("raw_sha256", "line", "part"),
}
"""What no two rows of a table have in common; where a column of it may be null it is a rule of the table's own."""


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
