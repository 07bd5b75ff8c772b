"""Normalising: what is stripped, folded, mended and capped."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.normalize import MAX_MARKS, clean, fingerprint, text_id, word_count


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("one\u00a0two\t three\u3000four", "one two three four"),
        ("\x1b[31mred\x1b[0m and \x1b]plain", "red and plain"),
        ("left\u202eright\u2066", "leftright"),
        ("a\x00b\x07c", "abc"),
        ("cafe\u0301", "café"),
        ("It\u00e2\u20ac\u2122s a \u00e2\u20ac\u0153deal\u00e2\u20ac\u009d", "It’s a “deal”"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_clean_strips_folds_and_mends(raw: str, expected: str) -> None:
    """Invisible characters go, white space folds, mojibake is mended, joiners that spell words stay."""
    assert clean(raw) == expected


def test_marks_on_one_letter_are_capped() -> None:
    """A million combining marks come out as a handful."""
    assert len(clean("a" + "\u0301\u0323" * 500_000)) <= MAX_MARKS + 1


def test_a_ligature_that_nfkc_would_grow_does_not_grow() -> None:
    """One sign that compatibility forms spell out in eighteen stays one sign."""
    assert len(clean("\ufdfa" * 10_000)) == 10_000


@given(st.text(max_size=200))
@example("Â\x1f¡")
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    """What is clean stays as it is."""
    once = clean(raw)
    assert clean(once) == once


@given(st.text(max_size=200))
def test_a_fingerprint_is_its_own(raw: str) -> None:
    """The form that ids are made of does not change when it is made again."""
    once = fingerprint(raw)
    assert fingerprint(once) == once


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("one, two — three", 3), ("한국인 대다수는", 2), ("我们去学校", 5), ("- -", 0)],
)
def test_words_are_counted_as_a_reader_does(text: str, count: int) -> None:
    """Spaced scripts by tokens, unspaced ones by characters; signs alone are none."""
    assert word_count(text) == count


@pytest.mark.parametrize(
    "sign", ["ก", "ໆ", "က", "ꧠ", "ꩠ", "ក", "᧠", "⺀", "々", "ぁ", "ヿ", "ｦ", "一", "\U00020000"]
)
def test_every_unspaced_script_is_counted_by_characters(sign: str) -> None:
    """Thai, Lao, Myanmar, Khmer, kana and Han, from the first of their blocks to the last."""
    assert word_count(sign * 3) == len(sign * 3)


def test_parts_of_an_id_are_kept_apart() -> None:
    """“ab”, “c” and “a”, “bc” are two things."""
    assert text_id("ab", "c") != text_id("a", "bc")
