"""A run at the terminal that is recorded as a Prefect flow run."""

import os
from typing import TYPE_CHECKING

from transforms.errors import RetryLaterError

if TYPE_CHECKING:
    from flows.build import Outcome, Request, Watch

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
    _refuse_silent_api()
    from flows.flow import Handed, handed, unspun  # noqa: PLC0415  # 1.5 CPU-seconds, for recorded runs only
    from flows.report import plain  # noqa: PLC0415  # with it

    settings = request.settings
    box = Handed(request=request, watch=watch)
    token = handed.set(box)
    try:
        unspun(
            raw=[*(plain(str(raw)) for raw in request.raws), *settings.sources],
            store=settings.address or plain(str(settings.store)),
            prune=request.is_mirror,
            rebuild=request.is_rebuild,
            fields=dict(settings.fields),
            return_state=True,
        )
    finally:
        handed.reset(token)
    if box.error:
        raise box.error
    if not box.outcome:
        raise RetryLaterError("Prefect did not let the run begin; look at its server's log, and run again.")
    return box.outcome


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
