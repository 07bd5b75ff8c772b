"""The real command, in its own process: the main job, its exit codes, and what it says."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.lock import hold
from flows.paths import paths_for

Command = Callable[..., subprocess.CompletedProcess[str]]

DEFAULT = {"UNSPUN_RECOGNIZER": ""}  # nobody said who finds entities


def test_the_main_job(raw: Path, store: Path, unspun: Command) -> None:
    """Raw to tables, a report, the tables listed, a question answered, a post shown, and nothing new the second time."""
    done = unspun("run", raw, **DEFAULT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "files read" in done.stdout
    assert f"The tables are in {store}." in done.stdout
    assert "Try next: unspun query" in done.stdout

    listed = json.loads(unspun("tables", "--json").stdout)
    assert listed["sightings"]["rows"] == 4
    assert listed["articles"]["description"]

    question = "select title from articles where title like 'Ferry%' order by title"
    asked = unspun("query", "--format", "json", question)
    assert [row["title"] for row in json.loads(asked.stdout)] == [
        "Ferry over the Olm stops for 3 days",
        "Ferry over the Olm stops for 9 days",
    ]

    shown = unspun("show", "karst.txt:2")
    assert shown.stdout.startswith("karst.txt:2\n")
    assert "School in KARST opens its garden" in shown.stdout
    assert "title" in shown.stdout

    again = unspun("run", raw, **DEFAULT)
    assert again.returncode == 0
    assert again.stdout.startswith("Nothing new: 2 files unchanged")

    one = unspun("run", raw / "karst.txt", **DEFAULT)
    assert one.stdout.startswith("Nothing new: 1 file unchanged, nothing was written.")


def _loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The packages that a process imported, told by its PYTHONPROFILEIMPORTTIME."""
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}


