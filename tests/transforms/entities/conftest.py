"""The lexicon and variants as the project ships them."""

from pathlib import Path

import pytest

from transforms.entities.classifier import parse_classifier
from transforms.entities.find import Recognizer
from transforms.entities.lexicon import parse_lexicon
from transforms.entities.names import Variants, parse_variants
from transforms.entities.rules import recognizer

DATA = Path(__file__).resolve().parents[3] / "transforms" / "entities"


@pytest.fixture(scope="session")
def rules() -> Recognizer:
    """The rule-and-lexicon recogniser."""
    return recognizer(parse_lexicon((DATA / "lexicon.toml").read_text("utf-8")))


@pytest.fixture(scope="session")
def variants() -> Variants:
    """The table of variants."""
    tables = {
        name: (DATA / f"{name}.toml").read_text("utf-8")
        for name in ("countries", "peoples", "words", "doubtful", "towns")
    }
    return parse_variants((DATA / "variants.toml").read_text("utf-8"), **tables)


@pytest.fixture(scope="session")
def classifier(rules: Recognizer) -> Recognizer:
    """The token classifier."""
    return parse_classifier(
        (DATA / "classifier.onnx").read_bytes(),
        (DATA / "classifier.json").read_text("utf-8"),
        foreign=rules,
    )
