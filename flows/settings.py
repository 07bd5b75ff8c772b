"""Settings: flags before environment before [tool.unspun] of the working directory's pyproject.toml.

Which field of a JSON record is which (`fields`) is settled name by name in the same order: `--field text=maintext`,
then UNSPUN_FIELDS="text=maintext,date=day", then [tool.unspun.fields]; what none of them names has its usual names.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from flows.numbers import number_of, seconds_of, share_of
from flows.recognizers import RECOGNIZER, recognizer_of
from flows.s3.address import is_address, read_address
from transforms.errors import FixSettingsError
from transforms.fields import FIELDS
from transforms.limits import MAX_BLOCKS, MAX_DEPTH, MAX_LINE_CHARS, Limits
from transforms.quality import MAX_DROPPED_PROSE, POSTLESS_DOCUMENTS, Floors

DEFAULT_RAW = "data/raw"
DEFAULT_STORE = "data/processed"

# A scrape of one page is kilobytes; 256 MiB of text is ten thousand of them and still fits into memory as blocks.
MAX_FILE_BYTES = 256 * 1024 * 1024
# The largest pages of the web have some tens of megabytes.
MAX_RECORD_BYTES = 64 * 1024 * 1024
# Four files of the largest size, unpacked; beyond, the rows of one raw file are more than a run wants in memory.
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
# Text packs 3 to 20 times, near-equal pages in a row perhaps 100 times; a bomb of gzip 1,000 times, of zstd 30,000.
MAX_RATIO = 250
# A crawl of a site is some thousands of pages.
MAX_MEMBERS = 100_000
# A saved page in a zip in a tar.gz is three.
MAX_NESTING = 3
# A page takes a tenth of a second; a large archive of posts some seconds.
MAX_SECONDS = 120
# A text of the largest size needs about two, as blocks.
MAX_MEMORY_BYTES = 4 * 1024 * 1024 * 1024

# Trees that are kept for readers that pin one, and to go back to.
SNAPSHOTS = 5
# What the tables of a hundred thousand posts are made in without going to disk often.
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
# Below, sorting and joining have no room at all.
LEAST_MEMORY_BYTES = 256 * 1024 * 1024

# With the first wait, a minute and more in all: a network disk that is mounted anew, a server that restarts.
RETRIES = 3
RETRY_SECONDS = 10.0

# "auto": on the cluster of dask_address where there is one, else in as many processes as there is work for.
RUNNERS = ("auto", "here", "processes", "dask")

# Two servers may have buckets of one name; a folder's name needs no more of a digest.
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_DIGEST_CHARS = 16

_REMOTE = ("s3://", "gs://", "gcs://", "az://", "abfs://", "hdfs://", "http://", "https://", "ftp://")
# "s3:/bucket" would be a folder.
_SLIP = re.compile(r"[A-Za-z][A-Za-z0-9]+:/(?!/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much of one raw file is taken; above, it goes to quarantine.

    Args:
        max_file_bytes: Bytes of the file.
        max_line_chars: Characters of the longest line or paragraph of a document.
        max_blocks: Lines or blocks of a document that are not blank.
        max_depth: Elements of markup within each other.
        max_record_bytes: Bytes of one member, record or line of it.
        max_unpacked_bytes: Bytes that all of it unpacks to.
        max_ratio: How many times larger than packed a thing may be, above 8 MiB.
        max_members: Members, records and lines of it, on every level together.
        max_nesting: Packed things within each other.
        max_seconds: CPU time that reading it may take; a process that waits has ten times as long.
        max_memory_bytes: Memory of the process that reads it.
    """

    max_file_bytes: int = MAX_FILE_BYTES
    max_line_chars: int = MAX_LINE_CHARS
    max_blocks: int = MAX_BLOCKS
    max_depth: int = MAX_DEPTH
    max_record_bytes: int = MAX_RECORD_BYTES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES
    max_ratio: int = MAX_RATIO
    max_members: int = MAX_MEMBERS
    max_nesting: int = MAX_NESTING
    max_seconds: int = MAX_SECONDS
    max_memory_bytes: int = MAX_MEMORY_BYTES

    @property
    def limits(self) -> Limits:
        """Those that the parsers keep."""
        return Limits(
            max_depth=self.max_depth, max_blocks=self.max_blocks, max_line_chars=self.max_line_chars
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a command was told.

    Args:
        store: Folder of the tables; of a store on S3, that of its working copy.
        address: Where the store is on S3; None where it is a folder of this machine.
        sources: Where raw files are on S3, as addresses.
        caps: How much of one raw file is taken.
        workers: Processes that work; 0: as many as there are cores and work for them, at most 8.
        fields: What a field of a JSON record is called, by field ("text", "url", …), beside its usual names.
        snapshots: Trees that are kept, the newest among them.
        memory_bytes: Memory that a run may take to make the tables; what does not fit waits on the disk.
        runner: Where batches of work are done: one of RUNNERS.
        dask_address: Of a Dask scheduler: "tcp://host:8786".
        recognizer: Who finds entities: one of RECOGNIZERS, of spacy and gliner with what follows a colon.
        retries: How often a run is tried again that met what may pass; 0: never.
        retry_seconds: The wait before the first of these; each is about twice as long as the one before.
        floors: What a run must keep to be published.
    """

    store: Path = Path(DEFAULT_STORE)
    address: str | None = None
    sources: tuple[str, ...] = ()
    caps: Caps = field(default_factory=Caps)
    workers: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    snapshots: int = SNAPSHOTS
    memory_bytes: int = MEMORY_BYTES
    runner: str = "auto"
    dask_address: str = ""
    recognizer: str = RECOGNIZER
    retries: int = RETRIES
    retry_seconds: float = RETRY_SECONDS
    floors: Floors = field(default_factory=Floors)


def load_settings(  # noqa: PLR0913  # one for each flag
    *,
    store: str | None,
    environ: Mapping[str, str],
    directory: Path,
    fields: Sequence[str] = (),
    runner: str | None = None,
    dask_address: str | None = None,
    recognizer: str | None = None,
) -> Settings:
    """Settings from the flags, the environment and the pyproject.toml of a folder, in that order.

    Args:
        store: The folder or address of --store.
        environ: The environment.
        directory: Where pyproject.toml is looked for.
        fields: What --field was given: "text=maintext", one for each field.
        runner: What --runner was given.
        dask_address: What --dask-address was given.
        recognizer: What --recognizer was given.

    Raises:
        FixSettingsError: A value is not what it must be, or a key of [tool.unspun] is not known.
    """
    table = _tool_table(directory / "pyproject.toml")
    place = store or environ.get("UNSPUN_STORE") or table.get("store") or DEFAULT_STORE
    if not isinstance(place, str):
        raise FixSettingsError(f"store in [tool.unspun] must be a folder's name in quotes, not {place!r}.")
    caps = {
        name: number_of(name, environ, table, default=getattr(Caps(), name))
        for name in Caps.__dataclass_fields__
    }
    told_runner, told_address = _runner(runner, dask_address, environ, table)
    address = str(read_address(place)) if is_address(place) else None
    return Settings(
        store=_working_copy(address, environ) if address else local_path(place),
        address=address,
        caps=Caps(**caps),
        workers=number_of("workers", environ, table, default=0, least=0),
        fields=_fields(fields, environ, table),
        snapshots=number_of("snapshots", environ, table, default=SNAPSHOTS),
        memory_bytes=number_of(
            "memory_bytes", environ, table, default=MEMORY_BYTES, least=LEAST_MEMORY_BYTES
        ),
        runner=told_runner,
        dask_address=told_address,
        recognizer=recognizer_of(recognizer, environ, table),
        retries=number_of("retries", environ, table, default=RETRIES, least=0),
        retry_seconds=seconds_of("retry_seconds", environ, table, default=RETRY_SECONDS),
        floors=Floors(
            max_dropped_prose=share_of("max_dropped_prose", environ, table, default=MAX_DROPPED_PROSE),
            postless_documents=number_of(
                "postless_documents", environ, table, default=POSTLESS_DOCUMENTS, least=0
            ),
        ),
    )


def local_path(place: str) -> Path:
    """A folder or file of this machine.

    Raises:
        FixSettingsError: It is an address of somewhere else, or no path at all.
    """
    if place.lower().startswith(_REMOTE):
        raise FixSettingsError(
            f"{place} is not on this machine: give a local path (s3:// is for --store and for the raw files of unspun run)."
        )
    if _SLIP.match(place):
        raise FixSettingsError(
            f"{place} has one slash after the colon; an address has two (s3://…), and a folder that is called so is ./{place}."
        )
    if "\0" in place:
        raise FixSettingsError("A path cannot hold a NUL character.")
    return Path(place)


def _working_copy(address: str, environ: Mapping[str, str]) -> Path:
    """Where the store at an address is worked upon: below UNSPUN_CACHE, else the cache folder of the system (XDG)."""
    told = environ.get("UNSPUN_CACHE")
    caches = environ.get("XDG_CACHE_HOME")
    try:
        # The specification wants relative paths ignored.
        system = Path(caches) if caches and Path(caches).is_absolute() else Path.home() / ".cache"
    except RuntimeError as error:
        raise FixSettingsError(
            f"There is no home folder for the working copy of {address}: name a folder in UNSPUN_CACHE."
        ) from error
    endpoint = next((environ[name] for name in _ENDPOINTS if environ.get(name)), "")
    digest = sha256(f"{endpoint} {address}".encode()).hexdigest()[:_DIGEST_CHARS]
    return (local_path(told) if told else system / "unspun") / digest / "processed"


def _tool_table(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise FixSettingsError(f"{path} cannot be read ({error}); mend it or run elsewhere.") from error
    try:
        table = tomllib.loads(text).get("tool", {}).get("unspun", {})
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise FixSettingsError(
            f"{path} is not TOML as it should be ({error}); mend it or run elsewhere."
        ) from error
    if not isinstance(table, dict):
        raise FixSettingsError(f"tool.unspun in {path} must be a table.")
    known = [
        "store",
        "workers",
        "fields",
        "snapshots",
        "memory_bytes",
        "runner",
        "dask_address",
        "recognizer",
        "retries",
        "retry_seconds",
        *Caps.__dataclass_fields__,
        *Floors.__dataclass_fields__,
    ]
    strange = sorted(set(table) - set(known))
    if strange:
        raise FixSettingsError(
            f"[tool.unspun] in {path} has {', '.join(strange)}; it knows {', '.join(known)}."
        )
    return table


def _runner(
    runner: str | None, dask_address: str | None, environ: Mapping[str, str], table: Mapping[str, object]
) -> tuple[str, str]:
    """Where batches are done, and the address of the cluster; without a word "auto"."""
    told = runner or environ.get("UNSPUN_RUNNER") or table.get("runner", "auto")
    address = dask_address or environ.get("UNSPUN_DASK_ADDRESS") or table.get("dask_address", "")
    if told not in RUNNERS:
        raise FixSettingsError(f"runner must be one of {', '.join(RUNNERS)}, not {told!r}.")
    if not isinstance(address, str) or not (address == "" or address.startswith(("tcp://", "tls://"))):
        raise FixSettingsError(
            f"dask_address must be a Dask scheduler's, as in tcp://host:8786, not {address!r}."
        )
    if told == "dask" and not address:
        raise FixSettingsError(
            "--runner dask needs the address of a scheduler: --dask-address tcp://host:8786."
        )
    return str(told), address


def _fields(flags: Sequence[str], environ: Mapping[str, str], table: Mapping[str, object]) -> dict[str, str]:
    """What fields are called, the nearer word first."""
    told = table.get("fields", {})
    if not isinstance(told, dict) or not all(isinstance(name, str) and name for name in told.values()):
        raise FixSettingsError(
            'fields in [tool.unspun] must be a table of names in quotes, as in text = "maintext".'
        )
    variable = [pair for pair in environ.get("UNSPUN_FIELDS", "").split(",") if pair.strip()]
    fields = dict(told)
    for where, pairs in (("UNSPUN_FIELDS", variable), ("--field", flags)):
        for pair in pairs:
            field_name, _, name = (part.strip() for part in pair.partition("="))
            if not field_name or not name:
                raise FixSettingsError(f"{where} must be of the form text=maintext, not {pair!r}.")
            fields[field_name] = name
    strange = sorted(set(fields) - set(FIELDS))
    if strange:
        raise FixSettingsError(
            f"There is no field {', '.join(strange)} of a record to name; there are {', '.join(sorted(FIELDS))}."
        )
    return fields
