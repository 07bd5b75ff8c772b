"""Clusters found on disk are those found in memory, whatever earlier runs found."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.corpus import exchange
from flows.corpus.clusters import cluster
from flows.corpus.comparison import Comparer, Pair, shelves
from flows.corpus.crew import Crew
from flows.corpus.verdicts import MAX_FILES, verdict_files, write_verdicts
from flows.corpus.workbench import open_workbench
from flows.paths import paths_for
from flows.recognizers import choose
from flows.runners.local import Local
from flows.work.comparing import verdict_table
from flows.work.storage import share
from transforms.duplicates import find_clusters
from transforms.duplicates.forest import Forest
from transforms.duplicates.shingles import WordHashes, shingled
from transforms.duplicates.sketches import sketch
from transforms.duplicates.verify import relation
from transforms.normalize import fingerprint, text_id

if TYPE_CHECKING:
    # Named at run time, its type would outlive the interpreter in a cache of hypothesis, and DuckDB would say so.
    import duckdb

_SYLLABLES = ("ba", "do", "ki", "lu", "me", "no", "ra", "shi", "ta", "vu")
_HAN = [chr(0x4E00 + number) for number in range(300)]
# Chunks of eighteen values and batches of one pair; everything at once.
_MEMORIES = (60_000, 2**30)

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


class Here:
    """Compares texts of a shelf in this process, some pairs after the other, and `late` lots behind."""

    def __init__(self, texts: Shelf, *, memory_bytes: int, most: int, late: int) -> None:
        self._texts, self._memory_bytes, self._most, self._late = texts, memory_bytes, most, late

    def __call__(self, pairs: Iterable[Pair], forest: Forest, *, count: int) -> Iterator[pa.RecordBatch]:
        """The verdicts on the pairs, as workers that are late give them."""
        held: list[pa.RecordBatch] = []
        compare = Comparer(self._texts)
        asked = 0
        for some in shelves(pairs, forest, most=self._most, memory_bytes=self._memory_bytes):
            asked += len(some)
            held += verdict_table(compare(some)).to_batches()
            if self._late:
                compare = Comparer(self._texts)
            while len(held) > self._late:
                yield held.pop(0)
        assert asked <= count
        yield from held


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[duckdb.DuckDBPyConnection]":
    """One workbench for all: every corpus replaces the last."""
    with open_workbench(tmp_path_factory.mktemp("bench") / "new", memory_bytes=2**28) as connection:
        connection.execute("set threads = 1")
        yield connection


def sketched(bench: "duckdb.DuckDBPyConnection", corpus: Corpus) -> None:
    """Makes the table of sketches."""
    bench.execute(
        "create or replace table sketches "
        "(article_id varchar, text_id varchar, size integer, bands ubigint[], sample ubigint[])"
    )
    rows, hashes = [], WordHashes()
    for article_id, text in corpus:
        own = sketch(text, hashes=hashes)
        rows.append(
            (article_id, text_id(fingerprint(text)), own.size, own.bands.tolist(), own.sample.tolist())
        )
    if rows:
        bench.executemany("insert into sketches values (?, ?, ?, ?, ?)", rows)


def clustered(  # noqa: PLR0913  # what is compared, and how
    bench: "duckdb.DuckDBPyConnection",
    corpus: Corpus,
    folder: Path,
    *,
    memory_bytes: int = 2**30,
    most: int = 10**6,
    late: int = 0,
) -> tuple[dict[str, str], list[str]]:
    """The clusters of a corpus, and what texts were asked for."""
    sketched(bench, corpus)
    shelf = Shelf(corpus)
    judge = Here(shelf, memory_bytes=memory_bytes, most=most, late=late)
    with tempfile.TemporaryDirectory() as place:
        storage = share(paths_for(Path(place) / "processed"), address=None)
        crew = Crew(
            run=Local(workers=1), storage=storage, memory_bytes=memory_bytes, recognizer=choose("rules")
        )
        cluster(bench, verdicts=folder, judge=judge, crew=crew, memory_bytes=memory_bytes)
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
def corpora(draw: st.DrawFn, *, most: int = 24) -> list[tuple[str, str]]:
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


@settings(max_examples=40, deadline=None)
@given(corpora(), st.sampled_from(_MEMORIES))
def test_they_are_those_found_in_memory(
    bench: "duckdb.DuckDBPyConnection",
    tmp_path_factory: pytest.TempPathFactory,
    corpus: Corpus,
    memory_bytes: int,
) -> None:
    """Whatever the corpus and however little the memory, nothing differs, and a second run asks for nothing."""
    folder = tmp_path_factory.mktemp("verdicts")
    expected = find_clusters(corpus)
    assert clustered(bench, corpus, folder, memory_bytes=memory_bytes)[0] == expected
    assert clustered(bench, corpus, folder, memory_bytes=memory_bytes) == (expected, [])
    shutil.rmtree(folder, ignore_errors=True)


@settings(max_examples=15, deadline=None)
@given(corpora(), st.integers(0, 24), st.integers(0, 24))
def test_earlier_runs_change_nothing(
    bench: "duckdb.DuckDBPyConnection",
    tmp_path_factory: pytest.TempPathFactory,
    corpus: Corpus,
    first: int,
    last: int,
) -> None:
    """After runs over other parts of the corpus the clusters are those of a first run."""
    folder = tmp_path_factory.mktemp("verdicts")
    for part in (corpus[:first], corpus[last:], corpus):
        assert clustered(bench, part, folder)[0] == find_clusters(part)
    shutil.rmtree(folder, ignore_errors=True)


@settings(max_examples=25, deadline=None)
@given(corpora(), st.integers(1, 12), st.integers(1, 6))
def test_verdicts_may_be_late(
    bench: "duckdb.DuckDBPyConnection",
    tmp_path_factory: pytest.TempPathFactory,
    corpus: Corpus,
    most: int,
    late: int,
) -> None:
    """Several workers compare pairs that others have joined by then: the clusters are the same, however many and whatever the batches."""
    folder = tmp_path_factory.mktemp("verdicts")
    assert clustered(bench, corpus, folder, most=most, late=late)[0] == find_clusters(corpus)
    assert clustered(bench, corpus, folder)[0] == find_clusters(corpus)
    shutil.rmtree(folder, ignore_errors=True)


@settings(max_examples=8, deadline=None)
@given(corpora())
def test_they_are_the_same_through_buckets(
    bench: "duckdb.DuckDBPyConnection", tmp_path_factory: pytest.TempPathFactory, corpus: Corpus
) -> None:
    """Where texts meet in buckets, as if they were many, nothing differs."""
    folder = tmp_path_factory.mktemp("verdicts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "ROWS_HERE", -1)
        patch.setattr(exchange, "LEAST_WORKERS", 1)
        patch.setattr(exchange, "_BYTES_A_ROW", 2**20)
        assert clustered(bench, corpus, folder)[0] == find_clusters(corpus)
    shutil.rmtree(folder, ignore_errors=True)


def pages(count: int, *, start: int = 0) -> list[tuple[str, str]]:
    """Articles of which each third is an edited copy and each third an excerpt of another."""
    corpus = []
    for number in range(start, start + count):
        own = words(number // 3, 120)
        text = (own, changed(own, share=0.1, seed=number), own[20:80])[number % 3]
        corpus.append((f"{number:03d}", " ".join(text)))
    return corpus


def test_a_full_bucket_is_cut_into_chunks(bench: "duckdb.DuckDBPyConnection", tmp_path: Path) -> None:
    """Short pages that all have one footer meet as in memory, though no chunk holds all of them."""
    corpus = [(f"{n:03d}", " ".join([*words(n, 20), *FOOTER])) for n in range(120)]
    expected = find_clusters(corpus)
    found, asked = clustered(bench, corpus, tmp_path, memory_bytes=100_000)
    assert found == expected
    assert len(set(asked)) == len(corpus)


def test_more_texts_ask_for_their_own_pairs_only(bench: "duckdb.DuckDBPyConnection", tmp_path: Path) -> None:
    """What is added is compared with what it meets, and no pair is compared twice."""
    corpus = pages(60)
    assert len(set(clustered(bench, corpus, tmp_path)[1])) > 30
    more = [*corpus, ("new", " ".join(changed(words(5, 120), share=0.1, seed=1)))]
    found, asked = clustered(bench, more, tmp_path)
    assert found == find_clusters(more)
    assert found["new"] == "015"
    texts = dict(more)
    known = {text_id(fingerprint(texts[name])) for name in ("new", "015", "016", "017")}
    assert known >= set(asked) >= {text_id(fingerprint(texts["new"]))}
    pairs = [pair for path in verdict_files(tmp_path) for pair in read_pairs(path)]
    assert len(pairs) == len(set(pairs)) > 40


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """The pairs that a file of verdicts holds."""
    rows = pq.read_table(path)
    return list(zip(rows["large_id"].to_pylist(), rows["small_id"].to_pylist(), strict=True))


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[40] ^= 0xFF
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _replace(path: Path) -> None:
    pq.write_table(pa.table({"large_id": ["a"], "kin": [1]}), path)


@pytest.mark.parametrize("damage", [_flip, _cut, _empty, _replace])
def test_a_damaged_file_is_as_if_it_were_not_there(
    bench: "duckdb.DuckDBPyConnection", tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """What it held is judged again, and the file is gone; what a killed run left is gone too."""
    corpus = pages(30)
    expected, asked = clustered(bench, corpus, tmp_path)
    (path,) = verdict_files(tmp_path)
    good = path.read_bytes()
    damage(path)
    (damaged := tmp_path / f"{'0' * 32}.parquet").write_bytes(path.read_bytes())
    path.unlink()
    (tmp_path / "unfinished").write_bytes(b"PAR1")
    assert clustered(bench, corpus, tmp_path) == (expected, asked)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == good
    assert not damaged.exists()


def test_many_small_files_become_one(bench: "duckdb.DuckDBPyConnection", tmp_path: Path) -> None:
    """The next run makes one of the files of many runs, and remembers what they held."""
    corpus = pages(60)
    expected, _ = clustered(bench, corpus, tmp_path)
    (path,) = verdict_files(tmp_path)
    (rows,), pairs = pq.read_table(path).to_batches(), read_pairs(path)
    path.unlink()
    for row in range(rows.num_rows):
        write_verdicts(tmp_path, [rows.slice(row, 1)])
    # A kill before the single files were removed left the verdicts twice.
    write_verdicts(tmp_path, [rows])
    assert len(verdict_files(tmp_path)) > MAX_FILES
    assert clustered(bench, corpus, tmp_path) == (expected, [])
    (path,) = verdict_files(tmp_path)
    assert sorted(read_pairs(path)) == sorted(pairs)


def test_what_is_asked_no_more_is_swept(bench: "duckdb.DuckDBPyConnection", tmp_path: Path) -> None:
    """Verdicts on texts that are gone are kept while they are the fewer, and swept when they are the most."""
    clustered(bench, pages(60), tmp_path)
    (path,) = verdict_files(tmp_path)
    clustered(bench, pages(48), tmp_path)
    assert verdict_files(tmp_path) == [path]
    clustered(bench, pages(12), tmp_path)
    (path,) = verdict_files(tmp_path)
    texts = {text_id(fingerprint(text)) for _, text in pages(12)}
    assert texts >= {text for pair in read_pairs(path) for text in pair} != set()
    assert clustered(bench, pages(12), tmp_path)[1] == []


def test_which_text_is_the_whole_counts(bench: "duckdb.DuckDBPyConnection", tmp_path: Path) -> None:
    """Of two texts of one length the one with the smaller id is the whole: the verdict on the other order is another."""
    own = words(1, 100)
    # Much of the second text says one thing again and again: few shingles, many words that the first lacks.
    first = [word if place % 9 else f"zu{place}" for place, word in enumerate(own)] + words(2, 4)
    second = [*own, *["zu"] * 200]
    sizes = [len(shingled(" ".join(text), hashes=WordHashes()).shingles) for text in (first, second)]
    first += words(3, sizes[1] - sizes[0])
    one, two = (shingled(" ".join(text), hashes=WordHashes()) for text in (first, second))
    assert len(one.shingles) == len(two.shingles)
    assert relation(one, two)[0] is not relation(two, one)[0]
    for ids in ("ab", "ba", "ab"):
        corpus = list(zip(ids, (" ".join(first), " ".join(second)), strict=True))
        assert clustered(bench, corpus, tmp_path)[0] == find_clusters(corpus)
