"""Types that the tables contradict."""

import pytest

from transforms.entities.document import Names
from transforms.entities.find import Mention
from transforms.entities.names import Variants, parse_variants
from transforms.entities.typed import as_tables_say

TABLES = """
[LOC]
"Velden" = "Felden"
"Sofia" = ""
[ORG]
"Tarn Union" = "Tarn"
"Sofia" = ""
"Velda Boots" = ""
[NORP]
"Ostmarkers" = "Ostmarker"
"""


@pytest.fixture(scope="module")
def tables() -> Variants:
    """A few names."""
    words = '[given]\nfemale = "Velda"\n[titles]\noffice = "Judge"\n'
    return parse_variants(TABLES + '[PERSON]\n"Ana Orr" = "Orr"\n', words=words)


@pytest.mark.parametrize(
    ("text", "name", "given", "kind"),
    [
        ("They bombed Felden.", "Felden", "PERSON", "LOC"),
        ("The Ostmarker left.", "Ostmarker", "MISC", "NORP"),
        ("The Ostmarker left.", "Ostmarker", "LOC", "NORP"),
        ("Tarn rose.", "Tarn", "PERSON", "ORG"),
        ("Velden won.", "Velden", "ORG", "ORG"),  # a team
        ("Tarn is low.", "Tarn", "LOC", "LOC"),  # its seat
        ("Sofia left.", "Sofia", "PERSON", "PERSON"),  # two types
        ("Orr left.", "Orr", "MISC", "MISC"),  # no type of those that it may be
        ("Judge Velden left.", "Velden", "PERSON", "PERSON"),
        ("Unheard left.", "Unheard", "PERSON", "PERSON"),
        ("Orr left.", "Orr", "ORG", "PERSON"),
        ("Velda Boots left.", "Velda Boots", "PERSON", "PERSON"),  # who founded it
        ("a tarn", "tarn", "MISC", "MISC"),
    ],
)
def test_a_name_of_one_type_in_the_tables_has_it(
    text: str, name: str, given: str, kind: str, tables: Variants
) -> None:
    """But for bodies and places, that bear each other's names, and for whom a title calls a person."""
    start = text.index(name)
    ((_, (mention,)),) = as_tables_say([(text, [Mention(start, start + len(name), name, given)])], tables)
    assert (mention.text, mention.type) == (name, kind)


def test_whom_the_document_has_in_full_stays_a_person(tables: Variants) -> None:
    """In another section, too."""
    sections = [("Velden left.", [Mention(0, 6, "Velden", "PERSON")])]
    sections.append(("Ana Velden", [Mention(0, 10, "Ana Velden", "PERSON")]))
    assert as_tables_say(sections, tables)[0][1][0].type == "PERSON"
    sections = [
        ("Ana Orr left. Orr slept.", [Mention(0, 7, "Ana Orr", "PERSON"), Mention(14, 17, "Orr", "ORG")])
    ]
    assert as_tables_say(sections, tables)[0][1][1].type == "PERSON"


@pytest.mark.parametrize(
    ("name", "kind", "more", "read"),
    [
        ("Marlow", "ORG", [], "PERSON"),
        ("Marlow", "NORP", [], "PERSON"),
        ("Marlow", "LOC", [], "PERSON"),
        ("Marlow", "LOC", [("Marlow", "LOC"), ("Marlow", "PERSON")], "PERSON"),
        ("Marlow", "LOC", [("Marlow Bay", "LOC")], "LOC"),
        ("Velden", "LOC", [], "LOC"),  # known
        ("Marlow", "ORG", [("Marlow", "ORG")], "ORG"),  # twice is no slip
        ("Marlow", "ORG", [("Marlow", "PERSON")], "ORG"),  # told apart
        ("Marlow", "ORG", [("Marlow Boats", "ORG")], "ORG"),  # the company of his
        ("Tarn", "ORG", [], "ORG"),  # known
    ],
)
def test_a_surname_is_its_person_s(
    name: str, kind: str, more: list[tuple[str, str]], read: str, tables: Variants
) -> None:
    """Where the document names the person in full, and no company."""
    mentions, text = [], ""
    for surface, one in [(f"Ana {name}", "PERSON"), (name, kind), *more]:
        mentions.append(Mention(len(text), len(text) + len(surface), surface, one))
        text += f"{surface}; "
    assert as_tables_say([(text, mentions)], tables)[0][1][1].type == read


@pytest.mark.parametrize(
    "words",
    [
        "It rained in Marlow.",
        "The town of Marlow slept.",
        "Marlow, Velden, slept.",
        "It rained near the Marlow.",
    ],
)
def test_a_surname_that_stands_as_a_place_is_one(words: str, tables: Variants) -> None:
    """Once is enough for the whole document."""
    text = f"Ana Marlow left. {words} Marlow slept."
    mentions = [Mention(0, 10, "Ana Marlow", "PERSON")]
    at = text.index("Marlow", 10)
    mentions.append(Mention(at, at + 6, "Marlow", "LOC"))
    if "Velden" in text:
        mentions.append(Mention(at + 8, at + 14, "Velden", "LOC"))
    at = text.rindex("Marlow")
    mentions.append(Mention(at, at + 6, "Marlow", "LOC"))
    assert as_tables_say([(text, mentions)], tables)[0][1][-1].type == "LOC"


def test_whom_the_tables_know_is_no_place(tables: Variants) -> None:
    """Where the tables know no place of that name, and nothing around it tells of one."""
    told = [("They thanked Orr.", "PERSON"), ("They live in Orr.", "LOC")]
    for text, kind in told:
        mention = Mention(13, 16, "Orr", "LOC")
        assert as_tables_say([(text, [mention])], tables)[0][1][0].type == kind


def test_given_names_stay_persons() -> None:
    """A child of the news is mostly called by one."""
    tables = parse_variants('[LOC]\n"Velda" = ""\n', words='[given]\nfemale = "Velda"\n')
    mention = Mention(0, 5, "Velda", "PERSON")
    assert as_tables_say([("Velda left.", [mention])], tables)[0][1] == (mention,)


def test_what_a_mention_means_has_the_type_of_the_tables(tables: Variants) -> None:
    """And the name that the tables give to that type."""
    mention = Mention(12, 18, "Felden", "PERSON")
    assert Names([("They bombed Felden.", [mention])], tables).canonical(mention) == ("LOC", "Velden")
