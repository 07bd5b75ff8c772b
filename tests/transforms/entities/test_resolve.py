"""Entities of a document: one name each, counted by section."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.entities.document import names_of
from transforms.entities.find import Mention, Recognizer, find
from transforms.entities.names import Variants
from transforms.entities.resolve import EntityRow, entities_of, entity_id
from transforms.entities.tidied import tidied

ARTICLE = (
    "On a wet morning Prime Minister Edith K. Marlow met the banker Paolo Orsini, who leads the small World Seed "
    "Organization (WSO), at the harbour in Lisbon.\n\nMarlow’s office said later that the WSO and Mr. Orsini would sign a "
    "paper. The U.S. envoy and another from the United States watched, and a Russian stood with three other Russians."
)
TITLE = "Marlow meets the man who wants to feed half of the world"


def _rows(rules: Recognizer, variants: Variants, *summaries: str) -> tuple[EntityRow, ...]:
    return entities_of(title=TITLE, article=ARTICLE, summaries=summaries, recognizer=rules, variants=variants)


def _counts(rows: tuple[EntityRow, ...], section: str) -> dict[tuple[str, str], int]:
    return {(row.name, row.type): row.mentions for row in rows if row.section == section}


def test_forms_of_one_entity_become_one_row(rules: Recognizer, variants: Variants) -> None:
    """Surnames, initials, possessives, acronyms and plurals of peoples fall together."""
    assert _counts(_rows(rules, variants), "article") == {
        ("Edith Marlow", "PERSON"): 2,
        ("Paolo Orsini", "PERSON"): 2,
        ("World Seed Organization", "ORG"): 3,
        ("Lisbon", "LOC"): 1,
        ("United States", "LOC"): 2,
        ("Russians", "NORP"): 2,
    }


def test_the_article_explains_the_surname_in_its_title(rules: Recognizer, variants: Variants) -> None:
    """The title's “Marlow” is the article's Edith Marlow, with offsets into the title."""
    (row,) = [row for row in _rows(rules, variants) if row.section == "title"]
    assert (row.name, row.spans, row.summary, row.in_article) == ("Edith Marlow", ((0, 6),), None, True)


def test_spans_and_surfaces_are_those_of_the_section(rules: Recognizer, variants: Variants) -> None:
    """Each span cuts one of the surfaces out of its own section's text."""
    summary = "Edith Marlow, so Gunther Blau told reporters, flew to the US."
    texts = {("title", None): TITLE, ("article", None): ARTICLE, ("summary", 0): summary}
    rows = _rows(rules, variants, summary)
    assert {row.section for row in rows} == {"title", "article", "summary"}
    for row in rows:
        text = texts[row.section, row.summary]
        assert sorted({text[start:end] for start, end in row.spans}) == list(row.surfaces)
        assert len(row.spans) == row.mentions


def test_a_summary_says_what_its_article_does_not(rules: Recognizer, variants: Variants) -> None:
    """A person that only the summary names is not in the article; other forms of known names are."""
    rows = _rows(rules, variants, "Marlow spoke with Gunther Blau about the US.")
    told = {row.name: row.in_article for row in rows if row.section == "summary"}
    assert told == {"Edith Marlow": True, "Gunther Blau": False, "United States": True}


def test_summaries_do_not_change_the_article(rules: Recognizer, variants: Variants) -> None:
    """The rows of title and article are the same with any summaries or none."""
    alone = _rows(rules, variants)
    beside = _rows(rules, variants, "Sister Paula Marlow met Ivan Orsini.", "Nothing.")
    assert tuple(row for row in beside if row.section != "summary") == alone


def test_a_surname_of_two_persons_stays_a_surname(rules: Recognizer, variants: Variants) -> None:
    """With an Edith and an Omar Varnholm, “Varnholm” is neither."""
    text = "They met Edith Varnholm and, an hour later, also Omar Varnholm. Then Varnholm left the room in silence."
    names = [row.name for row in entities_of(title=None, article=text, recognizer=rules, variants=variants)]
    assert names == ["Edith Varnholm", "Omar Varnholm", "Varnholm"]


@pytest.mark.parametrize(
    ("surface", "kind", "name"),
    [
        ("Putin’s", "PERSON", "Putin"),
        ("Edith K. L. Marlow", "PERSON", "Edith Marlow"),
        ("J.K. Marlow", "PERSON", "J.K. Marlow"),
        ("J. Robert Marlow", "PERSON", "Robert Marlow"),
        ("The  Orsini\nPost", "ORG", "Orsini Post"),
        ("Russians", "NORP", "Russians"),
        ("James’", "PERSON", "James"),
        ("Sir Edith Marlow", "PERSON", "Edith Marlow"),
        ("Prime Minister Marlow", "PERSON", "Marlow"),
        ("King Salvo", "PERSON", "King Salvo"),
        ("EDITH MARLOW", "PERSON", "Edith Marlow"),
        ("Edith “Edie” Marlow", "PERSON", "Edith Marlow"),
        ("Amos Kettle, Jr", "PERSON", "Amos Kettle Jr."),
        ("NARVIK", "LOC", "Narvik"),
        ("USA", "LOC", "USA"),
    ],
)
def test_surfaces_are_tidied(surface: str, kind: str, name: str, variants: Variants) -> None:
    """Possessives, articles, titles, capitals and inner initials go."""
    assert tidied(surface, kind, variants.words).name == name


