"""What is exported: the files of one snapshot, opened before the first is read, so that no run can take them away."""

import errno
import resource
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq
import re2

from flows.advice import tell_empty
from flows.manifest import Manifest, TableFile, read_manifest
from flows.paths import Paths
from flows.report import plain
from flows.snapshots import numbers
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError
from transforms.schemas import TABLES

if TYPE_CHECKING:
    from flows.s3.reading import RemoteTree

MONTH = "month"
# What a run writes and nothing else: a name of the manifest becomes a name in the export.
_NAME = re2.compile(r"([a-z_]{1,40})(?:/month=(\d{4}-\d{2}|unknown))?/part-[0-9a-f]{16}\.parquet")
# Of the memory that a run may take, what one batch of rows has before it is decoded, rendered and copied.
_SHARE = 64
# A column of few distinct long texts is far larger in memory than in its file: so many rows at most.
_MOST_ROWS = 4096
_CHUNK = 1 << 20
# Runs come minutes apart; a store that is replaced under three tries has something else amiss.
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One Parquet file, open.

    Args:
        path: Below the tree, as the manifest names it.
        month: Of its folder; None where its table is not partitioned.
        facts: What the manifest says of it.
        file: Its bytes.
    """

    path: str
    month: str | None
    facts: TableFile
    file: Any

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, a piece at a time.

        Raises:
            RepairStoreError: They are not those that the manifest tells.
        """
        digest = sha256()
        self.file.seek(0)
        while chunk := self.file.read(_CHUNK):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != self.facts.sha256:
            raise RepairStoreError(
                f"{self.path} is not what its manifest says: unspun verify tells what else is, and unspun rollback goes back."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The tables of one snapshot.

    Args:
        manifest: What it holds.
        tables: The tables that were asked for, in the order of the contract, with their files in the order of their paths.
        memory_bytes: What may be taken.
        is_remote: Whether the files are far away: then one is fetched once, and read here.
    """

    manifest: Manifest
    tables: dict[str, list[Part]]
    memory_bytes: int
    is_remote: bool = False

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return sum(part.facts.rows for part in self.tables[table])

    def schema(self, table: str) -> pa.Schema:
        """Its columns, `month` the last where it is partitioned."""
        part = self.tables[table][0]
        schema = pq.read_schema(part.file).remove_metadata()
        return schema if part.month is None else schema.append(pa.field(MONTH, pa.string(), nullable=False))

    def batches(self, table: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table in the order of its files, some at a time, with `month` as its last column.

        Raises:
            RepairStoreError: A file is not what the manifest tells.
        """
        for part in self.tables[table]:
            with self._checked(part) as file:
                parquet = pq.ParquetFile(file, buffer_size=_CHUNK, pre_buffer=False)
                for batch in parquet.iter_batches(batch_size=self._rows_at_once(parquet), use_threads=False):
                    if part.month is None:
                        yield batch
                    else:
                        months = pa.array([part.month] * batch.num_rows, pa.string())
                        yield batch.append_column(pa.field(MONTH, pa.string(), nullable=False), months)

    def values(self, table: str, column: str) -> set[str]:
        """The distinct values of a column of text, nulls left out."""
        found: set[str] = set()
        for part in self.tables[table]:
            for batch in pq.ParquetFile(part.file).iter_batches(columns=[column], use_threads=False):
                found.update(batch.column(0).unique().drop_null().to_pylist())
        return found

    @contextmanager
    def _checked(self, part: Part) -> Iterator[Any]:
        """A file that is known to be what the manifest tells."""
        if not self.is_remote:
            for _ in part.chunks():
                pass
            yield part.file
            return
        with TemporaryFile() as copy:
            copy.writelines(part.chunks())
            yield copy

    def _rows_at_once(self, parquet: pq.ParquetFile) -> int:
        groups = [parquet.metadata.row_group(place) for place in range(parquet.metadata.num_row_groups)]
        widest = max(
            (group.total_byte_size / group.num_rows for group in groups if group.num_rows), default=1
        )
        return min(max(int(self.memory_bytes / _SHARE / max(widest, 1)), 1), _MOST_ROWS)


@contextmanager
def open_source(
    tree: "Paths | RemoteTree", *, snapshot: int | None, tables: Sequence[str], memory_bytes: int
) -> Iterator[Source]:
    """The newest snapshot of a store, or a kept one, with all its files open.

    Args:
        tree: The store's paths; on S3 the snapshot itself.
        snapshot: The number of a kept snapshot; None for the current tables. Of a snapshot on S3 it is settled already.
        tables: Which of them; empty for all.
        memory_bytes: What reading them may take.

    Raises:
        FixSettingsError: There is no store, snapshot or table of that name.
        RepairStoreError: The manifest or a file is missing or damaged.
        RetryLaterError: The store was replaced again and again, or S3 does not answer.
    """
    if not isinstance(tree, Paths):
        with _remote_source(tree, tables, memory_bytes) as source:
            yield source
        return
    for _ in range(_TRIES):
        place, manifest = _tree(tree, snapshot)
        with ExitStack() as stack:
            try:
                files = _open_files(_local_tree(place), manifest, _wanted(manifest, tables), stack)
            except FileNotFoundError as error:
                if _is_current(place, manifest):
                    raise RepairStoreError(
                        f"{place / error.filename} is missing and the manifest names it: unspun verify tells what else is, "
                        "and unspun rollback goes back."
                    ) from error
                continue
            yield Source(manifest=manifest, tables=files, memory_bytes=memory_bytes)
            return
    raise RetryLaterError(f"{tree.store} was replaced while it was opened; export again.")


@contextmanager
def _remote_source(tree: "RemoteTree", tables: Sequence[str], memory_bytes: int) -> Iterator[Source]:
    with ExitStack() as stack:
        try:
            files = _open_files(tree.filesystem(), tree.manifest, _wanted(tree.manifest, tables), stack)
        except (OSError, ValueError) as error:
            raise tree.fault(plain(str(error))) from error
        try:
            yield Source(manifest=tree.manifest, tables=files, memory_bytes=memory_bytes, is_remote=True)
        except (OSError, ValueError) as error:
            # Arrow has no number for what went wrong far away; what has one is of this machine.
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise tree.fault(plain(str(error))) from error


def _local_tree(tree: Path) -> pa.fs.FileSystem:
    """The file system whose root a folder is."""
    return pa.fs.SubTreeFileSystem(str(tree), pa.fs.LocalFileSystem())


def _tree(paths: Paths, snapshot: int | None) -> tuple[Path, Manifest]:
    """The folder to read: of the current tables the kept copy where there is one, for that is not replaced."""
    if snapshot is not None:
        tree = paths.snapshot(snapshot)
        manifest = read_manifest(Paths(tree))
        if manifest is None:
            kept = numbers(paths)
            raise FixSettingsError(
                f"{paths.store} keeps no snapshot {snapshot}; "
                + (f"it keeps {', '.join(map(str, kept))}." if kept else "it keeps none.")
            )
        return tree, manifest
    manifest = read_manifest(paths)
    if manifest is None:
        raise FixSettingsError(tell_empty(paths))
    tree = paths.snapshot(manifest.snapshot)
    return (tree if _is_current(tree, manifest) else paths.store), manifest


def _is_current(tree: Path, manifest: Manifest) -> bool:
    try:
        return read_manifest(Paths(tree)) == manifest
    except RepairStoreError:
        return False


def _wanted(manifest: Manifest, asked: Sequence[str]) -> list[str]:
    known = [
        *(name for name in TABLES if name in manifest.tables),
        *sorted(set(manifest.tables) - set(TABLES)),
    ]
    strange = sorted(set(asked) - set(known))
    if strange:
        raise FixSettingsError(f"There is no table {', '.join(strange)}; the tables are {', '.join(known)}.")
    return [name for name in known if name in asked or not asked]


def _open_files(
    tree: pa.fs.FileSystem, manifest: Manifest, tables: Sequence[str], stack: ExitStack
) -> dict[str, list[Part]]:
    _make_room(sum(len(manifest.tables[table]) for table in tables))
    return {
        table: [
            Part(
                path=path,
                month=_month(table, path),
                facts=facts,
                file=stack.enter_context(_open_file(tree, path)),
            )
            for path, facts in sorted(manifest.tables[table].items())
        ]
        for table in tables
    }


def _open_file(tree: pa.fs.FileSystem, path: str) -> pa.NativeFile:
    try:
        return tree.open_input_file(path)
    except FileNotFoundError as error:
        # Arrow says which only in words.
        raise FileNotFoundError(errno.ENOENT, "it is missing", path) from error


def _month(table: str, path: str) -> str | None:
    found = _NAME.fullmatch(path)
    if not found or found[1] != table:
        raise RepairStoreError(
            f"The manifest names {path!r} as a file of {table}, which no run writes: see unspun verify."
        )
    month: str | None = found[2]
    return month


def _make_room(files: int) -> None:
    """Lets this process hold so many files open, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # What the process has open beside them is some tens.
    needed = files + 256
    if soft != resource.RLIM_INFINITY and soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
