"""Prints what recording a run in Prefect costs beside the run itself, at the default size of batches.

Run from the repository's root: python -m benchmarks.orchestration [--files 1000] [--posts 10] [--times 2]

The same files are run into a new store without a record, and recorded by a real server; the two take turns. CPU is user and
system time of the run and of its workers, and apart from it that of the server while the run went on.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from benchmarks.scale import METER
from benchmarks.scale_corpus import POSTS_A_FILE, write_corpus
from flows.server import own_server, own_url


def cpu_of(port: str) -> float:
    """CPU-seconds by now of the processes that were started with a port in their command."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if port.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def run(raw: Path, store: Path, *, address: str | None) -> tuple[float, float]:
    """CPU-seconds and seconds of a run, recorded where there is an address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    if address:
        environment["PREFECT_API_URL"] = address
    command = [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store), "--json"]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", METER, *command], env=environment, capture_output=True, text=True, check=True
    )
    code, cpu, _ = done.stdout.split()
    if code != "0":
        sys.exit(f"The run ended with {code}: {done.stderr}")
    return float(cpu), time.monotonic() - started


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=POSTS_A_FILE, help="posts a file")
    parser.add_argument("--times", type=int, default=2)
    given = parser.parse_args()
    plain = recorded = served = 0.0
    walls = [0.0, 0.0]
    address = own_url()
    port = str(urlsplit(address).port)
    with (
        tempfile.TemporaryDirectory() as name,
        own_server(address, home=Path(name) / "prefect", environ=os.environ),
    ):
        folder = Path(name)
        write_corpus(folder / "raw", posts=given.files * given.posts, posts_a_file=given.posts)
        for turn in range(given.times):
            cpu, wall = run(folder / "raw", folder / f"plain-{turn}", address=None)
            plain, walls[0] = plain + cpu, walls[0] + wall
            before = cpu_of(port)
            cpu, wall = run(folder / "raw", folder / f"recorded-{turn}", address=address)
            recorded, walls[1] = recorded + cpu, walls[1] + wall
            served += cpu_of(port) - before
            print(f"turn {turn + 1}: {plain:.1f} {recorded:.1f} {served:.1f}", file=sys.stderr)
        asked = Request(  # noqa: S310  # our own server
            f"{address}/task_runs/count", data=b"{}", headers={"Content-Type": "application/json"}
        )
        with urlopen(asked, timeout=30) as answer:  # noqa: S310  # the same
            tasks = json.load(answer) / given.times
    per = given.times
    print(f"{given.files} files of {given.posts} posts, {given.times} turns, {tasks:.0f} task runs a run")
    print("| | CPU-s a run | wall s a run |\n|---|---|---|")
    print(f"| without a record | {plain / per:.1f} | {walls[0] / per:.1f} |")
    print(f"| recorded | {recorded / per:.1f} | {walls[1] / per:.1f} |")
    print(f"| the server meanwhile | {served / per:.1f} | |")
    print(
        f"Recording costs {100 * (recorded - plain) / plain:.1f} % in the run, {100 * (recorded + served - plain) / plain:.1f} % with the server."
    )


if __name__ == "__main__":
    main()
