"""A run as a Prefect flow run: named, its steps as task runs, its counts as a table artifact."""

import os
from typing import TYPE_CHECKING

from flows.runner import run_as_task
from transforms.errors import RetryLaterError

if TYPE_CHECKING:
    from flows.build import Outcome, Request, Watch

ARTIFACT_KEY = "unspun-run"
_NAME_CHARS = 200
# Prefect's own talk would bury the report: the terminal gets none of it, the API all of it. A server that is
# started here calls nobody.
_QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


def build_recorded(request: "Request", *, watch: "Watch") -> "Outcome":
    """The same run as `build`, recorded by the configured Prefect API, or by a server started for it.

    Raises:
        RetryLaterError: The configured API does not answer.
        UnspunError: As `build` does; the flow run then stands as failed.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    from prefect import flow  # noqa: PLC0415  # 1.5 CPU-seconds, for recorded runs only
    from prefect.artifacts import create_table_artifact  # noqa: PLC0415  # the same

    from flows.report import as_rows, plain  # noqa: PLC0415  # with it
    from flows.s3.choice import build_anywhere  # noqa: PLC0415  # with it

    _refuse_silent_api()
    settings = request.settings
    sources = [*(plain(raw.name) for raw in request.raws), *settings.sources]
    run_name = f"{settings.address or settings.store.name} from {', '.join(sources)}"[:_NAME_CHARS]

    @flow(name="unspun", flow_run_name=run_name, validate_parameters=False, persist_result=False)
    def unspun(raws: list[str], store: str) -> "Outcome":  # noqa: ARG001  # the parameters are what Prefect shows
        outcome = build_anywhere(request, run=run_as_task, watch=watch)
        rows = [{"count": label, "value": value} for label, value in as_rows(outcome)]
        create_table_artifact(
            rows, key=ARTIFACT_KEY, description=f"Snapshot {outcome.manifest.snapshot} of {outcome.store}"
        )
        return outcome

    return unspun([*map(str, request.raws), *settings.sources], settings.address or str(settings.store))


def _refuse_silent_api() -> None:
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return
    from prefect import get_client  # noqa: PLC0415  # with it

    with get_client(sync_client=True) as client:
        if client.api_healthcheck() is not None:
            raise RetryLaterError(
                f"Prefect does not answer at {url}: start it and run again, or unset PREFECT_API_URL to run without a record."
            )
