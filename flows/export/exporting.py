"""The export, as its list of steps: open one snapshot → write it in a form, beside its place → note what it is → put it there."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flows.export.folder import refuse_place, whole_folder
from flows.export.inventory import TableNote, write_inventory
from flows.export.source import Source, open_source
from flows.paths import Paths
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from flows.s3.reading import RemoteTree


class Form(StrEnum):
    """What an export can be; the value is the flag's name."""

    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"
    DELTA = "delta"
    HUGGINGFACE = "huggingface"


# The library that a form needs beyond those that are always there, by the extra that installs it.
_NEEDS = {Form.SQLITE: "sqlite_utils", Form.DELTA: "deltalake", Form.HUGGINGFACE: "huggingface_hub"}


class Writer(Protocol):
    """Writes all tables of a source below a folder, and tells how many more rows are done."""

    def __call__(self, source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
        """Writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an export was asked for.

    Args:
        tree: The store's paths; on S3 the snapshot.
        form: What to make.
        folder: Where it goes.
        tables: Which of the tables; empty for all.
        snapshot: Which snapshot; None for the current tables.
        overwrite: Replace what an earlier export wrote there.
        memory_bytes: Memory that it may take.
    """

    tree: "Paths | RemoteTree"
    form: Form
    folder: Path
    tables: tuple[str, ...] = ()
    snapshot: int | None = None
    overwrite: bool = False
    memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote.

    Args:
        folder: Where it is.
        form: What it is.
        snapshot: Of which snapshot.
        rows: Of each table.
    """

    folder: Path
    form: Form
    snapshot: int
    rows: dict[str, int]


def export(order: Order, *, watch: Callable[[int, int], None]) -> Exported:
    """Writes tables in another form; the store is only read.

    Args:
        order: What was asked for.
        watch: Told how many rows of how many are written.

    Raises:
        FixSettingsError: The place is taken, a library is missing, or there is no such store, snapshot or table.
        RepairStoreError: The store is not what its manifest says.
        RetryLaterError: Another export writes there, or the store was replaced again and again.
    """
    folder = order.folder.resolve()
    write = _writer(order.form)
    refuse_place(folder, order.tree if isinstance(order.tree, Paths) else None)
    with (
        open_source(
            order.tree, snapshot=order.snapshot, tables=order.tables, memory_bytes=order.memory_bytes
        ) as source,
        whole_folder(folder, overwrite=order.overwrite) as root,
    ):
        rows = {table: source.rows(table) for table in source.tables}
        write(source, root, advance=Rows(sum(rows.values()), watch))
        write_inventory(
            root,
            form=order.form,
            snapshot=source.manifest.snapshot,
            schema_version=source.manifest.schema_version,
            tables={
                table: TableNote(rows=rows[table], files={part.path: part.facts.sha256 for part in parts})
                for table, parts in source.tables.items()
            },
        )
    return Exported(folder=folder, form=order.form, snapshot=source.manifest.snapshot, rows=rows)


class Rows:
    """Counts the rows that are written, and tells.

    Args:
        total: How many there are.
        watch: Told how many of them are written.
    """

    def __init__(self, total: int, watch: Callable[[int, int], None]) -> None:
        self._done, self._total, self._watch = 0, total, watch
        watch(0, total)

    def __call__(self, rows: int) -> None:
        """So many more."""
        self._done += rows
        self._watch(self._done, self._total)


def _writer(form: Form) -> Writer:
    """What writes a form, its library brought in only now.

    Raises:
        FixSettingsError: The library is not installed.
    """
    needed = _NEEDS.get(form)
    try:
        if needed and find_spec(needed) is None:
            raise ImportError(f"{needed} is not there")  # noqa: TRY301  # told as what fails when it is imported
        writer: Writer = getattr(import_module(f"flows.export.to_{form}"), f"write_{form}")
    except ImportError as error:
        raise FixSettingsError(
            f"--{form} needs a library ({error}): pip install 'unspun[{form}]', and export again."
        ) from error
    return writer
