"""What a run leaves in Prefect while it goes on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

# What conftest.py gives, which a test cannot import (importlib mode).
Api = Any

FLOW = """
import json, sys
from prefect import flow
from prefect.runtime import flow_run
from flows.artifacts import Progress

@flow
def long(totals: list[int]) -> str:
    seen = []
    progress = Progress(lambda *told: seen.append(told))
    for total in totals:
        for done in (0, total // 2, total):
            progress("reading", done, total)
    progress.end()
    return json.dumps({"run": flow_run.id, "seen": seen})

print(long(json.loads(sys.argv[1])))
"""


def test_a_long_run_shows_how_far_it_is_and_a_short_one_does_not(api: Api, tmp_path: Path) -> None:
    """A run with many files has a progress that ends at 100; one with few has none; who waits is told all of both."""

    def run(*totals: int) -> tuple[dict[str, Any], list[list[Any]]]:
        done = subprocess.run(
            [sys.executable, "-c", FLOW, json.dumps(totals)],
            cwd=tmp_path,
            env=api.environment(PREFECT_LOGGING_LEVEL="ERROR"),
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(done.stdout)
        return api.artifacts(told["run"]), told["seen"]

    artifacts, seen = run(0, 6_000)
    assert {key: artifact["data"] for key, artifact in artifacts.items()} == {"unspun-progress": 100.0}
    assert artifacts["unspun-progress"]["description"] == "done"
    assert seen[-1] == ["reading", 6_000, 6_000]
    artifacts, seen = run(100)
    assert artifacts == {}
    assert seen[-1] == ["reading", 100, 100]
