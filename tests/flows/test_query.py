"""Questions can read the tables and nothing else."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome
from flows.catalog import list_tables, show_post
from flows.paths import Paths, paths_for
from flows.query import ask, guard, render_csv, render_json
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A store of one page, made once."""
    from flows.build import Request, build  # noqa: PLC0415  # only here
    from flows.runners.local import Local  # noqa: PLC0415  # only here
    from flows.settings import Settings  # noqa: PLC0415  # only here

    folder = tmp_path_factory.mktemp("query")
    page = "Tag: OLM\n\n  • =SUM(A1) and the ferry\n\n\n    The ferry over the Olm stops on Monday, the office said.\n"
    (folder / "it's.txt").write_text(page, encoding="utf-8")
    store = folder / "the 'tables'" / "processed"
    build(
        Request(raws=(folder / "it's.txt",), settings=Settings(store=store, recognizer="rules")),
        run=Local(),
        watch=lambda *_: None,
    )
    return paths_for(store)


def test_every_table_is_a_view(paths: Paths) -> None:
    """All seven are there, the empty ones with their columns."""
    for table in ("articles", "summaries", "tags", "entities", "sightings", "lines", "boilerplate"):
        assert ask(paths, f"from {table}").columns
    assert list(ask(paths, "select count(*) from articles").rows()) == [(1,)]
    assert "month" in ask(paths, "from articles").columns


@pytest.mark.parametrize(
    "question",
    [
        "drop view articles",
        "insert into articles select * from articles",
        "copy articles to 'stolen.csv'",
        "copy (select 1) to '{store}/new.csv'",
        "attach 'other.db'",
        "set enable_external_access = true",
        "install httpfs",
        "load httpfs",
        "pragma database_list; select 1",
        "select 1; select 2",
        "",
        "selct",
        "select * from nothing",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('{state}/seen.json')",
        "select * from glob('/*')",
        "select * from 'https://example.org/x.parquet'",
        "select getenv('HOME')",
    ],
)
def test_a_question_can_only_read_the_store(paths: Paths, question: str) -> None:
    """Whatever writes, reaches out or makes no sense is one sentence that names the tables."""
    before = sorted(paths.store.rglob("*"))
    with pytest.raises(FixSettingsError, match=r"articles.*lines"):
        list(ask(paths, question.format(store=paths.store, state=paths.state)).rows())
    assert sorted(paths.store.rglob("*")) == before


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("select titel from articles", '"titel" not found.* Candidate bindings: .*"title".*; the tables are'),
        ("select title from article", 'article does not exist! Did you mean "articles".*; the tables are'),
        ("select lenght(title) from articles", 'Did you mean "length"'),
    ],
)
def test_a_word_that_is_nearly_right_gets_what_is_meant(paths: Paths, question: str, meant: str) -> None:
    """A column, table or function that is not there is said with those that are like it, in one line."""
    with pytest.raises(FixSettingsError, match=meant) as caught:
        ask(paths, question)
    assert "\n" not in str(caught.value)
    assert "LINE 1" not in str(caught.value)


ATTACKS = [
    "copy (select 'gone' a) to '{store}/_manifest.json' (format csv)",
    "explain copy (select 'gone' a) to '{store}/_manifest.json' (format csv)",
    "explain analyze copy (select 'gone' a) to '{store}/_manifest.json' (format csv)",
    "explain /* é */ analyze copy (select 'gone' a) to '{store}/_manifest.json' (format csv)",
    "explain (analyze) copy (select 'gone' a) to '{store}/_manifest.json' (format csv)",
    "explain (analyze, format json) copy (select 'gone' a) to '{store}/_manifest.json' (format csv)",
    "explain analyze select 1",
    "with a as (copy (select 'gone' a) to '{store}/_manifest.json' (format csv)) select * from a",
    "with a as materialized (copy (select 'gone') to '{store}/new.parquet') select 1",
    "from query('with a as (copy (select 1) to ''{store}/_manifest.json'') select * from a')",
    "with a as (insert into articles select * from articles) select 1",
    "attach '{store}/new.db'",
    "create table '{store}/new.db' as select 1",
    "create table new as select 1",
    "create or replace view articles as select 1",
    "export database '{store}/new'",
    "import database '{store}'",
    "install json",
    "load json",
    "pragma enable_profiling",
    "call enable_logging(storage_path = '{store}/new')",
    "select * from enable_logging('QueryLog', storage_path = '{store}/new')",
    "select * from enable_profiling(save_location = '{store}/_manifest.json')",
    "set temp_directory = '{store}/new'",
    "reset lock_configuration",
    "checkpoint",
    "delete from articles",
    "prepare v as copy (select 1) to '{store}/new.csv'",
]


