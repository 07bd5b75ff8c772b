"""What a model that is asked in words predicts, made ours; a real one is gigabytes of torch away."""

from typing import Any

import pytest

from transforms.entities import gliner as room
from transforms.entities.find import TYPES, Mention, find
from transforms.entities.gliner import ASKED, recognizer

TEXT = "The Olm Bank's Ana Rehn left.\n\nOslo is far."
NAMES = {"The Olm Bank's": "organization", "Ana Rehn": "person", "Oslo": "location", "far": "distance"}


def predict(text: str, labels: list[str]) -> list[dict[str, Any]]:
    """The names of a text that was asked for them, as a model gives them; one label is none of those."""
    assert labels == list(ASKED)
    return [
        {"start": at, "end": at + len(name), "text": name, "label": label, "score": 0.9}
        for name, label in NAMES.items()
        if (at := text.find(name)) >= 0
    ]


def test_every_type_is_asked_for() -> None:
    """Each once, in words."""
    assert sorted(ASKED.values()) == sorted(TYPES)


@pytest.mark.parametrize("most", [32, 1_000])
def test_its_entities_are_ours(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Types and spans by our conventions, in one piece and in several."""
    monkeypatch.setattr(room, "MAX_PIECE", most)
    assert find(TEXT, recognizer=recognizer(predict)) == (
        Mention(4, 12, "Olm Bank", "ORG"),
        Mention(15, 23, "Ana Rehn", "PERSON"),
        Mention(31, 35, "Oslo", "LOC"),
    )


def test_white_space_is_not_asked_about() -> None:
    """Some models fail on a text without a word."""
    assert find(" \n" * 5_000, recognizer=recognizer(predict)) == ()
