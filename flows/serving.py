"""One process that runs on a schedule: what it is asked for, and the Prefect server that it needs."""

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.lock import refuse_unwritable
from flows.paths import paths_for
from flows.quiet import be_quiet
from flows.raws import request_of
from flows.scan import refuse_missing
from flows.server import own_server, own_url, refuse_silent
from flows.settings import load_settings
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from prefect.schedules import Schedule

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What is to be run, and when.

    Args:
        raw: Files, folders and addresses, as they were given.
        store: The folder or address of the tables, as it was given.
        prune: Forget raw files that are not among raw any more.
        fields: What fields of JSON records are called: "text=maintext", one for each.
        cron: When, as five fields; None where an interval is given.
        minutes: The interval; None where cron is given.
        timezone: Of the cron line.
        is_now: Run at once too.
        runner: Where batches of work are done; None: as the settings say.
        dask_address: Of a Dask scheduler; None: the same.
        recognizer: Who finds entities; None: the same.
    """

    raw: tuple[str, ...]
    store: str | None
    prune: bool
    fields: tuple[str, ...]
    cron: str | None
    minutes: float | None
    timezone: str
    is_now: bool
    runner: str | None = None
    dask_address: str | None = None
    recognizer: str | None = None


def serve(served: Served, *, say: Say) -> None:
    """Runs on the schedule until the process is told to end; a run that is under way is then cancelled.

    Args:
        served: What and when.
        say: Given a sentence for each thing that happens.

    Raises:
        FixSettingsError: The schedule or a setting is wrong.
        RetryLaterError: The configured API does not answer, or a server cannot be started.
    """
    settings = load_settings(
        store=served.store,
        fields=served.fields,
        runner=served.runner,
        dask_address=served.dask_address,
        recognizer=served.recognizer,
        environ=os.environ,
        directory=Path.cwd(),
    )
    asked = request_of(served.raw, settings=settings, is_mirror=served.prune, is_rebuild=False)
    refuse_missing(asked.raws)
    paths = paths_for(settings.store)
    if not settings.address:
        refuse_unwritable(paths)
    _refuse_timezone(served.timezone)
    be_quiet(os.environ)
    configured = os.environ.get("PREFECT_API_URL")
    # Prefect reads it when it is imported, and again in each process of a run.
    url = os.environ["PREFECT_API_URL"] = configured or own_url()
    schedule = schedule_of(served)
    with ExitStack() as stack:
        if configured:
            refuse_silent(url, otherwise="unset PREFECT_API_URL to have a server of its own")
        else:
            home = Path(os.environ.get("PREFECT_HOME") or paths.state / "prefect")
            stack.enter_context(own_server(url, home=home, environ=os.environ))
            say(f"Prefect's server is at {url.removesuffix('/api')}, its records are in {home}.")
        from flows.attending import attend, flush  # noqa: PLC0415  # with Prefect, which has its address now

        stack.callback(flush)
        with suppress(KeyboardInterrupt):
            asyncio.run(attend(served, schedule=schedule, say=say))
    say("Ended.")


def schedule_of(served: Served) -> "Schedule":
    """The schedule as Prefect has it.

    Raises:
        FixSettingsError: The cron line is none.
    """
    from prefect.schedules import Cron, Interval  # noqa: PLC0415  # 1.5 CPU-seconds; a wrong flag is told quickly

    if served.cron is None:
        return Interval(timedelta(minutes=served.minutes or 0))
    try:
        return Cron(served.cron, timezone=served.timezone)
    except ValueError as error:
        raise FixSettingsError(
            f'--cron {served.cron!r} is not a cron line: give minute, hour, day, month and weekday, as in "0 3 * * *" for three every night.'
        ) from error


def _refuse_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FixSettingsError(
            f"--timezone {name!r} is not known: give a name such as Europe/Vienna."
        ) from error
