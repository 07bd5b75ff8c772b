"""The rows of all tables beside one another: held in an engine that spills to a scratch folder, and asked what must hold."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from flows.report import plain
from flows.verify.faults import NAMED
from flows.verify.questions import COLUMNS, Question
from flows.verify.refused import Refused, refused_of
from transforms.arrow import arrow_schema
from transforms.errors import FixSettingsError
from transforms.pieces import is_plain, piece_id
from transforms.schemas import TABLES

if TYPE_CHECKING:
    from flows.manifest import Manifest, RawEntry
    from flows.verify.faults import Findings

_MEGABYTE = 1024 * 1024
# What was handed over is held until the transaction ends.
_MOST_OPEN = 32 * _MEGABYTE
# How many times the texts of a share must fit: they are joined, cut and copied.
_ROOM = 8
# Shares are told by the first four digits of an id.
_MOST_SHARES = 16**4
# Each holds rows of its own.
_MOST_THREADS = 4
# Of the memory that a command may take; the rest is for the batches that are read and for Python.
_ENGINE_SHARE = 0.5
_BOILERPLATE = "boilerplate"


class Workbench:
    """Tables of the columns that questions need, on the disk where memory does not hold them.

    Args:
        manifest: Of the tree; its raw files and refused rows can be asked for, too.
        memory_bytes: What a command may take.
    """

    def __init__(self, manifest: "Manifest", *, memory_bytes: int) -> None:
        self._manifest = manifest
        self._memory = max(int(memory_bytes * _ENGINE_SHARE) // _MEGABYTE, 1)
        self._files: list[str] = []
        self._open = 0

    def __enter__(self) -> Self:
        """Makes the empty tables in a scratch folder of the system's."""
        self._scratch = TemporaryDirectory(prefix="unspun-verify-")
        self._connection = duckdb.connect(
            str(Path(self._scratch.name) / "rows.duckdb"),
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        )
        self._connection.execute(
            f"set memory_limit = '{self._memory}MiB'; set timezone = 'UTC'; set enable_progress_bar = false; "
            f"set preserve_insertion_order = false; set python_enable_replacements = false; set threads = {_threads()}; "
            # A transaction for each batch would wait for the disk each time.
            "begin transaction"
        )
        for table in TABLES:
            self._make(table, _narrow(table, arrow_schema(table).empty_table(), month="", file=0))
        refused = refused_of(self._manifest.refused_rows)
        self._make("raws", _raws(self._manifest.raw, refused))
        for name, column, values in (
            ("refused", "id", refused.ids),
            ("unseen", "id", refused.unseen),
            ("refused_tables", "name", refused.tables),
        ):
            self._make(name, pa.table({column: pa.array(sorted(values), pa.string())}))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes the scratch folder away."""
        self._connection.close()
        self._scratch.cleanup()

    def add_file(self, path: str) -> int:
        """The number of a file, by which rows name it."""
        self._files.append(path)
        return len(self._files) - 1

    def add(self, table: str, batch: pa.RecordBatch, *, month: str, file: int) -> None:
        """Takes in rows of a table."""
        rows = _narrow(table, pa.Table.from_batches([batch]), month=month, file=file)
        with self._handed(rows):
            self._connection.execute(f"insert into {table} from handed")
        self._open += rows.nbytes
        if self._open > _MOST_OPEN:
            self._connection.execute("commit; begin transaction")
            self._open = 0

    def ready(self) -> None:
        """All rows are there."""
        self._connection.execute("commit")

    def ask(self, question: Question, *, findings: "Findings") -> None:
        """Asks; every row of the answer is a fault.

        Raises:
            FixSettingsError: It takes more memory than it may.
        """
        for share in self._shares(question.by) if question.by else [""]:
            self._ask(question, question.sql.format(share=share) if share else question.sql, findings)

    def _ask(self, question: Question, sql: str, findings: "Findings") -> None:
        try:
            found = self._connection.execute(
                f"with broken as materialized ({sql}) "  # noqa: S608  # questions are ours
                f"select (select count(*) from broken) as total, * from broken order by all limit {NAMED}"
            )
            names = [column[0] for column in found.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.OutOfMemoryException as error:
            raise FixSettingsError(
                f"Verifying takes more memory than it may ({self._memory} MiB of memory_bytes for {question.rule}); "
                "raise UNSPUN_MEMORY_BYTES or memory_bytes in [tool.unspun]."
            ) from error
        findings.add_all(
            question.rule,
            ((self._where(question, row), plain(question.sentence.format_map(row))) for row in rows),
            total=rows[0]["total"] if rows else 0,
        )

    def _shares(self, column: str) -> Iterator[str]:
        """Conditions on an id that part the rows into shares, so that the texts of one fit into memory many times over."""
        texts = "select coalesce(sum(strlen(body)), 0) + (select coalesce(sum(strlen(text)), 0) from summaries) from articles"
        ((size,),) = self._connection.execute(texts).fetchall()
        count = min(int(size) * _ROOM // (self._memory * _MEGABYTE) + 1, _MOST_SHARES)
        edges = [f"{place * _MOST_SHARES // count:04x}" for place in range(count)]
        for low, high in zip(edges, [*edges[1:], "g"], strict=True):
            yield f"{column} >= '{low if low.strip('0') else ''}' and {column} < '{high}'"

    def _where(self, question: Question, row: dict[str, Any]) -> str:
        return question.tables[0] if row["file"] is None else self._files[row["file"]]

    def _make(self, name: str, rows: pa.Table) -> None:
        with self._handed(rows):
            self._connection.execute(f"create table {name} as from handed")

    @contextmanager
    def _handed(self, rows: pa.Table) -> Iterator[None]:
        self._connection.register("handed", rows)
        try:
            yield
        finally:
            self._connection.unregister("handed")


def _threads() -> int:
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _narrow(table: str, rows: pa.Table, *, month: str, file: int) -> pa.Table:
    """The columns that questions ask for, and where the rows lie."""
    narrow = rows.select(list(COLUMNS[table]))
    count = rows.num_rows
    narrow = narrow.append_column("month", pa.repeat(month, count))
    narrow = narrow.append_column("file", pa.repeat(pa.scalar(file, pa.int32()), count))
    return _with_pieces(narrow, rows) if table == "lines" else narrow


def _with_pieces(narrow: pa.Table, rows: pa.Table) -> pa.Table:
    """With what a line that was removed from a post is called in the dictionary."""
    is_removed = pc.and_(pc.equal(rows["role"], _BOILERPLATE), pc.greater(rows["post"], 0)).to_pylist()
    texts = [
        text if removed else None for text, removed in zip(rows["text"].to_pylist(), is_removed, strict=True)
    ]
    pieces = [None if text is None else piece_id(text) for text in texts]
    plains = [text is not None and is_plain(text) for text in texts]
    return narrow.append_column("piece", pa.array(pieces, pa.string())).append_column(
        "is_plain", pa.array(plains, pa.bool_())
    )


def _raws(raw: "Mapping[str, RawEntry]", refused: Refused) -> pa.Table:
    size = len(next(iter(refused.raws), ""))
    return pa.table(
        {
            "raw_sha256": pa.array(list(raw), pa.string()),
            "raw_file": pa.array(
                [entry.names[0] if entry.names else "" for entry in raw.values()], pa.string()
            ),
            "state": pa.array([entry.state for entry in raw.values()], pa.string()),
            "posts": pa.array([entry.posts for entry in raw.values()], pa.int64()),
            "lines": pa.array([entry.lines for entry in raw.values()], pa.int64()),
            "is_excused": pa.array([digest[:size] in refused.raws for digest in raw], pa.bool_()),
        }
    )
