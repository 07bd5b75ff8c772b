"""The steps of a run that need the thinking half: compose the corpus, publish it.

They take and give paths, names and counts, never frames: a recorded run keeps what passes between steps.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from flows.manifest import Manifest, RawEntry, TableFile
from flows.paths import CROISSANT, DATAPACKAGE
from flows.plan import load_seen
from flows.quarantine import Refusal
from flows.store import publish, replace_file, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flows.paths import Paths
    from flows.recognizers import Chosen
    from flows.runner import Runner
    from flows.work.storage import Storage
    from transforms.quality import Floors

    Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A staged tree: its files, what they were made of, what its tables hold, and the rows that were left out."""

    tables: dict[str, dict[str, TableFile]]
    recipes: dict[str, str]
    schema_version: str
    counts: dict[str, int]
    refused_rows: tuple[Refusal, ...]


def compose_corpus(  # noqa: PLR0913  # as `compose`
    raw: dict[str, RawEntry],
    *,
    paths: "Paths",
    held: Manifest | None,
    version: str,
    recognizer: "Chosen",
    memory_bytes: int,
    read_now: "Collection[str]",
    known: dict[str, RawEntry],
    floors: "Floors",
    storage: "Storage",
    run: "Runner",
    watch: "Watch",
) -> Staged:
    """Stages the tables of every raw file.

    Raises:
        DamagedCacheError: Something that is kept is damaged.
        FixSettingsError: The memory of the run is too little.
        QualityFloorError: What was read now is too bad to be published.
    """
    from flows.corpus.compose import compose  # noqa: PLC0415  # duckdb, polars and pyarrow
    from flows.corpus.crew import Crew  # noqa: PLC0415  # with it
    from flows.corpus.quality import Reading  # noqa: PLC0415  # with it
    from transforms.schemas import SCHEMA_VERSION  # noqa: PLC0415  # polars

    stage(paths)
    share = memory_bytes if run.is_elsewhere else memory_bytes // run.workers
    written = compose(
        raw,
        paths=paths,
        held=held,
        version=version,
        memory_bytes=memory_bytes,
        reading=Reading(now=read_now, held=known, floors=floors),
        crew=Crew(run=run, storage=storage, memory_bytes=share, recognizer=recognizer),
        watch=watch,
    )
    return Staged(
        tables=written.tables,
        recipes=written.recipes,
        schema_version=SCHEMA_VERSION,
        counts=written.counts,
        refused_rows=written.refused_rows,
    )


def publish_tree(manifest: Manifest, *, paths: "Paths", kept: int) -> Manifest:
    """Describes the staged tree and swaps it in; gives the manifest as it was published."""
    from transforms.croissant import describe_croissant  # noqa: PLC0415  # polars
    from transforms.datapackage import describe_package  # noqa: PLC0415  # the same

    files = {name: msgspec.to_builtins(files) for name, files in manifest.tables.items()}
    described = {DATAPACKAGE: describe_package(files), CROISSANT: describe_croissant(files)}
    return publish(paths, manifest, described, kept=kept)


def note_seen(
    paths: "Paths",
    seen: dict[str, list[str]],
    *,
    raw: dict[str, RawEntry],
    kept: "Collection[str] | None" = None,
) -> None:
    """Notes where the raw files of the store were last seen; writes nothing where that is known.

    Args:
        paths: Of the store.
        seen: Where they are now, by digest.
        raw: Those of the store.
        kept: Those of the store and of every snapshot, as all others are forgotten; None: nothing is.
    """
    before = load_seen(paths)
    now = {digest: places for digest, places in seen.items() if digest in raw}
    places = {digest: found for digest, found in (before | now).items() if kept is None or digest in kept}
    if places != before:
        replace_file(paths.seen, json.dumps(places, indent=0, sort_keys=True).encode())
