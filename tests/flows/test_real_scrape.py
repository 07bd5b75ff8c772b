"""The main job on the real scrape, by the command, told from the tables that it writes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from benchmarks.scoring import gold_roles
from transforms.records import Role

SCRAPES = Path(__file__).parents[3] / "shared" / "scrapes"
Command = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(
    not (SCRAPES / "putin.txt").is_file(),
    reason="needs ../shared/scrapes beside the repo: the real scrape is not the project's to ship",
)


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((SCRAPES / "gold" / "putin.json").read_text("utf-8"))
    return told


def read(store: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(store / table / "**" / "*.parquet")


def test_the_tables_are_what_the_gold_says(unspun: Command, store: Path, gold: list[dict[str, Any]]) -> None:
    """Ten posts; titles, boundaries, tags and hashtags exact; every line once, with its role; no prose lost."""
    assert unspun("run", SCRAPES / "putin.txt", "--store", store).returncode == 0
    lines = read(store, "lines")
    text = (SCRAPES / "putin.txt").read_text("utf-8").split("\n")
    assert sorted(lines["line"]) == [n for n, line in enumerate(text, 1) if line.strip()]
    sightings = read(store, "sightings").sort("post")
    assert sightings["post"].to_list() == list(range(1, 11))
    articles = {row["article_id"]: row for row in read(store, "articles").to_dicts()}
    tags = read(store, "tags").sort("position")
    roles = dict(lines.select("line", "role").iter_rows())
    wrong = 0
    for entry, sighting in zip(gold, sightings.to_dicts(), strict=True):
        article = articles[sighting["article_id"]]
        printed = f"{article['title']} | {article['section']}" if article["section"] else article["title"]
        assert printed == entry["title"]
        summary = lines.filter((pl.col("post") == entry["index"]) & (pl.col("role") == "summary"))["line"]
        assert [summary.min(), summary.max()] == entry["summary_lines"]
        own = tags.filter(pl.col("article_id") == sighting["article_id"])
        assert own.filter(pl.col("kind") == "list")["tag"].to_list() == entry["tags"]
        told = own.filter(pl.col("kind") == "hashtag")["tag"].to_list()
        assert told == list(dict.fromkeys(tag.lstrip("#") for tag in entry["hashtags"]))
        assert own.filter(pl.col("kind") == "page")["tag"].to_list() == ["PUTIN"]
        for line, role in gold_roles(entry):
            if line in roles:
                wrong += roles[line] != role
                assert role is not Role.ARTICLE or roles[line] == "article", f"prose of line {line} lost"
    assert wrong <= 0.01 * len(roles)
