"""Hashtags in lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.tags import is_hashtag_line, read_hashtags


@pytest.mark.parametrize(
    ("line", "hashtags"),
    [
        ("#Fish #ferry #Fish", ("#Fish", "#ferry", "#Fish")),
        ("＃Fish，＃船", ("＃Fish", "＃船")),
        ("#CNN报道 #비타민D", ("#CNN报道", "#비타민D")),
        ("#wind-farm #wind_farm #2031", ("#wind-farm", "#wind_farm", "#2031")),
        ("#हिन्दी #العربية_الآن", ("#हिन्दी", "#العربية_الآن")),
        ("#one#two", ("#one", "#two")),
        ("We sail #today, at last (#fish).", ("#today", "#fish")),
        ("#1 in the charts, C#sharp, a&#8217;b, page/#top", ()),
        ("# Food & Drink", ()),
        ("#fish- #-", ("#fish",)),
        ("", ()),
    ],
)
def test_hashtags_of_any_script(line: str, hashtags: tuple[str, ...]) -> None:
    """As printed, in order, repeats kept."""
    assert read_hashtags(line) == hashtags


@pytest.mark.parametrize(
    "line",
    [
        "#fish",
        "  #Fish #ferry ",
        "#fish, #ferry",
        "#fish · #ferry",
        "🐟 #fish #ferry 🚢✨",
        "#물고기 #배",
        "#2031 #fish",
    ],
)
def test_lines_of_hashtags(line: str) -> None:
    """Hashtags with separators or emoji only."""
    assert is_hashtag_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "fish",
        "# Food & Drink",
        "#1 in the charts",
        "#1",
        "#fish and chips",
        "Tags: #fish",
        "see #fish",
        "##",
        "#fish.",
    ],
)
def test_lines_with_anything_else(line: str) -> None:
    """A word beside them makes it prose."""
    assert not is_hashtag_line(line)


@given(st.text(max_size=200))
def test_each_hashtag_stands_in_its_line(line: str) -> None:
    """What is read was printed, and begins with its sign."""
    for hashtag in read_hashtags(line):
        assert hashtag in line
        assert hashtag[0] in "#＃"


@pytest.mark.parametrize(
    "hostile", ["#" * 300_000, "#a" * 100_000, "#" + "a-" * 100_000, "#e" + "\u0301" * 500_000]
)
def test_hostile_lines_end(hostile: str) -> None:
    """Long lines of signs end in time."""
    read_hashtags(hostile)
    is_hashtag_line(hostile)
