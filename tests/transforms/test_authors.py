"""Authors are read from by-lines, as printed, and nothing else is taken for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.authors import find_author
from transforms.records import Block


def read(*lines: str) -> str | None:
    """Who is read from an article of these lines."""
    return find_author([Block(line=number, raw=line, text=line) for number, line in enumerate(lines, 1)])


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Roe", "Jane Roe"),
        ("By Jane Roe, Port Marl", "Jane Roe"),
        ("By Jane Roe in Port Marl", "Jane Roe"),
        ("By JANE ROE and BO DOE", "JANE ROE and BO DOE"),
        ("By Jane Roe | The Marl Courier", "Jane Roe"),
        ("By Jane Roe March 3, 2031, 07:47 PM EST", "Jane Roe"),
        ("Written by Jane van der Roe", "Jane van der Roe"),
        ("Par Anne-Marie Dupré", "Anne-Marie Dupré"),
        ("Von Jörg Müller und Ute Özil, dpa", "Jörg Müller und Ute Özil"),
        ("Por María de la Cruz", "María de la Cruz"),
        ("By Jane RoeTwitter", "Jane Roe"),
        ("Автор: Иван Петров", "Иван Петров"),
        ("Jane Roe21 January 2031 10:45", "Jane Roe"),
    ],
)
def test_a_byline_is_read(line: str, author: str) -> None:
    """The name or names of a by-line are given as printed."""
    assert read(line, "A storm came.") == author


@pytest.mark.parametrize(
    "line",
    [
        "By Christmas Eve the harbour was closed.",
        "By Marl Times",
        "By The Associated Press",
        "By the harbour",
        "Von der Leyen Wins Vote",
        "Jane Roe",
        "Port Marl, Ruritania",
        "New Delhi 3 May 2031 10:45",
        "By Jane Roe " + "and Bo Doe " * 100,
        "",
    ],
)
def test_what_is_no_byline_is_left(line: str) -> None:
    """Prose, organisations, places and names without a sign of a by-line give nothing."""
    assert read(line, "A storm came.") is None


def test_the_most_frequent_of_a_live_blog_counts() -> None:
    """Of several by-lines of a live blog the most frequent is given."""
    lines = [
        "Bo Doe21 January 2031 11:45",
        *["Jane Roe21 January 2031 10:45"] * 3,
        "Bo Doe21 January 2031 09:45",
    ]
    assert read(*lines) == "Jane Roe"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="By JRoeÉ.,-0123:May", max_size=60), max_size=5))
def test_any_line_is_borne(lines: list[str]) -> None:
    """No line makes it fail, and an author is a part of a line."""
    author = read(*lines)
    assert author is None or any(author in line for line in lines)
