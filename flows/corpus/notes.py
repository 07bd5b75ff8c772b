"""Takes notes of every document once: a row for each copy of an article, beside the parses."""

from typing import TYPE_CHECKING

import pyarrow as pa

from flows.corpus.segments import Segments
from transforms.duplicates.shingles import WordHashes
from transforms.notes import Note, notes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb

    from flows.corpus.lookup import Lookup
    from flows.manifest import RawEntry

SCHEMAS = {
    "noted": pa.schema([("raw_sha256", pa.string()), ("key", pa.string())]),
    "notes": pa.schema(
        [
            ("raw_sha256", pa.string()),
            ("key", pa.string()),
            ("post", pa.int32()),
            ("article_id", pa.string()),
            ("is_untitled", pa.bool_()),
            ("text_id", pa.string()),
            ("size", pa.int32()),
            ("bands", pa.list_(pa.uint64())),
            ("sample", pa.list_(pa.uint64())),
            (
                "standings",
                pa.list_(
                    pa.struct([("key", pa.uint64()), ("is_edge", pa.bool_()), ("is_prose", pa.bool_())])
                ),
            ),
        ]
    ),
}
# A copy's note takes two to four kilobytes.
_NOTES_A_SEGMENT = 5_000


def take_notes(
    bench: "duckdb.DuckDBPyConnection",
    segments: Segments,
    *,
    raw: "Mapping[str, RawEntry]",
    look_up: "Lookup",
    watch: "Callable[[int, int], None]",
) -> None:
    """Takes notes of the raw files that have none, and shows all notes on the bench.

    Args:
        bench: Gets `noted` and `notes`.
        segments: Of SCHEMAS.
        raw: The raw files by their digest.
        look_up: Gives their documents.
        watch: Told how many of how many are noted.

    Raises:
        DamagedCacheError: A parse or a segment is damaged.
    """
    segments.show(bench)
    have = set(bench.sql("select raw_sha256, key from noted").fetchall())
    missing = [
        digest
        for digest, entry in sorted(raw.items(), key=lambda item: item[1].names)
        if entry.state == "read" and (digest, entry.key) not in have
    ]
    hashes = WordHashes()
    notes: list[dict[str, object]] = []
    noted: list[dict[str, str]] = []
    for number, digest in enumerate(missing, start=1):
        key = raw[digest].key
        noted.append({"raw_sha256": digest, "key": key})
        notes += [
            _row(digest, key, note)
            for document in look_up(digest)
            for note in notes_of(document, hashes=hashes)
        ]
        if len(notes) >= _NOTES_A_SEGMENT or number == len(missing):
            segments.add(
                {
                    name: pa.Table.from_pylist(rows, schema=SCHEMAS[name])
                    for name, rows in (("noted", noted), ("notes", notes))
                }
            )
            noted, notes = [], []
        watch(number, len(missing))
    if missing:
        segments.show(bench)


def _row(raw_sha256: str, key: str, note: Note) -> dict[str, object]:
    return {
        "raw_sha256": raw_sha256,
        "key": key,
        "post": note.post,
        "article_id": note.article_id,
        "is_untitled": note.is_untitled,
        "text_id": note.text_id,
        "size": note.sketch.size,
        "bands": note.sketch.bands,
        "sample": note.sketch.sample,
        "standings": [
            {"key": standing.key, "is_edge": standing.is_edge, "is_prose": standing.is_prose}
            for standing in note.standings
        ],
    }
