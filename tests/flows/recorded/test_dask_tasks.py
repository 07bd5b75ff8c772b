"""Recorded runs on a real Dask cluster, with a real Prefect server: batches are found there as task runs."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.runners.dask import tasks_on_dask
from flows.server import own_server, own_url
from flows.work.noting import NoteBatch, take_notes
from flows.work.storage import Storage
from transforms.errors import FixSettingsError

# Some seconds of reading, in one batch.
FILES = 40


def test_a_recorded_run_survives_a_worker_that_is_killed(  # noqa: PLR0913, PLR0917  # a cluster, a server and two stores
    new_cluster: Callable[..., Any],
    tmp_path: Path,
    page: Callable[..., str],
    store: Path,
    run_build: Callable[..., object],
    parquet: Callable[[Path], dict[str, bytes]],
) -> None:
    """The batch that it had is done again by the other, every task run is found as completed, and the tables are the same."""
    raw = tmp_path / "many"
    raw.mkdir()
    for number in range(FILES):
        (raw / f"{number}.txt").write_text(page(f"KARST{number}", days=number + 2), encoding="utf-8")
    url, home = own_url(), tmp_path / "prefect"
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
    }
    with own_server(url, home=home, environ=known):
        cluster = new_cluster(2)
        run = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store), "--dask-address", cluster.address],
            env=known | {"PREFECT_API_URL": url, "PREFECT_HOME": str(home), "UNSPUN_RETRIES": "0", "UNSPUN_RECOGNIZER": "rules"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        with cluster.client() as client:
            processes = client.run(os.getpid)

            def find_busy() -> str | None:
                assert run.poll() is None, run.communicate()
                begun = any((store.parent / ".processed" / "parses").glob("*.json"))
                return next((place for place, tasks in client.processing().items() if tasks and begun), None)

            doomed = cluster.wait("a worker that reads", find_busy)
        os.kill(processes[doomed], signal.SIGKILL)
        out, said = run.communicate(timeout=120)
        assert (run.returncode, said) == (0, "")
        assert f"by 1 Dask worker at {cluster.address}" in out
    with closing(sqlite3.connect(home / "prefect.db")) as records:
        tasks = records.execute("select name, state_name from task_run order by name").fetchall()
        runs = records.execute("select name, state_name from flow_run").fetchall()
    assert runs == [("processed from many", "Completed")]
    assert {"read 1", "note 1", "make articles 1", "make documents 1", "publish"} <= {
        name for name, _ in tasks
    }
    assert {state for _, state in tasks} == {"Completed"}
    assert len(tasks) == len({name for name, _ in tasks})
    run_build(raw, to=tmp_path / "here")
    assert parquet(store) == parquet(tmp_path / "here")


def test_workers_must_reach_the_prefect_server(
    cluster: Any,  # noqa: ANN401  # as its fixture has it
    tmp_path: Path,
) -> None:
    """Without a server that is named, or with one that they do not reach, nothing is begun."""
    storage = Storage(state=os.fsencode(tmp_path), exchange="exchange/none")
    batches = [NoteBatch(storage=storage, segment="one", files=[], memory_bytes=1)]
    with (
        temporary_settings(restore_defaults={PREFECT_API_URL}),
        tasks_on_dask(cluster.address) as tasks,
        pytest.raises(FixSettingsError, match="name it in PREFECT_API_URL"),
    ):
        list(tasks.map("note", take_notes, batches))
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        tasks_on_dask(cluster.address) as tasks,
        pytest.raises(FixSettingsError, match=r"does not reach the Prefect API at http://127.0.0.1:9/api"),
    ):
        list(tasks.map("note", take_notes, batches))
