"""Prints how much faster two processes are than one, step by step.

Run from the repository's root, on a machine that does nothing else: python -m benchmarks.workers [POSTS] [--times 3]

Each run is a process of its own with a store of its own; runs with one and with two workers take turns. Seconds are of the wall clock,
as two processes at work have nothing else to show; the ratio is of the sums over all turns.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from benchmarks.scale_corpus import write_corpus
from flows.build import Request, build
from flows.runners.local import Local
from flows.settings import Settings

B = TypeVar("B")
R = TypeVar("R")
T = TypeVar("T")

# What a core is busy with; the others wait for the disk, or sort with all cores whatever the number of workers.
BOUND = ("read", "note", "make articles", "make documents")


class Timed(Local):
    """Keeps the seconds of each step and of the reading."""

    def __init__(self, *, workers: int) -> None:
        super().__init__(workers=workers)
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, step: Callable[..., T], /, *arguments: object, **options: object) -> T:
        """Calls the step."""
        started = time.monotonic()
        given = super().__call__(name, step, *arguments, **options)
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - started
        return given

    def map(self, name: str, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """Batches of reading stand in no step."""
        started = time.monotonic()
        yield from super().map(name, work, batches)
        if name == "read":
            self.seconds[name] = time.monotonic() - started


def run(raw: Path, *, workers: int) -> dict[str, float]:
    """The seconds of each step of a run into a new store."""
    with tempfile.TemporaryDirectory() as folder:
        timed = Timed(workers=workers)
        request = Request(raws=(raw,), settings=Settings(store=Path(folder) / "processed", workers=workers))
        build(request, run=timed, watch=lambda *_: None)
        return timed.seconds


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("posts", nargs="?", type=int, default=4000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--once", nargs=2, metavar=("RAW", "WORKERS"), help="one run, its seconds as JSON")
    given = parser.parse_args()
    if given.once:
        print(json.dumps(run(Path(given.once[0]), workers=int(given.once[1]))))
        return
    took: dict[int, dict[str, float]] = {1: {}, 2: {}}
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        write_corpus(raw, posts=given.posts)
        for turn in range(given.times):
            for workers, seconds in took.items():
                command = [sys.executable, "-m", "benchmarks.workers", "--once", str(raw), str(workers)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                once: dict[str, float] = json.loads(done.stdout)
                for step, spent in once.items():
                    seconds[step] = seconds.get(step, 0.0) + spent
                bound = sum(once[step] for step in BOUND)
                print(
                    f"turn {turn + 1}, {workers} workers: {bound:.1f} s in the CPU-bound steps",
                    file=sys.stderr,
                )
    print(
        f"{given.posts} posts, {given.times} turns\n| step | one process (s) | two (s) | ratio |\n|---|---|---|---|"
    )
    for step in took[1]:
        one, two = took[1][step], took[2][step]
        print(f"| {step} | {one:.1f} | {two:.1f} | {one / max(two, 1e-9):.2f} |")
    one, two = (sum(took[workers][step] for step in BOUND) for workers in (1, 2))
    print(f"| CPU-bound steps together | {one:.1f} | {two:.1f} | **{one / two:.2f}** |")


if __name__ == "__main__":
    main()
