"""Quality floors of the entity recogniser on labelled sets, where those are at hand."""

import importlib.util
from pathlib import Path

import pytest

from transforms.entities.find import Recognizer

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"

pytestmark = pytest.mark.skipif(
    not (SHARED / "ner").is_dir(), reason="the labelled sets are not beside the repository"
)

_spec = importlib.util.spec_from_file_location("benchmark_entities", ROOT / "benchmarks" / "entities.py")
assert _spec is not None
assert _spec.loader is not None
benchmark = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(benchmark)


def test_the_real_scrape_stays_above_its_floor(rules: Recognizer) -> None:
    """Measured .992 exact span and type."""
    assert benchmark.score(benchmark.scrape_set(SHARED, rules)) >= 0.97


def test_relabelled_news_stays_above_its_floor(rules: Recognizer) -> None:
    """Measured .88 on every fourth sentence."""
    assert (
        benchmark.score(
            benchmark.token_set(benchmark.rows(SHARED / "ner" / "news_relabelled.jsonl")[::4], rules)
        )
        >= 0.85
    )
