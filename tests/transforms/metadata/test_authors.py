"""Names out of by-lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.metadata.authors import MAX_AUTHORS, split_authors


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (["Jane Roe"], ("Jane Roe",)),
        (["By Jane Roe, John Doe and Ann Poe"], ("Jane Roe", "John Doe", "Ann Poe")),
        (["Von Jana Roh und Hans Dorn, dpa"], ("Jana Roh", "Hans Dorn", "dpa")),
        (["Par Jeanne Roy et Luc Doré"], ("Jeanne Roy", "Luc Doré")),
        (["La Gazette et AFP"], ("La Gazette et AFP",)),
        (["Jane Roe (jro)", "jane roe"], ("Jane Roe",)),
        (["Jane Roe, Environment Editor"], ("Jane Roe",)),
        (["Jane Roe Monday, November 18, 2030"], ("Jane Roe",)),
        (["Analysis by Jane Roe"], ("Jane Roe",)),
        (["https://wren.example/authors/jane-roe", "@janeroe", "jane@wren.example"], ()),
        (["Science Desk Staff"], ("Science Desk Staff",)),
        (["admin"], ("admin",)),
        (["Jane&nbsp;Roe &amp; John Doe"], ("Jane Roe", "John Doe")),
        (["배윤경,이상현"], ("배윤경", "이상현")),
        (["Ursula von der Leyen"], ("Ursula von der Leyen",)),
        (["", " , ", "-", "7"], ()),
        (["a headline that is far too long to be the name of anybody"], ()),
    ],
)
def test_split(told: list[str], names: tuple[str, ...]) -> None:
    """Names come apart; addresses, roles, dates and initials go."""
    assert split_authors(told) == names


def test_own_name_goes_where_others_are_left() -> None:
    """The site's own name is an author only where there is no other."""
    own = frozenset({"thewren"})
    assert split_authors(["Jane Roe", "The Wren"], own=own) == ("Jane Roe",)
    assert split_authors(["The Wren"], own=own) == ("The Wren",)


@given(st.lists(st.text(max_size=300), max_size=50))
def test_bounds(told: list[str]) -> None:
    """Whatever is told, names are few, short and not blank."""
    names = split_authors(told)
    assert len(names) <= MAX_AUTHORS
    assert all(name.strip() and len(name) <= 120 for name in names)
