"""Questions to the store in SQL: every table a view in DuckDB; read-only, no network, no file but the store's."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from flows.manifest import Manifest, read_manifest
from flows.paths import Paths
from flows.report import plain
from transforms.errors import FixSettingsError, RetryLaterError, UnspunError

if TYPE_CHECKING:
    import duckdb

_READING = ("SELECT", "EXPLAIN")
# A cell that begins with one of these is run by a spreadsheet that opens the file.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MEMORY = "4GB"
_ROWS_AT_ONCE = 1000


def held_manifest(paths: Paths) -> Manifest:
    """The manifest of a store that has to be there.

    Raises:
        FixSettingsError: There is no store.
    """
    manifest = read_manifest(paths)
    if manifest is None:
        raise FixSettingsError(
            f"{paths.store} has no tables yet: make them with unspun run, or give --store their folder."
        )
    return manifest


def open_store(paths: Paths) -> "duckdb.DuckDBPyConnection":
    """A connection with a view for every table, that can reach nothing else.

    Raises:
        FixSettingsError: There is no store.
    """
    import duckdb  # noqa: PLC0415  # 0.1 CPU-seconds that only questions need

    manifest = held_manifest(paths)
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    connection.execute(
        f"set memory_limit = '{_MEMORY}'; set timezone = 'UTC'; set enable_progress_bar = false"
    )
    connection.execute(f"set allowed_directories = [{_quote(str(paths.store))}]")
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    for table, files in manifest.tables.items():
        names = ", ".join(_quote(str(paths.store / name)) for name in files)
        partition = (
            ", hive_partitioning = true, hive_types = {'month': varchar}" if "=" in "".join(files) else ""
        )
        view = f'create view "{table}" as select * from read_parquet([{names}]{partition})'  # noqa: S608  # our own names, quoted
        connection.execute(view)
    return connection


class Answer:
    """The columns and rows of an answer, read as they are asked for."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", question: str, *, tables: str) -> None:
        """Asks.

        Args:
            connection: Of `open_store`.
            question: One statement that reads.
            tables: Names of the tables, for the sentence on a mistake.

        Raises:
            FixSettingsError: It is no such statement, or has a mistake.
            RetryLaterError: A run replaced the store meanwhile.
        """
        import duckdb  # noqa: PLC0415  # as in open_store

        self._error, self._gone = duckdb.Error, duckdb.IOException
        self._tables = tables
        try:
            statements = connection.extract_statements(question)
            if len(statements) != 1 or statements[0].type.name not in _READING:
                raise FixSettingsError(f"A question is one select statement; the tables are {tables}.")
            self._relation = connection.sql(statements[0])
        except duckdb.Error as error:
            raise self._mistake(error) from error
        self.columns = list(self._relation.columns)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, a batch at a time."""
        try:
            for batch in self._relation.to_arrow_reader(_ROWS_AT_ONCE):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
        except self._error as error:
            raise self._mistake(error) from error

    def _mistake(self, error: Exception) -> UnspunError:
        if isinstance(error, self._gone):
            return RetryLaterError(
                f"A file of the store was replaced while it was read; ask again ({plain(str(error))})."
            )
        first = str(error).strip().split("\n")[0]
        return FixSettingsError(
            f"The question has a mistake ({plain(first)}); the tables are {self._tables}."
        )


def ask(paths: Paths, question: str) -> Answer:
    """The answer to one question.

    Raises:
        FixSettingsError: There is no store, or the question has a mistake.
    """
    connection = open_store(paths)
    return Answer(connection, question, tables=", ".join(held_manifest(paths).tables))


def render_csv(answer: Answer, *, limit: int | None) -> Iterator[str]:
    """Lines of CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    yield _csv_line([guard(name) for name in answer.columns])
    for row in islice(answer.rows(), limit):
        yield _csv_line([guard(value) if isinstance(value, str) else as_text(value) for value in row])


def render_json(answer: Answer, *, limit: int | None) -> Iterator[str]:
    """Lines of a JSON array with one object a row."""
    yield "["
    before = ""
    for row in islice(answer.rows(), limit):
        yield before + json.dumps(
            dict(zip(answer.columns, row, strict=True)), ensure_ascii=False, default=str
        )
        before = ","
    yield "]"


def guard(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def as_text(value: object) -> str:
    """A value in one cell."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
