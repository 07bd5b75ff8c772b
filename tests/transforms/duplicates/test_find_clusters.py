"""Copies are joined, whatever was done to them; other articles on the same matter are not."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.duplicates import find_clusters

_SYLLABLES = ("ba", "do", "ki", "lu", "me", "no", "ra", "shi", "ta", "vu")
_HAN = [chr(0x4E00 + number) for number in range(400)]


def article(seed: int, *, words: int = 300) -> list[str]:
    """The words of an invented article: a few common ones and many rare ones, as in any language."""
    chance = random.Random(seed)  # noqa: S311  # an invented text, not a secret
    common = ["the", "of", "and", "to", "in", "a"]
    return [
        chance.choice(common) if chance.random() < 0.3 else "".join(chance.choices(_SYLLABLES, k=3))
        for _ in range(words)
    ]


def changed(words: Sequence[str], *, share: float, seed: int) -> list[str]:
    """The words with a share of them replaced."""
    chance = random.Random(seed)  # noqa: S311  # as above
    return ["".join(chance.choices(_SYLLABLES, k=4)) if chance.random() < share else word for word in words]


def are_one(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two texts come into one cluster, among others that are about other things."""
    texts = [("a", " ".join(first)), ("b", " ".join(second))]
    texts += [(f"c{number}", " ".join(article(9000 + number))) for number in range(5)]
    clusters = find_clusters(texts)
    assert all(clusters[f"c{number}"] == f"c{number}" for number in range(5))
    return clusters["b"] == "a"


def test_case_punctuation_and_space_do_not_count() -> None:
    """A copy that differs in case, punctuation and white space is the same text."""
    texts = [("b", "Rain fell, again, on Marl."), ("a", "rain   fell again on MARL")]
    assert find_clusters(texts) == {"a": "a", "b": "a"}


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_changed_words_are_a_copy(share: float) -> None:
    """A copy with one word in twenty, ten or five changed is found."""
    for seed in range(10):
        words = article(seed)
        assert are_one(words, changed(words, share=share, seed=seed))


def test_a_truncated_copy_is_found() -> None:
    """A copy that breaks off is found, with what the site puts in its place."""
    for seed in range(20):
        assert are_one(article(seed), [*article(seed)[:55], "read", "more"])


def test_a_short_excerpt_is_found() -> None:
    """A piece of 25 words out of the middle is found."""
    for seed in range(20):
        assert are_one(article(seed), article(seed)[140:165])


def test_dropped_paragraphs_and_added_boilerplate_are_a_copy() -> None:
    """A copy without a third of its text and with text of the site before and after is found."""
    words = article(1)
    assert are_one(words, [*article(50, words=40), *words[:100], *words[200:], *article(51, words=40)])


def test_shared_wire_paragraphs_are_no_copy() -> None:
    """Two articles that have 40 % of their text from the same agency are two, in one piece or in many."""
    wire = article(1, words=120)
    first, second = article(2, words=180), article(3, words=180)
    assert not are_one([*wire, *first], [*wire, *second])

    def woven(own: Sequence[str]) -> list[str]:
        return [word for n in range(4) for word in (*wire[n * 30 : n * 30 + 30], *own[n * 45 : n * 45 + 45])]

    assert not are_one(woven(first), woven(second))


def test_a_wire_brief_does_not_join_two_articles() -> None:
    """A brief that stands in two articles belongs to one of them; the two remain two."""
    brief = article(1, words=60)
    first, second = [*brief, *article(2)], [*brief, *article(3)]
    clusters = find_clusters([("a", " ".join(first)), ("b", " ".join(second)), ("c", " ".join(brief))])
    assert clusters["a"] != clusters["b"]
    assert clusters["c"] in {"a", "b"}


def test_a_common_footer_joins_nothing() -> None:
    """Five hundred articles with the same footer remain five hundred."""
    footer = " ".join(article(1, words=60))
    texts = [(f"{n:03d}", " ".join(article(100 + n, words=150)) + " " + footer) for n in range(500)]
    assert len(set(find_clusters(texts).values())) == 500


def test_many_edited_copies_are_one() -> None:
    """A hundred copies of one article, each edited, are one cluster."""
    words = article(1)
    texts = [(f"{n:03d}", " ".join(changed(words, share=0.05, seed=n))) for n in range(100)]
    assert set(find_clusters(texts).values()) == {"000"}


def test_scripts_without_spaces_are_compared_by_character() -> None:
    """A Chinese text and its edited excerpt are copies; another Chinese text is not."""
    chance = random.Random(1)  # noqa: S311  # as above
    text, other = "".join(chance.choices(_HAN, k=300)), "".join(chance.choices(_HAN, k=300))
    clusters = find_clusters([("a", text), ("b", text[:60] + "，" + text[60:150] + other[:10]), ("c", other)])
    assert clusters == {"a": "a", "b": "a", "c": "c"}


def test_empty_texts_stand_alone() -> None:
    """Texts of a few words or none are not copies of each other; no texts give no clusters."""
    assert find_clusters([("a", "Watch it live"), ("b", "Watch it live")]) == {"a": "a", "b": "b"}
    assert find_clusters([("a", ""), ("b", " \n"), ("c", "x")]) == {"a": "a", "b": "b", "c": "c"}
    assert find_clusters([]) == {}


@st.composite
def corpora(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Small corpora of articles, their excerpts and edited copies, in any order."""
    texts = []
    for number in range(draw(st.integers(0, 12))):
        words = article(draw(st.integers(0, 3)), words=120)
        start, end = draw(st.integers(0, 60)), draw(st.integers(70, 120))
        words = changed(words[start:end], share=draw(st.sampled_from([0.0, 0.1, 0.4])), seed=number)
        texts.append((f"{draw(st.integers(0, 9))}{number:02d}", " ".join(words)))
    return texts


@settings(max_examples=60, deadline=None)
@given(corpora(), st.randoms(use_true_random=False))
def test_order_does_not_count(texts: list[tuple[str, str]], chance: random.Random) -> None:
    """The clusters are the same in whatever order the texts come."""
    mixed = list(texts)
    chance.shuffle(mixed)
    assert find_clusters(mixed) == find_clusters(texts)


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_a_cluster_is_named_for_its_smallest_member(texts: list[tuple[str, str]]) -> None:
    """Every text has a cluster, named for its smallest member, and the name is its own cluster."""
    clusters = find_clusters(texts)
    assert sorted(clusters) == sorted(article_id for article_id, _ in texts)
    for article_id, cluster_id in clusters.items():
        assert cluster_id <= article_id
        assert clusters[cluster_id] == cluster_id


@settings(max_examples=30, deadline=None)
@given(corpora())
def test_exact_copies_change_nothing(texts: list[tuple[str, str]]) -> None:
    """Each text given twice is in the cluster of the first, and the clusters are those of once."""
    clusters = find_clusters(texts)
    twice = find_clusters([*texts, *((article_id + "x", text) for article_id, text in texts)])
    assert {key: value for key, value in twice.items() if key in clusters} == clusters
    assert all(twice[key + "x"] == value for key, value in clusters.items())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_is_borne(texts: list[str]) -> None:
    """No text makes it fail, lone surrogates and control characters neither."""
    assert len(find_clusters([(str(n), text) for n, text in enumerate(texts)])) == len(texts)
