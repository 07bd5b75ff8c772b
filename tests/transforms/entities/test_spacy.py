"""A real spaCy pipeline as a recogniser."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from transforms.entities import spacy as room
from transforms.entities.find import Mention, Recognizer, find

pytestmark = pytest.mark.skipif(
    find_spec("spacy") is None, reason="spaCy is not installed: pip install 'unspun[spacy]'"
)

TEXT = "The Olm Bank's Ana Rehn left Oslo on Monday.\n\nA Norwegian friend read “The Long Way” there."


@pytest.fixture(scope="module")
def nlp() -> Any:  # noqa: ANN401  # the package may not be there to name its types
    """A pipeline that knows some names, among them a date."""
    nlp = import_module("spacy").blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    patterns = {
        "The Olm Bank's": "ORG",
        "Ana Rehn": "PERSON",
        "Oslo": "GPE",
        "Monday": "DATE",
        "Norwegian": "NORP",
        "“The Long Way”": "WORK_OF_ART",
    }
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in patterns.items()])
    return nlp


@pytest.fixture
def recognize(nlp: Any) -> Recognizer:  # noqa: ANN401  # as above
    """Ours."""
    return room.recognizer(nlp)


def mention(name: str, kind: str, *, text: str = TEXT) -> Mention:
    """Where it stands."""
    start = text.index(name)
    return Mention(start, start + len(name), name, kind)


def test_its_entities_are_ours(recognize: Recognizer) -> None:
    """Types and spans by our conventions; a date is none."""
    assert find(TEXT, recognizer=recognize) == (
        mention("Olm Bank", "ORG"),
        mention("Ana Rehn", "PERSON"),
        mention("Oslo", "LOC"),
        mention("Norwegian", "NORP"),
        mention("Long Way", "MISC"),
    )


def test_a_long_text_is_read_in_pieces(recognize: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small they are, every mention has its place in the whole."""
    whole = find(f"{TEXT}\n" * 3, recognizer=recognize)
    monkeypatch.setattr(room, "MAX_PIECE", 60)
    assert find(f"{TEXT}\n" * 3, recognizer=recognize) == whole
    assert len(whole) == 15


def test_more_than_it_takes_at_once(recognize: Recognizer, nlp: Any) -> None:  # noqa: ANN401  # as above
    """A million characters are refused by spaCy; we read them."""
    text = "word " * 210_000 + "\nOslo"
    assert len(text) > nlp.max_length
    assert find(text, recognizer=recognize) == (mention("Oslo", "LOC", text=text),)


def test_words_are_not_kept(recognize: Recognizer, nlp: Any) -> None:  # noqa: ANN401  # as above
    """After a thousand new words it knows as many as before."""
    recognize("Oslo")
    before = len(nlp.vocab.strings)
    recognize(" ".join(f"word{number}x" for number in range(1_000)))
    assert len(nlp.vocab.strings) == before


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\0", "🙂" * 50, "e" + "\u0301" * 1_000, "ก" * 500])
def test_any_text_is_read(text: str, recognize: Recognizer) -> None:
    """Nothing in it is a name, and nothing breaks."""
    assert find(text, recognizer=recognize) == ()