def test_a_run_imports_no_more_than_it_needs(raw: Path, unspun: Command) -> None:
    """A run without a record needs no Prefect; one with nothing new needs none of the heavy half."""
    first = unspun("run", raw, "--json", PYTHONPROFILEIMPORTTIME="1", **DEFAULT)
    assert json.loads(first.stdout)["is_new"] is True
    assert "polars" in _loaded(first)
    assert not _loaded(first) & {"prefect", "boto3"}
    again = unspun("run", raw, "--json", PYTHONPROFILEIMPORTTIME="1", **DEFAULT)
    assert json.loads(again.stdout)["is_new"] is False
    assert "click" in _loaded(again)
    assert not _loaded(again) & {
        "polars",
        "pyarrow",
        "numpy",
        "duckdb",
        "prefect",
        "rich",
        "re2",
        "dataframely",
        "onnxruntime",
        "tokenizers",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run"], 2, "There is no data/raw here"),
        (["run", "nothing.txt"], 2, "nothing.txt cannot be read"),
        (["run", "-"], 2, "The standard input is not read"),
        (["run", "https://example.org/raw"], 2, "is not on this machine"),
        (["run", "raw", "--store", "https://example.org/out"], 2, "is not on this machine"),
        (["run", "raw", "--store", "raw/karst.txt"], 2, "is a file"),
        (["run", "raw", "--store", "."], 2, "give --store a folder of its own"),
        (["run", "raw", "--store", ".."], 2, "give --store a folder of its own"),
        (["run", "raw/karst.txt", "--store", "raw"], 2, "give --store a folder of its own"),
        (["run", "--speed"], 2, "No such option"),
        (["fly"], 2, "No such command"),
        (["tables", "--store", "raw/karst.txt"], 2, "karst.txt is a file; give --store a folder"),
        (["query", "select 1", "--store", "raw/karst.txt"], 2, "karst.txt is a file; give --store a folder"),
        (["tables"], 2, "has no tables yet"),
        (["query", "select 1"], 2, "has no tables yet"),
        (["show", "karst.txt:1"], 2, "has no tables yet"),
    ],
)
def test_mistakes_are_one_sentence(
    raw: Path, unspun: Command, arguments: list[str], code: int, words: str
) -> None:
    """A mistake says what to do, with the exit code of its kind and no traceback."""
    assert raw.name == "raw"
    done = unspun(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (raw.parent / "data").exists()


def test_a_wrong_setting_is_one_sentence(raw: Path, unspun: Command) -> None:
    """A setting out of the environment is named."""
    done = unspun("run", raw, UNSPUN_MAX_BLOCKS="many")
    assert (done.returncode, done.stderr) == (
        2,
        "unspun: UNSPUN_MAX_BLOCKS must be a whole number, not 'many'.\n",
    )


def test_nothing_readable_is_a_failure(tmp_path: Path, unspun: Command) -> None:
    """Where no file could be read, the exit code says so, and the sentence why; of many it says where the reasons are."""
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    for _ in range(2):
        done = unspun("run", "picture.txt")
        assert done.returncode == 1
        assert "The one file could not be read. picture.txt: " in done.stderr
        assert done.stderr.endswith("(binary)\n")
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    two = unspun("run", "picture.txt", "a.csv")
    assert "None of the 2 files could be read. a.csv: " in two.stderr
    assert "picture.txt: " in two.stderr
    four = unspun("run", "picture.txt", "a.csv", "b.csv", "c.csv")
    assert "None of the 4 files could be read; the reasons are in" in four.stderr


def test_another_run_means_try_later(raw: Path, store: Path, unspun: Command) -> None:
    """A second run leaves with the code for later, and a lock left by a killed process blocks nobody."""
    code = (
        "import sys, time; from pathlib import Path; from flows.lock import hold; from flows.paths import paths_for\n"
        "with hold(paths_for(Path(sys.argv[1]))):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, store], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        done = unspun("run", raw)
        other.kill()
    assert done.returncode == 3
    assert "Another run is writing" in done.stderr
    with hold(paths_for(store)):
        assert store.parent.exists()


def test_a_damaged_store_means_repair(raw: Path, store: Path, unspun: Command) -> None:
    """A store that cannot say what it holds has its own code."""
    store.mkdir(parents=True)
    (store / "_manifest.json").write_text("{", encoding="utf-8")
    done = unspun("run", raw)
    assert done.returncode == 4
    assert "is damaged" in done.stderr


def test_a_fault_of_ours_is_one_sentence_unless_asked(raw: Path, unspun: Command, tmp_path: Path) -> None:
    """What should not happen says where to look; UNSPUN_DEBUG=1 shows it."""
    (tmp_path / "flows").mkdir()
    trap = tmp_path / "sitecustomize.py"
    trap.write_text(
        "import flows.scan\ndef scan(*a, **k): raise ValueError('a trap')\nflows.scan.scan = scan\n",
        encoding="utf-8",
    )
    (tmp_path / "flows").rmdir()
    paths = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    done = unspun("run", raw, **paths)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "ValueError: a trap" in done.stderr
    assert "Traceback" in unspun("run", raw, **paths, UNSPUN_DEBUG="1").stderr


def test_a_reader_that_goes_away_is_no_error(
    raw: Path, store: Path, run_build: Callable[..., object], tmp_path: Path
) -> None:
    """`unspun … | head` ends quietly."""
    run_build(raw)
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            '"$0" -m flows.cli query --store "$1" --format csv "from range(3000000)" | head -n 2',
            sys.executable,
            store,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["range", "0"]
    assert done.stderr == ""


def test_columns_that_do_not_fit_are_shown_row_by_row(raw: Path, unspun: Command) -> None:
    """On a narrow terminal a wide answer is records of lines that fit, with a sentence; a narrow answer stays a table."""
    unspun("run", raw)
    wide = unspun("query", "select * from articles order by title", COLUMNS="80")
    lines = wide.stdout.splitlines()
    assert lines[0] == "row 1"
    assert "  title: Ferry over the Olm stops for 3 days" in lines
    assert re.fullmatch(r"\d\d columns do not fit: name some, or use --format csv\.", lines[-1])
    assert max(map(len, lines)) == 80
    assert sum(line.startswith("row ") for line in lines) == 4
    narrow = unspun("query", "select title, word_count, language, month from articles", COLUMNS="80")
    assert narrow.stdout.startswith("┏")
    assert "do not fit" not in narrow.stdout


def test_hostile_names_and_texts_do_not_reach_the_terminal_raw(raw: Path, unspun: Command) -> None:
    """A file in quarantine fails no run; escape sequences and markup in names and texts are shown, not obeyed."""
    (raw / "a\x1b[31m[bold]x.csv").write_text("x", encoding="utf-8")
    (raw / "evil.txt").write_text(
        "Tag: OLM\n\n  • [red]Ferry[/red] \x1b]0;x\x07 stops\n\n\n    Text [/] here.\n", encoding="utf-8"
    )
    done = unspun("run", raw)
    shown = unspun("show", "evil.txt:1")
    asked = unspun("query", "select text from lines where raw_file = 'evil.txt'")
    assert (done.returncode, shown.returncode, asked.returncode) == (0, 0, 0)
    assert "1 (form_not_read_yet 1)" in done.stdout
    assert "What was left out, and why" in done.stdout
    for out in (done.stdout, shown.stdout, asked.stdout):
        assert "\x1b" not in out
        assert "\x07" not in out
    assert "[red]Ferry[/red]" in shown.stdout
    assert "Text [/] here." in asked.stdout


@pytest.mark.parametrize("command", [[], ["run"], ["tables"], ["query"], ["show"], ["inspect"], ["version"]])
def test_help_teaches(unspun: Command, command: list[str]) -> None:
    """Every help has a sentence and, where there is something to type, an example."""
    done = unspun(*command, "--help")
    assert done.returncode == 0
    assert command == ["version"] or "unspun " in done.stdout.partition("\n\n")[2]


def test_version(unspun: Command) -> None:
    """Both ways to ask give the same."""
    assert unspun("version").stdout == unspun("--version").stdout != ""
