"""A worker's process goes on until its owner has no more for it."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from flows.paths import paths_for
from flows.work.asking import tell
from flows.work.noting import NoteBatch, take_notes
from flows.work.storage import share
from flows.work.worker import worker


def test_a_worker_is_not_ended_by_what_ends_all_processes_of_a_machine(
    tmp_path: Path, workers: Callable[[], list[int]]
) -> None:
    """SIGTERM, which a shutdown sends to everybody, does not make a file look as if it had killed its reader."""
    paths = paths_for(tmp_path / "processed")
    paths.state.mkdir(parents=True)
    batch = NoteBatch(storage=share(paths, address=None), segment="one", files=[], memory_bytes=2**29)
    before = set(workers())
    with worker() as one:
        # A worker that rested may have it already.
        one.stop()
        assert tell(one, take_notes, batch).files == 0
        (process,) = set(workers()) - before
        os.kill(process, signal.SIGTERM)
        assert tell(one, take_notes, batch).files == 0
        assert process in workers()
        one.stop()
