"""What changed between two snapshots, told by their Parquet: only partitions are read whose files are not the same in both.

Both trees are read as they are kept, in a folder or on S3, so nothing of it is in the way of a run.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from flows.manifest import Manifest, read_manifest
from flows.paths import paths_for
from flows.query import held_manifest
from flows.report import plain
from flows.snapshots import numbers, pinned
from transforms.changes import Changes, Headline, LeftOut, Moved, Rows, render_changes
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb
    import pyarrow as pa
    from pyarrow import fs

    from flows.manifest import TableFile
    from flows.settings import Settings

# Of what moved, and of new articles.
NAMED = 10
# Rows that are held as values; an article has some kilobytes.
_BATCH = 4_000
# Articles and summaries are compared as whole rows; of the others these columns are read.
_COLUMNS = {"tags": ["article_id", "tag_norm"], "entities": ["article_id", "name", "type"]}
# What is kept of each row, in SQL: the whole of an article's row stands as a number of 64 bits.
_KEPT = {
    "articles": "article_id, title, publisher, site, published_at, hash(part) as row, hash(title, body) as text",
    "summaries": "summary_id, hash(part) as row, hash(text) as text",
    "tags": "distinct article_id, tag_norm as name",
    "entities": "distinct article_id, concat(name, ' (', type, ')') as name",
}
_COMPARED = """
select count(*) filter (b.row is null), count(*) filter (n.row is null), count(*) filter (b.row <> n.row), count(*) filter (b.row <> n.row and b.text <> n.text)
from {table}_before as b full join {table}_now as n using ({key})
"""
_NEWEST = """
select article_id, title, publisher, site from articles_now anti join articles_before using (article_id)
order by published_at desc nulls last, article_id limit ?
"""
_MOVED = """
select name, coalesce(b.count, 0), coalesce(n.count, 0)
from (select {name} as name, count(*) as count from {table}_before where {name} is not null group by all) as b
full join (select {name} as name, count(*) as count from {table}_now where {name} is not null group by all) as n using (name)
where coalesce(b.count, 0) <> coalesce(n.count, 0)
order by abs(coalesce(n.count, 0) - coalesce(b.count, 0)) desc, coalesce(n.count, 0) desc, name limit ?
"""


@dataclass(frozen=True, slots=True)
class _Tree:
    """A snapshot: what it holds, where its files are, and whether it is still kept."""

    manifest: Manifest
    files: "fs.FileSystem"
    is_kept: "Callable[[], bool]"


def describe_changes(settings: "Settings", *, now: int | None = None, before: int | None = None) -> str:
    """What changed, as Markdown: what `changes_of` tells, rendered."""
    return render_changes(changes_of(settings, now=now, before=before))


def changes_of(settings: "Settings", *, now: int | None = None, before: int | None = None) -> Changes:
    """What changed from one snapshot of a store to another, both in a folder or both on S3.

    Args:
        settings: Where the store is, and the memory that this may take.
        now: The later snapshot; None: the current tables.
        before: The earlier one; None: the newest that is kept before it, else none.

    Raises:
        FixSettingsError: There is no store, no such snapshot, or `before` is not the earlier one.
        RepairStoreError: A file of a snapshot is missing or damaged.
        RetryLaterError: A run replaced the store meanwhile.
    """
    kept = _numbers(settings)
    later = _tree(settings, now)
    number = later.manifest.snapshot
    if before is not None and before >= number:
        raise FixSettingsError(
            f"Snapshot {before} is not before snapshot {number}: give --since an earlier one."
        )
    if before is None:
        before = max((one for one in kept if one < number), default=None)
    earlier = None if before is None else _tree(settings, before)
    return compare(earlier, later, memory_bytes=settings.memory_bytes)


def compare(before: _Tree | None, now: _Tree, *, memory_bytes: int) -> Changes:
    """What changed from one tree to another; without the earlier one only what the later one holds.

    Args:
        before: The earlier one.
        now: The later one.
        memory_bytes: Memory that this may take; what does not fit waits on the disk.

    Raises:
        RepairStoreError: A file is missing or damaged.
    """
    refusals = now.manifest.file_refusals()
    if before is None:
        return Changes(
            now=now.manifest.snapshot,
            before=None,
            is_first=now.manifest.snapshot == 1,
            counts=_counts(None, now.manifest),
            left_out=tuple(
                LeftOut(raw_file=one.raw_file, rule=one.rule, place=one.place) for one in refusals
            ),
            left_out_now=len(refusals),
        )
    with TemporaryDirectory(prefix="unspun-") as folder:
        bench = _open(Path(folder), memory_bytes=memory_bytes)
        try:
            return _compare(bench, before, now)
        finally:
            bench.close()


def _compare(bench: "duckdb.DuckDBPyConnection", before: _Tree, now: _Tree) -> Changes:
    for table in _KEPT:
        _load(bench, table, "before", before, other=now)
        _load(bench, table, "now", now, other=before)
    shares = tuple(
        bench.sql(f"select count(*) from articles_{side}").fetchall()[0][0]  # noqa: S608  # our own words
        for side in ("before", "now")
    )
    had = set(before.manifest.file_refusals())
    refusals = now.manifest.file_refusals()
    return Changes(
        now=now.manifest.snapshot,
        before=before.manifest.snapshot,
        is_first=False,
        counts=_counts(before.manifest, now.manifest),
        articles=_rows(bench, "articles", key="article_id"),
        summaries=_rows(bench, "summaries", key="summary_id"),
        newest=tuple(
            Headline(article_id=article_id, title=title, publisher=publisher, site=site)
            for article_id, title, publisher, site in bench.execute(_NEWEST, [NAMED]).fetchall()
        ),
        tags=_moved(bench, "tags", "name", shares),
        entities=_moved(bench, "entities", "name", shares),
        sites=_moved(bench, "articles", "site", shares),
        publishers=_moved(bench, "articles", "publisher", shares),
        raw_new=_names(now.manifest, without=before.manifest),
        raw_gone=_names(before.manifest, without=now.manifest),
        left_out=tuple(
            LeftOut(raw_file=one.raw_file, rule=one.rule, place=one.place)
            for one in refusals
            if one not in had
        ),
        left_out_now=len(refusals),
    )


def _numbers(settings: "Settings") -> list[int]:
    """The snapshots that are kept."""
    if settings.address:
        from flows.s3.address import read_address  # noqa: PLC0415  # boto3, for stores on S3 only
        from flows.s3.connection import Connection  # noqa: PLC0415  # the same
        from flows.s3.pointer import read_pointer  # noqa: PLC0415  # the same

        address = read_address(settings.address)
        held = read_pointer(Connection(address).bucket(address))
        return [kept.snapshot for kept in held.pointer.kept] if held else []
    return numbers(paths_for(settings.store))


def _tree(settings: "Settings", number: int | None) -> _Tree:
    from pyarrow import fs  # noqa: PLC0415  # 0.3 CPU-seconds

    if settings.address:
        from flows.s3.reading import open_tree  # noqa: PLC0415  # boto3, for stores on S3 only

        tree = open_tree(settings.address, snapshot=number)
        return _Tree(tree.manifest, tree.filesystem(), tree.is_kept)
    paths = paths_for(settings.store)
    if number is None:
        number = held_manifest(paths).snapshot
        # What is kept never changes, and the store may be replaced while it is read.
        if number in numbers(paths):
            paths = pinned(paths, number)
    else:
        paths = pinned(paths, number)
    manifest = held_manifest(paths)
    files = fs.SubTreeFileSystem(str(paths.store), fs.LocalFileSystem())
    return _Tree(manifest, files, lambda: read_manifest(paths) == manifest)


def _open(folder: Path, *, memory_bytes: int) -> "duckdb.DuckDBPyConnection":
    import duckdb  # noqa: PLC0415  # 0.1 CPU-seconds

    bench = duckdb.connect(
        str(folder / "changes.duckdb"),
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{memory_bytes // 2}B",
            "temp_directory": str(folder / "spill"),
        },
    )
    bench.execute(
        "set timezone = 'UTC'; set enable_progress_bar = false; set preserve_insertion_order = false"
    )
    return bench


def _load(bench: "duckdb.DuckDBPyConnection", table: str, side: str, tree: _Tree, *, other: _Tree) -> None:
    """Makes `<table>_<side>` of the rows in files that the other tree has not, or not the same."""
    import duckdb  # noqa: PLC0415  # 0.1 CPU-seconds
    import pyarrow as pa  # noqa: PLC0415  # 0.3 CPU-seconds

    theirs = other.manifest.tables.get(table, {})
    files = {
        name: file
        for name, file in sorted(tree.manifest.tables.get(table, {}).items())
        if theirs.get(name) != file
    }
    try:
        bench.register("part", _batches(tree, table, files))
        bench.execute(f"create table {table}_{side} as select {_KEPT[table]} from part")  # noqa: S608  # our own words
        bench.unregister("part")
    except duckdb.OutOfMemoryException as error:
        raise FixSettingsError(
            f"Comparing the snapshots takes more than the memory of memory_bytes ({_first(error)}): raise UNSPUN_MEMORY_BYTES."
        ) from error
    except (OSError, duckdb.Error, pa.ArrowException) as error:
        what = f"table {table} of snapshot {tree.manifest.snapshot}"
        if not tree.is_kept():
            raise RetryLaterError(f"A run removed {what} while it was read: ask again.") from error
        raise RepairStoreError(
            f"Of {what}, something cannot be read ({_first(error)}): unspun verify --snapshot {tree.manifest.snapshot} says what is wrong."
        ) from error


def _first(error: Exception) -> str:
    """The first line of what a library says."""
    return plain(str(error).strip().partition("\n")[0])


def _batches(tree: _Tree, table: str, files: "dict[str, TableFile]") -> "pa.RecordBatchReader":
    """The rows of some files, one file after the other, so that no more than a row group is held."""
    import pyarrow as pa  # noqa: PLC0415  # 0.3 CPU-seconds
    import pyarrow.parquet as pq  # noqa: PLC0415  # the same

    from transforms.arrow import arrow_schema  # noqa: PLC0415  # the same

    fields = arrow_schema(table)
    schema = pa.schema([fields.field(name) for name in _COLUMNS.get(table, fields.names)])

    def read() -> "Iterator[pa.RecordBatch]":
        for name in files:
            with pq.ParquetFile(tree.files.open_input_file(name), pre_buffer=False) as opened:
                # A column that came with a later version is null before.
                have = [column for column in schema.names if column in opened.schema_arrow.names]
                for batch in opened.iter_batches(_BATCH, columns=have):
                    columns = [
                        batch.column(field.name)
                        if field.name in have
                        else pa.nulls(batch.num_rows, field.type)
                        for field in schema
                    ]
                    yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, read())


def _rows(bench: "duckdb.DuckDBPyConnection", table: str, *, key: str) -> Rows:
    new, gone, updated, rewritten = bench.sql(_COMPARED.format(table=table, key=key)).fetchall()[0]
    return Rows(new=new, gone=gone, updated=updated, rewritten=rewritten)


def _moved(
    bench: "duckdb.DuckDBPyConnection", table: str, name: str, articles: tuple[int, ...]
) -> tuple[Moved, ...]:
    had, has = articles
    return tuple(
        Moved(
            name=called,
            before=before,
            now=now,
            share_before=before / had if had else None,
            share_now=now / has if has else None,
        )
        for called, before, now in bench.execute(_MOVED.format(table=table, name=name), [NAMED]).fetchall()
    )


def _counts(before: Manifest | None, now: Manifest) -> tuple[Moved, ...]:
    """The counts of the manifest with those of raw files, in its order."""
    had = _totals(before) if before else {}
    return tuple(
        Moved(name=name.replace("_", " "), before=had.get(name, 0) if before else None, now=count)
        for name, count in _totals(now).items()
    )


def _totals(manifest: Manifest) -> dict[str, int]:
    states = [entry.state for entry in manifest.raw.values()]
    return {
        "raw files": len(states),
        "raw files read": states.count("read"),
        "left out": len(manifest.file_refusals()),
        **manifest.counts,
    }


def _names(manifest: Manifest, *, without: Manifest) -> tuple[str, ...]:
    return tuple(
        sorted(entry.names[0] for digest, entry in manifest.raw.items() if digest not in without.raw)
    )
