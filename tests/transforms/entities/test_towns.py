"""Towns that are called like a city of the world."""

import pytest

from transforms.entities.document import Names
from transforms.entities.find import Mention
from transforms.entities.names import Variants
from transforms.entities.towns import parse_cities
from transforms.errors import FixSettingsError


def _places(variants: Variants, text: str, *surfaces: str) -> list[str]:
    """The names of a text's places, which are given in order."""
    found, at = [], 0
    for surface in surfaces:
        start = text.index(surface, at)
        at = start + len(surface)
        found.append(Mention(start, at, surface, "LOC"))
    names = Names([(text, found)], variants)
    return [names.entity(mention).name for mention in found]


@pytest.mark.parametrize(
    ("text", "surfaces", "names"),
    [
        ("Moscow, Idaho, slept. Moscow woke.", "Moscow|Idaho|Moscow", "Moscow, Idaho|Idaho|Moscow, Idaho"),
        (
            "ODESSA, Tex. It rained in Odessa.",
            "ODESSA|Tex.|Odessa",
            "Odessa, Texas|Texas|Odessa, Texas",
        ),
        ("Rome, Ga. is small.", "Rome|Ga.", "Rome, Georgia|Georgia (U.S. state)"),
        ("St Petersburg, Fla., is warm.", "St Petersburg|Fla.", "St. Petersburg, Florida|Florida"),
        ("Boston, Ohio, has a mill.", "Boston|Ohio", "Boston|Ohio"),
        ("Paris and Texas met.", "Paris|Texas", "Paris|Texas"),
        ("Sydney, Australia, is far.", "Sydney|Australia", "Sydney|Australia"),
    ],
)
def test_a_state_behind_a_comma_tells_the_town(
    variants: Variants, text: str, surfaces: str, names: str
) -> None:
    """And a city that the tables do not say is elsewhere stays what it is."""
    assert _places(variants, text, *surfaces.split("|")) == names.split("|")


def test_the_name_alone_is_the_city_where_its_country_is_named(variants: Variants) -> None:
    """Also where its people are; and where two towns are named, neither is meant."""
    text = "Paris, Texas, is far from France. Paris is not."
    assert _places(variants, text, "Paris", "Texas", "France", "Paris")[-1] == "Paris"
    text = "London, Ohio, and London, Ontario, are not London."
    assert _places(variants, text, "London", "Ohio", "London", "Ontario", "London")[::2] == [
        "London, Ohio",
        "London, Ontario",
        "London",
    ]


@pytest.mark.parametrize("text", ["[towns", "towns = 1", "[cities]\nFR = 1\n"])
def test_a_table_of_towns_that_is_none_is_told(text: str) -> None:
    """In a sentence, as any other settings file."""
    with pytest.raises(FixSettingsError, match="towns"):
        parse_cities(text, name=str)