def test_spellings_of_the_corpus_have_one_id(rules: Recognizer, variants: Variants) -> None:
    """The small table joins what no document explains."""
    ids = set()
    for name in ("Zelensky", "Zelenskyy", "Zelenskiy"):
        mentions = find(f"They wrote to Volodymyr {name} again.", recognizer=rules)
        kind, canonical = names_of([("", mentions)], variants=variants).canonical(mentions[0])
        ids.add(entity_id(kind, canonical))
    assert len(ids) == 1


def test_ids_tell_type_and_name_apart() -> None:
    """32 hex digits; a person and a place of one name differ."""
    assert len(entity_id("LOC", "Paris")) == 32
    assert entity_id("LOC", "Paris") != entity_id("PERSON", "Paris")


@settings(deadline=None, max_examples=100)
@given(
    title=st.one_of(st.none(), st.text(max_size=60)),
    article=st.text(max_size=200),
    summary=st.text(max_size=100),
)
def test_any_text_gives_one_row_per_section_and_entity(
    title: str | None, article: str, summary: str, rules: Recognizer, variants: Variants
) -> None:
    """The key of the table holds, and spans are inside their section."""
    rows = entities_of(
        title=title, article=article, summaries=(summary,), recognizer=rules, variants=variants
    )
    keys = [(row.section, row.summary, row.entity_id) for row in rows]
    assert len(keys) == len(set(keys))
    lengths = {"title": len(title or ""), "article": len(article), "summary": len(summary)}
    assert all(0 <= start < end <= lengths[row.section] for row in rows for start, end in row.spans)


def test_countries_have_their_code(rules: Recognizer, variants: Variants) -> None:
    """A country, a nationality and a city: the code is the country's, and the city has none."""
    codes = {row.name: row.country_code for row in _rows(rules, variants) if row.section == "article"}
    assert (codes["United States"], codes["Russians"], codes["Lisbon"]) == ("US", "RU", None)


def test_a_summary_that_expands_an_acronym_means_the_article_s(variants: Variants) -> None:
    """The article's own name for the body stays, so that both are one entity."""
    article = "Talks with the WSO in Lisbon failed. The WSO gave no reason, and the mayor of Lisbon had none."
    summary = "The World Seed Organization (WSO) left Lisbon."
    rows = entities_of(
        title=None, article=article, summaries=(summary,), recognizer=_fixed, variants=variants
    )
    told = {(row.section, row.name, row.in_article) for row in rows if row.type == "ORG"}
    assert told == {("article", "WSO", True), ("summary", "WSO", True)}


def test_a_summary_s_invented_given_name_is_not_the_article_s(variants: Variants) -> None:
    """The article has a Marlow; that she is Paula is the summary's own."""
    rows = entities_of(
        title=None,
        article="Lisbon waited for Marlow.",
        summaries=("Paula Marlow is in Lisbon.", "Marlow is in Lisbon."),
        recognizer=_fixed,
        variants=variants,
    )
    told = {(row.summary, row.name): row.in_article for row in rows if row.section == "summary"}
    assert told == {
        (0, "Paula Marlow"): False,
        (0, "Lisbon"): True,
        (1, "Marlow"): True,
        (1, "Lisbon"): True,
    }


def test_a_namesake_whom_the_summary_brings_in_is_its_own(variants: Variants) -> None:
    """After Paula Marlow the summary's Marlow is she, whoever the article's is."""
    rows = entities_of(
        title=None,
        article="Edith Marlow came to Lisbon. Marlow spoke.",
        summaries=("Paula Marlow came to Lisbon. Marlow spoke.",),
        recognizer=_fixed,
        variants=variants,
    )
    told = {(row.section, row.name): row.mentions for row in rows if row.type == "PERSON"}
    assert told == {("article", "Edith Marlow"): 2, ("summary", "Paula Marlow"): 2}


_KNOWN = {
    "World Seed Organization": "ORG",
    "WSO": "ORG",
    "Paula Marlow": "PERSON",
    "Edith Marlow": "PERSON",
    "Marlow": "PERSON",
    "Lisbon": "LOC",
}


def _fixed(text: str) -> tuple[Mention, ...]:
    """Finds the names of a list, and nothing else."""
    return tuple(
        Mention(at, at + len(name), name, kind)
        for name, kind in _KNOWN.items()
        for at in range(len(text))
        if text.startswith(name, at)
    )


def test_many_namesakes_end(variants: Variants) -> None:
    """Thousands of persons of one surname, bodies of one beginning, and as many short forms of them stay linear."""
    names = [(f"Ada{i} Varnholm", "PERSON") for i in range(5000)] + [("Varnholm", "PERSON")] * 5000
    names += [(f"Tarn Union {i}", "ORG") for i in range(5000)] + [("Tarn", "ORG")] * 5000
    text = " ".join(name for name, _ in names)
    mentions, at = [], 0
    for name, kind in names:
        mentions.append(Mention(at, at + len(name), name, kind))
        at += len(name) + 1
    resolved = names_of([(text, mentions)], variants=variants)
    assert resolved.canonical(mentions[5000]) == ("PERSON", "Varnholm")
    assert resolved.canonical(mentions[-1]) == ("ORG", "Tarn")


def test_hostile_documents_end(rules: Recognizer, variants: Variants) -> None:
    """Thousands of distinct names and brackets stay linear."""
    article = " ".join(f"They met Edith Varn{i}o (EV{i}) and Omar Varn{i}o." for i in range(5000))
    assert entities_of(title=None, article=article, recognizer=rules, variants=variants)
