"""Canonical forms of tags and hashtags."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.tags import canonical_hashtag, canonical_tag

GROUPS = tomllib.loads((Path(__file__).parent / "groups.toml").read_text("utf-8"))
SAME = [line.split(" | ") for line in GROUPS["same"].strip().splitlines()]
DIFFERENT = [line.split(" | ") for line in GROUPS["different"].strip().splitlines()]
# "ŉ".upper() is two letters and "İ".lower() a dot too many: letters whose case Unicode itself does not keep.
WORDS = st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"], max_codepoint=0x17E), max_size=40)
ANYTHING = st.text(max_size=300)


@pytest.mark.parametrize("group", SAME, ids=lambda group: group[0])
def test_forms_of_one_tag_share_a_canonical_form(group: list[str]) -> None:
    """Case, hyphens, plurals, possessives and accents make no new group."""
    assert len({canonical_tag(tag) for tag in group}) == 1, [canonical_tag(tag) for tag in group]


@pytest.mark.parametrize("group", DIFFERENT, ids=lambda group: group[0])
def test_different_tags_stay_apart(group: list[str]) -> None:
    """What only looks like a plural or a form keeps its own group."""
    for one, other in combinations(group, 2):
        assert canonical_tag(one) != canonical_tag(other)


def test_there_are_enough_groups_to_trust() -> None:
    """At least sixty hand-written groups and pairs."""
    assert len(SAME) + len(DIFFERENT) >= 60


@settings(deadline=None, max_examples=400)
@given(ANYTHING)
def test_folding_twice_is_folding_once(tag: str) -> None:
    """The canonical form is its own canonical form."""
    once = canonical_tag(tag)
    assert canonical_tag(once) == once


@settings(deadline=None, max_examples=300)
@given(WORDS)
def test_case_does_not_matter(tag: str) -> None:
    """Upper and lower case of a tag share a form, but for humps behind a “#”."""
    plain = tag.lstrip("#＃ ")
    assert canonical_tag(plain.lower()) == canonical_tag(plain.lower().upper())


@pytest.mark.parametrize(
    ("hashtag", "context", "expected"),
    [
        ("#greenhousenews", ["Green House news of the week"], "green house news"),
        ("#greenhousenews", ["Nothing of it"], "greenhousenew"),
        ("#greenhousenewsroom", ["Green House news"], "greenhousenewsroom"),
        ("#MarlowOrsini", ["Marlow-Orsini talks end"], "marlow orsini"),
        ("#FreeMusicNow", [], "free music now"),
        ("#iPhone", [], "iphone"),
        ("#McGregor", [], "mcgregor"),
        ("#COP31", [], "cop 31"),
        ("#G20", [], "g20"),
        ("#wind-farm", [], "wind farm"),
        ("#wind_farm", [], "wind farm"),
        ("#hes", ["But he’s wrong"], "hes"),
        ("#海峡封鎖", ["海峡封鎖が続く"], "海峡封鎖"),
        ("#Ferryport", ["The ferry port, and Ferryport"], "ferryport"),
    ],
)
def test_hashtags_are_parted_where_their_post_shows_the_words(
    hashtag: str, context: list[str], expected: str
) -> None:
    """Words of the post cover the whole run, or humps part it."""
    assert canonical_hashtag(hashtag, context=context) == expected


def test_a_parted_hashtag_groups_with_the_tag_it_stands_for() -> None:
    """“#UkraineHarvest” and the printed tag “Ukraine harvests” are one."""
    assert canonical_hashtag("#ukraineharvest", context=["Ukraine harvest fails"]) == canonical_tag(
        "Ukraine harvests"
    )


@pytest.mark.parametrize(
    "hostile",
    ["a" * 1_000_000, "é" * 500_000, "e" + "\u0301" * 1_000_000, " " * 100_000, "#" * 100_000, "ﷺ" * 10_000],
)
def test_hostile_tags_end(hostile: str) -> None:
    """A tag of a million characters is cut, not chewed."""
    assert len(canonical_tag(hostile)) <= 4000
    assert len(canonical_hashtag(hostile, context=[hostile])) <= 4000
