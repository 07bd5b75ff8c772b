"""Prints what the exchange of the near-duplicate stage costs: rows to Parquet buckets, and the pairs of texts that meet in each.

Run from the repository's root: python -m benchmarks.exchange [10000000] [--memory 1024] [--folder DIR]

The rows are invented, a hundred for each text, in the shape of sketches: one text in ten is a copy of another and shares four in
five of its values, half of the texts have a value of a site's furniture, of which the most common one stands in one text of
fifteen, and all other values stand once. They go through the code of a run, in one process; CPU is user and system time, memory
the largest resident set of each step.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from flows.corpus.crew import Crew
from flows.corpus.exchange import Exchange, exchange
from flows.corpus.stream import number
from flows.corpus.workbench import open_workbench
from flows.paths import paths_for
from flows.recognizers import choose
from flows.runners.local import Local
from flows.work.buckets import Bucket, Emptied
from flows.work.meeting import OWNED, MeetBatch, meet_buckets
from flows.work.storage import share

VALUES_A_TEXT = 100
COPIED = 10
SHARED = 80
FURNITURE = 1_000
MEBIBYTE = 1024 * 1024
_TEXTS_AT_ONCE = 2_000
_SEED = 20260101


class Meter:
    """Tells steps apart by what the process has taken."""

    def __init__(self) -> None:
        self._cpu: dict[str, float] = {}
        self._peak: dict[str, int] = {}
        self._step, self._since = "", time.process_time()

    def step(self, name: str) -> None:
        """Another step begins, or one goes on."""
        now = time.process_time()
        self._cpu[self._step] = self._cpu.get(self._step, 0) + now - self._since
        self._peak[self._step] = max(self._peak.get(self._step, 0), _peak())
        self._step, self._since = name, now

    def tell(self, rows: int) -> None:
        """Prints each step, but for the making of rows."""
        self.step("")
        for name, cpu in self._cpu.items():
            if name:
                print(
                    f"  {name:28} {cpu:8.1f} CPU-s {cpu / rows * 1e9:7.0f} ns a row {self._peak[name]:6,} MiB"
                )


def _peak() -> int:
    """Mebibytes of the largest resident set since the last call."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def made(texts: int, meter: Meter) -> Iterator[pa.RecordBatch]:
    """The rows of so many texts, always the same."""
    weights = np.cumsum(1 / (np.arange(FURNITURE) + 1))
    for start in range(0, texts, _TEXTS_AT_ONCE):
        meter.step("(making rows)")
        chance = np.random.default_rng((_SEED, start))
        own = np.arange(start, min(start + _TEXTS_AT_ONCE, texts))
        sources = np.where(own % COPIED, own, chance.integers(0, texts // COPIED, len(own)) * COPIED + 1)
        values = np.repeat(own[:, None], VALUES_A_TEXT, axis=1)
        values[:, :SHARED] = sources[:, None]
        values = values * VALUES_A_TEXT + np.arange(VALUES_A_TEXT)
        lines = np.searchsorted(weights, chance.random(len(own)) * weights[-1])
        values[:, -1] = np.where(own % 2, texts * VALUES_A_TEXT + lines, values[:, -1])
        # Texts do not come in the order of their length.
        ranks = np.repeat((own * 7_919) % texts, VALUES_A_TEXT)
        rows = pa.record_batch({"value": _hashed(values.ravel()), "rank": ranks})
        meter.step("rows to buckets")
        yield rows


def _hashed(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Numbers as a hash would give them (the finaliser of SplitMix64)."""
    mixed = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def measure(rows: int, *, memory: int, folder: Path) -> None:
    """Measures the exchange of so many rows, with so many bytes for each worker and twice as many for the run."""
    texts = rows // VALUES_A_TEXT
    paths = paths_for(folder / "processed")
    crew = Crew(
        run=Local(workers=1),
        storage=share(paths, address=None),
        memory_bytes=memory,
        recognizer=choose("rules"),
    )
    meter = Meter()
    written = 0

    def batch(buckets: list[Bucket], segment: str) -> MeetBatch:
        nonlocal written
        if not written:
            written = sum(path.stat().st_size for path in paths.state.rglob("rows.parquet"))
        meter.step("pairs out of buckets")
        return MeetBatch(
            storage=crew.storage, buckets=buckets, total=texts, segment=segment, memory_bytes=memory
        )

    def work(one: MeetBatch) -> Emptied:
        given = meet_buckets(one)
        print(f"{given.taken:,} rows read, {given.rows['pairs']:,} pairs", file=sys.stderr, flush=True)
        meter.step("pairs taken in")
        return given

    of = Exchange(name="meet", work=work, batch=batch, schema=OWNED, table="pairs", columns="key, count")
    with open_workbench(folder / "bench", memory_bytes=2 * memory) as bench:
        bench.execute("create table sampled (key bigint, count bigint)")
        buckets = exchange(
            made(texts, meter),
            count=texts * VALUES_A_TEXT,
            of=of,
            bench=bench,
            into="sampled",
            crew=crew,
            memory_bytes=2 * memory,
        )
        met = number(bench, "select count(*) from sampled")
        meter.step("counts of a pair summed")
        pairs = number(bench, "select count(*) from (select key, sum(count) from sampled group by key)")
    sizes = [bucket.rows for bucket in buckets]
    print(
        f"{sum(sizes):,} rows written, read and met in {len(sizes)} buckets of {min(sizes):,} to {max(sizes):,} rows: "
        f"{written:,} bytes, {met:,} times {pairs:,} pairs"
    )
    meter.tell(sum(sizes))


def main() -> None:
    """Measures each number of rows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=int, nargs="*", default=[10_000_000])
    parser.add_argument("--memory", type=int, default=1024, help="of a worker, in mebibytes")
    parser.add_argument("--folder", type=Path, help="where to work; else a temporary folder")
    given = parser.parse_args()
    for rows in given.rows:
        with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
            measure(rows, memory=given.memory * MEBIBYTE, folder=Path(temporary))


if __name__ == "__main__":
    main()
