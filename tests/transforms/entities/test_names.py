"""Names that need no document: tables, spellings, countries, peoples."""

import pytest

from transforms.entities.names import Variants, parse_variants
from transforms.entities.spelling import fold, plain
from transforms.entities.words import parse_words
from transforms.errors import FixSettingsError


@pytest.mark.parametrize(
    ("kind", "form", "name"),
    [
        ("PERSON", "Volodymyr Zelenskiy", "Volodymyr Zelenskyy"),
        ("PERSON", "Sergei Lavrov", "Sergey Lavrov"),
        ("PERSON", "Viktor Orban", "Viktor Orbán"),
        ("PERSON", "Aleksey Morozkin", "Alexei Morozkin"),
        ("PERSON", "Pavel Dubovskiy", "Pavel Dubovsky"),
        ("PERSON", "Muhammad Al Tarfa", "Mohammed al-Tarfa"),
        ("PERSON", "Al Brandon", "Al Brandon"),
        ("PERSON", "Zoë Müller", "Zoe Muller"),
        ("ORG", "W.H.O.", "World Health Organization"),
        ("ORG", "Tarn Foods, Inc.", "Tarn Foods"),
        ("ORG", "Chevlin Corporation", "Chevlin"),
        ("ORG", "East Tarn Company", "East Tarn Company"),
        ("LOC", "Kiev", "Kyiv"),
        ("LOC", "Köln", "Cologne"),
        ("LOC", "Великобритания", "United Kingdom"),
        ("LOC", "مصر", "Egypt"),
        ("LOC", "Côte d’Ivoire", "Ivory Coast"),
        ("NORP", "Frenchwoman", "French"),
        ("NORP", "Dutchmen", "Dutch"),
        ("NORP", "Pole", "Poles"),
        ("NORP", "Velmian", "Velmians"),
        ("NORP", "Turkish Cypriot", "Turkish Cypriots"),
        ("EVENT", "Second World War", "World War II"),
    ],
)
def test_a_form_has_one_name(kind: str, form: str, name: str, variants: Variants) -> None:
    """By the tables, else by rule; and a canonical name is its own."""
    assert variants.name(kind, form) == name
    assert variants.name(kind, name) == name


def test_countries_and_nationalities_have_their_code(variants: Variants) -> None:
    """ISO 3166-1 alpha-2, for countries and peoples and nothing else."""
    assert variants.code("LOC", variants.name("LOC", "Deutschland")) == "DE"
    assert variants.code("LOC", variants.name("LOC", "U.S.A.")) == "US"
    assert variants.code("NORP", variants.name("NORP", "Briton")) == "GB"
    assert variants.code("LOC", variants.name("LOC", "Berlin")) is None
    assert variants.code("NORP", variants.name("NORP", "Kurdish")) is None
    assert variants.code("ORG", "Germany") is None


def test_every_nationality_is_of_a_country_that_is_there(variants: Variants) -> None:
    """Codes of peoples are codes of countries, and no country's English name is another's."""
    peoples = {code for (kind, _), code in variants.codes.items() if kind == "NORP"}
    assert peoples <= set(variants.countries)
    assert len(set(variants.countries.values())) == len(variants.countries) >= 249


def test_every_name_of_the_tables_is_its_own(variants: Variants) -> None:
    """No canonical name is a form of another one: naming twice is naming once."""
    wrong = {
        (kind, form, name, variants.name(kind, name))
        for (kind, form), name in variants.canonical.items()
        if variants.name(kind, name) != name
    }
    assert not wrong


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("The U.N.", "un"),
        ("Al-Qaeda", "al qaeda"),
        ("Erdoğan", "erdogan"),
        ("Łódź", "lodz"),
        ("O’Brien", "obrien"),
        ("Straße", "strasse"),
        ("Йошкар-Ола", "йошкар ола"),
    ],
)
def test_spellings_meet(text: str, folded: str) -> None:
    """Case, Latin accents, dots, apostrophes and hyphens do not count; letters of other scripts keep their marks."""
    assert fold(text) == folded
    assert fold(folded) == folded


def test_accents_of_other_scripts_stay() -> None:
    """The breve of й and the vowels of Hindi are no accents."""
    assert plain("Андрей") == "Андрей"
    assert plain("हिन्दी") == "हिन्दी"


@pytest.mark.parametrize(
    "texts",
    [
        {"text": "[PERSON"},
        {"text": "[PERSON]\nx = 1"},
        {"text": "", "peoples": '[nationality]\n"Velmians" = "Velmian"'},
        {"text": "", "doubtful": '[LOC.Velm]\ninside = "Velm (state)"'},
        {"text": "", "countries": "DE = 1"},
    ],
)
def test_broken_tables_are_told(texts: dict[str, str]) -> None:
    """Whoever mends a table hears which one is wrong."""
    with pytest.raises(FixSettingsError, match=r"variants|peoples|doubtful|countries"):
        parse_variants(**texts)


def test_words_may_be_missing() -> None:
    """Without tables there are rules still."""
    assert parse_words("").titles == {}
    assert parse_variants("").name("ORG", "The Tarn") == "The Tarn"
