"""What mentions of one document mean: bodies of states, places of one name, acronyms."""

import pytest

from transforms.entities.document import Names
from transforms.entities.find import Mention
from transforms.entities.names import Variants


def _resolved(variants: Variants, text: str, *mentions: tuple[str, str]) -> list[tuple[str, str | None]]:
    """Name and country of each of a text's mentions, which are given in order."""
    found, at = [], 0
    for surface, kind in mentions:
        start = text.index(surface, at)
        at = start + len(surface)
        found.append(Mention(start, at, surface, kind))
    names = Names([(text, found)], variants)
    return [(entity.name, entity.country_code) for entity in map(names.entity, found)]


@pytest.mark.parametrize(
    ("text", "body", "name"),
    [
        ("Chad’s Foreign Ministry wrote.", "Foreign Ministry", "Ministry of Foreign Affairs (Chad)"),
        (
            "The Ministry of Defense of Peru wrote.",
            "Ministry of Defense of Peru",
            "Ministry of Defence (Peru)",
        ),
        ("The Dutch Supreme Court ruled.", "Dutch Supreme Court", "Supreme Court of the Netherlands"),
        ("The US Supreme Court ruled.", "US Supreme Court", "Supreme Court of the United States"),
        ("The Foreign Ministry wrote.", "Foreign Ministry", "Ministry of Foreign Affairs"),
    ],
)
def test_a_state_s_body_has_its_country(text: str, body: str, name: str, variants: Variants) -> None:
    """Told by a word inside the name or by the mention before it; an organisation has no code of its own."""
    mentions = [(body, "ORG")]
    if text.startswith("Chad"):
        mentions = [("Chad", "LOC"), *mentions]
    assert _resolved(variants, text, *mentions)[-1] == (name, None)


def test_a_country_is_told_from_a_state_by_what_else_is_named(variants: Variants) -> None:
    """Georgia with Tbilisi has a country's code, with Atlanta none, and with nothing it stays in doubt."""
    assert _resolved(variants, "Georgia and Tbilisi.", ("Georgia", "LOC"), ("Tbilisi", "LOC"))[0] == (
        "Georgia (country)",
        "GE",
    )
    assert _resolved(variants, "Georgia and Atlanta.", ("Georgia", "LOC"), ("Atlanta", "LOC"))[0] == (
        "Georgia (U.S. state)",
        None,
    )
    assert _resolved(variants, "Georgia is warm.", ("Georgia", "LOC")) == [("Georgia", None)]


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("TBILISI, Georgia", ("TBILISI", "Georgia"), ("Georgia (country)", "GE")),
        ("RUSTAVI, Georgia. Abkhazia.", ("RUSTAVI", "Georgia", "Abkhazia"), ("Georgia (country)", "GE")),
        ("Macon, Georgia. Tbilisi.", ("Macon", "Georgia", "Tbilisi"), ("Georgia (U.S. state)", None)),
        ("Velden, Georgia", ("Velden", "Georgia"), ("Georgia (U.S. state)", None)),
    ],
)
def test_a_town_before_it_tells_the_country_or_the_state(
    text: str, names: tuple[str, ...], found: tuple[str, str | None], variants: Variants
) -> None:
    """The town itself first, then the document; else it is the state, as datelines have it."""
    assert _resolved(variants, text, *((name, "LOC") for name in names))[1] == found


@pytest.mark.parametrize(
    ("place", "people", "found"),
    [
        ("Atlanta", "Georgians", ("Georgians (U.S. state)", None)),
        ("Tbilisi", "Georgians", ("Georgians", "GE")),
        ("Brazzaville", "Congolese", ("Congolese (Republic of the Congo)", "CG")),
        ("Goma", "Congolese", ("Congolese", "CD")),
        ("Dominica", "Dominican", ("Dominicans (Dominica)", "DM")),
        ("Haiti", "Dominican", ("Dominicans", "DO")),
    ],
)
def test_peoples_of_one_name_are_told_by_what_else_is_named(
    place: str, people: str, found: tuple[str, str | None], variants: Variants
) -> None:
    """They have the code of their own country."""
    assert _resolved(variants, f"{place}: {people}.", (place, "LOC"), (people, "NORP"))[1] == found


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("African Development Bank", "AfDB"),
        ("Ministry of Timber", "MoT"),
    ],
)
def test_an_acronym_may_have_small_letters(long: str, short: str, variants: Variants) -> None:
    """Of small words, or of more letters of one word."""
    text = f"The {long} ({short}) met. {short} left."
    assert _resolved(variants, text, (long, "ORG"), (short, "ORG"), (short, "ORG")) == [(long, None)] * 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("An Individual Retirement Account (IRA) helps. An IRA", "Individual Retirement Account"),
        ("Many Island Rights Accords (IRAs) fell. The IRA", "Island Rights Accords"),
        ("The Irish party (IRA) fell. The IRA", "Irish Republican Army"),
        ("The Old Retirement Account (IRA) fell. The IRA", "Irish Republican Army"),
        ("The IRA", "Irish Republican Army"),
    ],
)
def test_an_acronym_is_what_the_text_spells_out(text: str, name: str, variants: Variants) -> None:
    """Though the long name was not found, and though the world knows another."""
    start = text.rindex("IRA")
    mention = Mention(start, start + 3, "IRA", "ORG")
    assert Names([(text, [mention])], variants).entity(mention).name == name


