"""The documents name every command, option, exit code and setting that there is."""

from pathlib import Path

import click
import pytest

from flows.cli import cli
from flows.settings import Caps
from transforms import errors

OPERATIONS = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_documented_with_its_options(name: str) -> None:
    """A command has its heading, and each of its options is told there."""
    section = OPERATIONS.partition(f"\n### unspun {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    assert section.strip()
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option) and parameter.name != "store":
            assert parameter.opts[0] in section


def test_every_documented_command_exists() -> None:
    """A command that was removed leaves the documents."""
    headings = {
        line.removeprefix("### unspun ") for line in OPERATIONS.splitlines() if line.startswith("### unspun ")
    }
    assert headings == set(cli.commands)


def test_every_exit_code_is_documented() -> None:
    """The codes of the errors stand in the table and in the help."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.UnspunError)
    ]
    codes = {kind.exit_code for kind in kinds}
    assert codes == {1, 2, 3, 4}
    for code in {0, *codes}:
        assert f"| {code} |" in OPERATIONS
        assert f"{code} " in (cli.epilog or "")


@pytest.mark.parametrize("cap", Caps.__dataclass_fields__)
def test_every_cap_is_documented_with_its_default(cap: str) -> None:
    """A cap has its row: setting, variable and default."""
    default = f"{Caps.__dataclass_fields__[cap].default:,}"
    assert f"| `{cap}` | `UNSPUN_{cap.upper()}` | {default} |" in OPERATIONS
