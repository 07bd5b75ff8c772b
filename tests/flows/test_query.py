"""Questions can read the tables and nothing else."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome
from flows.paths import Paths, paths_for
from flows.query import ask, guard, render_csv, render_json
from transforms.errors import FixSettingsError, RetryLaterError


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A store of one page, made once."""
    from flows.build import Request, build  # noqa: PLC0415  # only here
    from flows.runner import run_here  # noqa: PLC0415  # only here
    from flows.settings import Settings  # noqa: PLC0415  # only here

    folder = tmp_path_factory.mktemp("query")
    page = "Tag: OLM\n\n  • =SUM(A1) and the ferry\n\n\n    The ferry over the Olm stops on Monday, the office said.\n"
    (folder / "it's.txt").write_text(page, encoding="utf-8")
    store = folder / "the 'tables'" / "processed"
    build(
        Request(raws=(folder / "it's.txt",), settings=Settings(store=store)),
        run=run_here,
        watch=lambda _d, _t: None,
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


def test_csv_is_guarded_against_formulas(paths: Paths) -> None:
    """A text that a spreadsheet would run is prefixed; a negative number is a number."""
    lines = render_csv(ask(paths, "select title, -5 as n, '=1+1' as \"=head\" from articles"), limit=None)
    rows = list(csv.reader(io.StringIO("\n".join(lines))))
    assert rows == [["title", "n", "'=head"], ["'=SUM(A1) and the ferry", "-5", "'=1+1"]]


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", "\t=x", "\r=x", "＝x"])
def test_what_is_a_formula(text: str) -> None:
    """Every start that a spreadsheet runs is guarded."""
    assert guard(text) == f"'{text}"


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
