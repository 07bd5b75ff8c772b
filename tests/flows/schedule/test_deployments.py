"""prefect.yaml is what the flow takes and what the documents say."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it ships no types
from prefect.utilities.callables import parameter_schema

from flows.flow import unspun

ROOT = Path(__file__).parents[3]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SECTION = OPERATIONS.partition("\n## On a schedule\n")[2].partition("\n## ")[0]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))[
    "deployments"
]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: str(deployment["name"]))
def test_a_deployment_is_whole_and_documented(deployment: dict[str, Any]) -> None:
    """It runs the one flow, one run at a time, with every parameter of it; the documents name it."""
    assert deployment["entrypoint"] == f"{unspun.fn.__module__}.{unspun.fn.__name__}"
    # Schedules come again; an event is told once.
    strategy = "ENQUEUE" if deployment.get("triggers") else "CANCEL_NEW"
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": strategy}
    assert deployment["parameters"].keys() == parameter_schema(unspun).properties.keys()
    assert deployment["work_pool"]["name"] == "unspun"
    assert deployment["description"]
    assert f"| `{deployment['name']}` |" in SECTION
    assert all(schedule["timezone"] for schedule in deployment["schedules"])


def test_there_is_one_by_cron_one_by_interval_one_by_event() -> None:
    """The three ways to start a run are there."""
    ways = {
        deployment["name"]: {*(key for schedule in deployment["schedules"] for key in schedule), *deployment}
        & {"cron", "interval", "triggers"}
        for deployment in DEPLOYMENTS
    }
    assert ways == {"nightly": {"cron"}, "hourly": {"interval"}, "on-new-raw": {"triggers"}}


def test_every_parameter_is_described() -> None:
    """Prefect shows a word on each parameter, and the documents have its row."""
    properties = parameter_schema(unspun).properties
    assert properties
    for name, parameter in properties.items():
        assert parameter["description"].strip()
        assert f"`{name}`" in SECTION
