"""Texts in windows: every word once, in its place, whatever the text."""

import itertools

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from transforms.entities.windows import (
    CAPITALISED,
    CLOSE,
    INITIAL,
    LOWER,
    MIXED,
    OPEN,
    OTHER,
    UPPER,
    case_of,
    windows,
)


@pytest.fixture(scope="module")
def tokenizer() -> tokenizers.Tokenizer:
    """Word pieces of one letter each, cut as the shipped vocabulary's are."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-“”"
    vocabulary = {"[UNK]": 0, "[CLS]": OPEN, "[SEP]": CLOSE}
    for place, letter in enumerate(letters, start=200):
        vocabulary |= {letter: 2 * place, f"##{letter}": 2 * place + 1}
    made = tokenizers.Tokenizer(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106  # a mark, no password
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("bridge", LOWER),
        ("Bridge", CAPITALISED),
        ("BRIDGE", UPPER),
        ("eBridge", MIXED),
        ("McBridge", MIXED),
        ("B", INITIAL),
        ("42", OTHER),
        (".", OTHER),
        ("мост", LOWER),
        ("Мост", CAPITALISED),
        ("橋", LOWER),
    ],
)
def test_a_word_has_a_case(word: str, case: int) -> None:
    """In any script; letters without case are small."""
    assert case_of(word) == case


def test_lines_share_a_window_while_there_is_room(tokenizer: tokenizers.Tokenizer) -> None:
    """Each line is closed by a mark, and the first word of each begins a line."""
    (window,) = windows("The mill\nburnt.", tokenizer)
    assert list(window.ids).count(CLOSE) == 2
    assert window.ids[0] == OPEN
    assert list(window.breaks) == [True, False, True, False]
    assert [("The mill\nburnt."[a:b]) for a, b in zip(window.starts, window.ends, strict=True)] == [
        "The",
        "mill",
        "burnt",
        ".",
    ]


def test_a_long_line_is_cut_behind_a_sentence(tokenizer: tokenizers.Tokenizer) -> None:
    """Where one ends in time."""
    text = "The old mill burnt. " * 10
    cut = list(windows(text.strip(), tokenizer, max_pieces=40))
    assert [text[window.ends[-1] - 1] for window in cut] == ["."] * len(cut)
    assert all(len(window.ids) <= 40 for window in cut)


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=300), size=st.integers(min_value=8, max_value=60))
def test_every_word_stands_in_one_window(text: str, size: int, tokenizer: tokenizers.Tokenizer) -> None:
    """In order, without overlap, whatever the text; what is in no word is no letter and no digit of it."""
    places = []
    for window in windows(text, tokenizer, max_pieces=size):
        assert len(window.ids) == len(window.cases)
        assert len(window.heads) == len(window.starts) == len(window.ends) == len(window.breaks)
        places += [(int(start), int(end)) for start, end in zip(window.starts, window.ends, strict=True)]
    assert places == sorted(places)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(places))
    covered = {at for start, end in places for at in range(start, end)}
    assert not [letter for at, letter in enumerate(text) if at not in covered and letter in "abcXYZ019"]


def test_a_word_without_end_is_read_in_its_beginning(tokenizer: tokenizers.Tokenizer) -> None:
    """A run of ten thousand letters is one word, and does not burst its window."""
    cut = list(windows(f"A {'x' * 10_000} b", tokenizer))
    assert all(len(window.ids) <= 192 for window in cut)


def test_a_window_smaller_than_a_word_has_its_beginning(tokenizer: tokenizers.Tokenizer) -> None:
    """Also where the word is no longer than usual windows have room for."""
    cut = list(windows("A xqzjvkxqzjvkxqzjvk b", tokenizer, max_pieces=6))
    assert all(len(window.ids) <= 6 for window in cut)
    assert sum(len(window.heads) for window in cut) == 3


@pytest.mark.parametrize("between", ["\0", "\x07", "\x1f", "\x7f", "\x9f", "\ufffd"])
def test_what_prints_nothing_joins_no_words(tokenizer: tokenizers.Tokenizer, between: str) -> None:
    """A character that the tokenizer leaves out stands between two words."""
    text = f"mill{between}river"
    (window,) = windows(text, tokenizer)
    assert [text[a:b] for a, b in zip(window.starts, window.ends, strict=True)] == ["mill", "river"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_as_any_system_ends_it(tokenizer: tokenizers.Tokenizer, end: str) -> None:
    """No name goes on behind it."""
    text = f"The mill{end}burnt{end}"
    (window,) = windows(text, tokenizer)
    assert list(window.breaks) == [True, False, True]
    assert [text[a:b] for a, b in zip(window.starts, window.ends, strict=True)] == ["The", "mill", "burnt"]
