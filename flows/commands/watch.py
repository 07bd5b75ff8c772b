"""`unspun watch`: a run, or an event, whenever new raw files have settled."""

import json

import click

from flows.commands.options import (
    dask_option,
    recognizer_option,
    runner_option,
    settings_of,
    store_option,
)
from flows.commands.seconds import Span

_MANY_SETTLES = 10
_INTERRUPTED = 130


@click.command()
@click.argument("raw", nargs=-1, type=click.Path())
@store_option
@click.option(
    "--every",
    type=Span(is_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks.",
)
@click.option(
    "--settle",
    type=Span(),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="So long nothing must have changed before a run starts.",
)
@click.option(
    "--patience",
    type=Span(),
    metavar="SECONDS",
    help=f"After so long of news a run starts although something still changes. [default: {_MANY_SETTLES} times --settle]",
)
@click.option(
    "--event", is_flag=True, help="Tell Prefect by an event (unspun.raw.settled), and run nothing here."
)
@click.option("--once", is_flag=True, help="End when what is there now has settled and is handled.")
@click.option(
    "--prune", is_flag=True, help="Runs forget raw files that are not among RAW any more, rows and all."
)
@click.option("--field", "fields", multiple=True, metavar="FIELD=NAME", help="As unspun run is given it.")
@runner_option
@dask_option
@recognizer_option
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line for all that happens.")
@click.pass_context
def watch(  # noqa: PLR0913  # one for each flag
    context: click.Context,
    *,
    raw: tuple[str, ...],
    store: str | None,
    every: float,
    settle: float,
    patience: float | None,
    event: bool,
    once: bool,
    prune: bool,
    fields: tuple[str, ...],
    runner: str | None,
    dask_address: str | None,
    recognizer: str | None,
    as_json: bool,
) -> None:
    """Looks at RAW again and again, and runs whenever new files have settled.

    RAW are files, folders and addresses on S3 [default: data/raw]. A file that still grows has not settled. It goes on
    until it is ended (Ctrl-C, or SIGTERM), and a restart knows what was handled. What goes away is waited for.

    \b
    unspun watch
    unspun watch scrapes/ --every 10 --settle 120
    unspun watch s3://bucket/raw --event
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    from dataclasses import replace  # noqa: PLC0415  # --help must be quick

    from flows.announcing import refuse_no_api  # noqa: PLC0415  # the same
    from flows.handling import Events, Runs  # noqa: PLC0415  # the same
    from flows.raws import raws_of, sources_of  # noqa: PLC0415  # the same
    from flows.watching import EndedError, Handle, Order, ended_by_signals  # noqa: PLC0415  # the same
    from flows.watching import watch as watch_raw  # noqa: PLC0415  # the same
    from transforms.settling import Waits  # noqa: PLC0415  # the same

    if event and (prune or fields or runner or dask_address or recognizer):
        raise click.UsageError(
            "--event runs nothing here: --prune, --field, --recognizer and where it runs are the deployment's."
        )
    settings = settings_of(store, fields, runner=runner, dask_address=dask_address, recognizer=recognizer)
    sources = sources_of(raw)
    order = Order(
        raws=(*(str(path.absolute()) for path in raws_of(raw)), *sources),
        settings=replace(settings, sources=sources),
        flags=tuple(sorted(fields)) + (("--prune",) if prune else ()) + (("--event",) if event else ()),
        every=every,
        waits=Waits(settle=settle, patience=settle * _MANY_SETTLES if patience is None else patience),
        is_mirror=prune,
        is_event=event,
        is_once=once,
    )
    tell = _Teller(as_json=as_json)
    if event:
        refuse_no_api()
        place = order.settings.address or str(order.settings.store)
        handle: Handle = Events(place.rstrip("/").rpartition("/")[2], tell=tell)
    else:
        named = {
            "--store": store,
            "--runner": runner,
            "--dask-address": dask_address,
            "--recognizer": recognizer,
        }
        options = [f"{flag}={value}" for flag, value in named.items() if value]
        options += [*(f"--field={field}" for field in fields), *(("--prune",) if prune else ())]
        handle = Runs(options, tell=tell, is_taken=as_json)
    try:
        with ended_by_signals():
            code = watch_raw(order, handle=handle, tell=tell)
    except EndedError:
        tell("ended", "The watch was told to end; the store is whole.")
        code = _INTERRUPTED if once else 0
    context.exit(code)


class _Teller:
    """Tells what happens: sentences on the error stream, or JSON lines on the standard output."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def __call__(self, what: str, sentence: str, /, **facts: object) -> None:
        """What happened, in one word and in one sentence, and its figures."""
        from flows.report import plain  # noqa: PLC0415  # --help must be quick

        if self.as_json:
            click.echo(json.dumps({"what": what, "sentence": plain(sentence), **facts}, ensure_ascii=False))
        else:
            click.echo(f"unspun: {plain(sentence)}", err=True)
