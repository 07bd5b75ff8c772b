"""Labels of words: the likeliest that spell names, and the names that they spell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.entities.find import TYPES
from transforms.entities.labels import LABELS, OUTSIDE, begin, best_labels, inside, spans


def _scores(*rows: dict[int, float]) -> np.ndarray:
    scores = np.full((len(rows), len(LABELS)), -9.0, dtype=np.float32)
    for place, row in enumerate(rows):
        for label, score in row.items():
            scores[place, label] = score
    return scores


def test_names_are_spelt_by_a_beginning_and_what_is_inside() -> None:
    """Two names side by side are two."""
    labels = [begin("PERSON"), inside("PERSON"), OUTSIDE, begin("NORP"), begin("ORG"), inside("ORG")]
    assert spans(labels) == [(0, 2, "PERSON"), (3, 4, "NORP"), (4, 6, "ORG")]


def test_an_inside_follows_its_own_type() -> None:
    """Where the likeliest label of each word is no name, the likeliest name is taken."""
    scores = _scores({OUTSIDE: -0.6, begin("LOC"): -0.9}, {inside("LOC"): -0.2, OUTSIDE: -2.0})
    assert best_labels(scores, np.array([True, False])) == [begin("LOC"), inside("LOC")]


def test_no_name_goes_on_in_the_next_line() -> None:
    """A break begins anew."""
    scores = _scores({begin("LOC"): -0.1}, {inside("LOC"): -0.3, begin("LOC"): -0.9})
    assert best_labels(scores, np.array([True, True])) == [begin("LOC"), begin("LOC")]


@settings(deadline=None, max_examples=200)
@given(data=st.data(), words=st.integers(min_value=0, max_value=12))
def test_any_scores_give_names(data: st.DataObject, words: int) -> None:
    """What comes out never breaks the rule, and no other such row of labels is likelier (up to 12 words, tried against chance)."""
    rng = np.random.default_rng(data.draw(st.integers(min_value=0, max_value=2**32 - 1)))
    scores = np.log(rng.dirichlet(np.full(len(LABELS), 0.3), size=words) + 1e-6).astype(np.float32)
    breaks = rng.random(words) < 0.2
    best = best_labels(scores, breaks)
    assert len(best) == words

    def is_sound(labels: list[int]) -> bool:
        return all(
            label == 0
            or label % 2 == 1
            or (place > 0 and not breaks[place] and labels[place - 1] in {label, label - 1})
            for place, label in enumerate(labels)
        )

    assert is_sound(best)
    reached = sum(scores[place, label] for place, label in enumerate(best))
    for _ in range(50):
        other = [int(rng.choice(np.argsort(row)[-3:])) for row in scores]
        if is_sound(other):
            assert sum(scores[place, label] for place, label in enumerate(other)) <= reached + 1e-3


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_two_labels(kind: str) -> None:
    """A beginning and an inside."""
    assert (LABELS[begin(kind)], LABELS[inside(kind)]) == (f"B-{kind}", f"I-{kind}")
