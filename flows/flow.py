"""The run as a Prefect flow: what `--record` calls, and what deployments name (`flows/flow.py:unspun`)."""

import os
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect import flow, get_client, get_run_logger
from prefect.context import FlowRunContext
from prefect.states import Completed, Failed

from flows.artifacts import Progress, leave_changes, leave_table
from flows.changes import changes_of
from flows.failure import as_unspun
from flows.grown import tell_grown
from flows.handed import what_was_handed
from flows.hooks import store_name, tell_cancelled, tell_completed, tell_crashed, tell_failed
from flows.patience import build_patiently
from flows.quarantine import count_rules
from flows.raws import request_of
from flows.report import plain, tell_done, unread_error
from flows.runners.choice import tasks_of
from flows.runners.local import Local
from flows.settings import DEFAULT_RAW, load_settings
from flows.told import Told
from transforms.changes import render_changes
from transforms.errors import UnspunError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State

    from flows.build import Outcome, Request, Watch

_NAME_CHARS = 200
_NAMED_SOURCES = 3


def name_run() -> str:
    """The store and what it is made from: "processed from raw"."""
    parameters: dict[str, Any] = getattr(FlowRunContext.get(), "parameters", None) or {}
    raw = [
        plain(Path(place).name or place) if "://" not in place else plain(place) for place in _raw(parameters)
    ]
    more = f" and {len(raw) - _NAMED_SOURCES} more" if len(raw) > _NAMED_SOURCES else ""
    name = store_name(parameters.get("store"))
    return f"{name} from {', '.join(raw[:_NAMED_SOURCES])}{more}"[:_NAME_CHARS]


@flow(
    name="unspun",
    version=version("unspun"),
    flow_run_name=name_run,
    persist_result=False,
    on_completion=[tell_completed],
    on_failure=[tell_failed],
    on_crashed=[tell_crashed],
    on_cancellation=[tell_cancelled],
)
def unspun(  # noqa: PLR0913, PLR0917  # one for each flag
    raw: list[str] | None = None,
    store: str | None = None,
    prune: bool = False,  # noqa: FBT001, FBT002  # Prefect gives parameters by name
    rebuild: bool = False,  # noqa: FBT001, FBT002  # the same
    fields: dict[str, str] | None = None,
    runner: str | None = None,
    dask_address: str | None = None,
    recognizer: str | None = None,
) -> "State[Any]":
    """Reads raw scrapes and brings the tables up to date, as `unspun run` does.

    What is not a parameter is a setting: UNSPUN_… in the worker's environment, or [tool.unspun] of the pyproject.toml in
    the folder where the run stands.

    Args:
        raw: Files, folders and addresses on S3 (s3://bucket/prefix) with raw scrapes; without any, data/raw.
        store: Folder of the tables, or s3://bucket/prefix; without it UNSPUN_STORE, else store in [tool.unspun], else
            data/processed.
        prune: Forget raw files that are not among raw any more, rows and all.
        rebuild: Read every raw file again and write every table, whatever was kept.
        fields: What a field of JSON records is called, by field, as in {"text": "maintext"}.
        runner: Where batches of work are done: auto, here (one process), processes (of the worker's machine) or dask.
        dask_address: Of a Dask scheduler, as in tcp://host:8786.
        recognizer: Who finds entities: classifier, rules, spacy, spacy:PIPELINE or gliner:MODEL.
    """
    logger = get_run_logger()
    given = what_was_handed()
    try:
        _if_it_takes_it(lambda: _tag(store))
        request = (
            given.request
            if given
            else _request(
                raw or (),
                store=store,
                prune=prune,
                rebuild=rebuild,
                fields=fields,
                runner=runner,
                dask_address=dask_address,
                recognizer=recognizer,
            )
        )
        outcome = _run(request, watch=given.watch if given else lambda *_: None)
        error = unread_error(outcome)
    except Exception as fault:
        if not isinstance(fault, UnspunError):
            logger.exception("A fault that should not be:")
        if given:
            given.error = fault
        error = as_unspun(fault)
    else:
        if given:
            given.outcome = outcome
        if not error:
            return Completed(message=tell_done(outcome))
    if not os.environ.get("UNSPUN_DEBUG"):
        # Prefect logs where an error comes from, at a hundred lines; its sentence says what to do.
        error.__cause__ = error.__context__ = None
        error = error.with_traceback(None)
    return Failed(message=plain(str(error)), data=error)


def _run(request: "Request", *, watch: "Watch") -> "Outcome":
    """Runs, and leaves in Prefect what there is to see of it."""
    logger = get_run_logger()
    progress = Progress(watch)
    with tasks_of(request.settings) as tasks:
        run = Told(tasks, run_beyond=Local(), logger=logger)
        outcome = build_patiently(request, run=run, watch=progress, say=logger.warning)
    progress.end()
    for rule, count in count_rules(outcome.quarantined).items():
        logger.warning("quarantined rule=%s count=%d", rule, count)
    _if_it_takes_it(lambda: leave_table(outcome, tree=request.settings.store, seconds=run.seconds))
    if outcome.is_new:
        _if_it_takes_it(lambda: _tell_changes(request, outcome))
    return outcome


def _tell_changes(request: "Request", outcome: "Outcome") -> None:
    changes = changes_of(request.settings, now=outcome.manifest.snapshot)
    leave_changes(render_changes(changes), outcome)
    tell_grown(changes, store=store_name(request.settings.address or str(request.settings.store)))


def _if_it_takes_it(leave: Callable[[], None]) -> None:
    """Leaves something in Prefect; where that fails, the run itself has not."""
    try:
        leave()
    except Exception as error:  # noqa: BLE001  # whatever it is: the tables are published, and only a word on them is missing
        get_run_logger().warning('not_left="%s: %s"', type(error).__name__, error)


def _raw(parameters: dict[str, Any]) -> Sequence[str]:
    return parameters.get("raw") or (DEFAULT_RAW,)


def _request(  # noqa: PLR0913  # as many as the flow has
    raw: Sequence[str],
    *,
    store: str | None,
    prune: bool,
    rebuild: bool,
    fields: dict[str, str] | None,
    runner: str | None,
    dask_address: str | None,
    recognizer: str | None,
) -> "Request":
    settings = load_settings(
        store=store,
        fields=[f"{field}={name}" for field, name in (fields or {}).items()],
        runner=runner,
        dask_address=dask_address,
        recognizer=recognizer,
        environ=os.environ,
        directory=Path.cwd(),
    )
    return request_of(raw, settings=settings, is_mirror=prune, is_rebuild=rebuild)


def _tag(store: str | None) -> None:
    """Adds to the flow run's tags the store, the version, and what started it."""
    context = FlowRunContext.get()
    if not context or not context.flow_run:
        return
    flow_run = context.flow_run
    tags = {
        "unspun",
        f"store:{store_name(store)}",
        f"version:{version('unspun')}",
        f"by:{_trigger(flow_run)}",
    }
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=sorted({*flow_run.tags, *tags}))


def _trigger(flow_run: "FlowRun") -> str:
    kind = flow_run.created_by.type if flow_run.created_by else None
    if flow_run.auto_scheduled or kind == "SCHEDULE":
        return "schedule"
    return "event" if kind == "AUTOMATION" else "hand"
