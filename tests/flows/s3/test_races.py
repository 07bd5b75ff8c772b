"""Two that write at once lose nothing, and one that is killed leaves the pointer where it was."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from flows.build import Outcome
from flows.query import ask
from flows.s3.bucket import Bucket
from flows.s3.pointer import POINTER, SNAPSHOTS, read_pointer
from flows.s3.reading import open_tree
from transforms.errors import RetryLaterError

Run = Callable[..., Outcome]
Server = Any  # of conftest
Fetched = Callable[[str], dict[str, bytes]]
Page = Callable[..., str]


@pytest.mark.parametrize("is_first", [True, False])
def test_two_writers_lose_nothing(  # noqa: PLR0913, PLR0917  # fixtures
    tmp_path: Path,
    raw: Path,
    page: Page,
    run_s3: Run,
    server: Server,
    bucket: Bucket,
    address: str,
    is_first: bool,  # noqa: FBT001  # pytest's
) -> None:
    """Both come to the pointer at once; one is refused, builds again upon the other, and the rows of both are there."""
    if not is_first:
        run_s3(raw)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(page(name.upper(), days=len(name)), encoding="utf-8")
    both = Barrier(2, timeout=60)

    def wait(method: str, key: str) -> None:
        if method == "PUT" and key.endswith(POINTER) and not both.broken:
            try:
                both.wait()
            except BrokenBarrierError:
                return
            both.abort()

    server.asked.clear()
    server.trap = wait
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run_s3, tmp_path / name, cache=name) for name in ("one", "two")]
        outcomes = [one.result() for one in runs]
    moves = [one.status for one in server.asked if one.method == "PUT" and one.key.endswith(POINTER)]
    assert sorted(moves) == [200, 200, 412]
    assert sorted(outcome.manifest.snapshot for outcome in outcomes) == ([1, 2] if is_first else [2, 3])
    question = "select distinct raw_file from sightings order by 1"
    files = [name for (name,) in ask(open_tree(address), question).rows()]
    assert (
        files
        == ["karst.txt", "one.txt", "two.txt", "velm.txt"][
            0 if not is_first else 1 : None if not is_first else 3
        ]
    )
    # What the loser had sent first is gone.
    held = read_pointer(bucket)
    assert held
    assert bucket.entries(SNAPSHOTS)[0] == [f"{kept.tree}/" for kept in held.pointer.kept]


def test_who_always_loses_gives_up(
    raw: Path, run_s3: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some losses in a row the run says so, and nothing of it is published."""
    monkeypatch.setattr("flows.s3.run._ATTEMPTS", 2)
    server.trap = lambda method, key: 412 if method == "PUT" and key.endswith(POINTER) else None
    with pytest.raises(RetryLaterError, match="2 times"):
        run_s3(raw)


def test_a_lost_answer_is_no_lost_race(raw: Path, run_s3: Run, server: Server) -> None:
    """Where the pointer was moved and the answer did not come, the second try is refused and the run knows its own work."""
    tries = []

    def trap(method: str, key: str) -> int | None:
        if method == "PUT" and key.endswith(POINTER):
            tries.append(key)
        return None

    server.trap = trap
    server.lose = POINTER
    outcome = run_s3(raw)
    assert (outcome.is_new, outcome.manifest.snapshot) == (True, 1)
    assert len(tries) == 2


KILLS = [
    ("PUT", ".parquet", 3, 1),  # data is being sent
    ("PUT", f"/{POINTER}", 1, 1),  # all is there, and nobody is told
    ("GET", "?sweep", 1, 2),  # the pointer has moved
]


@pytest.mark.usefixtures("four_posts")
@pytest.mark.parametrize(("method", "ending", "count", "snapshot"), KILLS)
def test_a_killed_push_leaves_the_pointer(  # noqa: PLR0913, PLR0917  # fixtures and cases
    raw: Path,
    page: Page,
    run_s3: Run,
    server: Server,
    bucket: Bucket,
    fetched: Fetched,
    address: str,
    method: str,
    ending: str,
    count: int,
    snapshot: int,
) -> None:
    """The old snapshot or the new one is current and whole; the next run needs no hand and leaves nothing over."""
    (raw / "new.txt").write_text(page("NEW", days=2), encoding="utf-8")
    left = [count]
    with ThreadPoolExecutor(1):
        child = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        moved = []

        def kill(asked: str, key: str) -> int | None:
            if asked == "PUT" and key.endswith(POINTER):
                moved.append(key)
            is_meant = key.endswith(ending) if ending != "?sweep" else bool(moved)
            if asked == method and is_meant:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(child.pid, signal.SIGKILL)
            return 503 if left[0] <= 0 else None

        server.trap = kill
        assert child.wait(60) == -signal.SIGKILL
    server.trap = lambda _method, _key: None
    held = read_pointer(bucket)
    assert held
    assert held.pointer.snapshot == snapshot
    assert list(ask(open_tree(address), "select count(*) from sightings").rows()) == [
        (4 if snapshot == 1 else 6,)
    ]
    assert run_s3(raw).manifest.counts["posts"] == 6
    held = read_pointer(bucket)
    assert held
    assert held.pointer.snapshot == 2
    if snapshot == 1:
        assert bucket.entries(SNAPSHOTS)[0] == [f"{kept.tree}/" for kept in held.pointer.kept]
    assert len(fetched(held.pointer.tree)) > 7
