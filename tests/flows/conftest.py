"""A raw folder of invented pages, a run in this process, and the real command in its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from flows.build import Outcome, Request, build
from flows.runners.local import Local
from flows.settings import Caps, Settings

PAGE = """Tag: {tag}

  • Ferry over the Olm stops for {days} days | Travel


    The ferry over the Olm stops on Monday for {days} days, the harbour office of Karst said. Its engine
    needs a part that has to come from abroad, and nobody else on the coast has a boat of that size.

    People who work on the far bank will have to take the long way over the old bridge at Velm, which is
    forty minutes by car and does not have a lane for bicycles.



    The harbour office of Karst has announced that the ferry over the Olm will not sail from Monday. The
    pause will last {days} days, according to the office.

    Tags:

    1. Karst
    2. Olm
    3. Ferry

    #Ferry #Olm #stops #days


  • School in {tag} opens its garden


    The school in {tag} opened its garden to the street on Friday after {days} years of work. Parents had
    carried the earth there in buckets, and the first beans are already standing as high as the fence.

    A second garden behind the gymnasium is to follow next spring, if the town council agrees.



    A school garden in {tag} is open to everybody. Parents built it over {days} years.

    Tags:

    1. School
    2. Garden

    #School #{tag} #opens #garden
"""

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

_DEADLINE_SECONDS = 120.0

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def page() -> Callable[..., str]:
    """Makes an invented page of two posts."""

    def make(tag: str = "KARST", *, days: int = 9) -> str:
        return PAGE.format(tag=tag, days=days)

    return make


@pytest.fixture
def raw(tmp_path: Path, page: Callable[..., str]) -> Path:
    """A raw folder with two pages."""
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "karst.txt").write_text(page(), encoding="utf-8")
    (folder / "velm.txt").write_text(page("VELM", days=3), encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where the tables go."""
    return tmp_path / "data" / "processed"


@pytest.fixture
def run_build(store: Path) -> Run:
    """The run, in this process. By rules, which start at once: who finds entities is the matter of other tests."""

    def run(*raws: Path, to: Path = store, caps: Caps | None = None, is_mirror: bool = False) -> Outcome:
        settings = Settings(store=to, caps=caps or Caps(), recognizer="rules")
        request = Request(raws=raws, settings=settings, is_mirror=is_mirror)
        return build(request, run=Local(), watch=lambda *_: None)

    return run


@pytest.fixture
def unspun(tmp_path: Path, store: Path) -> Command:
    """The real command in its own process, its store told by the environment. By rules, as `run_build`."""

    def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {
            name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=known
            | {"UNSPUN_STORE": str(store), "UNSPUN_RECOGNIZER": "rules", "COLUMNS": "200"}
            | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command


@pytest.fixture
def parquet() -> Callable[[Path], dict[str, bytes]]:
    """Every Parquet file of a store, with its bytes."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("**/*.parquet"))
        }

    return read


@pytest.fixture
def times() -> Callable[[Path], dict[str, tuple[int, int]]]:
    """What tells that anything below a folder was written: inode and time of change of all of it."""

    def read(folder: Path) -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns)
            for path in sorted([folder, *folder.rglob("*")])
        }

    return read


@pytest.fixture
def workers() -> Callable[[], list[int]]:
    """The process ids of all workers of this process, at work or at rest, as /proc tells them."""

    def is_ours(process: Path) -> bool:
        with suppress(OSError):  # it ended since it was listed
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            return parent == str(os.getpid()) and b"flows.work" in (process / "cmdline").read_bytes()
        return False

    def find() -> list[int]:
        return sorted(int(process.name) for process in Path("/proc").glob("[0-9]*") if is_ours(process))

    return find


@dataclass(slots=True, kw_only=True)
class Cluster:
    """A Dask scheduler and workers with one thread each, as processes of their own on this machine."""

    folder: Path
    address: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start_scheduler(self) -> "subprocess.Popen[bytes]":
        """Starts it, and waits until it tells its address."""
        note = self.folder / "scheduler.json"
        process = self._start(
            "dask_scheduler", "--scheduler-file", str(note), "--host", "127.0.0.1", "--port", "0"
        )

        def look() -> str | None:
            with suppress(OSError, ValueError):
                return str(json.loads(note.read_text())["address"])
            return None

        self.address = self.wait("the scheduler", look)
        return process

    def start_worker(self, **environment: str) -> "subprocess.Popen[bytes]":
        """Starts a worker, and waits until the scheduler knows it."""
        with self.client() as client:
            before = set(client.nthreads())  # type: ignore[no-untyped-call]  # the package tells few types
            process = self._start(
                "dask_worker",
                self.address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--local-directory",
                str(self.folder),
                **environment,
            )

            def look() -> bool | None:
                return set(client.nthreads()) > before or None  # type: ignore[no-untyped-call]  # as above

            self.wait("the worker", look)
        return process

    @contextmanager
    def client(self) -> "Iterator[Client]":
        """Somebody who can ask the scheduler."""
        from distributed import Client  # noqa: PLC0415  # few tests need it

        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # as above
            yield client

    def wait(self, what: str, look: Callable[[], T | None]) -> T:
        """What is looked for, once it is there; the test fails with the logs where it never is."""
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(0.02)
        logs = "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))
        pytest.fail(f"{what}: not within {_DEADLINE_SECONDS:.0f} s; seen: {logs}")

    def end(self) -> None:
        """Ends all of it; workers of a scheduler that is gone end by themselves, in their own time."""
        for process in reversed(self.started):
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, command: str, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        log = self.folder / f"{len(self.started)}-{command}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", *arguments, "--no-dashboard"],
                stdout=file,
                stderr=file,
                cwd=self.folder,
                env=self.environment | environment,
            )
        self.started.append(process)
        return process


@pytest.fixture(scope="session")
def new_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cluster]]:
    """Starts clusters, given how many workers and what else is in their environment."""
    clusters: list[Cluster] = []

    def start(workers: int, **environment: str) -> Cluster:
        known = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("UNSPUN_", "PREFECT_", "AWS_"))
        }
        cluster = Cluster(folder=tmp_path_factory.mktemp("cluster"), environment=known | environment)
        clusters.append(cluster)
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker()
        return cluster

    yield start
    for cluster in clusters:
        cluster.end()


@pytest.fixture(scope="session")
def cluster(new_cluster: Callable[..., Cluster]) -> Cluster:
    """Two workers that see the file system of this machine; a test leaves them as they are."""
    return new_cluster(2)
