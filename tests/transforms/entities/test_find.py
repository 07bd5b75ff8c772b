"""Mentions and the call that finds them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from transforms.entities.find import TYPES, Mention, Recognizer, find

TEXT = "Edith Marlow sails to Lisbon"
PLACES = st.integers(-3, len(TEXT) + 3)
MENTIONS = st.lists(
    st.builds(
        lambda start, end, kind: Mention(start, end, TEXT[max(start, 0) : max(end, 0)], kind),
        PLACES,
        PLACES,
        st.sampled_from([*TYPES, "PLANET"]),
    ),
    max_size=12,
)


@given(MENTIONS)
def test_whatever_a_recogniser_says_comes_out_sound(mentions: list[Mention]) -> None:
    """Spans lie in the text, sorted, apart, with their own words and a known type; a space alone is none."""
    found = find(TEXT, recognizer=lambda _: (*mentions, Mention(5, 6, " ", "ORG")))
    assert all(mention.text.strip() for mention in found)
    assert list(found) == sorted(found, key=lambda mention: mention.start)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(TEXT[mention.start : mention.end] == mention.text != "" for mention in found)
    assert all(mention.type in TYPES for mention in found)


def test_the_longer_of_two_overlapping_mentions_stays() -> None:
    """“Edith Marlow” beats “Marlow”."""
    both = (Mention(6, 12, "Marlow", "ORG"), Mention(0, 12, "Edith Marlow", "PERSON"))
    assert find(TEXT, recognizer=lambda _: both) == (both[1],)


def test_half_a_character_stops_nobody(rules: Recognizer, classifier: Recognizer) -> None:
    """A lone surrogate, as JSON of other programs may have it, is in no mention and moves none."""
    text = "Edith\ud800Marlow met Paolo Orsini\udfff in Lisbon. Edith Marlow left."
    for recognizer in (rules, classifier):
        found = find(text, recognizer=recognizer)
        assert all(text[mention.start : mention.end] == mention.text for mention in found)
        assert {"Paolo Orsini", "Lisbon", "Edith Marlow"} <= {mention.text for mention in found}
        assert not any("\ud800" <= letter <= "\udfff" for mention in found for letter in mention.text)
