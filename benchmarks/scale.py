"""Prints what a store of many posts costs: the first run, a run with one new file in a hundred, a run with nothing new.

Run from the repository's root: python -m benchmarks.scale [20000 100000] [--memory 512 2048] [--folder DIR]

CPU is user and system time of the run and of its reading processes; memory is the largest resident set of the run itself and
of any one of its reading processes.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale_corpus import POSTS_A_FILE, write_corpus

MORE = 100
MEGABYTE = 1024 * 1024
# Runs a command and tells what its children took, in a process of its own: the largest is kept for all children that ever were.
METER = (
    "import json, resource, subprocess, sys\n"
    "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(code, used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: CPU-seconds, seconds, mebibytes."""

    cpu: float
    wall: float
    memory: float


def run(raw: Path, store: Path, *, memory: int) -> Cost:
    """Runs the command in a process of its own."""
    environment = os.environ | {"UNSPUN_MEMORY_BYTES": str(memory * MEGABYTE)}
    command = [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store), "--json"]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", METER, *command], env=environment, capture_output=True, text=True, check=True
    )
    code, cpu, kibibytes = done.stdout.split()
    if code != "0":
        raise SystemExit(done.stderr)
    return Cost(cpu=float(cpu), wall=time.monotonic() - started, memory=int(kibibytes) / 1024)


def size_of(folder: Path) -> float:
    """Mebibytes of the files below a folder, a file of several names once."""
    sizes = {
        entry.st_ino: entry.st_size
        for path in folder.rglob("*")
        if not path.is_symlink() and path.is_file()
        for entry in (path.stat(),)
    }
    return sum(sizes.values()) / MEGABYTE


def measure(posts: int, *, memory: int, folder: Path) -> None:
    """Measures one size of corpus under one bound."""
    raw, store = folder / f"raw-{posts}", folder / f"store-{posts}-{memory}" / "processed"
    if not raw.exists():
        write_corpus(raw, posts=posts)
    more = raw / "more"
    for path in more.glob("**/*.*"):
        path.unlink()
    first = run(raw, store, memory=memory)
    write_corpus(more, posts=posts // MORE, seed=11, start=posts // POSTS_A_FILE)
    added = run(raw, store, memory=memory)
    nothing = run(raw, store, memory=memory)
    print(
        f"{posts:,} posts, memory_bytes {memory} MiB: raw {size_of(raw):.0f} MiB, store {size_of(store):.0f} MiB, state {size_of(store.parent / '.processed'):.0f} MiB"
    )
    for name, cost in (("first run", first), ("1 % more", added), ("nothing new", nothing)):
        print(
            f"  {name:12} {cost.cpu:8.1f} CPU-s ({cost.cpu / first.cpu:6.1%}) {cost.wall:7.1f} s {cost.memory:7.0f} MiB",
            flush=True,
        )


def main() -> None:
    """Measures each size under each bound."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("posts", type=int, nargs="*", default=[20_000, 100_000])
    parser.add_argument("--memory", type=int, nargs="+", default=[512], help="mebibytes")
    parser.add_argument(
        "--folder", type=Path, help="where to work and leave the stores; else a temporary folder"
    )
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        for posts in given.posts:
            for memory in given.memory:
                measure(posts, memory=memory, folder=folder)


if __name__ == "__main__":
    main()
