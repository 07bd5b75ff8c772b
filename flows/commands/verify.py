"""`unspun verify`: whether the store holds what its manifest and the contract say."""

from functools import partial
from typing import TYPE_CHECKING

import click

from flows.commands.options import paths_of, settings_of, snapshot_option, store_option
from transforms.errors import RepairStoreError

if TYPE_CHECKING:
    from flows.verify import Verdict

_OTHERS = "unspun snapshots --store {store} lists what else is kept, and unspun rollback --store {store} N makes one of them the store's"


@click.command()
@store_option
@snapshot_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, and no progress bar.")
def verify(*, store: str | None, snapshot: int | None, as_json: bool) -> None:
    """Holds every file and row of the store against its manifest and the contract.

    It names all that is wrong and ends with 4 where anything is; it writes nothing and needs no lock. A file of your
    own in the store is noted and no fault, unless it is Parquet in a table's folder.

    \b
    unspun verify
    unspun verify --snapshot 7
    unspun verify --json | jq .faults[].place
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from flows.advice import tell_mend  # noqa: PLC0415  # --help must be quick
    from flows.progress import ProgressBar  # noqa: PLC0415  # the same

    settings = settings_of(store)
    with ProgressBar(is_quiet=as_json) as bar:
        watch = partial(bar, "verifying")
        if settings.address:
            from flows.s3.verifying import verify_there  # noqa: PLC0415  # boto3, for stores on S3 only

            act = _OTHERS.format(store=settings.address)
            what = settings.address if snapshot is None else f"Snapshot {snapshot} of {settings.address}"
            verdict = verify_there(
                settings.address, snapshot=snapshot, memory_bytes=settings.memory_bytes, watch=watch
            )
        else:
            from flows.verify.store import verify_store  # noqa: PLC0415  # --help must be quick

            paths = paths_of(store)
            what = str(paths.store if snapshot is None else paths.snapshot(snapshot))
            act = tell_mend(paths) if snapshot is None else _OTHERS.format(store=paths.store)
            verdict = verify_store(paths, snapshot=snapshot, memory_bytes=settings.memory_bytes, watch=watch)
    show_verdict(verdict, what=what, act=act, as_json=as_json)


def show_verdict(verdict: "Verdict", *, what: str, act: str, as_json: bool) -> None:
    """Prints what was found.

    Args:
        verdict: That.
        what: The store, as a person names it.
        act: What mends it.
        as_json: As one JSON object.

    Raises:
        RepairStoreError: Something is wrong.
    """
    from flows.report import counted, plain  # noqa: PLC0415  # --help must be quick

    if as_json:
        click.echo(render_verdict(verdict, what=what))
    else:
        for fault in verdict.faults:
            click.echo(plain(f"{fault.rule}  {fault.place}: {fault.detail}"))
        for rule, more in verdict.unnamed:
            click.echo(plain(f"{rule}  and {more} more"))
        if verdict.unchecked:
            click.echo(f"Not checked, because files are damaged: {', '.join(verdict.unchecked)}.")
        for path in verdict.foreign:
            click.echo(plain(f"Yours, and left alone: {path}"))
        if verdict.is_sound:
            click.echo(
                plain(
                    f"{what} holds what its manifest says: {counted(verdict.files, 'file')}, {counted(verdict.rows, 'row')}."
                )
            )
    if not verdict.is_sound:
        raise RepairStoreError(f"{what} has {counted(verdict.count, 'fault')}: {act}.")


def render_verdict(verdict: "Verdict", *, what: str) -> str:
    """What was found, as one JSON object."""
    import json  # noqa: PLC0415  # --help must be quick
    from dataclasses import asdict  # noqa: PLC0415  # the same

    return json.dumps(
        {
            "store": what,
            "is_sound": verdict.is_sound,
            "fault_count": verdict.count,
            **asdict(verdict),
            "unnamed": dict(verdict.unnamed),
        },
        ensure_ascii=False,
    )
