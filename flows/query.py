"""Questions to the store in SQL: every table a view in DuckDB; read-only, no network, no file but the store's."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import re2

from flows.advice import tell_empty, tell_mend
from flows.manifest import Manifest, missing_files, read_manifest
from flows.paths import Paths
from flows.report import plain
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError, UnspunError

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset

    from flows.s3.reading import RemoteTree

# How DuckDB begins what a registered table told it: then it is the store's fault, not the question's.
_OF_THE_STORE = "reading the stream registered as"
# How DuckDB begins a line on what may be meant; its other lines draw the question again.
_SUGGESTIONS = ("Candidate bindings:", "Did you mean")
# A cell that begins so is run by a spreadsheet that opens the file. White space, quotes and marks that do not show may
# stand before: programs differ in what they pass over. The apostrophe is among them, so that taking one off always gives
# back what stood there.
FORMULA = r"""^(?:[\p{Z}\p{Cc}\p{Cf}"'“”‘’«»]*[=+\-@＝＋－＠﹢﹣﹦﹫−]|[\t\r\n])"""
_FORMULA = re2.compile(FORMULA)
_MEMORY = "4GB"
_ROWS_AT_ONCE = 1000


def held_manifest(paths: "Paths | RemoteTree") -> Manifest:
    """The manifest of a store that has to be there with all its files; on S3 these are looked for when they are read.

    Raises:
        FixSettingsError: There is no store, or a file in its place.
        RepairStoreError: A data file is missing or not as long as it was.
        RetryLaterError: A run replaced the store meanwhile.
    """
    if not isinstance(paths, Paths):
        return paths.manifest
    if paths.store.is_file():
        raise FixSettingsError(f"{paths.store} is a file; give --store a folder.")
    manifest = read_manifest(paths)
    if manifest is None:
        raise FixSettingsError(tell_empty(paths))
    missing = missing_files(manifest, paths)
    if missing:
        raise _fault_of_store(paths, manifest, f"{missing[0]} is missing or not as long as it was written")
    return manifest


def open_store(paths: "Paths | RemoteTree") -> "Tables":
    """Every table as a view, in an engine that can reach no file at all: the files are opened here, to be read.

    Raises:
        FixSettingsError: There is no store.
        RepairStoreError: A data file is missing or damaged.
    """
    import duckdb  # noqa: PLC0415  # 0.1 CPU-seconds that only questions need

    manifest = held_manifest(paths)
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    connection.execute(
        f"set memory_limit = '{_MEMORY}'; set timezone = 'UTC'; set enable_progress_bar = false"
    )
    for table, files in manifest.tables.items():
        try:
            connection.register(table, _dataset(paths, files))
        except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
            raise _fault_of_store(paths, manifest, f"table {table}: {plain(str(error))}") from error
    connection.execute("set python_enable_replacements = false")
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    return Tables(connection, paths, manifest)


class Tables:
    """The tables of a store, open to questions."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", paths: "Paths | RemoteTree", manifest: Manifest
    ) -> None:
        self.connection = connection
        self.names = ", ".join(manifest.tables)
        self._paths = paths
        self.manifest = manifest

    def rows(self, question: str, values: list[str]) -> list[tuple[Any, ...]]:
        """All rows of a question of our own.

        Raises:
            RepairStoreError: A data file is missing or damaged.
            RetryLaterError: A run replaced the store meanwhile.
        """
        with self.reading():
            return self.connection.execute(question, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Tells a fault of the store from one of the question, and says each in its sentence."""
        import duckdb  # noqa: PLC0415  # as in open_store

        try:
            yield
        except (duckdb.Error, OSError, ValueError) as error:
            # Arrow hands on DuckDB's errors as its own: OSError without a number, or ArrowInvalid, a ValueError.
            if isinstance(error, OSError) and error.errno is not None and isinstance(self._paths, Paths):
                raise
            first, *more = (plain(line) for line in str(error).strip().split("\n"))
            if _OF_THE_STORE in first or isinstance(error, FileNotFoundError):
                raise _fault_of_store(self._paths, self.manifest, first) from error
            hints = "".join(f" {line}" for line in more if line.startswith(_SUGGESTIONS))
            raise FixSettingsError(
                f"The question has a mistake ({first}{hints}); the tables are {self.names}."
            ) from error


class Answer:
    """The columns and rows of an answer, read as they are asked for."""

    def __init__(self, tables: Tables, question: str) -> None:
        """Asks.

        Args:
            tables: Of `open_store`.
            question: One statement that reads.

        Raises:
            FixSettingsError: It is no such statement, or has a mistake.
            RepairStoreError: A data file is missing or damaged.
            RetryLaterError: A run replaced the store meanwhile.
        """
        self._tables = tables
        with tables.reading():
            if not _is_reading(tables.connection, question):
                raise FixSettingsError(f"A question is one select statement; the tables are {tables.names}.")
            self._relation = tables.connection.sql(question)
        self.columns = list(self._relation.columns)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, a batch at a time."""
        with self._tables.reading():
            for batch in self._relation.to_arrow_reader(_ROWS_AT_ONCE):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def ask(paths: "Paths | RemoteTree", question: str) -> Answer:
    """The answer to one question.

    Raises:
        FixSettingsError: There is no store, or the question has a mistake.
        RepairStoreError: A data file is missing or damaged.
    """
    return Answer(open_store(paths), question)


def render_csv(answer: Answer, *, limit: int | None) -> Iterator[str]:
    """Lines of CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    yield _csv_line([guard(name) for name in answer.columns])
    for row in islice(answer.rows(), limit):
        yield _csv_line([guard(value) if isinstance(value, str) else as_text(value) for value in row])


def render_json(answer: Answer, *, limit: int | None) -> Iterator[str]:
    """Lines of a JSON array with one object a row: of equal column names the second is `name_2`; NaN and infinity are null."""
    names = _numbered(answer.columns)
    yield "["
    before = ""
    for row in islice(answer.rows(), limit):
        yield before + _as_json(dict(zip(names, row, strict=True)))
        before = ","
    yield "]"


def guard(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_text(value: object) -> str:
    """A value in one cell."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return _as_json(value)
    return str(value)


def _as_json(value: object) -> str:
    return json.dumps(_finite(value), ensure_ascii=False, default=str, allow_nan=False)


def _finite(value: object) -> object:
    """The value with null for what JSON has no number for, and text for keys that are none (a map's)."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _finite(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(held) for held in value]
    return value


def _numbered(names: list[str]) -> list[str]:
    """Names of which none is there twice: a repeated one gets the first number that makes it new."""
    numbered: dict[str, None] = {}
    for name in names:
        free, number = name, 1
        while free in numbered or (number > 1 and free in names):
            number += 1
            free = f"{name}_{number}"
        numbered[free] = None
    return list(numbered)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _is_reading(connection: "duckdb.DuckDBPyConnection", question: str) -> bool:
    """Whether it is one SELECT as DuckDB types them (WITH, VALUES, FROM, SHOW, DESCRIBE and SUMMARIZE are), or EXPLAIN of one.

    A SELECT can still hold a COPY (WITH a AS (COPY …)): that it writes nothing is seen to by the closed engine.
    """
    import duckdb  # noqa: PLC0415  # as in open_store

    kinds = [statement.type.name for statement in connection.extract_statements(question)]
    if kinds != ["EXPLAIN"]:
        return kinds == ["SELECT"]
    start = next(place for place, kind in duckdb.tokenize(question) if kind.name == "keyword")
    explained = question.encode()[start + len("explain") :].decode(errors="replace")
    try:
        # ANALYZE and options, which run the statement, do not parse as a statement's beginning.
        return [found.type.name for found in connection.extract_statements(explained)] == ["SELECT"]
    except duckdb.Error:
        return False


def _dataset(paths: "Paths | RemoteTree", names: Iterable[str]) -> "pyarrow.dataset.Dataset":
    """The files of a table; `month` is told by the path below the store, whatever the folders above are called."""
    import pyarrow as pa  # noqa: PLC0415  # 0.3 CPU-seconds that only questions need
    from pyarrow import dataset, fs  # noqa: PLC0415  # the same

    months = dataset.partitioning(pa.schema([("month", pa.string())]), flavor="hive")
    files = list(names)
    if isinstance(paths, Paths):
        tree = fs.SubTreeFileSystem(str(paths.store), fs.LocalFileSystem())
    else:
        tree = paths.filesystem()
    return dataset.dataset(
        files,
        filesystem=tree,
        format="parquet",
        partitioning=months if any("month=" in name for name in files) else None,
    )


def _fault_of_store(paths: "Paths | RemoteTree", manifest: Manifest, fault: str) -> UnspunError:
    """What to do about a data file that cannot be read: ask again where a run replaced the store, else mend it."""
    if not isinstance(paths, Paths):
        return paths.fault(fault)
    if read_manifest(paths) != manifest:
        return RetryLaterError(f"The store was replaced while it was read; ask again ({fault}).")
    return RepairStoreError(f"{paths.store} is not what its manifest says ({fault}): {tell_mend(paths)}.")
