"""Shows what is in the store: its tables, an answer, a post block by block."""

import json
from itertools import islice
from typing import TYPE_CHECKING

from flows.paths import DATAPACKAGE, Paths
from flows.posts import find_post
from flows.query import Answer, as_text, held_manifest, open_store
from flows.report import plain

if TYPE_CHECKING:
    from rich.console import Console

    from flows.s3.reading import RemoteTree

# A cell that is longer is cut on the terminal; csv and json have the whole of it.
_CELL_CHARS = 120
# A column that is narrower breaks its words into pieces; columns that hold less need less.
_COLUMN_CHARS = 12
# Of a table's frame: a bar and two blanks for each column, and the last bar.
_FRAME_CHARS = 3
_BLOCKS = """
select raw_file, raw_sha256, post, line, part, role, reason, text from lines
where (raw_file, raw_sha256, post) in (select (raw_file, raw_sha256, post) from sightings where {where})
order by raw_file, raw_sha256, post, line, part nulls first
"""


def list_tables(paths: "Paths | RemoteTree") -> dict[str, dict[str, str | int]]:
    """Rows, files, bytes and description of every table.

    Raises:
        FixSettingsError: There is no store.
        RepairStoreError: A data file is missing or not as long as it was.
    """
    manifest = held_manifest(paths)
    try:
        if isinstance(paths, Paths):
            data = (paths.store / DATAPACKAGE).read_bytes()
        else:
            data = paths.read(DATAPACKAGE)
        package = json.loads(data)
        texts = {resource["name"]: str(resource["description"]) for resource in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        texts = {}
    order = {name: place for place, name in enumerate(texts)}
    return {
        name: {
            "rows": sum(file.rows for file in files.values()),
            "files": len(files),
            "bytes": sum(file.size for file in files.values()),
            "description": texts.get(name, ""),
        }
        for name, files in sorted(
            manifest.tables.items(), key=lambda item: (order.get(item[0], len(order)), item[0])
        )
    }


def show_tables(found: dict[str, dict[str, str | int]], *, store: str) -> None:
    """Prints the tables as one table."""
    _print_grid(
        ["table", "rows", "files", "bytes", "one row"],
        [[name, *map(str, facts.values())] for name, facts in found.items()],
    )
    _console().print(plain(f"In {store}."), markup=False)


def show_answer(answer: Answer, *, limit: int) -> None:
    """Prints an answer as one table, or row by row where its columns do not fit, and says where it was cut."""
    rows = list(islice(answer.rows(), limit + 1))
    columns = [plain(column) for column in answer.columns]
    cells = [[_cell(value) for value in row] for row in rows[:limit]]
    fits = _fits(columns, cells)
    if fits:
        _print_grid(columns, cells)
    else:
        _print_records(columns, cells)
    if len(rows) > limit:
        _console().print(f"The first {limit} rows; --limit shows more.", markup=False)
    if not fits:
        _console().print(f"{len(columns)} columns do not fit: name some, or use --format csv.", markup=False)


def show_post(paths: "Paths | RemoteTree", post: str) -> None:
    """Prints the blocks of a post, wherever it was seen.

    Raises:
        FixSettingsError: There is no such post, or several are meant.
        RepairStoreError: A data file is missing or damaged.
    """
    tables = open_store(paths)
    where, values = find_post(tables, post)
    found = tables.rows(_BLOCKS.format(where=where), values)
    console = _console()
    before = None
    for raw_file, digest, number, line, part, role, reason, text in found:
        if before != (raw_file, digest, number):
            console.print(plain(f"{raw_file}:{number}"), style="bold", markup=False)
            before = (raw_file, digest, number)
        place = f"{line}.{part}" if part else f"{line}"
        label = f"{role} ({reason})" if reason else role
        console.print(f"{place:>6}  {plain(label)}: {plain(text)}", markup=False)


def _cell(value: object) -> str:
    text = plain(as_text(value))
    return text if len(text) <= _CELL_CHARS else f"{text[: _CELL_CHARS - 1]}…"


def _console() -> "Console":
    from rich.console import Console  # noqa: PLC0415  # only where something is shown

    return Console(highlight=False, soft_wrap=True)


def _print_grid(columns: list[str], rows: list[list[str]]) -> None:
    from rich.table import Table  # noqa: PLC0415  # only where something is shown
    from rich.text import Text  # noqa: PLC0415  # the same

    table = Table()
    for column in columns:
        table.add_column(Text(column))
    for row in rows:
        table.add_row(*[Text(cell) for cell in row])
    _console().print(table)


def _fits(columns: list[str], rows: list[list[str]]) -> bool:
    """Whether the terminal has room for every column, or for so much of it that it can be read."""
    from rich.cells import cell_len  # noqa: PLC0415  # only where something is shown

    widths = (max(map(cell_len, column)) for column in zip(columns, *rows, strict=True))
    needed = sum(min(width, _COLUMN_CHARS) + _FRAME_CHARS for width in widths) + 1
    return len(columns) == 1 or needed <= _console().width


def _print_records(columns: list[str], rows: list[list[str]]) -> None:
    """Prints each row as lines of column and value, each cut to the terminal's width."""
    from rich.text import Text  # noqa: PLC0415  # only where something is shown

    console = _console()
    for number, row in enumerate(rows, start=1):
        console.print(Text(f"row {number}", style="bold"))
        for column, cell in zip(columns, row, strict=True):
            line = Text(f"  {column}: {cell}".rstrip())
            line.truncate(console.width, overflow="ellipsis")
            console.print(line)
