"""A real server and a real worker: runs by the clock, by an event and by hand, and what becomes of those that are killed."""

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

Json = dict[str, Any]
# What conftest.py gives, which a test cannot import (importlib mode).
Api = Any
Page = Callable[..., str]
Parquet = Callable[[Path], dict[str, bytes]]

_PAGES = 300
_LOOK_SECONDS = 0.02


@pytest.fixture(autouse=True)
def raw(checkout: Path, page: Page) -> Path:
    """data/raw of the checkout: two pages, and one file that cannot be read."""
    folder = checkout / "data" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "karst.txt").write_text(page(), encoding="utf-8")
    (folder / "velm.txt").write_text(page("VELM", days=3), encoding="utf-8")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return folder


@pytest.fixture
def many(checkout: Path, page: Page) -> str:
    """A folder of pages that take some seconds."""
    folder = checkout / "many"
    folder.mkdir(exist_ok=True)
    for number in range(_PAGES):
        (folder / f"{number}.txt").write_text(page(f"KARST{number}", days=number + 20), encoding="utf-8")
    return folder.name


def _is_sound(api: Api, checkout: Path, store: str) -> bool:
    done = api.command("flows.cli", "verify", "--store", store, "--json", cwd=checkout)
    return done.returncode == 0 and json.loads(done.stdout)["is_sound"] is True


def _wait_for_staging(api: Api, checkout: Path, store: str, run_id: str) -> None:
    """Waits until a run makes tables; looks often, for that is when it is to be killed."""

    def look() -> bool | None:
        for _ in range(20):
            if (checkout / f".{store}" / "staging" / "next").exists():
                return True
            time.sleep(_LOOK_SECONDS)
        assert api.run(run_id)["state_type"] not in {"COMPLETED", "FAILED", "CRASHED"}, api.seen()
        return None

    api.wait("the run makes tables", look)


def test_all_is_deployed_as_the_file_says(api: Api, deployed: str) -> None:
    """`prefect deploy --all` asks nothing; each deployment runs one at a time, and every parameter is described."""
    for name, strategy in (("nightly", "CANCEL_NEW"), ("hourly", "CANCEL_NEW"), ("on-new-raw", "ENQUEUE")):
        found = api.deployment(name)
        assert f"unspun/{name}" in deployed
        assert found["global_concurrency_limit"]["limit"] == 1
        assert found["concurrency_options"]["collision_strategy"] == strategy
        assert found["work_pool_name"] == "unspun"
        assert found["description"]
        described = {
            key: value.get("description")
            for key, value in found["parameter_openapi_schema"]["properties"].items()
        }
        assert described.keys() == found["parameters"].keys()
        assert all(described.values()), described
    (nightly,) = api.deployment("nightly")["schedules"]
    assert nightly["schedule"] == {"cron": "0 3 * * *", "timezone": "Etc/UTC", "day_or": True}
    assert nightly["active"] is True


def test_the_scheduler_starts_a_run(api: Api, worker: object, checkout: Path) -> None:
    """A run that nobody started appears and finishes; its tables are sound, and its name, tags, artifacts, lines and event are there."""
    assert worker
    schedules = f"deployments/{api.deployment('hourly')['id']}/schedules"
    (added,) = api.post(schedules, [{"active": True, "schedule": {"interval": 4}}])
    try:
        run = api.wait(
            "a scheduled run that is done",
            lambda: next(
                (
                    run
                    for run in api.runs("hourly")
                    if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED"}
                ),
                None,
            ),
        )
    finally:
        api.delete(f"{schedules}/{added['id']}")
    assert (run["auto_scheduled"], run["created_by"]["type"]) == (True, "SCHEDULE")
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert run["name"] == "processed from raw"
    assert {"unspun", "hourly", "store:processed", "by:schedule"} <= set(run["tags"])
    assert any(tag.startswith("version:") for tag in run["tags"])
    assert _is_sound(api, checkout, "data/processed")
    # The first of them made the tables; where that was not the one seen, others found nothing new.
    runs = [one for one in api.runs("hourly") if one["state_type"] == "COMPLETED"]
    first = min(runs, key=lambda one: str(one["start_time"]))
    assert first["state"]["message"] == "Snapshot 1: 2 files read, 4 articles."
    artifacts = api.artifacts(first["id"])
    assert artifacts.keys() == {"unspun-run", "unspun-changes"}
    table = json.loads(artifacts["unspun-run"]["data"])
    assert {"step": "compose", "count": "articles", "reason": "", "value": 4} in table
    assert {"step": "read", "count": "files quarantined", "reason": "binary", "value": 1} in table
    assert artifacts["unspun-changes"]["data"].startswith("# Snapshot 1")
    (done,) = api.wait("its event", lambda: api.events("unspun.run.completed", first["id"]) or None)
    assert done["resource"]["prefect.resource.id"] == "unspun.store.processed"
    assert done["payload"]["exit_code"] == 0
    said = 'run=completed store=processed exit_code=0 said="Snapshot 1: 2 files read, 4 articles."'
    lines = api.wait("its last line", lambda: found if said in (found := api.lines(first["id"])) else None)
    assert any(line.startswith('step="scan" seconds=') and "files=2" in line for line in lines)
    assert "quarantined rule=binary count=1" in lines


