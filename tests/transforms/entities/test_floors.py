"""Quality floors of the entity recognisers on labelled sets that no model was fitted on, where those are at hand."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from training.entities.evaluate import Domain, domains, evaluate, evaluate_names
from transforms.entities.find import Recognizer
from transforms.entities.names import Variants

SHARED = Path(__file__).resolve().parents[4] / "shared"

pytestmark = pytest.mark.skipif(
    not (SHARED / "ner").is_dir(), reason="the labelled sets are not beside the repository"
)


@pytest.fixture(scope="module")
def sets() -> Mapping[str, Domain]:
    """The labelled sets."""
    return domains(SHARED)


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("real scrape", 0.985),
        ("news agency, relabelled", 0.955),
        ("news agency, own labels", 0.945),
        ("news pages, own labels", 0.88),
        ("CrossNER politics, test", 0.88),
    ],
)
def test_the_classifier_stays_above_its_floor(
    name: str, floor: float, sets: Mapping[str, Domain], classifier: Recognizer
) -> None:
    """F1 of exact span and type; docs/benchmarks.md has what was measured."""
    assert evaluate(classifier, sets[name])["all"].f1 >= floor


def test_the_classifier_names_the_real_scrape(
    sets: Mapping[str, Domain], classifier: Recognizer, variants: Variants
) -> None:
    """Span, type and canonical name, with every mistake of finding in it."""
    assert evaluate_names(classifier, sets["real scrape"].passages, variants=variants).f1 >= 0.98


@pytest.mark.parametrize(("name", "floor"), [("real scrape", 0.97), ("news agency, relabelled", 0.88)])
def test_the_rules_stay_above_their_floor(
    name: str, floor: float, sets: Mapping[str, Domain], rules: Recognizer
) -> None:
    """The recogniser that needs no model."""
    assert evaluate(rules, sets[name])["all"].f1 >= floor
