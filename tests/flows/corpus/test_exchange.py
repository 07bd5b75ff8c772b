"""Rows that go through buckets come to the same as rows that do not, and none is lost."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.scale_corpus import write_corpus
from flows.build import Request, build
from flows.corpus import exchange, judging
from flows.corpus.crew import Crew
from flows.corpus.exchange import Exchange
from flows.corpus.segments import DamagedCacheError
from flows.corpus.workbench import open_workbench
from flows.paths import paths_for
from flows.recognizers import choose
from flows.runners.local import Local
from flows.settings import Settings
from flows.work.buckets import Bucket, Emptied
from flows.work.counting import STOOD, CountBatch, count_buckets
from flows.work.storage import share
from transforms.errors import RepairStoreError

if TYPE_CHECKING:
    import duckdb

ROWS = 20_000
FEWEST = 3
ROOM = 2**28


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    """One worker, in this process."""
    storage = share(paths_for(tmp_path / "processed"), address=None)
    return Crew(run=Local(workers=1), storage=storage, memory_bytes=ROOM, recognizer=choose("rules"))


@pytest.fixture
def bench(tmp_path: Path) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A workbench with a table for what is counted."""
    with open_workbench(tmp_path / "bench", memory_bytes=ROOM) as connection:
        connection.execute(
            "create table counted (key ubigint, clusters bigint, edges bigint, is_prose boolean)"
        )
        yield connection


def stood() -> list[tuple[int, int, bool, bool]]:
    """Where texts stand: most once, some often, and one in nearly every cluster."""
    chance = random.Random(3)  # noqa: S311  # no secret
    rows = []
    for cluster in range(ROWS):
        key = chance.choice(
            (2**63 + 5, chance.randrange(50), chance.randrange(2**64), chance.randrange(2**64))
        )
        rows.append((key, cluster // 2, chance.random() < 0.5, chance.random() < 0.1))
    return rows


def counted(rows: list[tuple[int, int, bool, bool]]) -> set[tuple[int, int, int, bool]]:
    """In how many clusters each text stands, at an edge in how many of them, and whether as prose."""
    clusters = Counter(key for key, _ in {(key, cluster) for key, cluster, _, _ in rows})
    edges = Counter(key for key, _ in {(key, cluster) for key, cluster, is_edge, _ in rows if is_edge})
    prose = {key for key, _, _, is_prose in rows if is_prose}
    return {(key, count, edges[key], key in prose) for key, count in clusters.items() if count >= FEWEST}


def count(
    crew: Crew,
    bench: "duckdb.DuckDBPyConnection",
    *,
    expected: int = ROWS,
    work: Callable[[CountBatch], Emptied] = count_buckets,
) -> list[Bucket]:
    """Counts through an exchange."""
    of = Exchange(
        name="count them",
        work=work,
        batch=lambda buckets, segment: CountBatch(
            storage=crew.storage, buckets=buckets, fewest=FEWEST, segment=segment, memory_bytes=ROOM
        ),
        schema=STOOD,
        table="standings",
        columns="*",
    )
    columns = [list(column) for column in zip(*stood(), strict=True)]
    rows = pa.record_batch(
        [pa.array(column, field.type) for column, field in zip(columns, STOOD, strict=True)], schema=STOOD
    )
    parts = [rows.slice(start, 700) for start in range(0, ROWS, 700)]
    return exchange.exchange(
        parts, count=expected, of=of, bench=bench, into="counted", crew=crew, memory_bytes=ROOM // 1000
    )


@pytest.mark.parametrize("size", [64, 2**16])
def test_counts_through_buckets(
    crew: Crew, bench: "duckdb.DuckDBPyConnection", monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Two buckets or many: every text is counted once, also one that fills a bucket of its own, and nothing is left behind."""
    monkeypatch.setattr(exchange, "_BYTES_A_ROW", size)
    buckets = count(crew, bench)
    assert len(buckets) == (2 if size == 64 else -(-ROWS // (ROOM // 4 // size)))
    assert max(bucket.rows for bucket in buckets) > ROWS // 4
    found = bench.sql("from counted").fetchall()
    assert len(found) == len(set(found))
    assert set(found) == counted(stood())
    assert list(paths_for_exchange(crew).iterdir()) == []


def paths_for_exchange(crew: Crew) -> Path:
    """Where files are passed."""
    return Path(crew.storage.state.decode()) / crew.storage.exchange


def _loses_a_bucket(batch: CountBatch) -> Emptied:
    return count_buckets(
        CountBatch(
            storage=batch.storage,
            buckets=batch.buckets[1:],
            fewest=batch.fewest,
            segment=batch.segment,
            memory_bytes=batch.memory_bytes,
        )
    )


def _loses_rows_that_it_made(batch: CountBatch) -> Emptied:
    given = count_buckets(batch)
    path = Path(batch.storage.state.decode()) / batch.storage.exchange / given.segment / "standings.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.slice(1), path)
    return given


def _meets_a_bucket_with_fewer_rows(batch: CountBatch) -> Emptied:
    path = (
        Path(batch.storage.state.decode()) / batch.storage.exchange / batch.buckets[0].name / "rows.parquet"
    )
    pq.write_table(pq.read_table(path).slice(1), path)
    return count_buckets(batch)


def _meets_half_a_file(batch: CountBatch) -> Emptied:
    path = (
        Path(batch.storage.state.decode()) / batch.storage.exchange / batch.buckets[0].name / "rows.parquet"
    )
    path.write_bytes(path.read_bytes()[:-100])
    return count_buckets(batch)


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (_loses_a_bucket, AssertionError),
        (_loses_rows_that_it_made, DamagedCacheError),
        (_meets_a_bucket_with_fewer_rows, DamagedCacheError),
        (_meets_half_a_file, RepairStoreError),
    ],
)
def test_lost_rows_are_seen(
    crew: Crew,
    bench: "duckdb.DuckDBPyConnection",
    work: Callable[[CountBatch], Emptied],
    error: type[Exception],
) -> None:
    """Wherever rows are lost on the way, the run ends instead of counting too few."""
    with pytest.raises(error):
        count(crew, bench, work=work)


def test_rows_that_never_came_are_seen(crew: Crew, bench: "duckdb.DuckDBPyConnection") -> None:
    """As many rows must be written as there are."""
    with pytest.raises(AssertionError, match=f"Of {ROWS + 1} rows {ROWS} were written"):
        count(crew, bench, expected=ROWS + 1)


def test_the_same_bytes_through_buckets_and_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parquet: Callable[[Path], dict[str, bytes]]
) -> None:
    """Two processes that compare a few pairs each, and meet and count in buckets, make what one process makes."""
    write_corpus(tmp_path / "raw", posts=150)
    made = {}
    for workers in (1, 2):
        store = tmp_path / str(workers) / "processed"
        # Near-duplicates do not hang on who finds entities, and rules are quick.
        settings = Settings(store=store, workers=workers, recognizer="rules")
        request = Request(raws=(tmp_path / "raw",), settings=settings)
        outcome = build(request, run=Local(workers=workers), watch=lambda *_: None)
        made[workers] = parquet(store), outcome.manifest.counts
        monkeypatch.setattr(exchange, "ROWS_HERE", -1)
        monkeypatch.setattr(exchange, "_BYTES_A_ROW", 2**17)
        monkeypatch.setattr(judging, "_LEAST_PAIRS", 2)
    assert made[1] == made[2]
    assert made[1][1]["near_duplicates"] > 10
    assert made[1][1]["boilerplate"] > 3
    shutil.rmtree(tmp_path)
