"""Tables out of kept pieces: the same bytes however the raw files came, and the same rows as the corpus in memory."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.scale_corpus import write_corpus
from flows.build import Outcome, Request, build
from flows.corpus import sorting
from flows.door import check_tables
from flows.knowledge import load_knowledge
from flows.manifest import Manifest
from flows.parses import load_read
from flows.paths import paths_for
from flows.runners.local import Local
from flows.settings import Settings
from transforms.places import placed
from transforms.rows.frames import MONTH, SORT_KEYS
from transforms.schemas import TABLES
from transforms.tables import compose

SHARED_LINE = "Our harbour letter comes out every Friday and costs nothing"
STORIES = (
    "The ferry over the Olm stops on Monday for nine days, the harbour office of Karst said, as its engine needs a part from abroad.",
    "The school in Velm opened its garden to the street after three years of work, and the beans are as high as the fence already.",
    "A bell that was cast in 1688 hangs again in the chapel of Olm, where nobody had heard it for two hundred and ten years.",
    "The bakers of the lower town have agreed on one price for bread, and the council of Karst wants to know who proposed it.",
    "Two lighthouse keepers have counted the birds on the northern rock every morning since March, and their lists do not agree.",
    "The old bridge at Velm is to get a lane for bicycles, which the people on the far bank had asked for since the flood.",
    "A crate of maps from the wreck of a mail boat was opened in the museum, and the coast on them is not the coast of today.",
    "The town clerk has found the minutes of the meeting at which the market was moved, and they were never signed by anyone.",
)


def _post(story: int, *, title: str | None, line: bool, day: int | None) -> str:
    text = STORIES[story]
    pieces = [f"  • {title}\n\n" if title else "  •\n\n"]
    if day:
        pieces.append(f"    Published on {day} March 2024\n")
    pieces.append(
        f"    {text}\n\n    Nobody in the town of number {story} had expected that, its mayor Ada Kolm said on the quay.\n"
    )
    if line:
        pieces.append(f"    {SHARED_LINE}\n")
    pieces.append(
        f"\n\n    Number {story}: {text.split(',')[0]}.\n\n    Tags:\n\n    1. Karst\n    2. Velm\n\n    #Karst #Velm #n{story}\n\n"
    )
    return "\n".join(pieces)


def _pages() -> dict[str, str]:
    """Twelve files in which stories stand again and again: with a title and without, with the shared line and a date and without."""
    chance = random.Random(5)  # noqa: S311  # no secret
    pages = {}
    for number in range(12):
        stories = chance.sample(range(len(STORIES)), k=3)
        posts = [
            _post(
                story,
                title=f"Number {story} of the coast" if chance.random() < 0.7 else None,
                line=chance.random() < 0.7,
                day=chance.choice([None, None, 3, 17]),
            )
            for story in stories
        ]
        name = f"2024-0{number % 4 + 1}-11/page{number}.txt" if number % 3 == 0 else f"page{number}.txt"
        pages[name] = f"Tag: PAGE{number}\n\n" + "".join(posts)
    return pages


PAGES = _pages()


def _run(raw: Path, store: Path, *, is_mirror: bool = False) -> Outcome:
    # Rules, as `compose` has them: what pieces come to does not hang on who finds entities, and they are quick.
    settings = Settings(store=store, workers=1, recognizer="rules")
    request = Request(raws=(raw,), settings=settings, is_mirror=is_mirror)
    return build(request, run=Local(), watch=lambda *_: None)


def _put(raw: Path, names: list[str]) -> None:
    for name in names:
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_text(PAGES[name], encoding="utf-8")


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Callable[[], tuple[Path, Path]]]:
    """Makes a raw folder and a store that nobody has used."""
    numbers = iter(range(1_000))

    def make() -> tuple[Path, Path]:
        folder = tmp_path / str(next(numbers))
        (folder / "raw").mkdir(parents=True)
        return folder / "raw", folder / "processed"

    yield make
    shutil.rmtree(tmp_path)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_in_any_number_of_runs_gives_the_same_bytes(
    places: Callable[[], tuple[Path, Path]], parquet: Callable[[Path], dict[str, bytes]], data: st.DataObject
) -> None:
    """Files that come one after the other, that go, and that come back leave what one run over the last of them makes."""
    order = data.draw(st.permutations(sorted(PAGES)))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), max_size=3)))
    gone = data.draw(st.sets(st.sampled_from(order), max_size=3))
    raw, store = places()
    for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
        _put(raw, list(order[start:end]))
        _run(raw, store)
    for name in gone:
        (raw / name).unlink()
    last = _run(raw, store, is_mirror=True).manifest
    fresh_raw, fresh_store = places()
    _put(fresh_raw, sorted(set(PAGES) - gone))
    once = _run(fresh_raw, fresh_store).manifest
    assert parquet(store) == parquet(fresh_store)
    assert (last.tables, last.recipes, last.counts) == (once.tables, once.recipes, once.counts)


def test_a_rename_gives_the_bytes_of_the_new_name(
    places: Callable[[], tuple[Path, Path]], parquet: Callable[[Path], dict[str, bytes]]
) -> None:
    """What a name tells (site, time of the scrape, which copy is the first) goes with the name."""
    raw, store = places()
    _put(raw, sorted(PAGES))
    _run(raw, store)
    (raw / "copies.example").mkdir()
    (raw / "page1.txt").rename(raw / "copies.example" / "2024-05-01.txt")
    _run(raw, store, is_mirror=True)
    other, fresh = places()
    _put(other, sorted(PAGES))
    (other / "copies.example").mkdir()
    (other / "page1.txt").rename(other / "copies.example" / "2024-05-01.txt")
    _run(other, fresh)
    assert parquet(store) == parquet(fresh)


def _in_memory(store: Path, manifest: Manifest) -> dict[str, pl.DataFrame]:
    paths = paths_for(store)
    documents = []
    for digest, entry in manifest.raw.items():
        parse = load_read(paths.parses, digest, entry.key)
        assert parse is not None
        documents += [placed(document, entry.names) for document in parse.documents]
    good, broken = check_tables(compose(documents, knowledge=load_knowledge()))
    assert broken == []
    return good


def _in_store(store: Path, name: str) -> pl.DataFrame:
    parts = [
        part
        if name == "boilerplate"
        else part.with_columns(pl.lit(path.parent.name.partition("=")[2]).alias(MONTH))
        for path in sorted((store / name).glob("**/*.parquet"))
        if (part := pl.read_parquet(path, hive_partitioning=False)).height
    ]
    return pl.concat(parts).sort(SORT_KEYS[name], nulls_last=False)


@pytest.mark.parametrize("share", [sorting._SHARE, 1e-6])  # noqa: SLF001  # a stretch of two kilobytes
def test_the_same_rows_as_the_corpus_in_memory(
    places: Callable[[], tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """Pieces that were made apart, bit by bit, are what the whole corpus gives in one go: near-duplicates, furniture, months and all."""
    monkeypatch.setattr(sorting, "_SHARE", share)
    raw, store = places()
    _put(raw, sorted(PAGES))
    _run(raw, store)
    write_corpus(raw / "made", posts=120)
    manifest = _run(raw, store).manifest
    expected = _in_memory(store, manifest)
    assert manifest.counts["near_duplicates"] > 3
    assert manifest.counts["repeated_posts"] > 5
    assert {"repeated"} <= set(expected["lines"]["reason"].unique().to_list())
    assert expected["lines"][MONTH].n_unique() > 10
    for name in TABLES:
        found = _in_store(store, name)
        assert found.equals(expected[name].select(found.columns)), name


def test_only_partitions_that_changed_are_written(places: Callable[[], tuple[Path, Path]]) -> None:
    """A file of a partition that is made of the same is the same file, by a second name."""
    raw, store = places()
    write_corpus(raw / "made", posts=60)
    before = _run(raw, store).manifest
    inodes = {name: (store / name).stat().st_ino for files in before.tables.values() for name in files}
    undated = _post(0, title="A ferry", line=False, day=None)
    (raw / "undated.txt").write_text(f"Tag: FERRY\n\n{undated}", encoding="utf-8")
    after = _run(raw, store).manifest
    kept = {name for files in after.tables.values() for name in files} & inodes.keys()
    assert {name for name in kept if "month=20" in name} == {name for name in inodes if "month=20" in name}
    assert all((store / name).stat().st_ino == inodes[name] for name in kept if "month=20" in name)
    assert {name for name in inodes if "month=unknown" in name} - kept


@pytest.mark.parametrize("room", ["made", "parses"])
def test_what_is_kept_may_be_lost_or_damaged(
    places: Callable[[], tuple[Path, Path]], parquet: Callable[[Path], dict[str, bytes]], room: str
) -> None:
    """It only saves work: gone, cut or overwritten, the next run comes to the same bytes without a hand."""
    raw, store = places()
    _put(raw, sorted(PAGES)[:6])
    _run(raw, store)
    kept = getattr(paths_for(store), room)
    for number, path in enumerate(sorted(path for path in kept.rglob("*") if path.is_file())):
        data = path.read_bytes()
        path.write_bytes([data[: len(data) // 2], b"", b"\0" * len(data)][number % 3])
    _put(raw, sorted(PAGES))
    _run(raw, store)
    other, fresh = places()
    _put(other, sorted(PAGES))
    _run(other, fresh)
    assert parquet(store) == parquet(fresh)
