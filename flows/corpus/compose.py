"""From parses to a staged tree of tables: note, learn, make, write."""

import errno
import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from flows.corpus import sheaf
from flows.corpus.learning import learn, show_files, want_documents
from flows.corpus.making import make_articles, make_documents
from flows.corpus.notes import add_notes
from flows.corpus.quality import Reading, judge
from flows.corpus.segments import MAX_SEGMENTS, MAX_STALE, DamagedCacheError, Segments
from flows.corpus.workbench import open_workbench
from flows.corpus.writing import Written, write_tables
from flows.work import noting
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import duckdb

    from flows.corpus.crew import Crew
    from flows.manifest import Manifest, RawEntry
    from flows.paths import Paths

# In SQL, whose rows still stand.
_OF_A_FILE = "(raw_sha256, key) in (select (raw_sha256, key) from files)"
_OF_AN_OWNER = "(owner, digest) in (select (owner, digest) from wanted)"
_NO_ROOM = os.strerror(errno.ENOSPC)


def compose(  # noqa: PLR0913  # what it makes the tables of, and where, and how
    raw: "Mapping[str, RawEntry]",
    *,
    paths: "Paths",
    held: "Manifest | None",
    version: str,
    memory_bytes: int,
    reading: Reading,
    crew: "Crew",
    watch: "Callable[[str, int, int], None]",
) -> Written:
    """Fills the staged tree with the tables of all raw files.

    Args:
        raw: Every raw file of the next store, by digest; each that was read has a parse.
        paths: Of the store; its next tree is staged.
        held: The store as it is, whose partitions are kept where they are made of the same; None to write all.
        version: Of code and rules.
        memory_bytes: The memory of the run.
        reading: What this run read, and how well it must have been read.
        crew: Who does what is done in batches; its runner runs the steps.
        watch: Told what is done, and how much of how much.

    Raises:
        DamagedCacheError: Something that is kept is damaged.
        FixSettingsError: The memory of the run is too little.
        QualityFloorError: What was read now is too bad to be published.
    """
    run = crew.run
    kept = paths.made / version
    with open_workbench(paths.bench, memory_bytes=memory_bytes) as bench, _told(kept):
        noted = Segments(kept / "notes", schemas=noting.SCHEMAS)
        made = Segments(kept / "rows", schemas=sheaf.SCHEMAS)
        run("note", add_notes, bench, noted, raw=raw, crew=crew, watch=partial(watch, "noting"))
        show_files(bench, raw)
        run(
            "learn",
            learn,
            bench,
            crew=crew,
            verdicts=kept / "verdicts",
            version=f"{version} {crew.recognizer.identity}",
            memory_bytes=memory_bytes,
        )
        run("make articles", make_articles, bench, made, crew=crew, watch=partial(watch, "making articles"))
        want_documents(bench, version=version)
        run(
            "make documents", make_documents, bench, made, crew=crew, watch=partial(watch, "making documents")
        )
        run("check quality", judge, bench, reading)
        written = run(
            "write tables", write_tables, bench, paths, held=held, version=version, memory_bytes=memory_bytes
        )
        _compact(bench, noted, "noted", kept=dict.fromkeys(noting.SCHEMAS, _OF_A_FILE))
        _compact(bench, made, "made", kept=dict.fromkeys(sheaf.SCHEMAS, _OF_AN_OWNER))
        return written


def _compact(
    bench: "duckdb.DuckDBPyConnection", segments: Segments, table: str, *, kept: dict[str, str]
) -> None:
    """Makes one segment of many, or of those that hold too much of what no longer stands."""
    rows, standing = bench.execute(
        f"select count(*), count(*) filter ({kept[table]}) from {table}"  # noqa: S608  # our own words
    ).fetchall()[0]
    if len(segments) > MAX_SEGMENTS or rows - standing > MAX_STALE * rows:
        segments.compact(bench, kept=kept)


@contextmanager
def _told(kept: "Path") -> "Iterator[None]":
    """Says in our words what the bench says."""
    import duckdb  # noqa: PLC0415  # as in open_workbench

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise FixSettingsError(
            f"Making the tables takes more than the memory of memory_bytes ({str(error).splitlines()[0]}): raise UNSPUN_MEMORY_BYTES."
        ) from error
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except RuntimeError as error:
        # How a Ctrl-C comes out of a question that DuckDB is at.
        if "Query interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise
    except (duckdb.Error, pa.ArrowException) as error:
        if _NO_ROOM in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(kept)) from error
        raise DamagedCacheError(f"{kept}: {error}") from error
