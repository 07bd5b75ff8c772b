"""Datelines of news agencies."""

import pytest

from transforms.entities.datelines import in_datelines
from transforms.entities.find import Mention


def _found(text: str, *names: tuple[str, str]) -> list[tuple[str, str]]:
    given, at = [], 0
    for name, kind in names:
        at = text.index(name, at)
        given.append(Mention(at, at + len(name), name, kind))
        at += len(name)
    read = in_datelines(text, given)
    assert all(text[mention.start : mention.end] == mention.text for mention in read)
    return [(mention.text, mention.type) for mention in read]


@pytest.mark.parametrize(
    ("text", "found", "read"),
    [
        ("SAN VELM — Rain fell.", ("SAN VELM", "PERSON"), [("SAN VELM", "LOC")]),
        ("Rain\n\nOSTMARK - Rain fell.", ("OSTMARK", "ORG"), [("OSTMARK", "LOC")]),
        ("NEW VELM: Rain fell.", ("VELM", "LOC"), [("NEW VELM", "LOC")]),
        ("ANA MARLOW: I know.", ("ANA MARLOW", "PERSON"), [("ANA MARLOW", "PERSON")]),
        ("It rains. VELM — Rain fell.", ("VELM", "ORG"), [("VELM", "ORG")]),
        ("VELM-based", ("VELM", "ORG"), [("VELM", "ORG")]),
        ("BREAKING NEWS — Velm burns.", ("Velm", "LOC"), [("Velm", "LOC")]),
    ],
)
def test_a_dateline_names_a_place(text: str, found: tuple[str, str], read: list[tuple[str, str]]) -> None:
    """The whole run of capitals, at the beginning of a line; with a colon only where a place was found."""
    assert _found(text, found) == read


def test_a_dateline_has_its_agency_in_brackets() -> None:
    """It is an organisation; a region before it stays what it was."""
    text = "VELM, Ostmark (Wirenews) -- Rain fell on Wirenews."
    given = [("VELM", "ORG"), ("Ostmark", "LOC"), ("Wirenews", "LOC"), ("Wirenews", "MISC")]
    assert [kind for _, kind in _found(text, *given)] == ["LOC", "LOC", "ORG", "MISC"]


def test_a_headline_that_shouts_a_person_is_no_dateline() -> None:
    """Whom the document names in small letters, too."""
    given = [("MARLOW", "PERSON"), ("Ana Marlow", "PERSON")]
    assert _found("MARLOW — a life\nAna Marlow wrote.", *given) == given
