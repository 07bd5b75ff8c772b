"""One Parquet file, held against the contract: schema, form, rules of its columns, order; its rows are handed on as they are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.report import plain
from flows.verify.faults import NAMED
from transforms.arrow import arrow_schema
from transforms.references import KEYS
from transforms.rows.frames import SORT_KEYS
from transforms.schemas import TABLES

if TYPE_CHECKING:
    from pyarrow import fs

    from flows.verify.faults import Findings

# As the contract has them: texts are long and ids are short.
ROWS_OF_TEXT = 20_000
ROWS = 122_880
_TABLES_OF_TEXT = frozenset({"articles", "summaries", "lines"})
_BATCH = 8_000
_ARROW_SCHEMA = b"ARROW:schema"
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The sort keys of a file's first and last row, by which files of a partition follow one another."""

    path: str
    first: pl.DataFrame
    last: pl.DataFrame


class PartFile:
    """A file of a table, open.

    Args:
        tree: The tree that it lies in.
        table: The table that it is of.
        path: Where it lies below the tree.
        findings: Where faults go.

    Raises:
        OSError: It cannot be read.
        pyarrow.ArrowException: It is no Parquet.
    """

    def __init__(self, tree: "fs.FileSystem", *, table: str, path: str, findings: "Findings") -> None:
        self._table, self._path, self._findings = table, path, findings
        self._file = pq.ParquetFile(tree.open_input_file(path), pre_buffer=False)
        self.ends: Ends | None = None

    def close(self) -> None:
        """Lets it go."""
        self._file.close(force=True)

    def has_schema(self) -> bool:
        """Whether its columns are those of its table, by name, order, type and nullability."""
        found, expected = self._file.schema_arrow, arrow_schema(self._table)
        own = found.metadata or any(field.metadata for field in found)
        # Without metadata: Parquet calls the values of a list "element", Arrow "item".
        if found.equals(expected) and not own:
            return True
        wrong = [
            f"{name}: {_told(found, name)} instead of {_told(expected, name)}"
            for name in dict.fromkeys([*expected.names, *found.names])
            if not _is_same(found, expected, name)
        ]
        detail = "; ".join(wrong) or (
            f"the order is {', '.join(found.names)}"
            if found.names != expected.names
            else "it has metadata of its own"
        )
        self._add("schema", f"Its columns are not those of {self._table} ({detail}).")
        return False

    def check_form(self, *, rows: int) -> None:
        """Rows, compression, page index, row groups and metadata, as the manifest and the contract say."""
        held = self._file.metadata
        if held.num_rows != rows:
            self._add("rows", f"It has {held.num_rows} rows, and the manifest says {rows}.")
        strange = sorted(set(held.metadata or {}) - {_ARROW_SCHEMA})
        if strange:
            self._add("metadata", f"It has metadata of its own: {', '.join(map(repr, strange))}.")
        groups = [held.row_group(place) for place in range(held.num_row_groups)]
        chunks = [
            group.column(place) for group in groups if group.num_rows for place in range(group.num_columns)
        ]
        if any(chunk.compression != "ZSTD" for chunk in chunks):
            self._add("compression", "It is not compressed with zstd throughout.")
        # Where every value of a page is long there is no smallest to note, and no index of them.
        if not all(
            chunk.has_offset_index and (chunk.has_column_index or not _is_ranged(chunk)) for chunk in chunks
        ):
            self._add("page_index", "It has no page index, so that readers cannot skip pages.")
        most = ROWS_OF_TEXT if self._table in _TABLES_OF_TEXT else ROWS
        sizes = [group.num_rows for group in groups]
        if any(size != most for size in sizes[:-1]) or any(size > most for size in sizes[-1:]):
            self._add(
                "row_groups",
                f"Its row groups have {', '.join(map(str, sizes[:NAMED]))} rows, and the contract says {most}.",
            )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Its rows; each batch is held against the rules of its columns and the order of its table on the way.

        Raises:
            OSError: A part of it cannot be read.
            pyarrow.ArrowException: The same.
        """
        before: pl.DataFrame | None = None
        keys = SORT_KEYS[self._table]
        for batch in self._file.iter_batches(batch_size=_BATCH):
            if not batch.num_rows:
                continue
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)  # noqa: S101  # of a record batch it is one
            self._check_rules(frame)
            order = frame.select(keys)
            self._check_order(order if before is None else pl.concat([before, order]))
            before = _copied(order.tail(1))
            first = self.ends.first if self.ends else _copied(order.head(1))
            self.ends = Ends(path=self._path, first=first, last=before)
            yield batch

    def _check_rules(self, frame: pl.DataFrame) -> None:
        rules = column_rules(self._table)
        broken = frame.select(**{name: (~rule).sum() for name, rule in rules.items()}).row(0, named=True)
        for name, count in broken.items():
            if count:
                rows = frame.filter(~rules[name]).head(NAMED).iter_rows(named=True)
                self._findings.add_all(
                    f"{self._table}.{name}",
                    ((self._path, f"A row breaks {name}: {shown(self._table, row)}.") for row in rows),
                    total=int(count),
                )

    def _check_order(self, keys: pl.DataFrame) -> None:
        if not is_sorted(keys):
            self._add("order", f"Its rows are not sorted by {', '.join(keys.columns)}.")

    def _add(self, rule: str, detail: str) -> None:
        self._findings.add(rule, self._path, detail)


def _copied(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by themselves: a slice would hold all that it was cut out of."""
    return pl.DataFrame(rows.rows(), schema=rows.schema, orient="row")


def is_sorted(keys: pl.DataFrame) -> bool:
    """Whether rows ascend by all columns, in order of the columns, nulls first."""
    return keys.equals(keys.sort(keys.columns, nulls_last=False, maintain_order=True))


def check_succession(ends: Sequence[Ends], *, findings: "Findings") -> None:
    """Whether the files of one partition follow one another: none begins before the one before it has ended."""
    ordered: list[Ends] = []
    if len(ends) > 1:
        firsts = pl.concat([end.first for end in ends]).with_row_index("place")
        keys = [name for name in firsts.columns if name != "place"]
        ordered = [ends[place] for place in firsts.sort(keys, nulls_last=False, maintain_order=True)["place"]]
    for earlier, later in pairwise(ordered):
        if not is_sorted(pl.concat([earlier.last, later.first])):
            findings.add("order", later.path, f"It begins before {earlier.path} has ended.")


def column_rules(table: str) -> dict[str, pl.Expr]:
    """Every rule of a single column of a table ("kind|regex"), as the check at the door has them."""
    return {
        f"{name}|{rule}": expression
        for name, column in TABLES[table].columns().items()
        for rule, expression in column.validation_rules(pl.col(name)).items()
    }


def shown(table: str, row: dict[str, Any]) -> str:
    """What tells a row to a person."""
    return plain(
        ", ".join(
            f"{name}={str(row[name])[:_SHOWN_CHARS]}" for name in KEYS[table] if row.get(name) is not None
        )
    )


def _is_ranged(chunk: pq.ColumnChunkMetaData) -> bool:
    return bool(chunk.num_values and chunk.is_stats_set and chunk.statistics.has_min_max)


def _is_same(found: pa.Schema, expected: pa.Schema, name: str) -> bool:
    places = found.get_all_field_indices(name), expected.get_all_field_indices(name)
    return len(places[0]) == len(places[1]) == 1 and found.field(name).equals(expected.field(name))


def _told(schema: pa.Schema, name: str) -> str:
    place = schema.get_field_index(name)
    if place < 0:
        return "no column"
    field = schema.field(place)
    return f"{field.type}{'' if field.nullable else ' not null'}"
