"""One who reads a store all the time while runs replace it and are killed, and notes what every read gave.

Started by benchmarks/kill.py: python -m benchmarks.kill_reader ENGINE STORE STOP OUT PAUSE. It reads one table after the other by
a glob until the file STOP is there, then writes what it saw to OUT. ENGINE is polars or duckdb, or pinned: that reads (with
Polars) the kept snapshot of the number in the manifest, all tables, again and again, and takes the next one before that goes.
"""

import json
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec

from flows.paths import Paths, paths_for

# What is compared of each row: keys, and what changes when a post is seen again elsewhere.
COLUMNS = {
    "articles": ("article_id", "title", "body", "sighting_count", "cluster_id", "month"),
    "summaries": ("summary_id", "article_id", "text", "month"),
    "tags": ("article_id", "tag", "kind", "position", "month"),
    "entities": ("article_id", "section", "entity_id", "mentions", "month"),
    "sightings": ("raw_file", "post", "article_id", "month"),
    "lines": ("raw_file", "line", "part", "role", "text", "month"),
    "boilerplate": ("text_hash", "occurrences"),
}
# What an engine says where a file that it listed is gone, or where it finds no file at all.
_GONE = (
    "No such file",
    "no such file",
    "No files found",
    "Cannot open file",
    "expected at least 1",
    "expanded paths were empty",
)
# So many snapshots are published after one that is pinned before its reader leaves it; five are kept.
_STAYS = 3
Rows = list[tuple[object, ...]]
Read = Callable[[Path, str], Rows]


class Seen(msgspec.Struct):
    """What a reader saw.

    `reads` has for each table the digests of what it read, in order, with how often in a row; `rows` has the rows of each digest,
    `pins` the digest of every table of each snapshot that was pinned, `changed` where one was not as at first.
    """

    reads: dict[str, list[tuple[str, int]]] = {}
    rows: dict[str, Rows] = {}
    not_found: int = 0
    errors: list[str] = []
    pins: list[dict[str, str]] = []
    changed: list[str] = []


def read_polars(tree: Path, table: str) -> Rows:
    """The rows of a table by Polars."""
    import polars as pl  # noqa: PLC0415  # the other reader needs none

    found = pl.read_parquet(
        f"{tree}/{table}/**/*.parquet",
        hive_partitioning="month" in COLUMNS[table],
        hive_schema={"month": pl.String} if "month" in COLUMNS[table] else None,
    )
    return found.select(COLUMNS[table]).rows()


def read_duckdb(tree: Path, table: str) -> Rows:
    """The rows of a table by DuckDB."""
    import duckdb  # noqa: PLC0415  # the other reader needs none

    return duckdb.execute(
        f"select {', '.join(COLUMNS[table])} from read_parquet(?, hive_partitioning = ?, hive_types_autocast = false)",  # noqa: S608  # our own names
        [f"{tree}/{table}/**/*.parquet", "month" in COLUMNS[table]],
    ).fetchall()


def is_gone(error: Exception) -> bool:
    """Whether an engine says that a file is not there, or that there is none: clean, and no wrong rows."""
    return any(words in str(error) for words in _GONE)


def digest(rows: Rows) -> str:
    """What tells rows from others, in whatever order they came."""
    return sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()[:16]


def note(seen: Seen, table: str, tree: Path, read: Read) -> str | None:
    """Reads a table once and notes what came of it; the digest, or None where there was nothing to read."""
    try:
        rows = read(tree, table)
    except Exception as error:  # noqa: BLE001  # any that an engine knows
        if is_gone(error):
            seen.not_found += 1
        else:
            seen.errors.append(f"{table}: {type(error).__name__}: {error}")
        return None
    found = digest(rows)
    seen.rows.setdefault(found, rows)
    reads = seen.reads.setdefault(table, [])
    if reads and reads[-1][0] == found:
        reads[-1] = (found, reads[-1][1] + 1)
    else:
        reads.append((found, 1))
    return found


def read_glob(paths: Paths, read: Read, *, stop: Path, pause: float) -> Seen:
    """Globs the store's tables in turn."""
    seen = Seen()
    while not stop.exists():
        for table in COLUMNS:
            note(seen, table, paths.store, read)
            time.sleep(pause)
    return seen


def read_pinned(paths: Paths, *, stop: Path, pause: float) -> Seen:
    """Reads kept snapshots; notes where one changed."""
    seen = Seen()
    pinned = 0
    while not stop.exists():
        current = json.loads(paths.manifest.read_bytes())["snapshot"]
        if not pinned or current >= pinned + _STAYS:
            pinned = current
            seen.pins.append({})
        for table in COLUMNS:
            found = note(seen, table, paths.snapshot(pinned), read_polars)
            if found is not None and seen.pins[-1].setdefault(table, found) != found:
                seen.changed.append(f"{pinned} {table}")
            time.sleep(pause)
    return seen


def main() -> None:
    """Reads until it is told to stop."""
    engine, store, stop, out, pause = sys.argv[1:]
    paths = paths_for(Path(store))
    if engine == "pinned":
        seen = read_pinned(paths, stop=Path(stop), pause=float(pause))
    else:
        read = {"polars": read_polars, "duckdb": read_duckdb}[engine]
        seen = read_glob(paths, read, stop=Path(stop), pause=float(pause))
    Path(out).write_bytes(msgspec.json.encode(seen))


if __name__ == "__main__":
    main()
