"""Every command that docs/operations.md gives for schedules and for good is done on one machine, and what it promises is looked at."""

import json
import re
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[3]
# A heartbeat or a run that stays away is waited for so many seconds here; in the files it is minutes and days.
_ABSENCE = 10
# They need root, systemd, or another state of this checkout: test_units.py looks at what they name.
_NOT_HERE = ("sudo ", "git -C ", "make -C ")

Documented = Callable[[str], list[str]]
Parquet = Callable[[Path], dict[str, bytes]]
# What conftest.py gives, which a test cannot import (importlib mode).
Machine = Any


class _Hook(BaseHTTPRequestHandler):
    heard: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002  # http.server's name
        """Says nothing."""


@pytest.fixture(scope="module")
def webhook() -> Iterator[str]:
    """An address that notifications are sent to."""
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/unspun"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def silent_s3() -> Iterator[str]:
    """An S3 server that takes requests and never answers: a run that reads from it stands still."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="module")
def machine(
    tmp_path_factory: pytest.TempPathFactory,
    start_machine: Callable[..., Machine],
    documented: Documented,
    webhook: str,
    silent_s3: str,
) -> Machine:
    """A machine on which every command was done once, in the document's order."""
    if not shutil.which("flock"):
        pytest.skip("flock of util-linux is not installed")
    folder = tmp_path_factory.mktemp("machine")
    for name in ("prefect.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("data/raw", "scrapes"):
        shutil.copytree(ROOT / "data" / "raw" / "sample", folder / name)
    machine = start_machine(
        folder,
        PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY="PT1S",
        WEBHOOK=webhook,
        AWS_ENDPOINT_URL=silent_s3,
        AWS_ACCESS_KEY_ID="nobody",
        AWS_SECRET_ACCESS_KEY="nothing",  # noqa: S106  # of nobody
        AWS_REGION="eu-central-1",
    )
    # Those are test_postgres.py's.
    last = len(documented("### PostgreSQL"))
    for command in [*documented("## On a schedule"), *documented("## Running it for good")[:-last]]:
        if not command.startswith(_NOT_HERE):
            machine.do(command)
    return machine


def _shorten(machine: Machine, name: str) -> str:
    """Makes an automation anew with a short time of waiting; gives its id."""
    (kept,) = (one for one in machine.ask("automations/filter", {}) if one["name"] == name)
    body = {key: kept[key] for key in ("name", "description", "enabled", "trigger", "actions")}
    body["trigger"] |= {"within": _ABSENCE}
    return str(machine.ask("automations/", body)["id"])


def test_every_command_works(machine: Machine) -> None:
    """None of the commands fails, and the runs that they start are done."""
    assert machine.failed == []
    assert len(machine.done) > 20
    states = [machine.ended(run["id"])["state_type"] for run in machine.runs() if run["deployment_id"]]
    assert set(states) <= {"COMPLETED", "CANCELLED"}
    assert "COMPLETED" in states


def test_a_backup_brings_all_back(machine: Machine, parquet: Parquet) -> None:
    """The tables are the same, snapshots still share their bytes with the store, and the copy of Prefect's database is sound."""
    there, restored = machine.folder / "data" / "processed", machine.folder / "restored" / "processed"
    assert parquet(restored) == parquet(there)
    state = restored.parent / ".processed"
    assert (state / "parses").is_dir()
    assert not (state / "made").exists()
    newest = max((state / "snapshots").iterdir(), key=lambda path: int(path.name))
    for path in restored.rglob("*.parquet"):
        assert path.samefile(newest / path.relative_to(restored))
    with closing(sqlite3.connect(machine.folder / "backups" / "prefect.db")) as kept:
        assert kept.execute("pragma integrity_check").fetchone() == ("ok",)
        assert kept.execute("select count(*) from flow_run where state_type = 'COMPLETED'").fetchone()[0] > 0


def test_somebody_is_told_of_what_is_new_in_the_quarantine(machine: Machine) -> None:
    """A run that leaves out one file more sends one message, with its name."""
    heard = len(_Hook.heard)
    (machine.folder / "data" / "raw" / "broken.bin").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert machine.ended(machine.begin("nightly"))["state_type"] == "COMPLETED"
    told = machine.wait("a notification", lambda: _Hook.heard[heard:] or None)
    assert [message["text"] for message in told] == [
        "unspun: 1 new in the quarantine of processed: {'binary': 1}: ['broken.bin']"
    ]


def test_a_deployment_below_the_floor_is_paused(machine: Machine) -> None:
    """Pages without a post end the run with 5, and its deployment is paused; to deploy it again lets it go on."""
    pages = machine.folder / "menus"
    pages.mkdir()
    for number in range(5):
        text = "".join(
            f"<p>The ferry of pier {number} was taken out of service on day {day}, as the harbour office said, "
            "because planks had come loose and nobody was there to put them back before the winter came.</p>"
            for day in range(20)
        )
        page = f"<html><body><nav><h1>Planks come loose, {number}</h1>{text}</nav></body></html>"
        (pages / f"{number}.html").write_text(page, encoding="utf-8")
    run = machine.ended(machine.begin("hourly", raw=["menus"], store="menus-out"))
    assert run["state_type"] == "FAILED"
    assert "Nothing was published: look at " in run["state"]["message"]
    hourly = "deployments/name/unspun/hourly"
    machine.wait("the pause", lambda: True if machine.ask(hourly)["paused"] else None)
    again = machine.run("prefect --no-prompt deploy --all")
    assert again.returncode == 0, again.stdout + again.stderr
    assert machine.ask(hourly)["paused"] is False


def test_a_run_without_heartbeat_is_crashed(machine: Machine) -> None:
    """A recorded run that was killed at its terminal is not left Running."""
    short = _shorten(machine, "unspun run without heartbeat")
    process = machine.start("unspun run s3://silent/raw --store silent-out --record")
    run_id = machine.wait(
        "the run",
        lambda: next((run["id"] for run in machine.runs() if run["state_type"] == "RUNNING"), None),
    )
    machine.wait("a heartbeat", lambda: machine.has_event("prefect.flow-run.heartbeat", run_id))
    process.kill()
    ended = machine.ended(run_id)
    assert ended["state_type"] == "CRASHED"
    assert ended["state"]["message"].startswith("No heartbeat for ")
    machine.ask(f"automations/{short}", method="DELETE")


def test_a_run_is_started_where_none_came(machine: Machine) -> None:
    """Where no run completes in time, the automation starts one."""
    short = _shorten(machine, "unspun has not run")

    def look() -> str | None:
        runs = machine.runs()
        by = [run["id"] for run in runs if run["created_by"] and run["created_by"]["type"] == "AUTOMATION"]
        return by[0] if by else None

    machine.wait("a run by the automation", look)
    machine.ask(f"automations/{short}", method="DELETE")


def test_a_stopped_worker_leaves_no_run_running(machine: Machine) -> None:
    """The unit's ExecStop, then systemd's SIGTERM: the run is Crashed, its event is there, and the worker has left by itself."""
    if not shutil.which("pkill"):
        pytest.skip("pkill of procps is not installed")
    worker = machine.started["prefect worker start --pool unspun"]
    run_id = machine.begin("hourly", raw=["s3://silent/raw"], store="stopped")

    def has_begun() -> bool | None:
        lines = machine.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [run_id]}}, "limit": 200})
        return True if any("Beginning" in line["message"] for line in lines) else None

    machine.wait("the run", has_begun)
    unit = (ROOT / "deploy" / "systemd" / "unspun-worker.service").read_text(encoding="utf-8")
    (stop,) = re.findall(r"^ExecStop=(.+)$", unit, re.MULTILINE)
    done = machine.run(stop.replace("$MAINPID", str(worker.pid)))
    assert done.returncode == 0, done.stderr
    assert machine.ask(f"flow_runs/{run_id}")["state_type"] == "CRASHED"
    assert machine.has_event("unspun.run.crashed", run_id)
    worker.terminate()
    assert worker.wait(60) == 0
