"""`unspun serve`: it runs on its schedule, by the server that is configured or one of its own, and ends cleanly."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.commands.serve import serve

Command = Callable[..., subprocess.CompletedProcess[str]]
# What conftest.py gives, which a test cannot import (importlib mode).
Api = Any

_DEADLINE_SECONDS = 150.0


def _lines_until(process: "subprocess.Popen[str]", pattern: str) -> list[str]:
    """What the process says, up to the line that is waited for."""
    assert process.stderr
    lines = []
    deadline = time.monotonic() + _DEADLINE_SECONDS
    for line in process.stderr:
        lines.append(line.rstrip())
        if re.search(pattern, line):
            return lines
        assert time.monotonic() < deadline, lines
    pytest.fail(f"{pattern} was not said: {lines}")


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_it_runs_with_a_server_of_its_own(raw: Path, tmp_path: Path, store: Path, unspun: Command) -> None:
    """At once and again by the interval; each run and its end are said; a SIGTERM ends it, its server too, and the tables are sound."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
    }
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", raw, "--store", store, "--interval", "0.1", "--now"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            begun = _lines_until(
                process, r"processed from raw: completed\. Snapshot 1: 2 files read, 4 articles\."
            )
            again = _lines_until(process, r"processed from raw: completed\. Nothing new: 2 files unchanged\.")
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
            process.terminate()
            ended = [line.rstrip() for line in process.stderr or ()]
            code = process.wait(timeout=_DEADLINE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    home = store.parent / ".processed" / "prefect"
    assert any("Prefect's server is at http://127.0.0.1:" in line and str(home) in line for line in begun)
    assert "Traceback" not in "\n".join([*begun, *again, *ended])
    assert ended[-1].endswith("Ended."), ended
    assert code == 0
    assert not any(_is_alive(int(pid)) for pid in children)
    with closing(sqlite3.connect(home / "prefect.db")) as records:
        ((paused,),) = records.execute("select paused from deployment").fetchall()
        runs = records.execute(
            "select auto_scheduled, state_type, start_time from flow_run where state_type <> 'SCHEDULED'"
        ).fetchall()
    assert paused
    # Two were said to be completed. One run was --now's, so the interval brought the other; that one may still be ending
    # when all is ended, and is then marked as cancelled.
    assert sum(not is_scheduled for is_scheduled, _, _ in runs) == 1, runs
    assert "COMPLETED" in {state for _, state, _ in runs}, runs
    assert json.loads(unspun("verify", "--store", store, "--json").stdout)["is_sound"] is True


def test_it_runs_by_the_server_that_is_configured(api: Api, raw: Path, tmp_path: Path) -> None:
    """Where PREFECT_API_URL is set, the deployment and its runs are there; a run that is under way at the end is cancelled."""
    store = tmp_path / "served"
    process = api.start(
        *("flows.cli", "serve", str(raw), "--store", str(store), "--cron", "0 3 * * *", "--now"),
        cwd=tmp_path,
    )
    run = api.wait(
        "a run that is done",
        lambda: next((one for one in api.runs("serve-served") if one["state_type"] == "COMPLETED"), None),
    )
    assert run["state"]["message"] == "Snapshot 1: 2 files read, 4 articles."
    found = api.deployment("serve-served")
    assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert found["schedules"][0]["schedule"]["cron"] == "0 3 * * *"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=_DEADLINE_SECONDS) == 0
    assert api.deployment("serve-served")["paused"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say when"),
        (["--cron", "0 3 * * *", "--interval", "5"], "Say when"),
        (["--cron", "at three"], "--cron 'at three' is not a cron line"),
        (["--cron", "0 3 * * *", "--timezone", "Mars/Olympus"], "--timezone 'Mars/Olympus' is not known"),
        (["--interval", "0"], "0.0 is not in the range"),
        (["--interval", "5", "--store", "raw/karst.txt"], "is a file; give --store a folder"),
        (["--interval", "5", "nothing-here"], "nothing-here cannot be read"),
        (["--interval", "5", "--field", "words=brief"], "There is no field words"),
    ],
)
def test_mistakes_are_one_sentence(raw: Path, unspun: Command, arguments: list[str], words: str) -> None:
    """What is wrong is said before any server is started."""
    done = unspun("serve", *([] if "nothing-here" in arguments else [raw]), *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (raw.parent / "data" / "processed").exists()


@pytest.mark.parametrize("minutes", ["nan", "inf", "1e300", "527041", "0.04"])
def test_an_interval_that_is_none(minutes: str) -> None:
    """It is a usage error that says what one may be."""
    done = CliRunner().invoke(serve, ["raw", f"--interval={minutes}"])
    assert done.exit_code == 2
    assert "--interval" in done.stderr
    assert "527040" in done.stderr
