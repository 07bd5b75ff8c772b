"""What is said when a recorded run ends: one line with the exit code and the sentence, and an event that automations hear.

Prefect calls these by the names of their parameters: flow, flow_run, state. A run that was killed calls nothing; then the
worker that had started it calls the hook for it.
"""

import logging
import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect.events import emit_event
from prefect.logging.loggers import flow_run_logger

from flows.failure import INTERRUPTED
from flows.report import plain
from flows.settings import load_settings
from transforms.errors import FixSettingsError, UnspunError

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, State

EVENT = "unspun.run"
RESOURCE = "unspun.store"
# Of a process that a signal ended, a shell says 128 and the signal's number; Prefect says the number in its sentence.
_BY_SIGNAL = 128
_LEVELS = {
    "completed": logging.INFO,
    "failed": logging.ERROR,
    "crashed": logging.ERROR,
    "cancelled": logging.WARNING,
}
_TERMINATED = "termination signal"
_SIGNALLED = re.compile(r"status code: -(\d+)")


def store_name(store: str | None) -> str:
    """What a store is called in names, tags and events: the last part of its folder, or its bucket and prefix.

    Args:
        store: As the parameter of a flow run gives it; None: as the environment and [tool.unspun] do.
    """
    try:
        settings = load_settings(store=store, environ=os.environ, directory=Path.cwd())
    except FixSettingsError:
        return plain(store or "unknown")
    return plain((settings.address or "").removeprefix("s3://") or settings.store.resolve().name or "unknown")


def tell_completed(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]") -> None:
    """The run is done."""
    _tell(flow, flow_run, state, kind="completed", code=0)


def tell_failed(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]") -> None:
    """The run ended with an error, which is in the state."""
    # Prefect wraps what a state holds; a state that came back from the API holds nothing.
    data = getattr(state.data, "result", state.data)
    code = data.exit_code if isinstance(data, UnspunError) else UnspunError.exit_code
    _tell(flow, flow_run, state, kind="failed", code=code)


def tell_crashed(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]") -> None:
    """The run's process was interrupted, killed or lost."""
    _tell(flow, flow_run, state, kind="crashed", code=_code_of_crash(state.message or ""))


def tell_cancelled(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]") -> None:
    """Somebody cancelled the run."""
    _tell(flow, flow_run, state, kind="cancelled", code=INTERRUPTED)


def _tell(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]", *, kind: str, code: int) -> None:
    name = store_name(flow_run.parameters.get("store"))
    said = state.message or ""
    flow_run_logger(flow_run, flow).log(
        _LEVELS[kind], 'run=%s store=%s exit_code=%d said="%s"', kind, name, code, said
    )
    emit_event(
        event=f"{EVENT}.{kind}",
        resource={"prefect.resource.id": f"{RESOURCE}.{name}", "prefect.resource.name": name},
        related=[
            {
                "prefect.resource.id": f"prefect.flow-run.{flow_run.id}",
                "prefect.resource.role": "flow-run",
                "prefect.resource.name": flow_run.name,
            }
        ],
        payload={"exit_code": code, "message": said, "state": state.name, "flow_run": flow_run.name},
    )


def _code_of_crash(said: str) -> int:
    """The exit code of a process that a signal ended, by Prefect's sentence on it."""
    if killed := _SIGNALLED.search(said):
        return _BY_SIGNAL + int(killed[1])
    return _BY_SIGNAL + signal.SIGTERM if _TERMINATED in said else INTERRUPTED