def test_new_raw_starts_a_run(api: Api, worker: object) -> None:
    """The event that raw files have settled starts the deployment that waits for it."""
    assert worker
    event = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "unspun.raw.settled",
        "resource": {"prefect.resource.id": "unspun.raw.processed"},
        "payload": {},
    }
    api.post("events", [event])
    run = api.wait(
        "a run by the event",
        lambda: next((run for run in api.runs("on-new-raw") if run["state_type"] != "SCHEDULED"), None),
    )
    ended = api.ended(run["id"])
    assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
    assert "by:event" in ended["tags"]


def test_a_killed_run_changes_nothing(
    api: Api, worker: object, checkout: Path, many: str, parquet: Parquet
) -> None:
    """Killed with -9 in the midst it is crashed, said so by the worker's hook; the store is as it was and sound, and the next run goes ahead."""
    assert worker
    before = api.ended(api.begin("nightly", store="killed"))
    assert before["state_type"] == "COMPLETED", before["state"]["message"]
    tables = parquet(checkout / "killed")
    run_id = api.begin("nightly", store="killed", raw=[many])
    _wait_for_staging(api, checkout, "killed", run_id)
    os.kill(int(api.run(run_id)["infrastructure_pid"]), signal.SIGKILL)
    ended = api.ended(run_id)
    assert ended["state_type"] == "CRASHED"
    (crashed,) = api.wait("its event", lambda: api.events("unspun.run.crashed", run_id) or None)
    assert crashed["payload"]["exit_code"] == 128 + signal.SIGKILL
    assert parquet(checkout / "killed") == tables
    assert _is_sound(api, checkout, "killed")
    after = api.ended(api.begin("nightly", store="killed", raw=[many]))
    assert after["state"]["message"] == f"Snapshot 2: {_PAGES} files read, {4 + 2 * _PAGES} articles."
    assert _is_sound(api, checkout, "killed")


def test_one_run_at_a_time_and_a_cancelled_one_changes_nothing(
    api: Api, worker: object, checkout: Path
) -> None:
    """While a run is under way another is cancelled; the first, cancelled by a person, ends, and the next goes ahead."""
    assert worker
    first = api.begin("nightly", store="cancelled", raw=["data/raw", "s3://silent/raw"])
    api.wait("it runs", lambda: True if any("Beginning" in line for line in api.lines(first)) else None)
    second = api.ended(api.begin("nightly", store="cancelled"))
    assert (second["state_type"], second["state"]["message"]) == (
        "CANCELLED",
        "Deployment concurrency limit reached.",
    )
    assert api.run(first)["state_type"] == "RUNNING"
    api.post(f"flow_runs/{first}/set_state", {"state": {"type": "CANCELLING"}})
    assert api.ended(first)["state_type"] == "CANCELLED"
    (told,) = api.wait("its event", lambda: api.events("unspun.run.cancelled", first) or None)
    assert told["payload"]["exit_code"] == 130
    assert not (checkout / "cancelled").exists()
    third = api.ended(api.begin("nightly", store="cancelled"))
    assert third["state_type"] == "COMPLETED", third["state"]["message"]
    assert _is_sound(api, checkout, "cancelled")


def test_a_failed_run_says_why(api: Api, worker: object, checkout: Path) -> None:
    """The state's message is the sentence that the command says, and the event has the command's exit code."""
    assert worker
    run = api.ended(api.begin("nightly", store="failed", raw=["nothing-here"]))
    (event,) = api.wait("its event", lambda: api.events("unspun.run.failed", run["id"]) or None)
    done = api.command("flows.cli", "run", "nothing-here", "--store", "failed", "--record", cwd=checkout)
    by_hand = max(api.runs(), key=lambda one: str(one["created"]))
    assert run["state_type"] == by_hand["state_type"] == "FAILED"
    assert done.stderr == f"unspun: {run['state']['message']}\n"
    assert by_hand["state"]["message"] == run["state"]["message"]
    assert done.returncode == event["payload"]["exit_code"] == 2
    assert "by:hand" in by_hand["tags"]


def test_a_recorded_run_that_was_killed_stops_nobody(api: Api, checkout: Path, many: str) -> None:
    """A run at a terminal that is killed with -9 stays Running in Prefect; the next run, by hand or by schedule, goes ahead."""
    process = api.start("flows.cli", "run", many, "--store", "adhoc", "--record", cwd=checkout)
    run = api.wait(
        "the run", lambda: next((one for one in api.runs() if one["name"].startswith("adhoc from")), None)
    )
    _wait_for_staging(api, checkout, "adhoc", run["id"])
    process.kill()
    process.wait()
    assert api.run(run["id"])["state_type"] == "RUNNING"
    done = api.command("flows.cli", "run", "--store", "adhoc", "--record", "--json", cwd=checkout)
    assert done.returncode == 0, done.stderr
    scheduled = api.ended(api.begin("nightly", store="adhoc"))
    assert scheduled["state"]["message"] == "Nothing new: 2 files unchanged."
    assert api.run(run["id"])["state_type"] == "RUNNING"
    assert _is_sound(api, checkout, "adhoc")
