"""Names of a document, read once more with all of them known."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.entities.consistency import consistent
from transforms.entities.find import TYPES, Mention


def _mentions(text: str, *names: tuple[str, str]) -> list[Mention]:
    """Names in their order in the text."""
    found, at = [], 0
    for name, kind in names:
        at = text.index(name, at)
        found.append(Mention(at, at + len(name), name, kind))
        at += len(name)
    return found


def test_a_slip_of_type_is_put_right() -> None:
    """Three against one; not two against one."""
    text = "Marlow said. Marlow went. Marlow slept. Marlow woke."
    given = _mentions(
        text, ("Marlow", "PERSON"), ("Marlow", "PERSON"), ("Marlow", "PERSON"), ("Marlow", "LOC")
    )
    assert {mention.type for mention in consistent(text, given)} == {"PERSON"}
    fewer = consistent(text[13:], [Mention(m.start - 13, m.end - 13, m.text, m.type) for m in given[1:]])
    assert [mention.type for mention in fewer] == ["PERSON", "PERSON", "LOC"]


def test_a_name_that_was_passed_over_is_found() -> None:
    """A long one at once, a short one when it stands twice; never within another word."""
    text = "World Seed Council met. The World Seed Council left. Orsini and Orsini saw Orsini. Lind, Lindholm, Lind."
    given = _mentions(text, ("World Seed Council", "ORG"), ("Orsini", "PERSON"), ("Orsini", "PERSON"))
    given.append(Mention(83, 87, "Lind", "PERSON"))
    found = [(mention.text, mention.type) for mention in consistent(text, given)]
    assert found.count(("World Seed Council", "ORG")) == 2
    assert found.count(("Orsini", "PERSON")) == 3
    assert found.count(("Lind", "PERSON")) == 1


def test_full_names_speak_for_a_surname_that_is_a_place_too() -> None:
    """The place, named thrice, does not swallow the person; and who is named in full often is not once a place."""
    text = "Velden, Velden, Velden. Ana Velden spoke. Velden, 70, left."
    places = [("Velden", "LOC")] * 3
    found = consistent(text, _mentions(text, *places, ("Ana Velden", "PERSON"), ("Velden", "PERSON")))
    assert [mention.type for mention in found] == ["LOC", "LOC", "LOC", "PERSON", "PERSON"]
    text = "Ana Marlow met Lea Marlow. Marlow smiled; they paid Marlow."
    persons = [("Ana Marlow", "PERSON"), ("Lea Marlow", "PERSON"), ("Marlow", "PERSON")]
    assert consistent(text, _mentions(text, *persons, ("Marlow", "LOC")))[-1].type == "PERSON"
    assert consistent(text, _mentions(text, *persons, ("Marlow", "ORG")))[-1].type == "ORG"


def test_a_name_ends_with_its_sentence() -> None:
    """Where what follows is known as another name; initials and titles end no sentence."""
    text = "Bo Marlow saw Ana Orr. Marlow left the WSC. WSC staff saw Gen. Marlow, Bo J. Marlow and Lt. Col. Marlow."
    names = ("Bo Marlow", "Ana Orr. Marlow", "WSC. WSC", "Gen. Marlow", "Bo J. Marlow", "Lt. Col. Marlow")
    found = consistent(text, _mentions(text, *((name, "PERSON") for name in names)))
    assert [one.text for one in found] == [names[0], "Ana Orr", "Marlow", "WSC", "WSC", *names[3:]]


def test_a_title_alone_is_no_person() -> None:
    """Right before a person; an initial there is part of a name, and a place may be called so."""
    text = "Gen. Ana Orr, J. Marlow and Mt. Velm."
    given = _mentions(
        text, ("Gen.", "PERSON"), ("Ana Orr", "PERSON"), ("J.", "PERSON"), ("Marlow", "PERSON"),
        ("Mt.", "LOC"), ("Velm", "LOC"),
    )  # fmt: skip
    assert [one.text for one in consistent(text, given)] == ["Ana Orr", "J.", "Marlow", "Mt.", "Velm"]


def test_a_common_noun_is_no_name_beside_its_name() -> None:
    """In small letters, and not more often than with a capital; a brand stays."""
    text = "Velm fell. A velm a day. ecobee rose. Ecobee and ecobee."
    given = _mentions(
        text, ("Velm", "ORG"), ("velm", "ORG"), ("ecobee", "ORG"), ("Ecobee", "ORG"), ("ecobee", "ORG")
    )
    assert [one.text for one in consistent(text, given)] == ["Velm", "ecobee", "Ecobee", "ecobee"]


def test_an_everyday_word_that_was_passed_over_is_none() -> None:
    """The month and the verb, however often they name a person; an acronym is no everyday word."""
    text = "Ana May met May, and May left in May. Will Orr saw Will, Will ran. Will it rain? WHO met WHO; WHO left."
    given = _mentions(
        text, ("Ana May", "PERSON"), ("May", "PERSON"), ("May", "PERSON"), ("Will Orr", "PERSON"),
        ("Will", "PERSON"), ("Will", "PERSON"), ("WHO", "ORG"), ("WHO", "ORG"),
    )  # fmt: skip
    assert [mention.text for mention in consistent(text, given)] == [*(one.text for one in given), "WHO"]


def test_an_acronym_in_brackets_is_of_its_name() -> None:
    """Found or not before, with the name's type; other brackets are not."""
    text = "The World Seed Council (WSC) met the Harbour Fund (HF) and Velden Rail (in ruins). The WSC left, WSC said."
    given = _mentions(
        text, ("World Seed Council", "ORG"), ("Harbour Fund", "ORG"), ("HF", "LOC"), ("Velden Rail", "ORG")
    )
    found = [(mention.text, mention.type) for mention in consistent(text, given)]
    assert found.count(("WSC", "ORG")) == 3
    assert ("HF", "ORG") in found
    assert len(found) == 7