def test_an_acronym_that_is_told_twice_is_what_was_told_last(variants: Variants) -> None:
    """Before the first telling it is the first."""
    first, second = "Tarn Road Union", "Timber Rail Unit"
    text = f"TRU met. The {first} (TRU) met; TRU left. The {second} (TRU) sat: TRU wrote."
    surfaces = ("TRU", first, "TRU", "TRU", second, "TRU", "TRU")
    found = _resolved(variants, text, *((surface, "ORG") for surface in surfaces))
    assert [name for name, _ in found] == [first] * 4 + [second] * 3


def test_a_state_of_a_senator_is_the_state(variants: Variants) -> None:
    """As agencies shorten it; a day is no party's."""
    text = "Ann Orr, D-N.J., and R-Calif., wrote in Trenton, N.J., on D-Day of D-Orr."
    places = ("D-N.J.", "R-Calif.", "N.J.", "D-Orr")
    found = _resolved(variants, text, *((place, "LOC") for place in places))
    assert [name for name, _ in found] == ["New Jersey", "California", "New Jersey", "Orr"]
    assert _resolved(variants, text, ("D-Day", "EVENT"))[0][0] == "D-Day"


def test_an_acronym_with_a_small_letter_needs_no_brackets(variants: Variants) -> None:
    """First letters of one name of the document are enough."""
    text = "The Ministry of Timber met. MoT left."
    assert (
        _resolved(variants, text, ("Ministry of Timber", "ORG"), ("MoT", "ORG"))[1][0] == "Ministry of Timber"
    )


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Washington state burns.", True),
        ("Washington State University", True),
        ("Washington statehood", False),
        ("In Washington, a state dinner", False),
    ],
)
def test_the_state_is_told_by_the_words_beside_it(text: str, *, inside: bool, variants: Variants) -> None:
    """The word “state” after the name, and no longer word that begins so."""
    name = "Washington (state)" if inside else "Washington, D.C."
    assert _resolved(variants, text, ("Washington", "LOC")) == [(name, None)]


def test_a_country_behind_a_body_is_its_own(variants: Variants) -> None:
    """After "of", in a mention of its own; after another word it is not."""
    mentions = (("Ministry of Defense", "ORG"), ("Peru", "LOC"))
    text = "The Ministry of Defense of Peru wrote."
    assert _resolved(variants, text, *mentions)[0] == ("Ministry of Defence (Peru)", None)
    text = "The Ministry of Defense in Peru wrote."
    assert _resolved(variants, text, *mentions)[0] == ("Ministry of Defence", None)


def test_a_company_is_one_with_its_form_written_out_or_not(variants: Variants) -> None:
    """Both in one document are one name, and the word before the form is short for it."""
    forms = ("Edith Orsini Company", "Edith Orsini Co.", "Edith Orsini", "Orsini")
    text = "; ".join(forms)
    found = _resolved(variants, text, *((form, "ORG") for form in forms))
    assert found == [("Edith Orsini Company", None)] * 4
    alone = _resolved(variants, "Velm Rail Company; Rail.", ("Velm Rail Company", "ORG"), ("Rail", "ORG"))
    assert alone[0][0] == "Velm Rail Company"


def test_an_acronym_of_two_bodies_is_neither(variants: Variants) -> None:
    """First letters count only where one name of the document has them."""
    text = "The River Pilots Union met the Road Planning Unit. The RPU was silent."
    found = _resolved(
        variants, text, ("River Pilots Union", "ORG"), ("Road Planning Unit", "ORG"), ("RPU", "ORG")
    )
    assert [name for name, _ in found] == ["River Pilots Union", "Road Planning Unit", "RPU"]


def test_a_mention_means_the_same_whatever_other_documents_say(variants: Variants) -> None:
    """Names of one document are a function of that document: another one in between changes nothing."""
    text = "Edith Marlow met Marlow."
    alone = _resolved(variants, text, ("Edith Marlow", "PERSON"), ("Marlow", "PERSON"))
    _resolved(variants, "Paula Marlow met Marlow.", ("Paula Marlow", "PERSON"), ("Marlow", "PERSON"))
    assert _resolved(variants, text, ("Edith Marlow", "PERSON"), ("Marlow", "PERSON")) == alone
