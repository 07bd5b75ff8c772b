"""A real Prefect server and worker, started once, and the real CLI against them."""

import os
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
_DEADLINE_SECONDS = 120.0
_POLL_SECONDS = 0.3
_END_SECONDS = 8.0

Json = dict[str, Any]
T = TypeVar("T")


def quiet_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would lead a command elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))}
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return kept | {"PYTHONPATH": paths, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"} | more


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(what: str, look: Callable[[], T | None], *, shown: Callable[[], object]) -> T:
    """What is looked for, once it is there; the test fails with what was seen where it never is."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(_POLL_SECONDS)
    pytest.fail(f"{what}: not within {_DEADLINE_SECONDS:.0f} s; seen: {shown()}")


def end(process: "subprocess.Popen[Any]", *, terms: int = 2) -> None:
    """Ends a process and whatever it has started; a Prefect worker wants to be told twice."""
    for _ in range(terms):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(slots=True, kw_only=True)
class Api:
    """A Prefect server that runs, asked over its own REST API."""

    url: str
    home: Path
    folder: Path
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        """That of a command that talks to this server."""
        return quiet_environment(
            PREFECT_API_URL=self.url,
            PREFECT_HOME=str(self.home),
            PREFECT_WORKER_QUERY_SECONDS="1",
            PREFECT_RUNNER_POLL_FREQUENCY="1",
            **more,
        )

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  # JSON, of whatever shape
        """The answer to a request; one that came while another wrote (SQLite has one writer) is made again."""

        def look() -> httpx.Response | None:
            answer = httpx.request(method, f"{self.url}/{path}", json=body, timeout=120)
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        answer = wait_for(f"an answer to {method} {path}", look, shown=self.logs)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401  # the same
        """The answer to a POST."""
        return self.ask("POST", path, body)

    def get(self, path: str) -> Any:  # noqa: ANN401  # the same
        """The answer to a GET."""
        return self.ask("GET", path)

    def delete(self, path: str) -> None:
        """Takes something away."""
        self.ask("DELETE", path)

    def wait(self, what: str, look: Callable[[], T | None]) -> T:
        """What is looked for, once it is there; where it never is, the test fails with the runs and logs."""
        return wait_for(what, look, shown=self.seen)

    def seen(self) -> str:
        """The runs and what the commands have said, for a person whose test fails."""
        runs = [
            f"{run['name']} {run['state_name']} {run['state'] and run['state']['message']}"
            for run in self.runs()
            if run["state_type"] != "SCHEDULED"
        ]
        return "\n".join([*runs, self.logs()])

    def runs(self, deployment: str | None = None) -> list[Json]:
        """The flow runs, of one deployment or all, the newest first."""
        where: Json = {"deployments": {"name": {"any_": [deployment]}}} if deployment else {}
        found: list[Json] = self.post("flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 200, **where})
        return found

    def run(self, run_id: str) -> Json:
        """A flow run."""
        found: Json = self.get(f"flow_runs/{run_id}")
        return found

    def ended(self, run_id: str) -> Json:
        """A flow run, once it has ended."""

        def look() -> Json | None:
            run = self.run(run_id)
            return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

        return self.wait("the end of the run", look)

    def begin(self, deployment: str, **parameters: object) -> str:
        """Starts a run of a deployment by hand; gives its id."""
        deployment_id = self.deployment(deployment)["id"]
        run: Json = self.post(f"deployments/{deployment_id}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def events(self, name: str, run_id: str) -> list[Json]:
        """The events of a name that are related to a flow run."""
        found = self.post("events/filter", {"filter": {"event": {"name": [name]}}, "limit": 50})
        return [
            event
            for event in found["events"]
            if any(one["prefect.resource.id"] == f"prefect.flow-run.{run_id}" for one in event["related"])
        ]

    def lines(self, run_id: str) -> list[str]:
        """What a run has logged, in its order."""
        where = {"flow_run_id": {"any_": [run_id]}}
        found = self.post("logs/filter", {"logs": where, "sort": "TIMESTAMP_ASC", "limit": 200})
        return [line["message"] for line in found]

    def artifacts(self, run_id: str) -> dict[str, Json]:
        """The artifacts of a run, by key."""
        found = self.post("artifacts/filter", {"flow_runs": {"id": {"any_": [run_id]}}, "limit": 50})
        return {artifact["key"]: artifact for artifact in found}

    def deployment(self, name: str) -> Json:
        """A deployment of the flow, by its name."""
        found: Json = self.get(f"deployments/name/unspun/{name}")
        return found

    def start(self, *command: str, cwd: Path, **more: str) -> "subprocess.Popen[bytes]":
        """Starts a command in a session of its own, its output in a file of the folder."""
        log = (self.folder / f"{len(self.started)}-{command[0].replace('/', '_')}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=cwd,
                env=self.environment(**more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def command(self, *command: str, cwd: Path, **more: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=cwd,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_DEADLINE_SECONDS,
            check=False,
        )

    def logs(self) -> str:
        """What the commands that were started have said, for a person whose test fails."""
        return "\n".join(
            f"== {log.name}\n{log.read_text(errors='replace')[-4000:]}"
            for log in sorted(self.folder.glob("*.log"))
        )


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server of its own, with nothing in it."""
    folder = tmp_path_factory.mktemp("prefect")
    port = free_port()
    found = Api(url=f"http://127.0.0.1:{port}/api", home=folder / "home", folder=folder)
    try:
        server = found.start(
            *("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)),
            cwd=folder,
            PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS="2",
        )

        def is_up() -> bool | None:
            assert server.poll() is None, found.logs()
            with suppress(httpx.HTTPError):
                return True if httpx.get(f"{found.url}/health", timeout=5).json() is True else None
            return None

        wait_for("the server", is_up, shown=found.logs)
        yield found
    finally:
        for process in reversed(found.started):
            end(process)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with prefect.yaml and pyproject.toml as in the repository, to be deployed from."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("prefect.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def deployed(api: Api, checkout: Path) -> str:
    """What `prefect deploy` says: the pool is made and all is deployed, as docs/operations.md tells it."""
    made = api.command("prefect", "work-pool", "create", "unspun", "--type", "process", cwd=checkout)
    assert made.returncode == 0, made.stdout + made.stderr
    done = api.command("prefect", "--no-prompt", "deploy", "--all", cwd=checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def silent_s3() -> Iterator[str]:
    """An S3 server that takes requests and never answers: a run that reads from it stands still."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="session")
def worker(api: Api, checkout: Path, deployed: str, silent_s3: str) -> "subprocess.Popen[bytes]":
    """A worker of the pool, its S3 the silent one."""
    assert "successfully created" in deployed
    return api.start(
        *("prefect", "worker", "start", "--pool", "unspun"),
        cwd=checkout,
        AWS_ENDPOINT_URL=silent_s3,
        AWS_ACCESS_KEY_ID="nobody",
        AWS_SECRET_ACCESS_KEY="nothing",  # noqa: S106  # of nobody
        AWS_REGION="eu-central-1",
    )
