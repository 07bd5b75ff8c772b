"""The kill test: runs are killed at random places while readers glob the tables; what is left and what was read must be whole.

Run from the repository's root: python -m benchmarks.kill --kills 200

Every run has one more raw file than the store, and each of those moves rows: a post that stands in all of them is dated anew, into
a new month. Three of four shots fall at a step that touches the disk (benchmarks/kill_trap), the others at a random time. After each, the
store is verified; then the next run, or first another shot, has to do without a hand. A read is wrong where its rows are not exactly
those of one published state.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from benchmarks.kill_reader import COLUMNS, Rows, Seen, digest, read_polars
from benchmarks.kill_tally import PHASES, READERS, Tally, judge, report
from flows.manifest import Manifest, read_manifest
from flows.paths import Paths, paths_for
from flows.snapshots import list_snapshots
from flows.verify import local_tree, verify_tree

FILES = 12
POSTS = 2
# Where one shot after the other falls: at some step of a phase of benchmarks/kill_trap, most often where most can go wrong (2: the
# tree is completed, 3: the snapshot appears, 4: the swap and what follows), or (None) at a random time of the run.
_PLAN = (4, None, 2, 3, None, 1, 4, 5, None, 0, 4, 2)
_KILL_PHASES = 6
_MEMORY = 1 << 30
PAGE = """Tag: HARBOUR

  • Ferry over the Olm stops for a week


    The ferry over the Olm stops on Monday for a week, the European Union said in Berlin. Its engine
    needs a part that has to come from abroad, and nobody else on the coast has a boat of that size.

    Tags:

    1. Karst
    2. Ferry

    #Ferry #Olm #stops


  • Pier number {number} opens in Karst


    Pier number {number} opened in Karst on Friday after {number} years of work. Families had carried
    planks there since the flood, and lamp {number} of the pier is lit by the mayor of town {number}.



    A pier opened in Karst on Friday. It is pier number {number}.

    Tags:

    1. Karst
    2. Pier {number}

    #Pier #Karst #opens
