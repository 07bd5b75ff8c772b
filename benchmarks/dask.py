"""Prints what a run costs whose batches are done on a Dask cluster, beside the same run in processes of this machine; and what it asks of S3.

Run from the repository's root: python -m benchmarks.dask [--posts 2000] [--workers 2]

The cluster is a scheduler and workers on this machine, so that wall times tell what Dask adds, not what more machines win.
CPU seconds are those of all processes: run, workers, scheduler, and the S3 server of the second half, which is moto's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from boto3.session import Session  # type: ignore[import-untyped]  # ships no types

from benchmarks.s3 import BUCKET, MEGABYTE, Meter, serve
from benchmarks.scale_corpus import write_corpus
from flows.build import Request, build
from flows.runners.dask import Dask
from flows.runners.local import Local
from flows.s3.choice import build_anywhere
from flows.settings import Settings, load_settings

if TYPE_CHECKING:
    from flows.runner import Runner

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """CPU time of this process and all that it started, those that ended among them."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # What is before the last parenthesis is the name, which may hold anything.
            told = place.read_text().rpartition(")")[2].split()
            process = int(place.parent.name)
            parents[process] = int(told[1])
            spent[process] = sum(map(int, told[11:15])) / _TICKS
    ours = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(spent[process] for process in ours)


@contextmanager
def cluster(folder: Path, *, workers: int) -> Iterator[str]:
    """A scheduler and its workers, of one thread each; gives the address."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    note = folder / "scheduler.json"
    started = []

    def start(command: str, *arguments: str) -> None:
        with (folder / "dask.log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", f"distributed.cli.{command}", *arguments, "--no-dashboard"],
                    stdout=log,
                    stderr=log,
                )
            )

    try:
        start("dask_scheduler", "--scheduler-file", str(note), "--host", "127.0.0.1", "--port", "0")
        while not note.exists() or not note.read_text().endswith("}"):
            time.sleep(0.1)
        address = str(json.loads(note.read_text())["address"])
        for _ in range(workers):
            start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        yield address
    finally:
        for process in started:
            process.kill()
            process.wait()


def show(what: str, run: Callable[[], object]) -> None:
    """Prints a line of a table."""
    wall, spent = time.monotonic(), cpu_seconds()
    run()
    print(f"| {what} | {time.monotonic() - wall:.1f} | {cpu_seconds() - spent:.1f} |", flush=True)


def measure(folder: Path, *, posts: int, workers: int) -> None:
    """All runs, one after the other; each store is new."""
    raw = folder / "raw"
    files = write_corpus(raw, posts=posts)
    size = sum(path.stat().st_size for path in files)
    print(f"{posts} posts in {len(files)} raw files of {size / MEGABYTE:.1f} MB\n")
    print("| | wall s | CPU s |\n|---|---|---|")

    def here(runner: "Runner", store: str) -> None:
        request = Request(raws=(raw,), settings=Settings(store=folder / store))
        build(request, run=runner, watch=lambda *_: None)

    for again in ("first", "again"):
        show(f"processes, {again}", lambda again=again: here(Local(workers=workers), f"here-{again}"))  # type: ignore[misc]  # bound at once
    with cluster(folder, workers=workers) as address, Dask(address) as dask:
        for again in ("first", "again"):
            show(f"Dask, {again}", lambda again=again: here(dask, f"there-{again}"))  # type: ignore[misc]  # the same
    measure_s3(folder, raw, workers=workers)


def measure_s3(folder: Path, raw: Path, *, workers: int) -> None:
    """A store on S3, made here and by a cluster, of raw files that are there."""
    meter = Meter()
    os.environ.update(
        AWS_ENDPOINT_URL=serve(meter),
        AWS_ACCESS_KEY_ID="key",
        AWS_SECRET_ACCESS_KEY="secret",  # noqa: S106  # the server takes any
        AWS_REGION="us-east-1",
    )
    client = Session().client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    for path in raw.rglob("*.*"):
        client.upload_file(str(path), BUCKET, f"raw/{path.relative_to(raw)}")
    meter.requests.clear()
    meter.sent = meter.got = 0

    def there(runner: "Runner", name: str) -> None:
        environ = {**os.environ, "UNSPUN_CACHE": str(folder / f"cache-{name}")}
        found = load_settings(store=f"s3://{BUCKET}/{name}", environ=environ, directory=folder)
        request = Request(raws=(), settings=replace(found, sources=(f"s3://{BUCKET}/raw",)))
        build_anywhere(request, run=runner, watch=lambda *_: None)

    print("\n| | requests | MB sent | MB fetched |\n|---|---|---|---|")
    there(Local(workers=workers), "here")
    meter.tell("processes")
    with cluster(folder, workers=workers) as address, Dask(address) as dask:
        there(dask, "there")
        meter.tell("Dask")


def main() -> None:
    """Measures in a folder that is removed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), posts=told.posts, workers=told.workers)


if __name__ == "__main__":
    main()
