"""What other recognisers find, by our types and conventions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.entities.find import TYPES, Mention
from transforms.entities.foreign import LABELS, mention_of, pieces


def test_labels_become_types() -> None:
    """Every label that is known becomes one of ours, however it is written; others are no entities."""
    assert set(LABELS.values()) == set(TYPES)
    assert {label.casefold() for label in LABELS} == set(LABELS)
    for label, kind in {
        "GPE": "LOC",
        "FAC": "LOC",
        "WORK_OF_ART": "MISC",
        "LAW": "MISC",
        "per": "PERSON",
    }.items():
        assert mention_of("Olm", 0, 3, label) == Mention(0, 3, "Olm", kind)
    for label in ("DATE", "CARDINAL", "MONEY", "LANGUAGE", "", "strange"):
        assert mention_of("Olm", 0, 3, label) is None


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("the Olm Bank", "Olm Bank"),
        ("The Olm Bank's", "Olm Bank"),
        ("Olm Bank’s", "Olm Bank"),
        ("Democrats'", "Democrats"),
        (" \n“The Long Way”, ", "Long Way"),
        ("Theo Rehn", "Theo Rehn"),
        ("O'Hara", "O'Hara"),
        ("U.S.", "U.S."),
        ("the\nOlm", "Olm"),
        ("Workers' Party", "Workers' Party"),
        ("Yahoo!", "Yahoo!"),
    ],
)
def test_spans_follow_our_conventions(printed: str, kept: str) -> None:
    """No leading article, no possessive, no quotes; the span is where the words stand."""
    text = f"So {printed} did."
    start = text.index(kept)
    assert mention_of(text, 3, 3 + len(printed), "ORG") == Mention(start, start + len(kept), kept, "ORG")


@pytest.mark.parametrize("span", [(-1, 2), (2, 2), (3, 2), (0, 99)])
def test_a_span_outside_the_text_is_none(span: tuple[int, int]) -> None:
    """Whatever a model says."""
    assert mention_of("the Olm", *span, "LOC") is None


@pytest.mark.parametrize("printed", ["the ", "'s", "“”", " ", ".", "—…"])
def test_nothing_is_left_of_some(printed: str) -> None:
    """An article alone is no name."""
    assert mention_of(printed, 0, len(printed), "ORG") is None


@given(st.text(alphabet="ab .\n。é", max_size=60), st.integers(min_value=1, max_value=20))
def test_pieces_are_the_text(text: str, most: int) -> None:
    """Put together they are the whole text, each in its place and none too long."""
    cut = list(pieces(text, most=most))
    assert "".join(piece for _, piece in cut) == text
    assert all(0 < len(piece) <= most and text.startswith(piece, at) for at, piece in cut)


def test_a_piece_ends_where_a_line_or_sentence_does() -> None:
    """No name is cut where it can be helped."""
    text = "Ana Rehn came. She left\nOlm Bank was there and nobody"
    assert [piece for _, piece in pieces(text, most=30)] == [
        "Ana Rehn came. She left\n",
        "Olm Bank was there and nobody",
    ]
    assert next(pieces("Ana Rehn came. She left the Olm", most=20))[1] == "Ana Rehn came. "
