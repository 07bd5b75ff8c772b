"""Takes notes of a batch of documents: a row for each copy of an article."""

import msgspec
import pyarrow as pa

from flows.corpus.lookup import Lookup
from flows.corpus.segments import SegmentWriter
from flows.parses import parse_name
from flows.work.storage import Storage, desk_of
from transforms.duplicates.shingles import WordHashes
from transforms.notes import Note, notes_of

SCHEMAS = {
    "noted": pa.schema(
        [("raw_sha256", pa.string()), ("key", pa.string()), ("site", pa.string()), ("posts", pa.int32())]
    ),
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
_NOTES_AT_ONCE = 5_000


class NotedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A raw file that was read: by which version, and its names."""

    raw_sha256: str
    key: str
    names: list[str]


class NoteBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Raw files to take notes of, the segment's name, and the memory of the worker."""

    storage: Storage
    segment: str
    files: list[NotedFile]
    memory_bytes: int


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A segment of notes, and how many rows of each table it has."""

    segment: str
    files: int
    rows: dict[str, int]


def take_notes(batch: NoteBatch) -> Noted:
    """Writes the notes of some raw files.

    Raises:
        DamagedCacheError: A parse is damaged.
    """
    desk = desk_of(batch.storage)
    parses = desk.parses(parse_name(file.raw_sha256, file.key) for file in batch.files)
    look_up = Lookup(parses, {file.raw_sha256: file for file in batch.files}, memory_bytes=batch.memory_bytes)
    hashes = WordHashes()
    folder = desk.open_folder(batch.segment)
    with SegmentWriter(folder, schemas=SCHEMAS) as writer:
        noted: list[dict[str, object]] = []
        notes: list[dict[str, object]] = []
        for file in batch.files:
            documents = look_up(file.raw_sha256)
            noted.append(
                {
                    "raw_sha256": file.raw_sha256,
                    "key": file.key,
                    "site": next((document.site for document in documents if document.site), None),
                    "posts": sum(len(document.page.posts) for document in documents),
                }
            )
            notes += [
                _row(file, note) for document in documents for note in notes_of(document, hashes=hashes)
            ]
            if len(notes) >= _NOTES_AT_ONCE:
                writer.add(_tables(noted, notes))
                noted, notes = [], []
        writer.add(_tables(noted, notes))
    desk.hand_over(batch.segment, folder)
    return Noted(segment=batch.segment, files=len(batch.files), rows=writer.rows)


def _tables(noted: list[dict[str, object]], notes: list[dict[str, object]]) -> dict[str, pa.Table]:
    return {
        name: pa.Table.from_pylist(rows, schema=SCHEMAS[name])
        for name, rows in (("noted", noted), ("notes", notes))
    }


def _row(file: NotedFile, note: Note) -> dict[str, object]:
    return {
        "raw_sha256": file.raw_sha256,
        "key": file.key,
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
