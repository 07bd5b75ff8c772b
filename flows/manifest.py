"""What the store says it holds: typed, checked when read, and compared with the files that are there."""

from typing import TYPE_CHECKING

import msgspec

from flows.quarantine import Refusal
from transforms.errors import RepairStoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.paths import Paths

FORMAT = 1
# As flows.parquet names them: for the hash of what is in it.
PART = f"part-{'[0-9a-f]' * 16}.parquet"

_GO_BACK = (
    "unspun rollback --store {store} makes the last snapshot the store's; where none is kept, move that folder away and run "
    "again with all raw files"
)


class TableFile(msgspec.Struct, frozen=True, kw_only=True):
    """One Parquet file: digest of its bytes, rows and size."""

    sha256: str
    rows: int
    size: int


class RawEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One distinct raw file, by its bytes.

    `state` is "read", "blank" (no text: recorded, no rows) or "quarantined"; `key` is the version that read it;
    `lines` are those that have text, each once however many pieces it is cut into;
    `refusals` are the records of it that could not be read.
    """

    names: list[str]
    size: int
    state: str
    key: str
    encoding: str | None = None
    repairs: dict[str, int] = {}
    posts: int = 0
    lines: int = 0
    rule: str = ""
    detail: str = ""
    refusals: list[Refusal] = []


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The store's description of itself; `run` and `snapshot` are the only parts that differ between equal stores.

    `recognizer` is who found the entities, with the versions that count. `recipes` has a digest for each partition of what its rows were made of ("articles/month=2025-01").
    """

    format: int = FORMAT
    snapshot: int
    schema_version: str
    key: str
    recognizer: str = ""
    tables: dict[str, dict[str, TableFile]]
    raw: dict[str, RawEntry]
    refused: list[Refusal] = []
    refused_rows: list[Refusal] = []
    counts: dict[str, int] = {}
    quarantine: dict[str, int] = {}
    recipes: dict[str, str] = {}
    run: dict[str, str | int] = {}

    def file_refusals(self) -> list[Refusal]:
        """Every raw file that was left out, under each of its names, sorted."""
        return sorted({*refusals_of(self.raw.values()), *self.refused})


def refusals_of(entries: "Iterable[RawEntry]") -> list[Refusal]:
    """A refusal for each name of each file that was hashed and then could not be read, and for each such record."""
    return [
        Refusal(raw_file=name, rule=refusal.rule, detail=refusal.detail, place=refusal.place)
        for entry in entries
        for refusal in (
            *entry.refusals,
            *([Refusal(raw_file="", rule=entry.rule, detail=entry.detail)] if entry.rule else []),
        )
        for name in entry.names
    ]


def read_manifest(paths: "Paths") -> Manifest | None:
    """The manifest of a store, or None where there is no store yet.

    Raises:
        RepairStoreError: It is there and cannot be read, or tables are there without one.
    """
    try:
        data = paths.manifest.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if any(paths.state not in part.parents for part in paths.store.glob(f"*/**/{PART}")):
            raise RepairStoreError(
                f"{paths.store} has tables but no {paths.manifest.name}: {_GO_BACK.format(store=paths.store)}."
            ) from None
        return None
    except OSError as error:
        raise RepairStoreError(
            f"{paths.manifest} cannot be read ({error.strerror}); see who may read it."
        ) from error
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RepairStoreError(
            f"{paths.manifest} is damaged ({error}): {_GO_BACK.format(store=paths.store)}."
        ) from error
    if manifest.format != FORMAT:
        raise RepairStoreError(
            f"{paths.manifest} is of format {manifest.format}, and this version knows {FORMAT}: use the version that wrote it."
        )
    return manifest


def render_manifest(manifest: Manifest) -> bytes:
    """The manifest as indented JSON, keys in a fixed order."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def missing_files(manifest: Manifest, paths: "Paths") -> list[str]:
    """Data files that the manifest names and that are not there, or not as long as it says."""
    missing = []
    for files in manifest.tables.values():
        for name, file in files.items():
            try:
                size = (paths.store / name).stat().st_size
            except OSError:
                size = -1
            if size != file.size:
                missing.append(name)
    return missing
