"""Whom a document means where it says only a surname, a given name or a title's name."""

import pytest

from transforms.entities.document import Names
from transforms.entities.find import Mention
from transforms.entities.names import Variants


def _last(variants: Variants, text: str, *surfaces: str) -> str:
    """The name of the last of a text's persons, who are given in order."""
    found, at = [], 0
    for surface in surfaces:
        start = text.index(surface, at)
        at = start + len(surface)
        found.append(Mention(start, at, surface, "PERSON"))
    return Names([(text, found)], variants).entity(found[-1]).name


def test_who_was_met_is_meant_before_who_is_yet_to_come(variants: Variants) -> None:
    """A father's surname, though the world means his son by it, and though the son comes later."""
    text = "George H. W. Bush died. Bush was 94. His son George W. Bush wept."
    names = ("George H. W. Bush", "George W. Bush")
    first = Mention(24, 28, "Bush", "PERSON")
    given = [Mention(0, 17, names[0], "PERSON"), first, Mention(49, 63, names[1], "PERSON")]
    assert Names([(text, given)], variants).entity(first).name == names[0]


def test_a_famous_surname_beside_relatives_is_the_famous_one_s(variants: Variants) -> None:
    """Of two relatives the one whom the tables know is not meant either."""
    text = "Eric Trump and Lara Trump are married. Trump was glad."
    assert _last(variants, text, "Eric Trump", "Lara Trump", "Trump") == "Donald Trump"


def test_the_end_of_a_long_name_begins_with_no_given_name(variants: Variants) -> None:
    """A double surname is hers: its first half alone is not sooner she than the other whose middle name it is."""
    text = "Ana Orsini Velt met Leo Orsini Marn. Orsini Velt left. Orsini stayed."
    assert _last(variants, text, "Ana Orsini Velt", "Leo Orsini Marn", "Orsini Velt", "Orsini") == "Orsini"


@pytest.mark.parametrize(
    ("text", "surfaces", "name"),
    [
        ("Prince William left. William rode.", ("Prince William", "William"), "William, Prince of Wales"),
        ("Queen Sofrina left. Sofrina rode.", ("Queen Sofrina", "Sofrina"), "Queen Sofrina"),
        (
            "Queen Sofrina met Princess Sofrina. Sofrina rode.",
            ("Queen Sofrina", "Princess Sofrina", "Sofrina"),
            "Sofrina",
        ),
        ("Pope Leo XIV prayed. Leo XIV spoke.", ("Pope Leo XIV", "Leo XIV"), "Pope Leo XIV"),
    ],
)
def test_a_king_may_go_without_his_title(
    text: str, surfaces: tuple[str, ...], name: str, variants: Variants
) -> None:
    """Where the document has given it to one person only."""
    assert _last(variants, text, *surfaces) == name


@pytest.mark.parametrize("given", ["Mohamed", "Muhammad", "Mohammed"])
def test_a_nickname_is_of_every_spelling(given: str, variants: Variants) -> None:
    """The name is that of the spelling that is kept."""
    text = f"{given} Orr ran. Mo Orr fell."
    assert _last(variants, text, f"{given} Orr", "Mo Orr") == "Mohammed Orr"
