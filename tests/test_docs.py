"""The documents name every command, option, exit code and setting that there is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import re2

from flows.cli import cli
from flows.settings import Caps, load_settings
from transforms import errors
from transforms.errors import FixSettingsError
from transforms.quality import Floors

ROOT = Path(__file__).parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# Folders that hold no document of ours begin with a dot, or hold raw files, and are not walked.
DOCUMENTS = sorted(
    path
    for top in ROOT.iterdir()
    if not top.name.startswith(".") and top.name != "data"
    for path in (top.rglob("*.md") if top.is_dir() else [top])
    if path.suffix == ".md"
)
LINK = re2.compile(r"\]\(([^()\s]+)\)")
READ_FROM_ENVIRONMENT = re2.compile(r'environ(?:\.get\(|\[)"([A-Z_]+)"')


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
    assert codes == {1, 2, 3, 4, 5}
    for code in {0, *codes}:
        assert f"| {code} |" in OPERATIONS
        assert f"{code} " in (cli.epilog or "")


@pytest.mark.parametrize("cap", Caps.__dataclass_fields__)
def test_every_cap_is_documented_with_its_default(cap: str) -> None:
    """A cap has its row: setting, variable and default."""
    default = f"{Caps.__dataclass_fields__[cap].default:,}"
    assert f"| `{cap}` | `UNSPUN_{cap.upper()}` | {default} |" in OPERATIONS


def test_three_commands_take_no_store() -> None:
    """What the documents say of --store holds for every command."""
    takers = {
        name
        for name, command in cli.commands.items()
        if any(parameter.name == "store" for parameter in command.params)
    }
    assert set(cli.commands) - takers == {"entities", "inspect", "version"}
    assert "Every command but `entities`, `inspect` and `version` takes `--store DIR`" in OPERATIONS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    """A link to a file or folder of the project finds it."""
    links = LINK.findall(document.read_text(encoding="utf-8"))
    places = [unquote(link.partition("#")[0]) for link in links if "://" not in link]
    assert [place for place in places if not (document.parent / place).exists()] == []


def test_links_are_found_in_the_documents() -> None:
    """The walk finds the documents, and the pattern the links."""
    assert {ROOT / "README.md", ROOT / "docs" / "operations.md"} <= set(DOCUMENTS)
    assert LINK.findall("[a](docs/x.md) and ([b](y#z))") == ["docs/x.md", "y#z"]
    assert len(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))) > 5


class Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        """Nothing is set."""
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """Nothing is in it."""
        return iter(())

    def __len__(self) -> int:
        """The same."""
        return 0


def test_every_variable_is_documented(tmp_path: Path) -> None:
    """Whatever a setting or a room of `flows` asks of the environment is told."""
    asked = Asked()
    load_settings(store=None, environ=asked, directory=tmp_path)
    named = {
        name
        for room in (ROOT / "flows").glob("**/*.py")
        for name in READ_FROM_ENVIRONMENT.findall(room.read_text(encoding="utf-8"))
    }
    assert "UNSPUN_STORE" in asked.names
    assert "UNSPUN_DEBUG" in named
    assert {name for name in asked.names | named if f"`{name}" not in OPERATIONS} == set()


def test_every_key_is_documented(tmp_path: Path) -> None:
    """Each key that `[tool.unspun]` knows is told; the sentence on an unknown one lists them all."""
    (tmp_path / "pyproject.toml").write_text("[tool.unspun]\nstrange = 1\n", encoding="utf-8")
    with pytest.raises(FixSettingsError) as caught:
        load_settings(store=None, environ={}, directory=tmp_path)
    keys = str(caught.value).rpartition("it knows ")[2].rstrip(".").split(", ")
    assert {
        "store",
        "workers",
        "fields",
        "snapshots",
        "memory_bytes",
        "runner",
        "dask_address",
        "recognizer",
        "retries",
        "retry_seconds",
        *Caps.__dataclass_fields__,
        *Floors.__dataclass_fields__,
    } == set(keys)
    assert {key for key in keys if f"`{key}`" not in OPERATIONS} == set()
