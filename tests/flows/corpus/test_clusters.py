"""Clusters found on disk are those found in memory, whatever earlier runs found."""

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.corpus.clusters import cluster
from flows.corpus.workbench import open_workbench
from transforms.duplicates import find_clusters
from transforms.duplicates.shingles import WordHashes
from transforms.duplicates.sketches import sketch
from transforms.normalize import fingerprint, text_id

_SYLLABLES = ("ba", "do", "ki", "lu", "me", "no", "ra", "shi", "ta", "vu")
_HAN = [chr(0x4E00 + number) for number in range(300)]
# A chunk of one value and a batch of one pair; chunks of a few; everything at once.
_MEMORIES = (1, 30_000, 2**30)

Corpus = Sequence[tuple[str, str]]


class Shelf:
    """The texts of a corpus, which remembers what it was asked for."""

    def __init__(self, corpus: Corpus) -> None:
        self._texts = {text_id(fingerprint(text)): text for _, text in corpus}
        self.asked: list[str] = []

    def __call__(self, text_ids: Sequence[str]) -> Mapping[str, str]:
        """The texts of some ids."""
        self.asked += text_ids
        return {asked: self._texts[asked] for asked in text_ids}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One workbench for all: every corpus replaces the last."""
    with open_workbench(tmp_path_factory.mktemp("bench"), memory_bytes=2**28) as connection:
        connection.execute("set threads = 1")
        yield connection


def sketched(bench: duckdb.DuckDBPyConnection, corpus: Corpus) -> None:
    """Makes the table of sketches."""
    bench.execute(
        "create or replace table sketches "
        "(article_id varchar, text_id varchar, size integer, bands ubigint[], sample ubigint[])"
    )
    rows = []
    for article_id, text in corpus:
        own = sketch(text, hashes=WordHashes())
        rows.append(
            (article_id, text_id(fingerprint(text)), own.size, own.bands.tolist(), own.sample.tolist())
        )
    if rows:
        bench.executemany("insert into sketches values (?, ?, ?, ?, ?)", rows)


def clustered(
    bench: duckdb.DuckDBPyConnection, corpus: Corpus, folder: Path, *, memory_bytes: int = 2**30
) -> tuple[dict[str, str], list[str]]:
    """The clusters of a corpus, and what texts were asked for."""
    sketched(bench, corpus)
    shelf = Shelf(corpus)
    cluster(bench, verdicts=folder, texts=shelf, memory_bytes=memory_bytes)
    rows = bench.sql("from clusters").fetchall()
    assert len(rows) == len(corpus)
    return dict(rows), shelf.asked


def words(seed: int, count: int) -> list[str]:
    """Invented words, few of them common."""
    chance = random.Random(seed)  # noqa: S311  # an invented text, not a secret
    return [
        chance.choice(("the", "of", "and", "a"))
        if chance.random() < 0.3
        else "".join(chance.choices(_SYLLABLES, k=3))
        for _ in range(count)
    ]


def changed(text: Sequence[str], *, share: float, seed: int) -> list[str]:
    """The words with a share of them replaced."""
    chance = random.Random(seed)  # noqa: S311  # as above
    return ["".join(chance.choices(_SYLLABLES, k=4)) if chance.random() < share else word for word in text]


FOOTER = words(77, 40)


@st.composite
def corpora(draw: st.DrawFn, *, most: int = 30) -> list[tuple[str, str]]:
    """Copies, edited copies, excerpts, shared footers, scripts without spaces, short and empty texts, in any order."""
    corpus = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from("aaaeexxffhts"))
        own = words(draw(st.integers(0, 4)), 100)
        start, end = draw(st.integers(0, 50)), draw(st.integers(70, 100))
        if kind == "h":
            chance = random.Random(draw(st.integers(0, 2)))  # noqa: S311  # as above
            text = "".join(chance.choices(_HAN, k=120))[start // 5 : end]
        elif kind == "t":
            text = draw(st.sampled_from(("", " ", "Watch it live", "Rain fell again on Marl")))
        elif kind == "f":
            text = " ".join([*words(1000 + number, 30), *FOOTER])
        elif kind == "s":
            text = draw(st.text(max_size=30))
        elif kind == "e":
            text = " ".join(changed(own, share=draw(st.sampled_from((0.05, 0.2, 0.4))), seed=number))
        elif kind == "x":
            text = " ".join(own[start:end])
        else:
            text = " ".join(own)
        corpus.append((f"{draw(st.integers(0, 9))}{number:02d}", text))
    return corpus


@settings(max_examples=60, deadline=None)
@given(corpora(), st.sampled_from(_MEMORIES))
def test_they_are_those_found_in_memory(
    bench: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    corpus: Corpus,
    memory_bytes: int,
) -> None:
    """Whatever the corpus and however little the memory, nothing differs, and a second run asks for nothing."""
    folder = tmp_path_factory.mktemp("verdicts")
    expected = find_clusters(corpus)
    assert clustered(bench, corpus, folder, memory_bytes=memory_bytes)[0] == expected
    assert clustered(bench, corpus, folder, memory_bytes=memory_bytes) == (expected, [])
    shutil.rmtree(folder)


@settings(max_examples=40, deadline=None)
@given(corpora(), st.integers(0, 30), st.integers(0, 30))
def test_earlier_runs_change_nothing(
    bench: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    corpus: Corpus,
    first: int,
    last: int,
) -> None:
    """After runs over other parts of the corpus the clusters are those of a first run."""
    folder = tmp_path_factory.mktemp("verdicts")
    for part in (corpus[:first], corpus[last:], corpus):
        assert clustered(bench, part, folder)[0] == find_clusters(part)
    shutil.rmtree(folder)
