"""The commands that docs/operations.md gives, and a machine on which they are done: a folder, its environment, what was started there."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

ROOT = Path(__file__).parents[3]
_BASH = shutil.which("bash") or "bash"
_DEADLINE_SECONDS = 120.0
_LOOK_SECONDS = 0.4
_END_SECONDS = 15.0
# They go on until they are ended.
_LONG = ("prefect server start", "prefect worker start")
# Addresses, which are the test's own.
_FIXED = {"PREFECT_API_URL", "WEBHOOK", "PREFECT_SERVER_DATABASE_CONNECTION_URL"}
_ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

Json = dict[str, Any]
T = TypeVar("T")


@pytest.fixture(scope="session")
def documented() -> Callable[[str], list[str]]:
    """Gives the commands in the sh blocks below a heading of the document, one a line."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    def find(heading: str) -> list[str]:
        level = heading.partition(" ")[0]
        below = text.partition(f"\n{heading}\n")[2]
        below = re.split(rf"^#{{2,{len(level)}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]
        blocks = re.findall(r"^```sh\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
        return [line for block in blocks for line in block.splitlines() if line.strip()]

    return find


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    """That of a machine: this process's without what would lead a command elsewhere."""
    others = ("UNSPUN_", "PREFECT_", "PG", "AWS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    port = free_port()
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "HOME": str(folder),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "UNSPUN_HOME": str(ROOT),
        **more,
    }


@dataclass(slots=True, kw_only=True)
class Machine:
    """A folder that is deployed from, its environment, and what was started in it."""

    folder: Path
    environment: dict[str, str]
    started: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def run(self, command: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command of a shell to its end."""
        return subprocess.run(
            [_BASH, "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment | more,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_DEADLINE_SECONDS,
            check=False,
        )

    def start(self, command: str) -> "subprocess.Popen[bytes]":
        """Starts a command that goes on, with signals as a service has them."""
        with (self.folder / f"{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [_BASH, "-c", f"exec {command}"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_hear_sigint,  # noqa: PLW1509  # one system call
            )
        self.started[command] = process
        return process

    def end(self) -> None:
        """Ends all that was started, and what that has started."""
        for process in reversed(self.started.values()):
            for number in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_END_SECONDS)

    def do(self, command: str) -> None:
        """Does a command of the document as a person would, and notes whether it failed."""
        exported = re.match(r"export (\w+)=", command)
        if command.startswith(_LONG):
            process = self.start(command)
            if command.startswith("prefect server"):
                self.wait("the server", lambda: self._is_up(process))
        elif not exported:
            self._note(command, self.run(command))
        elif exported[1] not in _FIXED:
            shown = self.run(f'{command}; printf %s "${exported[1]}"')
            self.environment[exported[1]] = shown.stdout
            self._note(command, shown)

    def _note(self, command: str, done: "subprocess.CompletedProcess[str]") -> None:
        self.done.append(command)
        if done.returncode:
            self.failed.append(f"{command}\n{done.returncode}\n{done.stdout}{done.stderr}")

    def _is_up(self, server: "subprocess.Popen[bytes]") -> bool | None:
        assert server.poll() is None, self.logs()
        with suppress(httpx.HTTPError):
            answer = httpx.get(f"{self.environment['PREFECT_API_URL']}/health", timeout=5)
            return True if answer.json() is True else None
        return None

    def logs(self) -> str:
        """What was said by all that was started."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs)

    def wait(self, what: str, look: Callable[[], T | None]) -> T:
        """What is looked for, once it is there; where it never is, the test fails with what was said."""
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(_LOOK_SECONDS)
        pytest.fail(f"{what}: not within {_DEADLINE_SECONDS:.0f} s; seen: {self.logs()}")

    def ask(self, path: str, body: object = None, *, method: str | None = None) -> Any:  # noqa: ANN401  # JSON, of whatever shape
        """What the API answers, to a POST where there is a body."""
        url = f"{self.environment['PREFECT_API_URL']}/{path}"
        method = method or ("GET" if body is None else "POST")

        def look() -> httpx.Response | None:
            answer = httpx.request(method, url, json=body, timeout=120)
            # Somebody else writes into SQLite; Prefect's own client asks again too.
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        answer = self.wait("an answer", look)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def begin(self, deployment: str, **parameters: object) -> str:
        """Starts a run; gives its id."""
        found = self.ask(f"deployments/name/unspun/{deployment}")["id"]
        return str(self.ask(f"deployments/{found}/create_flow_run", {"parameters": parameters})["id"])

    def ended(self, run_id: str) -> Json:
        """A run, once it has ended."""

        def look() -> Json | None:
            run: Json = self.ask(f"flow_runs/{run_id}")
            return run if run["state_type"] in _ENDED else None

        return self.wait("the end of a run", look)

    def runs(self) -> list[Json]:
        """The runs that are not to come, the newest first."""
        found: list[Json] = self.ask("flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 100})
        return [run for run in found if run["state_type"] != "SCHEDULED"]

    def has_event(self, name: str, run_id: str) -> bool | None:
        """Whether there is an event of that name about a run; None where not."""
        found = self.ask("events/filter", {"filter": {"event": {"name": [name]}}, "limit": 50})
        about = [place for event in found["events"] for place in [event["resource"], *event["related"]]]
        return (
            True
            if any(place["prefect.resource.id"] == f"prefect.flow-run.{run_id}" for place in about)
            else None
        )


def _hear_sigint() -> None:
    """Where a shell had SIGINT ignored, its children are born so, and a worker, which turns SIGTERM into that, hears neither."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def start_machine() -> Iterator[Callable[..., Machine]]:
    """Makes machines in folders, which end with the module."""
    made: list[Machine] = []

    def make(folder: Path, **more: str) -> Machine:
        made.append(Machine(folder=folder, environment=environment_of(folder, **more)))
        return made[-1]

    yield make
    for machine in made:
        machine.end()
