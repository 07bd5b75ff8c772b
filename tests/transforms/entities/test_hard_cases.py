"""Floors of resolving: the project's own hard cases, and the real scrape's gold where it is at hand."""

import importlib.util
import json
from pathlib import Path

import pytest

from transforms.entities.names import Variants

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"

_spec = importlib.util.spec_from_file_location("benchmark_resolving", ROOT / "benchmarks" / "resolving.py")
assert _spec is not None
assert _spec.loader is not None
benchmark = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(benchmark)


@pytest.mark.parametrize(("held_out", "floor"), [(False, 0.99), (True, 0.97)])
def test_hard_cases_stay_above_their_floor(*, held_out: bool, floor: float, variants: Variants) -> None:
    """B³ within documents and over all of them, and the exact name."""
    items = benchmark.hard_cases(variants, held_out=held_out)
    assert min(f1 for _, _, f1 in benchmark.figures(items).values()) >= floor
    assert benchmark.exact(items) >= floor


def test_a_third_of_the_hard_cases_is_held_out() -> None:
    """There are at least 80, each with at least two mentions, under ids of their own."""
    cases = [json.loads(line) for line in benchmark.CASES.read_text("utf-8").splitlines()]
    assert len(cases) >= 80
    assert len({case["id"] for case in cases}) == len(cases)
    assert sum(case["held_out"] for case in cases) * 3 >= len(cases) - 3
    assert all(len(benchmark.marked(case["text"])[1]) > 1 for case in cases)


@pytest.mark.skipif(not (SHARED / "ner").is_dir(), reason="the labelled sets are not beside the repository")
def test_the_real_scrape_stays_above_its_floor(variants: Variants) -> None:
    """B³ over given mentions."""
    items = benchmark.scrape(SHARED, variants)
    assert min(f1 for _, _, f1 in benchmark.figures(items).values()) >= 0.98
    assert benchmark.exact(items) >= 0.98


def test_b_cubed_is_that_of_the_paper() -> None:
    """One true cluster cut in two, and two true ones thrown together: by hand."""
    cut = benchmark.b_cubed([("a", 1), ("a", 1), ("a", 2)])
    assert cut[:2] == pytest.approx((1.0, 5 / 9))
    thrown = benchmark.b_cubed([("a", 1), ("a", 1), ("b", 1)])
    assert thrown[:2] == pytest.approx((5 / 9, 1.0))
