"""One publish after the other as fast as they go, while readers glob: how often a read is not of one publish.

Run from the repository's root: python -m benchmarks.flips --seconds 45 --months 4 [--unannounced]

Nothing is read or composed, so that all the time is publishing: in each, every partition changes, a new one comes and an old one
goes. With --unannounced the folders of new partitions are not made ahead of the swap, which shows what that is good for
(docs/decisions/0010-how-a-tree-is-published.md).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path

import msgspec
import polars as pl

from benchmarks.kill_reader import is_gone
from flows import store
from flows.manifest import Manifest, TableFile
from flows.paths import Paths, paths_for

ENGINES = ("polars", "duckdb")
_ROWS = 5
_FIRST_YEAR = 2000
# For the readers to be at work before the first publish.
_WARM_UP = 3


def months_of(number: int, months: int) -> list[str]:
    """The partitions of a publish: as many months, beginning one later each time."""
    places = range(number, number + months)
    return [f"{_FIRST_YEAR + place // 12}-{place % 12 + 1:02}" for place in places]


def bring(paths: Paths, number: int, months: int) -> None:
    """Publishes: every row of every partition says which publish it is of."""
    store.stage(paths)
    files = {}
    for month in months_of(number, months):
        unnamed = paths.next_tree / "unnamed"
        pl.DataFrame({"number": [number] * _ROWS, "of": [month] * _ROWS}).write_parquet(unnamed)
        data = unnamed.read_bytes()
        digest = sha256(data).hexdigest()
        path = paths.next_tree / "articles" / f"month={month}" / f"part-{digest[:16]}.parquet"
        path.parent.mkdir(parents=True)
        unnamed.rename(path)
        files[str(path.relative_to(paths.next_tree))] = TableFile(sha256=digest, rows=_ROWS, size=len(data))
    tables = {"articles": files}
    manifest = Manifest(snapshot=number, schema_version="1", key="k", tables=tables, raw={})
    store.publish(paths, manifest, {})


def read(engine: str, glob: str) -> list[tuple[int, str]]:
    """All rows by one engine."""
    if engine == "polars":
        return pl.read_parquet(glob, hive_partitioning=False).rows()
    import duckdb  # noqa: PLC0415  # the other reader needs none

    question = "select number, of from read_parquet(?, hive_partitioning = false)"
    return duckdb.execute(question, [glob]).fetchall()


def watch(engine: str, tree: Path, stop: Path, months: int) -> Counter[str]:
    """Reads until it is told to stop; counts what came."""
    seen: Counter[str] = Counter()
    while not stop.exists():
        try:
            rows = read(engine, f"{tree}/articles/**/*.parquet")
        except Exception as error:  # noqa: BLE001  # any that an engine knows
            seen["not found" if is_gone(error) else f"torn: {error}"] += 1
            continue
        numbers = {number for number, _ in rows}
        whole = sorted(months_of(min(numbers), months) * _ROWS)
        is_one = len(numbers) == 1 and sorted(month for _, month in rows) == whole
        seen["of one publish" if is_one else "mixed"] += 1
    return seen


def main() -> None:
    """Publishes and prints; as READER it reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--months", type=int, default=4)
    parser.add_argument("--unannounced", action="store_true")
    parser.add_argument("--reader", nargs=3, metavar=("ENGINE", "STORE", "STOP"))
    options = parser.parse_args()
    if options.reader:
        engine, tree, stop = options.reader
        seen = watch(engine, Path(tree), Path(stop), options.months)
        sys.stdout.buffer.write(msgspec.json.encode(dict(seen)))
        return
    if options.unannounced:
        store._announce = lambda *_: None  # noqa: SLF001  # what it is good for is the question
    with tempfile.TemporaryDirectory() as folder:
        paths, stop_file = paths_for(Path(folder) / "store"), Path(folder) / "stop"
        paths.state.mkdir()
        bring(paths, 1, options.months)
        reader = [sys.executable, "-m", "benchmarks.flips", "--months", str(options.months), "--reader"]
        children = {
            engine: subprocess.Popen(
                [*reader, engine, str(paths.store), str(stop_file)], stdout=subprocess.PIPE
            )
            for engine in ENGINES
        }
        time.sleep(_WARM_UP)
        number, end = 1, time.monotonic() + options.seconds
        while time.monotonic() < end:
            number += 1
            bring(paths, number, options.months)
        stop_file.touch()
        print(f"publishes: {number - 1}")
        for engine, child in children.items():
            told, _ = child.communicate()
            print(f"{engine}: {msgspec.json.decode(told)}")


if __name__ == "__main__":
    main()
