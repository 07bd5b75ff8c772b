"""Attending to a schedule: a deployment of the flow is kept, its runs are started, and it is said what becomes of them."""

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.flow import unspun
from flows.hooks import store_name
from flows.report import plain

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.schemas.objects import FlowRun
    from prefect.schedules import Schedule

    from flows.serving import Say, Served

_LOOK_SECONDS = 2.0
_START_SECONDS = 0.1
_FLUSH_SECONDS = 5.0
# Of a deployment whose runs come one at a time, far more than begin between two looks.
_SEEN_RUNS = 50
_BEGUN = FlowRunFilter(
    state=FlowRunFilterState(type=FlowRunFilterStateType(not_any_=[StateType.SCHEDULED, StateType.PENDING]))
)


async def attend(served: "Served", *, schedule: "Schedule", say: "Say") -> None:
    """Keeps the deployment and starts its runs until SIGINT or SIGTERM; then cancels what runs, and waits for its end.

    Args:
        served: What is to be run.
        schedule: When.
        say: Given a sentence for each thing that happens.
    """
    name = f"serve-{store_name(served.store)}".replace("/", "-").replace("%", "-")
    deployment = await unspun.ato_deployment(
        name,
        schedule=schedule,
        # The next run does what this one would have done.
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        parameters=_parameters(served),
        description="Kept by unspun serve for as long as it runs.",
        tags=["unspun", "serve"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    # Its own limit would let runs wait; the deployment's cancels them.
    runner = Runner(name=name, limit=None)
    deployment_id = await runner.aadd_deployment(deployment)
    say(f"Runs come by {_told(served)}; Ctrl-C ends it.")
    if served.is_now:
        async with get_client() as client:
            await client.create_flow_run_from_deployment(deployment_id)
    await _until_told(runner, deployment_id, say)


def flush() -> None:
    """Sends what Prefect has still to send of lines and events, while there is a server to take it."""
    for service in (APILogWorker, EventsWorker):
        service.drain_all(timeout=_FLUSH_SECONDS)


def _parameters(served: "Served") -> dict[str, Any]:
    fields = dict(pair.split("=", 1) for pair in served.fields)
    return {
        "raw": list(served.raw) or None,
        "store": served.store,
        "prune": served.prune,
        "fields": {field.strip(): name.strip() for field, name in fields.items()} or None,
        "runner": served.runner,
        "dask_address": served.dask_address,
        "recognizer": served.recognizer,
    }


def _told(served: "Served") -> str:
    if served.cron:
        return f"cron {served.cron!r} in {served.timezone}"
    return "the minute" if served.minutes == 1 else f"an interval of {served.minutes:g} minutes"


async def _until_told(runner: Runner, deployment_id: "UUID", say: "Say") -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    serving = asyncio.create_task(runner.start())
    while not runner.started and not serving.done():  # noqa: ASYNC110  # the runner has no event to wait for
        await asyncio.sleep(_START_SECONDS)
    # Not before, for the runner sets its own, which ends this process in the midst.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    telling = asyncio.create_task(_tell_runs(deployment_id, say))
    ending = asyncio.create_task(told.wait())
    try:
        await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            say("Ending; where a run is under way it is cancelled, and the store stays as it was.")
            await runner.astop()
        await serving
    finally:
        telling.cancel()
        ending.cancel()


async def _tell_runs(deployment_id: "UUID", say: "Say") -> None:
    """Says when a run starts and what became of it; of runs before this process nothing."""
    told: dict[UUID, str] | None = None
    async with get_client() as client:
        while True:
            # A server that is away for a moment is asked again.
            with suppress(Exception):
                runs = await client.read_flow_runs(
                    deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
                    flow_run_filter=_BEGUN,
                    sort=FlowRunSort.START_TIME_DESC,
                    limit=_SEEN_RUNS,
                )
                if told is None:
                    told = {run.id: _became(run) for run in runs if run.state and run.state.is_final()}
                for run in reversed(runs):
                    became = _became(run)
                    if told.get(run.id) != became:
                        told[run.id] = became
                        say(plain(f"{run.name}: {became}"))
            await asyncio.sleep(_LOOK_SECONDS)


def _became(run: "FlowRun") -> str:
    state = run.state
    if not state or not state.is_final():
        return f"{((state and state.name) or 'started').lower()}."
    return f"{(state.name or 'ended').lower()}. {state.message or ''}".strip()
