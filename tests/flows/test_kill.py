"""A run that is killed leaves the old store or the new one, and the next run needs no hand."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from flows.build import Outcome
from flows.manifest import missing_files, read_manifest
from flows.paths import paths_for

Run = Callable[..., Outcome]

# Stops the run with the surest of signals when it comes to the named call for the nth time.
TRAP = """
import os, signal, sys
from pathlib import Path
from flows import exchange, store
from flows.build import Request, build
from flows.runner import run_here
from flows.settings import Settings
place, count = sys.argv[3], int(sys.argv[4])
def trapped(call):
    def wrapper(*arguments, **options):
        global count
        count -= 1
        if count == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return wrapper
if place == "between":
    exchange._exchanger = lambda: None
    rename, kill = Path.rename, trapped(lambda: None)
    Path.rename = lambda path, target: kill() if target == Path(sys.argv[2]) else rename(path, target)
elif place == "after":
    store.shutil.rmtree = trapped(store.shutil.rmtree)
elif place == "swap":
    store.swap = trapped(store.swap)
build(Request(raws=(Path(sys.argv[1]),), settings=Settings(store=Path(sys.argv[2]))), run=run_here, watch=lambda *_: None)
"""


def _is_whole(store: Path) -> int | None:
    """The snapshot of a store whose every file is what its manifest says; None where there is no store."""
    paths = paths_for(store)
    manifest = read_manifest(paths)
    if manifest is None:
        return None
    assert missing_files(manifest, paths) == []
    for files in manifest.tables.values():
        for name, file in files.items():
            assert sha256((store / name).read_bytes()).hexdigest() == file.sha256
    found = {str(path.relative_to(store)) for path in store.glob("*/**/*.parquet")}
    assert found == {name for files in manifest.tables.values() for name in files}
    return manifest.snapshot


@pytest.mark.parametrize(
    ("place", "snapshot"),
    [
        ("swap 1", 1),  # all is written, nothing is swapped
        ("after 1", 2),  # it is swapped, the old tree is still there
        ("between 1", None),  # between two renames, where the kernel cannot exchange
    ],
)
def test_killed_at_the_worst_places(raw: Path, run_build: Run, place: str, snapshot: int | None) -> None:
    """The old snapshot or the new one is there, whole; the next run ends as if nothing had been."""
    store = run_build(raw).store
    (raw / "new.txt").write_text("Tag: NEW\n\n  • New pier\n\n\n    The pier is new.\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", TRAP, raw, store, *place.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    if snapshot is None:
        assert not store.exists()
    else:
        assert _is_whole(store) == snapshot
    assert run_build(raw).manifest.counts["posts"] == 5
    assert _is_whole(store) == 2
    assert not paths_for(store).staging.exists()


def test_killed_at_any_time(raw: Path, store: Path, run_build: Run) -> None:
    """Shots at times drawn by chance, from a fixed seed, find no mixture."""
    run_build(raw)
    chance = random.Random(7)  # noqa: S311  # no secret
    for number in range(2):
        (raw / f"{number}.txt").write_text(
            f"Tag: N\n\n  • Pier {number}\n\n\n    Pier {number}.\n", encoding="utf-8"
        )
        command = [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            time.sleep(chance.uniform(0.3, 1.0))
            os.kill(child.pid, signal.SIGKILL)
        assert _is_whole(store) is not None
    assert run_build(raw).manifest.counts["posts"] == 6
    _is_whole(store)
