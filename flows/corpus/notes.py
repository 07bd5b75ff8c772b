"""Notes of every document, taken once: a row for each copy of an article, beside the parses."""

from typing import TYPE_CHECKING

from flows.corpus.crew import in_batches
from flows.work.noting import NoteBatch, NotedFile, take_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb

    from flows.corpus.crew import Crew
    from flows.corpus.segments import Segments
    from flows.manifest import RawEntry

# Less does not pay for another worker.
_COPIES_A_BATCH = 250


def add_notes(
    bench: "duckdb.DuckDBPyConnection",
    segments: "Segments",
    *,
    raw: "Mapping[str, RawEntry]",
    crew: "Crew",
    watch: "Callable[[int, int], None]",
) -> None:
    """Takes notes of the raw files that have none, and shows all notes on the bench.

    Args:
        bench: Gets `noted` and `notes`.
        segments: Of SCHEMAS.
        raw: The raw files by their digest.
        crew: Who takes them.
        watch: Told how many of how many are noted.

    Raises:
        DamagedCacheError: A parse or a segment is damaged.
    """
    segments.show(bench)
    have = set(bench.sql("select raw_sha256, key from noted").fetchall())
    missing = [
        (digest, entry)
        for digest, entry in sorted(raw.items(), key=lambda item: item[1].names)
        if entry.state == "read" and (digest, entry.key) not in have
    ]
    batches = (
        NoteBatch(
            storage=crew.storage,
            segment=f"notes-{number:06}",
            files=[NotedFile(raw_sha256=digest, key=entry.key, names=entry.names) for digest, entry in some],
            memory_bytes=crew.memory_bytes,
        )
        for number, some in enumerate(
            in_batches(missing, size=lambda item: item[1].posts + 1, least=_COPIES_A_BATCH, most=crew.batches)
        )
    )
    done = 0
    for given in crew.map("note", take_notes, batches):
        segments.adopt(crew.desk.take(given.segment), rows=given.rows)
        done += given.files
        watch(done, len(missing))
    if missing:
        segments.show(bench)
