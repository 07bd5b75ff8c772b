"""A recorded run is found in Prefect, with its tasks and its table, on a server that it started itself."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

ARTIFACT_KEY = "unspun-run"

Command = Callable[..., subprocess.CompletedProcess[str]]


def test_a_recorded_run_is_found_with_its_artifact(raw: Path, tmp_path: Path, unspun: Command) -> None:
    """The run, its steps and its counts are in Prefect's own records, and the terminal shows only our report."""
    done = unspun("run", raw, "--record", "--json", PREFECT_HOME=str(tmp_path / "prefect"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["posts"] == 4
    with closing(sqlite3.connect(tmp_path / "prefect" / "prefect.db")) as records:
        runs = records.execute("select name, state_name from flow_run").fetchall()
        steps = records.execute("select name, state_name from task_run order by name").fetchall()
        ((table,),) = records.execute(
            "select data from artifact where type = 'table' and key = ?", [ARTIFACT_KEY]
        ).fetchall()
    assert runs == [("processed from raw", "Completed")]
    assert steps == [
        (name, "Completed")
        for name in (
            "learn",
            "make articles",
            "make documents",
            "note",
            "publish",
            "read 1",
            "scan",
            "write tables",
        )
    ]
    assert {"step": "compose", "count": "posts", "reason": "", "value": 4} in json.loads(json.loads(table))


def test_a_silent_api_means_try_later(raw: Path, store: Path, unspun: Command) -> None:
    """Where Prefect is configured and does not answer, nothing is done and the sentence says what to do."""
    done = unspun("run", raw, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 3
    assert "Prefect does not answer at http://127.0.0.1:9/api" in done.stderr
    assert not store.exists()
