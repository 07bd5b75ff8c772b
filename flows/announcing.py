"""Tells Prefect that raw files have settled, by an event that a deployment may be triggered by."""

import os
from collections.abc import Mapping
from uuid import UUID

from transforms.errors import FixSettingsError, MayPassError

EVENT = "unspun.raw.settled"
_RESOURCE = "unspun.raw"
_SERVER_FAULTS = 500
_TOO_MANY = 429


def announce(name: str, payload: Mapping[str, object], *, event_id: str) -> None:
    """Emits the event `unspun.raw.settled` of the resource `unspun.raw.<name>`; the server has it when this is done.

    Args:
        name: Of the store's folder or prefix.
        payload: What settled.
        event_id: 32 hex digits; an event of the same id is recorded once.

    Raises:
        FixSettingsError: No API is configured, or it refuses the event.
        MayPassError: It does not answer.
    """
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    from httpx import HTTPError, HTTPStatusError  # noqa: PLC0415  # with prefect
    from prefect import get_client  # noqa: PLC0415  # 1.5 CPU-seconds
    from prefect.events import Event, Resource  # noqa: PLC0415  # with it

    refuse_no_api()
    url = os.environ.get("PREFECT_API_URL", "its API")
    event = Event(
        id=UUID(event_id),
        event=EVENT,
        resource=Resource({"prefect.resource.id": f"{_RESOURCE}.{name}", "prefect.resource.name": name}),
        payload=dict(payload),
    )
    try:
        with get_client(sync_client=True) as client:
            # The answer says that it is there; Prefect's own emitter sends later and does not tell.
            client.request("POST", "/events", json=[event.model_dump(mode="json")])
    except HTTPStatusError as error:
        status = error.response.status_code
        if status >= _SERVER_FAULTS or status == _TOO_MANY:
            raise MayPassError(f"Prefect could not take the event just now ({status}): see {url}.") from error
        raise FixSettingsError(
            f"Prefect refused the event ({status}): see PREFECT_API_URL ({url}) and its credentials."
        ) from error
    except (HTTPError, OSError) as error:
        raise MayPassError(
            f"Prefect does not answer at {url} ({type(error).__name__}): start it, or see PREFECT_API_URL."
        ) from error


def refuse_no_api() -> None:
    """Nothing, where an API is configured.

    Raises:
        FixSettingsError: None is: an event would go to a server that nobody sees.
    """
    if os.environ.get("PREFECT_API_URL"):
        return
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415  # 1.5 CPU-seconds; a profile may have it

    if not PREFECT_API_URL.value():
        raise FixSettingsError(
            "--event needs a Prefect server to tell: name it in PREFECT_API_URL, or leave --event out to run here."
        )
