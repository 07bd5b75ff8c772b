"""Runs that are killed while readers read: a small count of what benchmarks/kill.py does at length.

A publish by itself is killed at each of its steps, on every kind of file system, in test_mount.py.
"""

from pathlib import Path

from benchmarks.kill import measure
from benchmarks.kill_tally import READERS

# Each costs a run to its end or two.
KILLS = 4


def test_killed_while_readers_read(tmp_path: Path) -> None:
    """Shots at steps of each phase and at random times: every store that is left verifies, every read is of one state."""
    tally = measure(KILLS, seed=7, folder=tmp_path, pause=0.3)
    assert tally.wrong == []
    assert tally.kills == KILLS
    assert all(tally.reads[name] > KILLS for name in READERS)
    assert tally.pins
