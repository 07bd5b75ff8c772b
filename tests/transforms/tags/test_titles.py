"""Titles and the hashtags that sites make of them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.tags import hashtag_words, is_hashtag_line, read_hashtags, title_match

SCRAPES = Path(__file__).resolve().parents[4] / "shared" / "scrapes"
TITLE = "Marlow tells Orsini to end ‘absurd strike’ over Porto-Lagos ferry fares | World news"


def test_hashtags_are_made_as_the_sites_do() -> None:
    """Non-word characters go, short and stop words go, the rest stays in order."""
    words = hashtag_words(TITLE)
    assert words == (
        "Marlow",
        "tells",
        "Orsini",
        "absurd",
        "strike",
        "PortoLagos",
        "ferry",
        "fares",
        "World",
        "news",
    )
    assert hashtag_words("But he’s late") == ("hes", "late")


def test_a_title_explains_its_own_hashtags() -> None:
    """Word for word is 1."""
    assert title_match(TITLE, [f"#{word}" for word in hashtag_words(TITLE)]) == pytest.approx(1)


@pytest.mark.parametrize(
    "line",
    [
        "#Marlow #tells #Orsini #absurd #strike #PortoLagos #ferry #fares",
        "#marlow #tells #orsini #end #absurd #strike #over #porto #lagos #ferry #fares",
    ],
)
def test_other_manners_of_making_them_still_fit(line: str) -> None:
    """Another stop-word list, parted compounds, lower case or a missing suffix cost little."""
    assert title_match(TITLE, read_hashtags(line)) > 0.85


def test_order_counts() -> None:
    """The same words in another order explain less."""
    tags = [f"#{word}" for word in hashtag_words(TITLE)]
    assert title_match(TITLE, tags[::-1]) < 0.6


def test_prose_with_the_words_explains_less_than_the_title() -> None:
    """A paragraph that happens to have them all is no title."""
    tags = [f"#{word}" for word in hashtag_words("Marlow tells Orsini to end absurd strike")]
    prose = (
        "On Monday the harbour master Marlow, speaking before a large crowd of fishermen, tells Orsini and his "
        "friends once more to end what she called an absurd and wasteful strike by the ferry crews."
    )
    assert title_match(prose, tags) < 0.6 < title_match("Marlow tells Orsini to end absurd strike", tags)


def test_scripts_without_spaces() -> None:
    """Hashtags are looked for inside the line."""
    assert title_match("港湾ストライキが三日目に入る", ["#港湾", "#ストライキ"]) > 0.5
    assert title_match("まったく別の話", ["#港湾", "#ストライキ"]) == 0


def test_nothing_explains_nothing() -> None:
    """No hashtags, no words, no match."""
    assert title_match(TITLE, []) == 0
    assert title_match("", ["#fish"]) == 0


@settings(deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=12))
def test_the_score_is_a_share(title: str, hashtags: list[str]) -> None:
    """Between 0 and 1 for any text."""
    assert 0 <= title_match(title, hashtags) <= 1


@pytest.mark.parametrize("hostile", ["a " * 500_000, "|" * 500_000, " - " * 200_000, " " * 100_000])
def test_hostile_lines_end(hostile: str) -> None:
    """A line of a million words is cut."""
    assert title_match(hostile, ["#a"] * 10_000) <= 1


@pytest.mark.skipif(not SCRAPES.is_dir(), reason="the shared scrapes are not beside the repository")
def test_the_true_title_scores_highest_on_every_labelled_page() -> None:
    """Measured floor: 192 of 192 titles (real scrape and made pages)."""
    right = asked = 0
    for gold in [SCRAPES / "gold" / "putin.json", *sorted((SCRAPES / "made" / "gold").glob("*_plain.json"))]:
        raw = SCRAPES / "putin.txt" if gold.stem == "putin" else SCRAPES / "made" / f"{gold.stem}.txt"
        lines = [line.strip(" •") for line in raw.read_text("utf-8").split("\n")]
        candidates = sorted({line for line in lines if line and not is_hashtag_line(line)})
        for post in json.loads(gold.read_text("utf-8")):
            if post.get("hashtags_line") and post.get("title_line"):
                tags = read_hashtags(lines[post["hashtags_line"] - 1])
                best = max(candidates, key=lambda line, tags=tags: title_match(line, tags))  # type: ignore[misc]  # a default in a lambda
                asked += 1
                right += best == lines[post["title_line"] - 1]
    assert asked > 50
    assert right / asked >= 0.98