@pytest.mark.parametrize("question", ATTACKS)
def test_no_question_changes_a_byte(paths: Paths, question: str) -> None:
    """Whatever a question is dressed up as, the store and its state are the same bytes afterwards."""
    folder = paths.store.parent
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert paths.manifest in before
    with pytest.raises(FixSettingsError, match=r"articles.*lines"):
        list(ask(paths, question.format(store=str(paths.store).replace("'", "''"))).rows())
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "question",
    [
        "with a as (select title from articles) select * from a",
        "values (1), (2)",
        "from articles",
        "show tables",
        "describe articles",
        "summarize articles",
        "explain select title from articles",
        "/* é */ EXPLAIN\nwith a as (select 1) select * from a",
        "-- a word before\nselect 1;",
    ],
)
def test_every_way_to_read_is_answered(paths: Paths, question: str) -> None:
    """What DuckDB types as a SELECT, and the plan of one."""
    assert list(ask(paths, question).rows())


def test_csv_is_guarded_against_formulas(paths: Paths) -> None:
    """A text that a spreadsheet would run is prefixed; a negative number is a number."""
    lines = render_csv(ask(paths, "select title, -5 as n, '=1+1' as \"=head\" from articles"), limit=None)
    rows = list(csv.reader(io.StringIO("\n".join(lines))))
    assert rows == [["title", "n", "'=head"], ["'=SUM(A1) and the ferry", "-5", "'=1+1"]]


@pytest.mark.parametrize(
    "text", ["=cmd()", "+1", "-1", "@x", "\t=x", "\r=x", "＝x", " =x", '"=x"', "'=x", "\u200b@x"]
)
def test_what_is_a_formula(text: str) -> None:
    """Every start that a spreadsheet runs is guarded."""
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "x", "x=1", "• =1", "(-1)", "it's", "'quoted'"])
def test_what_is_none(text: str) -> None:
    """What only holds such a sign stays as it is."""
    assert guard(text) == text


def test_json_has_lists_dates_and_times(paths: Paths) -> None:
    """Nested values stay nested, times are told in UTC, and --limit cuts."""
    question = (
        "select page_tags, date '2025-01-02' as d, timestamptz '2025-01-02 03:04:05+02' as t "
        "from articles, range(3)"
    )
    rows = json.loads("".join(render_json(ask(paths, question), limit=2)))
    assert len(rows) == 2
    assert isinstance(rows[0]["page_tags"], list)
    assert (rows[0]["d"], rows[0]["t"]) == ("2025-01-02", "2025-01-02 01:04:05+00:00")


def test_json_keeps_columns_of_one_name_and_has_no_nan(paths: Paths) -> None:
    """Equal names are numbered, and what JSON has no number for is null, within lists too."""
    question = "select 1 as a, 2 as a, 3 as a_2, 4 as a, 'nan'::double as n, ['inf'::double, 1] as l, map {1: 'x'} as m"
    asked = ask(paths, question)
    (row,) = json.loads("".join(render_json(asked, limit=None)), parse_constant=pytest.fail)
    assert sorted(value for name, value in row.items() if name.startswith("a")) == [1, 2, 3, 4]
    assert (row["n"], row["l"]) == (None, [None, 1])


def test_an_unfinished_store_is_said(tmp_path: Path) -> None:
    """Without tables there is nothing to ask."""
    with pytest.raises(FixSettingsError, match="has no tables yet"):
        ask(paths_for(tmp_path), "select 1")


