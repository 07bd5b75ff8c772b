"""A recorded run is found in Prefect, with its tasks and its table, on a server that it started itself."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from flows.recorded import shown_raws

ARTIFACT_KEY = "unspun-run"

Command = Callable[..., subprocess.CompletedProcess[str]]


def test_a_recorded_run_is_found_with_its_artifact(raw: Path, tmp_path: Path, unspun: Command) -> None:
    """The run, its steps and its counts are in Prefect's own records, and the terminal shows only our report."""
    page = (raw / "velm.txt").read_text(encoding="utf-8")
    (raw / "velm.txt").write_text(
        page.replace("\n\n\n\n", "\n\n    Advertisement\n\n\n\n", 1), encoding="utf-8"
    )
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
    assert {state for _, state in steps} == {"Completed"}
    assert {
        "scan",
        "read 1",
        "note",
        "learn",
        "make articles",
        "make documents",
        "write tables",
        "publish",
    } <= {name for name, _ in steps}
    assert len(steps) < 200
    rows = json.loads(json.loads(table))
    assert {"step": "compose", "count": "posts", "reason": "", "value": 4} in rows
    removed = {row["reason"]: row["value"] for row in rows if row["count"] == "blocks removed"}
    tables = json.loads(
        unspun(
            "query",
            "--format",
            "json",
            "select reason, sum(occurrences)::int as n from boilerplate group by all",
        ).stdout
    )
    assert removed == {row["reason"]: row["n"] for row in tables}
    assert removed


def test_an_end_that_is_asked_for_leaves_no_server(tmp_path: Path) -> None:
    """A SIGTERM to a recorded run ends it with 143, and the server that was started for it; the run stands as crashed."""
    home = tmp_path / "prefect"
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
    }
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "run", "s3://silent/raw", "--store", "out", "--record"],
            cwd=tmp_path,
            env=known
            | {
                "PREFECT_HOME": str(home),
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
                "AWS_ACCESS_KEY_ID": "nobody",
                "AWS_SECRET_ACCESS_KEY": "nothing",
                "AWS_REGION": "eu-central-1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            silent.settimeout(100)
            asked, _ = silent.accept()
            # It asks for raw files, so it is in the midst of its flow run.
            with asked:
                process.terminate()
                # Its server has the same pipe: it is closed when both are gone.
                said, _ = process.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, said) == (128 + signal.SIGTERM, b"")
    with closing(sqlite3.connect(home / "prefect.db")) as records:
        assert records.execute("select state_name from flow_run").fetchall() == [("Crashed",)]
    assert not (tmp_path / "out").exists()


def test_a_run_with_many_files_is_recorded(raw: Path, tmp_path: Path, unspun: Command) -> None:
    """More than Prefect takes as parameters are named; all are read, and the record has the first of them and says how many more."""
    folder = raw.joinpath(*["folder" * 30] * 3)
    folder.mkdir(parents=True)
    many = [str(folder / f"{number:04}.txt") for number in range(1000)]
    for name in many:
        Path(name).hardlink_to(raw / "velm.txt")
    assert sum(map(len, many)) > 524_288
    done = unspun("run", *many, "--record", "--json", PREFECT_HOME=str(tmp_path / "prefect"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["posts"] > 0
    with closing(sqlite3.connect(tmp_path / "prefect" / "prefect.db")) as records:
        ((parameters,),) = records.execute("select parameters from flow_run").fetchall()
    shown = json.loads(parameters)["raw"]
    assert (len(shown), shown[-1]) == (51, "… and 950 more")


def test_few_files_are_all_shown() -> None:
    """Nothing is said to be left out where nothing is."""
    few = [f"{number}.txt" for number in range(50)]
    assert shown_raws(few) == few
    assert shown_raws([*few, "50.txt"]) == [*few, "… and 1 more"]


def test_a_silent_api_means_try_later(raw: Path, store: Path, unspun: Command) -> None:
    """Where Prefect is configured and does not answer, nothing is done and the sentence says what to do."""
    done = unspun("run", raw, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 3
    assert "Prefect does not answer at http://127.0.0.1:9/api" in done.stderr
    assert not store.exists()
