"""The steps of a run that need the thinking half: read a batch of raw files, compose the corpus, publish it.

They take and give paths, names and counts, never frames: a recorded run keeps what passes between steps.
"""

import json
import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from flows.knowledge import load_knowledge
from flows.manifest import Manifest, RawEntry, TableFile
from flows.parses import load_parse
from flows.paths import DATAPACKAGE
from flows.plan import Versions, load_seen
from flows.quarantine import Refusal
from flows.store import publish, replace_file, stage
from transforms.errors import RepairStoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from flows.paths import Paths
    from flows.pool import Pool
    from flows.scan import RawFile
    from flows.settings import Settings
    from transforms.knowledge import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What reading a batch of raw files gave: entries by digest, and what could not be read just now."""

    entries: dict[str, RawEntry]
    refusals: tuple[Refusal, ...]

    @property
    def size(self) -> int:
        """How many files were in it."""
        return len(self.entries) + len(self.refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A staged tree: its files, what its tables hold, and the rows that were left out."""

    tables: dict[str, dict[str, TableFile]]
    schema_version: str
    counts: dict[str, int]
    refused_rows: tuple[Refusal, ...]


@cache
def _knowledge() -> "Knowledge":
    return load_knowledge()


def read_batch(
    files: "Sequence[RawFile]", *, pool: "Pool", paths: "Paths", settings: "Settings", versions: Versions
) -> Batch:
    """Reads raw files into the cache of parses."""
    from flows.reading import Job  # noqa: PLC0415  # a run with nothing new reads nothing

    paths.parses.mkdir(exist_ok=True)
    jobs = [
        Job(
            file=replace(file, path=""),
            path=os.fsencode(Path(file.path).absolute()),
            caps=settings.caps,
            fields=dict(settings.fields),
            parses=os.fsencode(paths.parses),
            versions=versions,
        )
        for file in files
    ]
    entries: dict[str, RawEntry] = {}
    refusals: list[Refusal] = []
    for job, outcome in pool.read(jobs):
        if outcome.entry:
            entries[job.file.sha256] = outcome.entry
        if outcome.refusal:
            refusals.append(outcome.refusal)
    return Batch(entries=dict(sorted(entries.items())), refusals=tuple(sorted(refusals)))


def compose_corpus(raw: dict[str, RawEntry], *, paths: "Paths") -> Staged:
    """Makes the tables from every parse and stages those of their rows that keep the rules.

    Raises:
        RepairStoreError: A parse that was there is gone.
    """
    from flows.parquet import check_tables, write_tables  # noqa: PLC0415  # polars and pyarrow
    from transforms.places import placed  # noqa: PLC0415  # compiles patterns
    from transforms.schemas import SCHEMA_VERSION  # noqa: PLC0415  # polars
    from transforms.tables import compose  # noqa: PLC0415  # the same

    documents = []
    for digest, entry in raw.items():
        if entry.state != "read":
            continue
        parse = load_parse(paths.parses, digest, entry.key)
        if parse is None or not (parse.documents or parse.refusals):
            raise RepairStoreError(
                f"The parse of {entry.names[0]} is damaged: remove {paths.parses} and run again."
            )
        documents += [placed(document, entry.names) for document in parse.documents]
    documents.sort(key=lambda document: (document.raw_file, document.raw_sha256))
    checked, refused = check_tables(compose(documents, knowledge=_knowledge()))
    return Staged(
        tables=write_tables(stage(paths), checked),
        schema_version=SCHEMA_VERSION,
        counts=_count(checked),
        refused_rows=tuple(refused),
    )


def _count(tables: "dict[str, pl.DataFrame]") -> dict[str, int]:
    articles, sightings, lines = tables["articles"], tables["sightings"], tables["lines"]
    return {
        "posts": sightings.height,
        "posts_without_article": sightings["article_id"].null_count(),
        "articles": articles.height,
        "repeated_posts": sightings.height - sightings["article_id"].null_count() - articles.height,
        "near_duplicates": int((~articles["is_representative"]).sum()),
        "summaries": tables["summaries"].height,
        "tags": tables["tags"].height,
        "entities": tables["entities"].height,
        "lines": lines.height,
        "boilerplate_blocks": int((lines["role"] == "boilerplate").sum()),
        "boilerplate": tables["boilerplate"].height,
    }


def publish_tree(manifest: Manifest, *, paths: "Paths") -> None:
    """Describes the staged tree and swaps it in."""
    from transforms.datapackage import describe_package  # noqa: PLC0415  # polars

    files = {name: msgspec.to_builtins(files) for name, files in manifest.tables.items()}
    publish(paths, manifest, {DATAPACKAGE: describe_package(files)})


def note_seen(paths: "Paths", seen: dict[str, list[str]], *, raw: dict[str, RawEntry]) -> None:
    """Notes where the raw files of the store were last seen; writes nothing where that is known."""
    before = load_seen(paths)
    places = {digest: found for digest, found in (before | seen).items() if digest in raw}
    if places != before:
        replace_file(paths.seen, json.dumps(places, indent=0, sort_keys=True).encode())