@settings(deadline=None, max_examples=150)
@given(data=st.data(), text=st.text(alphabet="AbC .é", min_size=1, max_size=60))
def test_what_was_found_stays_in_its_place(data: st.DataObject, text: str) -> None:
    """Whatever is given, its places are among those that come out, which do not overlap."""
    cuts = sorted(data.draw(st.sets(st.integers(min_value=0, max_value=len(text)), max_size=8)))
    given = [
        Mention(start, end, text[start:end], data.draw(st.sampled_from(TYPES)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    found = consistent(text, given)
    places = [(mention.start, mention.end) for mention in found]
    assert {(mention.start, mention.end) for mention in given} <= set(places)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(places))
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


def test_thousands_of_names_stay_linear() -> None:
    """Ten thousand different names in a text are no trap."""
    text = " ".join(f"Marlow{i} Ova" for i in range(10_000))
    given, at = [], 0
    for piece in text.split(" Ova"):
        start = text.index("Marlow", at) if "Marlow" in piece else -1
        if start >= 0:
            end = text.index(" Ova", start)
            given.append(Mention(start, end, text[start:end], "PERSON"))
            at = end
    assert len(consistent(text, given)) == len(given)


def test_a_list_of_names_is_read_again_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    """Two thousand names, each found once and passed over once: all are there, and no library runs out of room."""
    names = [f"{chr(65 + at % 26)}ova{at} {chr(97 + at % 7)}Lind{at * 7919}" for at in range(2_000)]
    text = ". ".join(names)
    places = itertools.accumulate((len(name) + 2 for name in names), initial=0)
    given = [
        Mention(start, start + len(name), name, "PERSON") for name, start in zip(names, places, strict=False)
    ]
    found = consistent(f"{text}\n{text}", given)
    assert [mention.text for mention in found] == names * 2
    assert capfd.readouterr().err == ""


def test_a_known_name_is_found_where_a_longer_one_is_not() -> None:
    """“Olm” stands in “Olm Banking”, of which “Olm Bank” is no name."""
    text = "Olm Bank and Olm met. Olm left. Olm Banking, 'Olm."
    found = consistent(text, _mentions(text, ("Olm Bank", "ORG"), ("Olm", "ORG"), ("Olm", "ORG")))
    assert [(mention.start, mention.text) for mention in found] == [
        (0, "Olm Bank"),
        (13, "Olm"),
        (22, "Olm"),
        (32, "Olm"),
        (46, "Olm"),
    ]
