"""Floors: what is told of a run that read too badly, and what is no sample or no fault."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.quality import (
    LEAST_POSTS,
    LEAST_WORDS,
    LOOSE_WORDS,
    LOOSE_WORDS_OF_KNOWN_SITE,
    POSTLESS_DOCUMENTS,
    Floors,
    SiteTally,
    breaches,
    summed,
)

# At the floor, and as small as a sample may be.
AT_FLOOR = SiteTally(
    site="velm.example",
    files=1,
    documents=1,
    posts=LEAST_POSTS,
    full_posts=LEAST_POSTS,
    prose_words=LEAST_WORDS,
    dropped_words=150,
    worst_file="a.html",
    worst_prose=LEAST_WORDS,
    worst_dropped=150,
)
ABOVE = replace(AT_FLOOR, dropped_words=151, worst_dropped=151)
POSTLESS = SiteTally(
    site="velm.example",
    files=2,
    documents=POSTLESS_DOCUMENTS,
    posts=0,
    loose_words=LOOSE_WORDS * POSTLESS_DOCUMENTS,
    worst_file="b.html",
)
KNOWN = replace(POSTLESS, posts_elsewhere=6, loose_words=LOOSE_WORDS_OF_KNOWN_SITE * POSTLESS_DOCUMENTS)
OTHERS = SiteTally(
    site="karst.example", files=9, documents=9, posts=90, full_posts=90, prose_words=9_000, dropped_words=90
)


@pytest.mark.parametrize(
    "tally",
    [
        AT_FLOOR,
        replace(ABOVE, full_posts=LEAST_POSTS - 1),
        replace(ABOVE, prose_words=LEAST_WORDS - 1),
        replace(POSTLESS, documents=POSTLESS_DOCUMENTS - 1),
        replace(POSTLESS, posts=1),
        replace(POSTLESS, loose_words=POSTLESS.loose_words - 1),
        replace(KNOWN, loose_words=KNOWN.loose_words - 1),
    ],
)
def test_what_keeps_the_floors(tally: SiteTally) -> None:
    """At the floor, or less than a sample, or pages with little text and no history: nothing is said."""
    assert breaches([tally], Floors()) == ()
    assert breaches([tally, OTHERS], Floors()) == ()


def test_dropped_prose_is_told_with_its_numbers() -> None:
    """Share, words, posts, files, the worst file and the floor; of a single site once."""
    (breach,) = breaches([ABOVE], Floors())
    assert (breach.rule, breach.site, breach.worst_file) == ("dropped_prose", None, "a.html")
    assert breach.sentence == (
        "30.2 % of the prose of what was read now was dropped as boilerplate (151 of 500 words in 5 posts; "
        "most in a.html, 151 of 500), and the floor is 30 %"
    )


def test_a_bad_site_is_told_among_good_ones() -> None:
    """The whole is fine, and the site is not."""
    (breach,) = breaches([OTHERS, ABOVE], Floors())
    assert (breach.rule, breach.site) == ("dropped_prose", "velm.example")


def test_a_site_without_a_post() -> None:
    """Its text tells that there should be posts; less of it where other files have some; what the files had themselves tells it alone."""
    (breach,) = breaches([OTHERS, POSTLESS], Floors())
    assert (breach.rule, breach.site, breach.worst_file) == ("no_posts", "velm.example", "b.html")
    assert (
        "none of the 5 documents of velm.example in 2 files has a post (1,000 words of running text"
        in breach.sentence
    )
    (breach,) = breaches([OTHERS, replace(POSTLESS, loose_words=0, posts_before=12)], Floors())
    assert "earlier ones had 12 posts" in breach.sentence
    (breach,) = breaches([OTHERS, KNOWN], Floors())
    assert "earlier ones had 6 posts" in breach.sentence


def test_floors_are_turned_off() -> None:
    """With 1 and 0, whatever was read is published."""
    bad = [replace(ABOVE, dropped_words=500), POSTLESS]
    assert {breach.rule for breach in breaches(bad, Floors())} == {"dropped_prose", "no_posts"}
    assert breaches(bad, Floors(max_dropped_prose=1, postless_documents=0)) == ()


_COUNT = st.integers(min_value=0, max_value=10_000)


@st.composite
def _tallies(draw: st.DrawFn) -> list[SiteTally]:
    sites = draw(st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=6))
    found = []
    for site in sites:
        prose = draw(_COUNT)
        dropped = draw(st.integers(min_value=0, max_value=prose))
        found.append(
            SiteTally(
                site=site,
                files=1 + draw(_COUNT),
                documents=1 + draw(_COUNT),
                posts=draw(_COUNT),
                full_posts=draw(_COUNT),
                posts_before=draw(_COUNT),
                posts_elsewhere=draw(_COUNT),
                prose_words=prose,
                dropped_words=dropped,
                loose_words=draw(_COUNT),
                worst_file=f"{site}.html",
                worst_prose=prose,
                worst_dropped=dropped,
            )
        )
    return found


@given(tallies=_tallies(), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_sites_changes_nothing(
    tallies: list[SiteTally],
    seed: "st.RandomType",  # type: ignore[name-defined]  # hypothesis does not export the type
) -> None:
    """The same breaches, in the same order."""
    shuffled = list(tallies)
    seed.shuffle(shuffled)
    assert breaches(shuffled, Floors()) == breaches(tallies, Floors())
    assert summed(shuffled) == summed(tallies)


@given(tallies=_tallies(), low=st.floats(0, 1), high=st.floats(0, 1))
def test_a_higher_floor_says_no_more(tallies: list[SiteTally], low: float, high: float) -> None:
    """What a higher share lets pass, no lower one finds fault with less."""
    low, high = sorted((low, high))
    strict = {(b.rule, b.site) for b in breaches(tallies, Floors(max_dropped_prose=low))}
    mild = {(b.rule, b.site) for b in breaches(tallies, Floors(max_dropped_prose=high))}
    assert mild <= strict
