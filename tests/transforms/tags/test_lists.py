"""Printed tag lists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.tags import read_tags


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        (["1. Harbour strike", "2. Ferry fares", "3. Edith Marlow"], ("Harbour strike", "Ferry fares", "Edith Marlow")),
        (["1) Harbour strike", "2) Ferry fares"], ("Harbour strike", "Ferry fares")),
        (["1 - Harbour strike", "2 - Ferry fares"], ("Harbour strike", "Ferry fares")),
        (["1.Harbour strike", "2.Ferry fares"], ("Harbour strike", "Ferry fares")),
        (["9. Fares", "10. Ferries", "11. Fish"], ("Fares", "Ferries", "Fish")),
        (["1. Fares, ferries and fish", "2. Edith Marlow"], ("Fares, ferries and fish", "Edith Marlow")),
        (["1. A rather long tag that", "was wrapped", "2. Ferries", "3. Fish"], ("A rather long tag that was wrapped", "Ferries", "Fish")),
        (["1. Harbour strike 2. Ferry fares 3. Fish"], ("Harbour strike", "Ferry fares", "Fish")),
        (["1. Harbour strike"], ("Harbour strike",)),
        (["Harbour strike", "Ferry fares"], ("Harbour strike", "Ferry fares")),
        (["• Harbour strike", "• Ferry fares"], ("Harbour strike", "Ferry fares")),
        (["- 2030 budget", "- Fish"], ("2030 budget", "Fish")),
        (["2030 budget", "Fish"], ("2030 budget", "Fish")),
        (["Strike, fares, fish" ], ("Strike", "fares", "fish")),
        (["Strike,fares,fish"], ("Strike", "fares", "fish")),
        (["Strike, fares, international fish."], ("Strike", "fares", "international fish.")),
        (["Strike, ferry fares, Edith", "Marlow, fish"], ("Strike", "ferry fares", "Edith Marlow", "fish")),
        (["Strike, ferry fares,", "Edith Marlow, fish"], ("Strike", "ferry fares", "Edith Marlow", "fish")),
        (["Strike; fares; fish."], ("Strike", "fares", "fish.")),
        (["Strike | Ferry fares | Fish"], ("Strike", "Ferry fares", "Fish")),
        (["Strike · Ferry fares · Fish"], ("Strike", "Ferry fares", "Fish")),
        (["罢工、渡轮，鱼"], ("罢工", "渡轮", "鱼")),
        (["إضراب، أسماك"], ("إضراب", "أسماك")),
        (["Paul Marlow, Jr., Washington, D.C., fish"], ("Paul Marlow, Jr.", "Washington, D.C.", "fish")),
        (["Orsini Fish, Inc., Fresno, Calif., fish"], ("Orsini Fish, Inc.", "Fresno, Calif.", "fish")),
        (["$1,000 fine, fish"], ("$1,000 fine", "fish")),
        (['"fish, chips", fares'], ('"fish, chips"', "fares")),
        (["“fish, chips”, fares"], ("“fish, chips”", "fares")),
        (["ferries (large, small), fish"], ("ferries (large, small)", "fish")),
        (["U.S. economy, Orsini.com, St. Paul"], ("U.S. economy", "Orsini.com", "St. Paul")),
        (["#strike #fares #fish"], ("strike", "fares", "fish")),
        (["#strike, #fares"], ("strike", "fares")),
        (["#strike", "#fares"], ("strike", "fares")),
        (["Lisbon, Portugal", "Fish"], ("Lisbon, Portugal", "Fish")),
        (["fish, fish, Fish"], ("fish", "fish", "Fish")),
        ([], ()),
        (["", "  "], ()),
        ([", ,"], ()),
        (["(unclosed, fish"], ("(unclosed", "fish")),
    ],
)  # fmt: skip
def test_lists_of_every_style(lines: list[str], tags: tuple[str, ...]) -> None:
    """Numbering, bullets, separators and wrapping come off; the tags stay as printed."""
    assert read_tags(lines) == tags


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_lines_give_clean_tags(lines: list[str]) -> None:
    """No tag is blank or has white space at its ends."""
    assert all(tag and tag == tag.strip() for tag in read_tags(lines))


@pytest.mark.parametrize(
    "hostile", ["," * 200_000, "(" * 200_000, '"' * 99_999, "1. " * 100_000, " " * 100_000, "a, " * 100_000]
)
def test_hostile_lists_end(hostile: str) -> None:
    """Long runs of separators and brackets end in time."""
    read_tags([hostile])
    read_tags([hostile] * 50)
