"""A recorded run is found in Prefect, with its tasks and its table, on a server that it started itself."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., subprocess.CompletedProcess[str]]

LOOK = """
import asyncio, json
from prefect.client.orchestration import get_client
async def look():
    async with get_client() as client:
        runs = await client.read_flow_runs()
        tasks = await client.read_task_runs()
        artifacts = await client.read_artifacts()
        print(json.dumps({
            "runs": [[run.name, run.state_name] for run in runs],
            "tasks": sorted([task.name, task.state_name] for task in tasks),
            "tables": [json.loads(found.data) for found in artifacts if found.type == "table"],
        }))
asyncio.run(look())
"""


def test_a_recorded_run_is_found_with_its_artifact(raw: Path, tmp_path: Path, unspun: Command) -> None:
    """The run, its steps and its counts are in Prefect's own records, and the terminal shows only our report."""
    home = {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    }
    done = unspun("run", raw, "--record", "--json", **home)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["posts"] == 4
    looked = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={"PATH": "/usr/bin:/bin", **home},
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(looked.stdout)
    assert found["runs"] == [["processed from raw", "Completed"]]
    assert found["tasks"] == [
        [name, "Completed"] for name in ("compose", "publish", "read 1", "read 2", "scan")
    ]
    (table,) = found["tables"]
    assert {"count": "posts", "value": "4"} in table


def test_a_silent_api_means_try_later(raw: Path, store: Path, unspun: Command) -> None:
    """Where Prefect is configured and does not answer, nothing is done and the sentence says what to do."""
    done = unspun("run", raw, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 3
    assert "Prefect does not answer at http://127.0.0.1:9/api" in done.stderr
    assert not store.exists()
