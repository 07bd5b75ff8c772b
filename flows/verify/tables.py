"""The rows of all tables beside one another: held in an engine that spills to a scratch folder, and asked what must hold."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa
import re2

from flows.report import plain
from flows.verify.faults import NAMED
from flows.verify.questions import COLUMNS, Question
from transforms.arrow import arrow_schema
from transforms.schemas import TABLES

if TYPE_CHECKING:
    from flows.manifest import Manifest
    from flows.verify.faults import Findings

# Of the memory that a command may take; the rest is for the batches that are read and for Python.
_ENGINE_SHARE = 0.6
_MEGABYTE = 1024 * 1024
_ID = re2.compile(r"(?:^|, )(?:article_id|summary_id)=([0-9a-f]{32})(?:$|,)")


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

    def __enter__(self) -> Self:
        """Makes the empty tables in a scratch folder of the system's."""
        self._scratch = TemporaryDirectory(prefix="unspun-verify-")
        self._connection = duckdb.connect(
            str(Path(self._scratch.name) / "rows.duckdb"),
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        )
        self._connection.execute(
            f"set memory_limit = '{self._memory}MiB'; set timezone = 'UTC'; set enable_progress_bar = false; "
            "set preserve_insertion_order = false; set python_enable_replacements = false"
        )
        for table in TABLES:
            empty = self._narrow(table, arrow_schema(table).empty_table(), month="", file=0)
            self._connection.register("batch", empty)
            self._connection.execute(f"create table {table} as from batch")
        self._note_manifest()
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
        rows = self._narrow(table, pa.Table.from_batches([batch]), month=month, file=file)
        self._connection.register("batch", rows)
        self._connection.execute(f"insert into {table} from batch")
        self._connection.unregister("batch")

    def ask(self, question: Question, *, findings: "Findings") -> None:
        """Asks; every row of the answer is a fault."""
        found = self._connection.execute(
            f"with broken as materialized ({question.sql}) "  # noqa: S608  # questions are ours
            f"select (select count(*) from broken) as total, * from broken order by all limit {NAMED}"
        )
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        findings.add_all(
            question.rule,
            ((self._where(question, row), plain(question.sentence.format_map(row))) for row in rows),
            total=rows[0]["total"] if rows else 0,
        )

    def _where(self, question: Question, row: dict[str, Any]) -> str:
        return question.tables[0] if row.get("file") is None else self._files[row["file"]]

    @staticmethod
    def _narrow(table: str, rows: pa.Table, *, month: str, file: int) -> pa.Table:
        narrow = rows.select(list(COLUMNS[table]))
        return narrow.append_column("month", pa.repeat(month, rows.num_rows)).append_column(
            "file", pa.repeat(pa.scalar(file, pa.int32()), rows.num_rows)
        )

    def _note_manifest(self) -> None:
        refused = sorted(
            {
                ids[-1]
                for refusal in self._manifest.refused_rows
                if (ids := [match.group(1) for match in _ID.finditer(refusal.place)])
            }
        )
        self._connection.register("batch", pa.table({"id": pa.array(refused, pa.string())}))
        self._connection.execute("create table refused as from batch")
        self._connection.unregister("batch")
