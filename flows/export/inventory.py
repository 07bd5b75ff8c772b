"""`unspun.json` in an export: of which snapshot it is, and which files are the export's own."""

import os
from hashlib import file_digest
from pathlib import Path

import msgspec

from transforms.errors import FixSettingsError

INVENTORY = "unspun.json"
FORMAT = 1


class TableNote(msgspec.Struct, frozen=True, kw_only=True):
    """A table as it was exported: its rows, and the digests of the store's files that they came from, by path."""

    rows: int
    files: dict[str, str]


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What an export says of itself; `files` are its own, with the digests of their bytes."""

    format: int = FORMAT
    form: str
    snapshot: int
    schema_version: str
    tables: dict[str, TableNote]
    files: dict[str, str]


def write_inventory(
    root: Path, *, form: str, snapshot: int, schema_version: str, tables: dict[str, TableNote]
) -> None:
    """Notes what a finished export consists of."""
    inventory = Inventory(
        form=form,
        snapshot=snapshot,
        schema_version=schema_version,
        tables=tables,
        files={name: digest_of(root / name) for name in files_below(root)},
    )
    text = msgspec.json.format(msgspec.json.encode(inventory), indent=1) + b"\n"
    (root / INVENTORY).write_bytes(text)


def read_inventory(root: Path) -> Inventory | None:
    """What an earlier export noted; None where none did.

    Raises:
        FixSettingsError: It cannot be read.
    """
    path = root / INVENTORY
    try:
        inventory = msgspec.json.decode(path.read_bytes(), type=Inventory)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FixSettingsError(
            f"{path} cannot be read ({error}), so nobody knows which files there are an export's: give another folder."
        ) from error
    if inventory.format != FORMAT:
        raise FixSettingsError(
            f"{path} is of format {inventory.format}, and this version knows {FORMAT}: give another folder."
        )
    return inventory


def files_below(root: Path) -> list[str]:
    """Every file and link below a folder and every empty folder, as paths below it, sorted; links are not followed."""
    found = []
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        is_empty = not folders and not files and here != root
        found += [*(here / name for name in (*files, *links)), *([here] if is_empty else [])]
    return sorted(path.relative_to(root).as_posix() for path in found)


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
