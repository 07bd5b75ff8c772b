"""Quality floors: on the project's own sample everywhere, on the scrapes with gold where they lie beside the repo."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality import measure
from benchmarks.scoring import Score, score
from flows.knowledge import load_knowledge
from transforms.documents import read
from transforms.knowledge import Knowledge
from transforms.records import RawDocument

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "tests" / "quality_floors.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def shared_scores(knowledge: Knowledge) -> dict[str, Score]:
    if not (SHARED / "scrapes").is_dir():
        pytest.skip(
            "needs ../shared/scrapes beside the repo: the scrapes with gold are not the project's to ship"
        )
    return measure(SHARED, knowledge=knowledge)


def check(told: Score, floors: dict[str, float]) -> None:
    figures = {
        "posts": told.found,
        "titles": told.titles,
        "boundaries": told.boundaries,
        "tags": told.tags,
        "hashtags": told.hashtags,
        "role_accuracy": told.roles / told.lines,
        "boilerplate_f1": told.boilerplate_f1,
    }
    ceilings = {"false_summaries": told.false_summaries, "prose_lost": told.false_hits}
    low = {k: v for k, v in figures.items() if k in floors and v < floors[k]}
    high = {k: v for k, v in ceilings.items() if k in floors and v > floors[k]}
    assert not (low | high), "\n".join(told.errors)


@pytest.mark.parametrize("suite", sorted(FLOORS["shared"]))
def test_scrapes_with_gold(suite: str, shared_scores: dict[str, Score]) -> None:
    """Posts, titles, boundaries, tags, hashtags and boilerplate do not fall below what was reached."""
    check(shared_scores[suite], FLOORS["shared"][suite])


def test_the_sample(knowledge: Knowledge) -> None:
    """The project's own texts, which no model was fitted on, are read as their gold says."""
    total = Score()
    for path in sorted((ROOT / "data" / "raw" / "sample").glob("*.txt")):
        gold = json.loads((ROOT / "tests" / "golden" / f"{path.stem}.json").read_text("utf-8"))
        raw = RawDocument(raw_file=path.name, raw_sha256="0" * 64, text=path.read_text("utf-8"))
        total += score(read(raw, knowledge=knowledge), gold["posts"])
    check(total, FLOORS["sample"])
