"""A watch that tells a real Prefect server that raw files have settled, once for each news."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.paths import paths_for

Command = Callable[..., subprocess.CompletedProcess[str]]
DEADLINE_SECONDS = 120
QUICK = ("--event", "--once", "--every", "0.05", "--settle", "0.1", "--json")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that was started for these tests."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("prefect")
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
    }
    with (home / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env=known | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}/api"
    try:
        end = time.monotonic() + DEADLINE_SECONDS
        while not _answers(f"{url}/health"):
            assert server.poll() is None, (home / "log").read_text(encoding="utf-8")
            assert time.monotonic() < end, (home / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=DEADLINE_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def told(api: str, *, at_least: int) -> list[dict[str, Any]]:
    """The events of ours that the server has, in order, as soon as there are so many of them."""
    asked = json.dumps(
        {"filter": {"event": {"name": ["unspun.raw.settled"]}, "order": "ASC"}, "limit": 50}
    ).encode()
    request = urllib.request.Request(  # noqa: S310  # our own server
        f"{api}/events/filter", data=asked, headers={"Content-Type": "application/json"}
    )
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # our own server
            events: list[dict[str, Any]] = json.load(answer)["events"]
        if len(events) >= at_least:
            return events
        assert time.monotonic() < end, events
        time.sleep(0.2)


def test_settled_files_are_told_once(
    api: str, raw: Path, store: Path, unspun: Command, page: Callable[..., str]
) -> None:
    """The event names store, places, files and bytes; a restart without news tells nothing; told twice, it is one event."""
    size = sum(path.stat().st_size for path in raw.iterdir())
    note = paths_for(store).state / "watched.json"

    def tell() -> list[str]:
        done = unspun("watch", raw, *QUICK, PREFECT_API_URL=api)
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line)["what"] for line in done.stdout.splitlines()]

    assert tell() == ["watching", "settled", "event", "handled"]
    (event,) = told(api, at_least=1)
    assert event["resource"]["prefect.resource.id"] == "unspun.raw.processed"
    assert event["payload"] == {"raw": [str(raw)], "files": 2, "bytes": size}
    assert not store.exists()

    assert tell() == ["watching"]

    before = note.read_bytes()
    (raw / "new.txt").write_text(page("NEW"), encoding="utf-8")
    assert tell() == ["watching", "settled", "event", "handled"]
    # As a watch leaves it that was killed between the event and the note.
    note.write_bytes(before)
    assert tell() == ["watching", "settled", "event", "handled"]
    (raw / "more.txt").write_text(page("MORE"), encoding="utf-8")
    assert tell() == ["watching", "settled", "event", "handled"]
    assert [event["payload"]["files"] for event in told(api, at_least=3)] == [2, 3, 4]


def test_a_server_that_does_not_answer(raw: Path, store: Path, unspun: Command) -> None:
    """It is tried again later, and nothing counts as handled."""
    done = unspun("watch", raw, *QUICK, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 3
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["what"] for line in lines] == ["watching", "settled", "refused"]
    assert "Prefect does not answer at http://127.0.0.1:9/api" in lines[-1]["sentence"]
    assert not (paths_for(store).state / "watched.json").exists()


def test_an_event_needs_somebody_to_tell(raw: Path, unspun: Command, tmp_path: Path) -> None:
    """Without an API no server is started in secret."""
    done = unspun("watch", raw, *QUICK, PREFECT_HOME=str(tmp_path / "prefect"))
    assert done.returncode == 2
    assert "--event needs a Prefect server to tell" in done.stderr
