"""`unspun serve`: runs on a schedule, in one process."""

import click

from flows.commands.options import dask_option, recognizer_option, runner_option, store_option
from flows.commands.seconds import Span


@click.command()
@click.argument("raw", nargs=-1, type=click.Path())
@store_option
@click.option("--cron", metavar="LINE", help='When: minute, hour, day, month, weekday, as in "0 3 * * *".')
@click.option(
    "--interval",
    "minutes",
    type=Span(least=0.05, unit=60),
    metavar="MINUTES",
    help="How often, in place of --cron.",
)
@click.option("--timezone", default="UTC", show_default=True, help="Of --cron, as in Europe/Vienna.")
@click.option("--now", "is_now", is_flag=True, help="Run at once too.")
@click.option("--prune", is_flag=True, help="As for unspun run.")
@click.option("--field", "fields", multiple=True, metavar="FIELD=NAME", help="As for unspun run.")
@runner_option
@dask_option
@recognizer_option
def serve(  # noqa: PLR0913  # one for each flag
    *,
    raw: tuple[str, ...],
    store: str | None,
    cron: str | None,
    minutes: float | None,
    timezone: str,
    is_now: bool,
    prune: bool,
    fields: tuple[str, ...],
    runner: str | None,
    dask_address: str | None,
    recognizer: str | None,
) -> None:
    """Brings the tables up to date on a schedule, until Ctrl-C.

    Every run is a Prefect flow run, recorded at PREFECT_API_URL; without that, a server of its own is started on this
    machine and ends with it. One run at a time: one that comes due meanwhile is cancelled.

    \b
    unspun serve --cron "0 3 * * *" --timezone Europe/Vienna
    unspun serve scrapes/ --store out --interval 60 --now
    """  # noqa: D301  # \b is click's mark for lines to be left as they are
    if (cron is None) == (minutes is None):
        raise click.UsageError('Say when: either --cron "0 3 * * *" or --interval 60.')
    from flows.serving import Served  # noqa: PLC0415  # --help must be quick
    from flows.serving import serve as run_on_schedule  # noqa: PLC0415  # the same

    served = Served(
        raw=raw,
        store=store,
        prune=prune,
        fields=fields,
        cron=cron,
        minutes=minutes,
        timezone=timezone,
        is_now=is_now,
        runner=runner,
        dask_address=dask_address,
        recognizer=recognizer,
    )
    run_on_schedule(served, say=_say)


def _say(sentence: str) -> None:
    from datetime import datetime  # noqa: PLC0415  # --help must be quick

    click.echo(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {sentence}", err=True)
