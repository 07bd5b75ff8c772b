"""`unspun snapshots` and `unspun rollback`: what was published before, and how to go back to it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from flows.commands.options import paths_of, settings_of, store_option

if TYPE_CHECKING:
    from flows.snapshots import Snapshot


@click.command()
@store_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def snapshots(*, store: str | None, as_json: bool) -> None:
    """Lists the snapshots that are kept, the newest first, with the path that a reader may pin.

    \b
    unspun snapshots
    unspun snapshots --json | jq -r '.snapshots[] | select(.is_current) | .path'
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    place, found = _found(store)
    if as_json:
        told = [_as_json(snapshot) for snapshot in found]
        click.echo(json.dumps({"store": place, "snapshots": told}, ensure_ascii=False))
    elif found:
        _show(found)
    else:
        click.echo(f"No snapshot of {place} is kept.")


@click.command()
@click.argument("number", type=click.IntRange(min=1), required=False)
@store_option
def rollback(*, number: int | None, store: str | None) -> None:
    """Makes an earlier snapshot the store's again [default: the one before the current].

    It becomes a new snapshot, so that one can also go forward again. Where the store's manifest is damaged or the store is
    gone, the default is the newest snapshot that is whole. Files of your own in the store stay.

    \b
    unspun rollback
    unspun rollback 12
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.report import counted  # noqa: PLC0415  # --help must be quick

    settings = settings_of(store)
    if settings.address:
        from flows.s3.history import roll_back_there  # noqa: PLC0415  # boto3, for stores on S3 only

        place = settings.address
        done = roll_back_there(place, number, kept=settings.snapshots, working_copy=settings.store)
    else:
        from flows.rollback import roll_back  # noqa: PLC0415  # --help must be quick

        paths = paths_of(store)
        place = str(paths.store)
        done = roll_back(paths, number, kept=settings.snapshots)
    for reason in done.passed_over:
        click.echo(reason)
    files = [file for table in done.manifest.tables.values() for file in table.values()]
    click.echo(
        f"The tables in {place} are those of snapshot {done.number} again, as snapshot {done.manifest.snapshot}: "
        f"{counted(len(done.manifest.raw), 'raw file')}, {counted(sum(file.rows for file in files), 'row')}.\n"
        "The next unspun run brings back what is still among RAW: take out of RAW first what is not to come back."
    )


def _found(store: str | None) -> "tuple[str, list[Snapshot]]":
    """Where the store is, and what it keeps."""
    address = settings_of(store).address
    if address:
        from flows.s3.history import list_there  # noqa: PLC0415  # boto3, for stores on S3 only

        return address, list_there(address)
    from flows.snapshots import list_snapshots  # noqa: PLC0415  # --help must be quick

    paths = paths_of(store)
    return str(paths.store), list_snapshots(paths)


def _as_json(snapshot: "Snapshot") -> dict[str, object]:
    told = asdict(snapshot)
    size = told.pop("size")
    return {**told, "bytes": size, "path": str(snapshot.path) if snapshot.path else None}


def _show(found: "list[Snapshot]") -> None:
    from rich.console import Console  # noqa: PLC0415  # only where something is shown
    from rich.table import Table  # noqa: PLC0415  # the same
    from rich.text import Text  # noqa: PLC0415  # the same

    table = Table()
    for column in ("snapshot", "finished at", "rows", "files", "bytes", ""):
        table.add_column(column)
    for snapshot in found:
        table.add_row(
            str(snapshot.number),
            snapshot.finished_at,
            *(map(str, (snapshot.rows, snapshot.files, snapshot.size)) if snapshot.is_readable else "???"),
            _remark(snapshot),
        )
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    folder, name = next(
        (str(snapshot.path).rsplit("/", 1) for snapshot in found if snapshot.path), (None, "")
    )
    if folder:
        named = "named by its number" if name.isdecimal() else "its name beginning with its number"
        console.print(Text(f"Each is a folder of {folder}, {named}."))


def _remark(snapshot: "Snapshot") -> str:
    if not snapshot.is_readable:
        return "its manifest cannot be read"
    words = ["current"] if snapshot.is_current else []
    return ", ".join([*words, *([] if snapshot.path else ["not kept beside the store"])])
