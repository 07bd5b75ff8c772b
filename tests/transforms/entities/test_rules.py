"""The rule-and-lexicon recogniser on invented sentences and on hostile text."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.entities.find import Recognizer, find

PIECES = st.sampled_from(
    ["Edith", "Marlow", "President", "of", "the", "Lisbon", "U.S.", "NATO", "Ministry", " ", "\n", "-", "’s", "al-Nur", ". ", "(", "“", "K.",
     "Russian", "İ", "ß", "北京", "é", "e\u0301", "2031", "presidential", "election", "and", "von", "\u00a0", "🐟"]
)  # fmt: skip
HOSTILE = [
    "A" * 500_000,
    "A " * 150_000,
    "Edith " * 100_000,
    "A.B." * 100_000,
    "e" + "\u0301" * 1_000_000,
    " " * 100_000,
    "Ministry of " * 40_000,
    "2031 Xa " * 50_000 + "election",
    "Xa-" * 150_000,
    "“" * 200_000,
    "\n" * 200_000,
    "President " * 60_000,
    "United " * 60_000,
]


def _found(text: str, rules: Recognizer) -> list[tuple[str, str]]:
    return [(mention.text, mention.type) for mention in find(text, recognizer=rules)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("President Edith Marlow met them.", [("Edith Marlow", "PERSON")]),
        ("On Friday Prime Minister Marlow sailed.", [("Marlow", "PERSON")]),
        ("Mr. Orsini, said Edith’s lawyer.", [("Orsini", "PERSON"), ("Edith", "PERSON")]),
        ("It was Putin’s letter.", [("Putin", "PERSON")]),
        ("They asked Vladimir K. Orsini again.", [("Vladimir K. Orsini", "PERSON")]),
        ("They asked P.J. Orsini again.", [("P.J. Orsini", "PERSON")]),
        ("They asked Nadia van der Heide again.", [("Nadia van der Heide", "PERSON")]),
        ("They asked Omar al-Nuri again.", [("Omar al-Nuri", "PERSON")]),
        ("The ship left Lisbon for the United States.", [("Lisbon", "LOC"), ("United States", "LOC")]),
        ("Talks in the U.S. went on. They ended.", [("U.S.", "LOC")]),
        ("The Russian crew and two Ukrainians slept.", [("Russian", "NORP"), ("Ukrainians", "NORP")]),
        ("A note from the Ministry of Fish and Harbours came.", [("Ministry of Fish and Harbours", "ORG")]),
        ("Kenyan High Court judges slept.", [("Kenyan High Court", "ORG")]),
        ("Russia’s Supreme Court sat.", [("Russia", "LOC"), ("Supreme Court", "ORG")]),
        ("She studied at the University of Porto for years.", [("University of Porto", "ORG")]),
        ("Members of the House of Commons of Canada slept.", [("House of Commons of Canada", "ORG")]),
        ("They asked Chelsea Varnholm again.", [("Chelsea Varnholm", "PERSON")]),
        ("He led the New Harbour Party for years.", [("New Harbour Party", "ORG")]),
        ("It was in the Kingdom of Varn then.", [("Kingdom of Varn", "LOC")]),
        ("They saw Kim Ho-jun, a Kim-backed singer.", [("Kim Ho-jun", "PERSON"), ("Kim", "PERSON")]),
        ("They asked Edith Forbes again.", [("Edith Forbes", "PERSON")]),
        ("It was sold to Orsini Holdings later.", [("Orsini Holdings", "ORG")]),
        ("A Reuters reporter asked NATO.", [("Reuters", "ORG"), ("NATO", "ORG")]),
        ("They swam in Lake Varese and the Orsini River.", [("Lake Varese", "LOC"), ("Orsini River", "LOC")]),
        ("He fought in World War Two.", [("World War Two", "EVENT")]),
        ("The 2031 Lisbon mayoral election was calm.", [("2031 Lisbon mayoral election", "EVENT")]),
        ("The Putin-Trump letters were read.", [("Putin", "PERSON"), ("Trump", "PERSON")]),
        ("In a pro-Putin paper it was praised.", [("Putin", "PERSON")]),
        ("Officials slept. However, it rained on Monday in March.", []),
        ("Thousands of people came. They sang.", []),
        ("the crew had nothing to say", []),
        ("PUTIN WINS A PRIZE IN LISBON AGAIN", [("PUTIN", "PERSON"), ("LISBON", "LOC")]),
        ("他在北京说话，然后去了美国。", [("北京", "LOC"), ("美国", "LOC")]),
        ("", []),
    ],
)
def test_names_in_plain_sentences(text: str, expected: list[tuple[str, str]], rules: Recognizer) -> None:
    """Titles and possessives stay outside, compounds are cut, places and people keep their type."""
    assert _found(text, rules) == expected


def test_a_surname_is_known_from_the_full_name(rules: Recognizer) -> None:
    """A later bare surname, even at the start of a sentence, is the person named before."""
    found = _found("They met Edith Varnholm in spring. Varnholm was late. The crew liked Varnholm.", rules)
    assert found == [("Edith Varnholm", "PERSON"), ("Varnholm", "PERSON"), ("Varnholm", "PERSON")]


def test_a_surname_that_is_also_a_place_goes_with_the_person(rules: Recognizer) -> None:
    """“Paris” after “Edith Paris” is she, but “in Paris” is the city."""
    found = _found("They met Edith Paris in spring. Later Paris slept. It rained in Paris.", rules)
    assert found == [("Edith Paris", "PERSON"), ("Paris", "PERSON"), ("Paris", "LOC")]


def test_a_word_left_over_has_one_type_in_a_text(rules: Recognizer) -> None:
    """The short form of a firm is the firm, wherever it stands."""
    found = _found(
        "It was bought by Varnholm Holdings in spring. The shares of Varnholm fell. Varnholm slept.", rules
    )
    assert found == [("Varnholm Holdings", "ORG"), ("Varnholm", "ORG"), ("Varnholm", "ORG")]


def test_names_do_not_cross_lines(rules: Recognizer) -> None:
    """A line's last word and the next line's first are two."""
    assert _found("We went to Lisbon\nEdith Marlow stayed", rules) == [
        ("Lisbon", "LOC"),
        ("Edith Marlow", "PERSON"),
    ]


@settings(deadline=None, max_examples=300)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(PIECES, max_size=40).map("".join),
        st.lists(PIECES, max_size=40).map(" ".join),
    )
)
def test_spans_are_sound_on_any_text(text: str, rules: Recognizer) -> None:
    """Inside the text, sorted, apart, and the words that stand there; the same text gives the same again."""
    found = rules(text)
    assert all(text[mention.start : mention.end] == mention.text != "" for mention in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert rules(text) == found == find(text, recognizer=rules)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_ends(text: str, rules: Recognizer) -> None:
    """Half a million characters of the worst kind come to an end, and every mention lies within them."""
    found = find(text, recognizer=rules)
    assert all(0 <= mention.start < mention.end <= len(text) for mention in found)
