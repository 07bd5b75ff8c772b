"""The units of systemd start what there is, and the commands for them name what there is."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SYSTEMD = ROOT / "deploy" / "systemd"
UNITS = sorted(path.stem for path in SYSTEMD.glob("*.service"))
HERE = Path(sys.executable).parent

Documented = Callable[[str], list[str]]
# What conftest.py gives, which a test cannot import (importlib mode).
Machine = Any


@pytest.fixture
def machine(tmp_path: Path, start_machine: Callable[..., Machine]) -> Machine:
    """An empty one."""
    return start_machine(tmp_path)


def _settings(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (SYSTEMD / f"{name}.service").read_text(encoding="utf-8").splitlines():
        key, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_what_there_is(name: str, machine: Machine) -> None:
    """The command of a unit is one of ours, and knows the flags; the unit is hardened and has its limits."""
    unit = _settings(name)
    for line in [*unit["ExecStart"], *unit.get("ExecStartPost", [])]:
        command, *words = line.split()
        assert command in {"/opt/unspun/.venv/bin/unspun", "/opt/unspun/.venv/bin/prefect"}
        flags = [word for word in words if word.startswith("--")]
        verbs = words[: words.index(flags[0])]
        shown = machine.run(f"{HERE / Path(command).name} {' '.join(verbs)} --help")
        assert shown.returncode == 0, shown.stderr
        assert [flag for flag in flags if not re.search(rf"{flag}\b", shown.stdout)] == []
    assert unit["User"] == ["unspun"]
    assert unit["EnvironmentFile"] == ["/etc/unspun/unspun.env"]
    assert {"NoNewPrivileges", "ProtectSystem", "PrivateTmp", "MemoryMax", "TimeoutStopSec"} <= unit.keys()


def test_units_are_what_systemd_takes(tmp_path: Path) -> None:
    """Systemd reads every unit without a word of complaint."""
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd-analyze is not installed")
    for name in UNITS:
        text = (SYSTEMD / f"{name}.service").read_text(encoding="utf-8")
        text = text.replace("/opt/unspun/.venv/bin", str(HERE))
        (tmp_path / f"{name}.service").write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.glob("*.service")))
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_commands_that_need_a_machine_name_what_there_is(documented: Documented) -> None:
    """Of commands that are not run in a test, files, units and make's target are there."""
    lines = [
        line
        for line in documented("## Running it for good")
        if line.startswith(("sudo ", "git -C ", "make -C "))
    ]
    assert len(lines) > 5
    said = "\n".join(lines)
    places = re.findall(r'\$UNSPUN_HOME"?/([^\s"]+)', said)
    assert len(places) == 2
    assert all(list(ROOT.glob(place)) for place in places)
    systemctl = [line for line in lines if " systemctl " in line]
    assert set(re.findall(r"unspun-\w+", "\n".join(systemctl))) <= set(UNITS)
    (target,) = re.findall(r"^make -C \S+ (\w+)$", said, re.MULTILINE)
    assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_variables_of_the_units_are_settings(machine: Machine) -> None:
    """Each variable of Prefect in the file is a setting of the Prefect that is installed, takes its value, and is told in the document."""
    text = (SYSTEMD / "unspun.env").read_text(encoding="utf-8")
    variables = dict(re.findall(r"^#?(PREFECT_\w+)=(.+)$", text, re.MULTILINE))
    assert len(variables) > 8
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    shown = machine.run(
        "prefect config view --show-defaults",
        COLUMNS="1000",
        **{name: value for name, value in variables.items() if name != "PREFECT_HOME"},
    )
    assert shown.returncode == 0, shown.stderr
    for name in variables:
        assert re.search(rf"\b{name}=", shown.stdout), name
        assert name in told, name