def test_a_store_that_is_replaced_meanwhile_means_ask_again(raw: Path, store: Path, run_build: "Run") -> None:
    """A question that finds its files gone says so, and the next one is answered."""
    run_build(raw)
    answer = ask(paths_for(store), "select title from articles")
    (raw / "new.txt").write_text("Tag: NEW\n\n  • New pier\n\n\n    The pier is new.\n", encoding="utf-8")
    run_build(raw)
    with pytest.raises(RetryLaterError, match="ask again"):
        list(answer.rows())
    assert list(ask(paths_for(store), "select count(*) from sightings").rows()) == [(5,)]


Run = Callable[..., Outcome]


def test_columns_keep_their_types_over_months(raw: Path, store: Path, run_build: Run) -> None:
    """A partition's key stays text."""
    run_build(raw)
    assert list(ask(paths_for(store), "select distinct typeof(month) from articles").rows()) == [("VARCHAR",)]


def test_folders_above_the_store_are_no_columns(raw: Path, tmp_path: Path, run_build: Run) -> None:
    """A parent called `key=value`, and even `month=…`, adds no column and changes none."""
    store = tmp_path / "lang=de" / "month=2001-01" / "processed"
    run_build(raw, to=store)
    asked = ask(paths_for(store), "from articles")
    assert "lang" not in asked.columns
    assert asked.columns.count("month") == 1
    assert list(ask(paths_for(store), "select distinct month from articles").rows()) == [("unknown",)]


@pytest.mark.parametrize("damage", ["missing", "cut", "scrambled"])
def test_a_damaged_data_file_means_repair(raw: Path, store: Path, run_build: Run, damage: str) -> None:
    """A Parquet file that is gone, short or not Parquet is said as what it is."""
    run_build(raw)
    (file,) = store.glob("articles/*/part-*")
    data = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.chmod(0o644)
        file.write_bytes(data[: len(data) // 2] if damage == "cut" else bytes(len(data)))
    paths = paths_for(store)
    with pytest.raises(RepairStoreError, match=r"not what its manifest says .*unspun run"):
        list(ask(paths, "from articles").rows())
    with pytest.raises(RepairStoreError, match="not what its manifest says"):
        show_post(paths, "karst.txt:1")
    if damage != "scrambled":  # sizes are compared, the bytes of a list of tables are not read
        with pytest.raises(RepairStoreError, match="not what its manifest says"):
            list_tables(paths)


def test_damage_within_a_data_file_is_no_mistake_of_the_question(
    raw: Path, store: Path, run_build: Run
) -> None:
    """Bytes that cannot be unpacked are the store's fault, and are found while the rows are read."""
    run_build(raw)
    (file,) = store.glob("lines/*/part-*")
    data = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(data[:4] + b"\xff" * (len(data) // 2) + data[4 + len(data) // 2 :])
    with pytest.raises(RepairStoreError, match="not what its manifest says"):
        list(ask(paths_for(store), "from lines").rows())


def test_a_kept_snapshot_is_asked_by_its_number(
    raw: Path, run_build: Callable[..., Outcome], unspun: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """What was published before can be asked as it was; a number that is not kept is said with those that are."""
    run_build(raw)
    (raw / "new.txt").write_text("Tag: NEW\n\n  • New pier\n\n\n    The pier is new.\n", encoding="utf-8")
    run_build(raw)
    question = "select count(*) as n from sightings"
    told = [
        json.loads(unspun("query", "--format", "json", question, *flags).stdout)[0]["n"]
        for flags in ([], ["--snapshot", "2"], ["--snapshot", "1"])
    ]
    assert told == [5, 5, 4]
    assert json.loads(unspun("tables", "--json", "--snapshot", "1").stdout)["sightings"]["rows"] == 4
    assert unspun("show", "new.txt:1", "--snapshot", "1").returncode == 2
    missing = unspun("query", question, "--snapshot", "9")
    assert (missing.returncode, "kept are: 1, 2" in missing.stderr) == (2, True)
