"""A raw folder of invented pages, a run in this process, and the real command in its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

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
    """The run, in this process."""

    def run(*raws: Path, to: Path = store, caps: Caps | None = None, is_mirror: bool = False) -> Outcome:
        request = Request(raws=raws, settings=Settings(store=to, caps=caps or Caps()), is_mirror=is_mirror)
        return build(request, run=Local(), watch=lambda *_: None)

    return run


@pytest.fixture
def unspun(tmp_path: Path, store: Path) -> Command:
    """The real command in its own process, its store told by the environment."""

    def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {
            name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=known | {"UNSPUN_STORE": str(store), "COLUMNS": "200"} | environment,
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

    def find() -> list[int]:
        children: list[int] = []
        for task in Path("/proc/self/task").iterdir():
            with suppress(
                FileNotFoundError, ProcessLookupError
            ):  # a thread that ended since it was listed has none
                children += map(int, (task / "children").read_text().split())
        return sorted(
            child
            for child in children
            if b"flows.work" in (Path("/proc") / str(child) / "cmdline").read_bytes()
        )

    return find
