"""Settings: flags before environment before [tool.unspun] of the working directory's pyproject.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transforms.errors import FixSettingsError

DEFAULT_RAW = "data/raw"
DEFAULT_STORE = "data/processed"

# A scrape of one page is kilobytes; 256 MiB of text is ten thousand of them and still fits into memory as blocks.
MAX_FILE_BYTES = 256 * 1024 * 1024
# The longest paragraph in real scrapes has a few thousand characters; a million is nobody's paragraph.
MAX_LINE_CHARS = 1_000_000
# A block costs about a kilobyte in memory and in the cache.
MAX_BLOCKS = 500_000

_REMOTE = ("s3://", "gs://", "gcs://", "az://", "abfs://", "hdfs://", "http://", "https://", "ftp://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much of one raw file is taken; above, it goes to quarantine.

    Args:
        max_file_bytes: Bytes of the file.
        max_line_chars: Characters of its longest line.
        max_blocks: Lines that are not blank.
    """

    max_file_bytes: int = MAX_FILE_BYTES
    max_line_chars: int = MAX_LINE_CHARS
    max_blocks: int = MAX_BLOCKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a command was told.

    Args:
        store: Folder of the tables.
        caps: How much of one raw file is taken.
    """

    store: Path = Path(DEFAULT_STORE)
    caps: Caps = field(default_factory=Caps)


def load_settings(*, store: str | None, environ: Mapping[str, str], directory: Path) -> Settings:
    """Settings from the flag, the environment and the pyproject.toml of a folder, in that order.

    Raises:
        FixSettingsError: A value is not what it must be, or a key of [tool.unspun] is not known.
    """
    table = _tool_table(directory / "pyproject.toml")
    place = store or environ.get("UNSPUN_STORE") or table.get("store") or DEFAULT_STORE
    if not isinstance(place, str):
        raise FixSettingsError(f"store in [tool.unspun] must be a folder's name in quotes, not {place!r}.")
    caps = {name: _cap(name, environ, table) for name in Caps.__dataclass_fields__}
    return Settings(store=local_path(place), caps=Caps(**caps))


def local_path(place: str) -> Path:
    """A folder or file of this machine.

    Raises:
        FixSettingsError: It is an address of somewhere else, or no path at all.
    """
    if place.lower().startswith(_REMOTE):
        raise FixSettingsError(
            f"{place} is not on this machine; reading and writing elsewhere comes later: give a local path."
        )
    if "\0" in place:
        raise FixSettingsError("A path cannot hold a NUL character.")
    return Path(place)


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
    known = ["store", *Caps.__dataclass_fields__]
    strange = sorted(set(table) - set(known))
    if strange:
        raise FixSettingsError(
            f"[tool.unspun] in {path} has {', '.join(strange)}; it knows {', '.join(known)}."
        )
    return table


def _cap(name: str, environ: Mapping[str, str], table: Mapping[str, object]) -> int:
    variable = f"UNSPUN_{name.upper()}"
    default = Caps.__dataclass_fields__[name].default
    value = environ.get(variable) or table.get(name, default)
    where = variable if environ.get(variable) else f"{name} in [tool.unspun]"
    try:
        number = int(str(value))
    except ValueError:
        raise FixSettingsError(f"{where} must be a whole number, not {value!r}.") from None
    if number < 1:
        raise FixSettingsError(f"{where} must be at least 1, not {number}.")
    return number