"""


class Campaign:
    """One store from its first run to its last, with its readers."""

    def __init__(
        self, folder: Path, *, chance: random.Random, tally: Tally, states: dict[tuple[int, str], str]
    ) -> None:
        self._folder, self._chance, self._tally = folder, chance, tally
        self._raw, self.paths = folder / "raw", paths_for(folder / "data" / "processed")
        self._raw.mkdir(parents=True)
        self._files = 0
        self._steps = [1] * _KILL_PHASES
        self._seconds = 1.0
        # A state (how many raw files) and a table → digest; the same in every campaign.
        self._states = states

    def add(self) -> None:
        """One more raw file, dated before all others."""
        name = f"{self._files:02}-{2024 - self._files // 12}-{12 - self._files % 12:02}-05.txt"
        (self._raw / name).write_text(PAGE.format(number=self._files + 1), encoding="utf-8")
        self._files += 1

    def run(self) -> None:
        """A run to its end, which must have all raw files then; its steps and time are measured."""
        steps, started = self._folder / "steps.json", time.monotonic()
        child = self._start(UNSPUN_TRAP="0:0", UNSPUN_TRAP_STEPS=str(steps))
        _, said = child.communicate()
        self._seconds = time.monotonic() - started
        self._tally.runs += 1
        if child.returncode:
            self._tally.faults.append(f"the run after a kill ended with {child.returncode}: {said}")
        measured = json.loads(steps.read_bytes())
        if measured[4]:
            self._steps = measured
        if self.look() != self._files:
            self._tally.faults.append("a run to its end has not all raw files")

    def shoot(self) -> None:
        """A run that is killed."""
        before = self._number()
        phase = _PLAN[self._tally.shots % len(_PLAN)]
        if phase is not None:
            child = self._start(UNSPUN_TRAP=f"{phase}:{self._chance.randint(1, max(self._steps[phase], 1))}")
        else:
            child = self._start()
            with suppress(ProcessLookupError):
                try:
                    child.wait(self._chance.uniform(0.02, 1.05) * self._seconds)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
        _, said = child.communicate()
        if child.returncode not in {0, -signal.SIGKILL}:
            self._tally.faults.append(f"a run ended with {child.returncode}: {said}")
        self._tally.phases[self._phase(before) if child.returncode else PHASES[-1]] += 1
        self.look()

    def look(self) -> int:
        """Verifies the store that is there, and notes the state that it is in: how many raw files."""
        self._tally.verified += 1
        manifest = read_manifest(self.paths)
        if manifest is None:
            self._tally.faults.append("the store is gone")
            return 0
        verdict = verify_tree(
            local_tree(self.paths.store), manifest, memory_bytes=_MEMORY, watch=lambda _done, _total: None
        )
        self._tally.faults += [f"verify: {fault.place}: {fault.detail}" for fault in verdict.faults]
        state = len(manifest.raw)
        found = {table: read_polars(self.paths.store, table) for table in COLUMNS}
        self._tally.faults += _lost_or_twice(found, manifest, state)
        for table, rows in found.items():
            known = self._states.setdefault((state, table), digest(rows))
            if known != digest(rows):
                self._tally.faults.append(f"{table} of {state} raw files is not as it was before")
        listed = list_snapshots(self.paths)
        if not (listed and listed[0].is_current and listed[0].path):
            self._tally.faults.append("the current snapshot is not kept")
        return state

    def _start(self, **environment: str) -> subprocess.Popen[str]:
        root = Path(__file__).parents[1]
        known = {
            name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
        }
        python = os.pathsep.join([str(root / "benchmarks" / "kill_trap"), str(root)])
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "run", str(self._raw), "--store", str(self.paths.store)],
            env=known | {"PYTHONPATH": python} | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _number(self) -> int:
        manifest = read_manifest(self.paths)
        return manifest.snapshot if manifest else 0

    def _phase(self, before: int) -> str:
        is_staged = self.paths.staging.exists()
        if self._number() > before:
            return PHASES[3] if is_staged else PHASES[4]
        if not is_staged:
            return PHASES[0]
        return PHASES[2] if self.paths.snapshot(before + 1).exists() else PHASES[1]


def _lost_or_twice(found: dict[str, Rows], manifest: Manifest, state: int) -> list[str]:
    """What must hold by count, whatever the tables say of themselves."""
    names = sorted(name for entry in manifest.raw.values() for name in entry.names)
    sightings = sorted((str(row[0]), int(str(row[1]))) for row in found["sightings"])
    articles = sorted(str(row[1]) for row in found["articles"])
    faults = []
    if sightings != [(name, post) for name in names for post in range(1, POSTS + 1)]:
        faults.append(f"sightings of {state} raw files: {sightings}")
    if len(set(articles)) != len(articles) or len(articles) != state + 1:
        faults.append(f"articles of {state} raw files: {articles}")
    return faults


@contextmanager
def reading(folder: Path, paths: Paths, *, pause: float) -> Iterator[dict[str, Seen]]:
    """Readers at work while the block is; what they saw is there after it."""
    stop = folder / "stop"
    seen: dict[str, Seen] = {}
    children = {
        name: subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarks.kill_reader", name),
                *map(str, (paths.store, stop, folder / f"{name}.json", pause)),
            ],
            cwd=Path(__file__).parents[1],
        )
        for name in READERS
    }
    try:
        yield seen
    finally:
        stop.touch()
        codes = {name: child.wait(60) for name, child in children.items()}
    for name, code in codes.items():
        if code:
            raise ChildProcessError(f"the reader {name} ended with {code}")
        seen[name] = msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Seen)


def measure(kills: int, *, seed: int, folder: Path, pause: float = 0.03) -> Tally:
    """Kills so many runs, in campaigns of at most FILES raw files.

    Args:
        kills: How many runs are killed; those that get to their end before are shot at in vain.
        seed: Of the random places.
        folder: Where to work.
        pause: Seconds between two reads of a reader.
    """
    chance = random.Random(seed)  # noqa: S311  # no secret
    tally = Tally()
    states: dict[tuple[int, str], str] = {}
    number = 0
    while tally.kills < kills:
        number += 1
        here = folder / str(number)
        campaign = Campaign(here, chance=chance, tally=tally, states=states)
        campaign.add()
        campaign.run()
        with reading(here, campaign.paths, pause=pause) as seen:
            for last in (False,) * (FILES - 2) + (True,):
                campaign.add()
                campaign.shoot()
                is_done = last or tally.kills == kills
                # The next run is sometimes shot at too before it has mended what the last one left.
                if is_done or not chance.randrange(3):
                    campaign.run()
                if is_done:
                    break
        for name, found in seen.items():
            judge(name, found, states, tally)
        print(f"{tally.kills} of {kills}, {len(tally.wrong)} wrong", file=sys.stderr)
    return tally


def main() -> None:
    """Measures and prints; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = measure(options.kills, seed=options.seed, folder=Path(folder))
    print(report(tally))
    sys.exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
