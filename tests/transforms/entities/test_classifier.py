"""The token classifier as the project ships it: what it finds hangs on the text alone."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.entities.classifier import parse_classifier
from transforms.entities.find import TYPES, Mention, Recognizer, find
from transforms.errors import FixSettingsError

ROOT = Path(__file__).resolve().parents[3]
MODEL = ROOT / "transforms" / "entities" / "classifier.onnx"
TEXT = (
    "VELDEN - Prime Minister Edith Marlow flew to Lisbon on Monday to meet Paolo Orsini, chairman of Orsini Shipping Ltd.\n\n"
    "“We are not afraid,” Marlow told the Velden Courier. Portuguese officials, and the U.S. State Department in Washington, "
    "declined to comment. The World Health Organization (WHO) sent Dr. Aisha Bello."
)


def _said(mentions: tuple[Mention, ...]) -> list[tuple[str, str]]:
    return [(mention.text, mention.type) for mention in mentions]


def test_names_are_found_with_their_types(classifier: Recognizer) -> None:
    """Those of an invented text, with a lead in capitals, a title, an acronym."""
    found = _said(find(TEXT, recognizer=classifier))
    for name in [
        ("Edith Marlow", "PERSON"),
        ("Lisbon", "LOC"),
        ("Paolo Orsini", "PERSON"),
        ("Marlow", "PERSON"),
        ("Velden Courier", "ORG"),
        ("Portuguese", "NORP"),
        ("U.S. State Department", "ORG"),
        ("Washington", "LOC"),
        ("World Health Organization", "ORG"),
        ("WHO", "ORG"),
        ("Aisha Bello", "PERSON"),
    ]:
        assert name in found


def test_hyphens_join_words_and_not_names(classifier: Recognizer) -> None:
    """The name in a hyphenated word is marked without the rest."""
    found = _said(find("The U.S.-led mission and pro-Russian groups met near Warsaw.", recognizer=classifier))
    assert found == [("U.S.", "LOC"), ("Russian", "NORP"), ("Warsaw", "LOC")]


def test_a_text_without_names_has_none(classifier: Recognizer) -> None:
    """Nor has one without words."""
    assert find("The cat sat on the mat, and it rained.", recognizer=classifier) == ()
    assert find("", recognizer=classifier) == ()
    assert find(" \n\n ", recognizer=classifier) == ()


def test_german_nouns_are_no_names(classifier: Recognizer) -> None:
    """The rules read what is not English, and know that all nouns have capitals there."""
    text = (
        "Die Frau am Hafen hatte den Brief der Behörde noch in der Tasche, als der Zug nach Norden fuhr. Im Abteil saß ein Mann "
        "mit einem Hund, und die Reise nach Berlin dauerte die ganze Nacht."
    )
    assert _said(find(text, recognizer=classifier)) == [("Berlin", "LOC")]


def test_small_words_of_other_languages_are_no_names(classifier: Recognizer) -> None:
    """The rules look at capitals alone."""
    text = (
        "Il sindaco ha parlato con i cittadini della piccola città, e nessuno ha saputo dire quando il ponte sarà di nuovo "
        "aperto, anche se tutti lo aspettano da molti anni a Roma."
    )
    assert all(name != name.lower() for name, _ in _said(find(text, recognizer=classifier)))


def test_marks_of_the_vocabulary_are_plain_text(classifier: Recognizer) -> None:
    """A text that spells them does not end there."""
    found = _said(find("[SEP] [CLS] Edith Marlow spoke in Lisbon. [MASK] [PAD]", recognizer=classifier))
    assert ("Edith Marlow", "PERSON") in found
    assert ("Lisbon", "LOC") in found


def test_what_is_read_beside_it_changes_nothing(classifier: Recognizer) -> None:
    """The same text in any order, between others, in two threads and by a second model, gives the same to the letter."""
    texts = [TEXT, TEXT.upper(), TEXT * 7, "Lisbon.", TEXT[::-1], "Edith Marlow\n" * 40]
    alone = [find(text, recognizer=classifier) for text in texts]
    assert [find(text, recognizer=classifier) for text in reversed(texts)] == alone[::-1]
    other = parse_classifier(
        MODEL.read_bytes(), MODEL.with_suffix(".json").read_text("utf-8"), foreign=classifier
    )
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda text: find(text, recognizer=other), texts)) == alone


def test_paragraphs_do_not_move_what_stands_in_others(classifier: Recognizer) -> None:
    """A far end of a long text does not reach its beginning, but by what the document agrees on."""
    filler = "It rained all day over the hills, and nobody came. " * 200
    found = find(f"{TEXT}\n\n{filler}", recognizer=classifier)
    assert [name for name in _said(found) if name[0] == "Paolo Orsini"] == [("Paolo Orsini", "PERSON")]


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=400))
def test_any_text_gives_sound_mentions(text: str, classifier: Recognizer) -> None:
    """Inside the text, sorted, apart, typed."""
    found = find(text, recognizer=classifier)
    at = 0
    for mention in found:
        assert at <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert mention.type in TYPES
        at = mention.end


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "Marlow " * 5_000,
        "." * 10_000,
        "\u0301" * 50_000,
        "名前" * 4_000,
        "😀" * 4_000,
        "\x00\ufffd\u202e" * 10_000,
    ],
    ids=["one word", "one name", "dots", "marks", "Han", "emoji", "controls"],
)
def test_hostile_texts_end(text: str, classifier: Recognizer) -> None:
    """Long runs of anything are cut, and read in time that grows with their length alone."""
    for mention in find(text, recognizer=classifier):
        assert mention.end <= len(text)


def test_a_damaged_model_is_told(classifier: Recognizer) -> None:
    """In a sentence with the next act."""
    pieces = MODEL.with_suffix(".json").read_text("utf-8")
    with pytest.raises(FixSettingsError, match="install unspun anew"):
        parse_classifier(b"no model", pieces, foreign=classifier)
    with pytest.raises(FixSettingsError, match="install unspun anew"):
        parse_classifier(MODEL.read_bytes(), "{", foreign=classifier)


def test_the_card_is_of_this_model() -> None:
    """Its hash stands in the card."""
    assert sha256(MODEL.read_bytes()).hexdigest() in (ROOT / "models" / "README.md").read_text("utf-8")
