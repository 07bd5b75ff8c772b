"""Workers are asked for real: what they give, what goes wrong with them, and that none is left."""

import errno
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.scale_corpus import write_corpus
from flows.build import Request, build
from flows.corpus.segments import DamagedCacheError
from flows.paths import Paths, paths_for
from flows.recognizers import choose
from flows.runners.local import Local
from flows.settings import Settings
from flows.work.asking import ask, tell
from flows.work.making import ARTICLE, MakeBatch, make_rows
from flows.work.noting import NoteBatch, NotedFile, take_notes
from flows.work.storage import Storage, close, share
from flows.work.worker import WorkerDiedError, kill_busy, worker
from transforms.errors import FixSettingsError

Bytes = Callable[[Path], dict[str, bytes]]
Workers = Callable[[], list[int]]

MEMORY = 512 * 2**20


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    paths = paths_for(tmp_path / "processed")
    paths.state.mkdir(parents=True)
    return share(paths, address=None)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw files for two batches of reading and of making."""
    folder = tmp_path_factory.mktemp("large") / "raw"
    write_corpus(folder, posts=330)
    return folder


@pytest.fixture(scope="module")
def by_one(large: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that one process makes of them."""
    store = tmp_path_factory.mktemp("one") / "processed"
    assert run(large, store, workers=1) == "1 process"
    return store


def run(raw: Path, to: Path, *, workers: int) -> str:
    request = Request(raws=(raw,), settings=Settings(store=to, workers=workers, recognizer="rules"))
    return build(request, run=Local(workers=workers), watch=lambda *_: None).done_by


def test_a_fault_of_the_work_comes_back_as_what_it_was(storage: Storage) -> None:
    """A damaged parse is the run's to mend, and a file that is not there keeps its number and its name."""
    missing = NotedFile(raw_sha256="0" * 64, key="1" * 16, names=["a.txt"])
    with pytest.raises(DamagedCacheError, match=r"The parse of a\.txt is damaged"):
        ask(take_notes, NoteBatch(storage=storage, segment="n", files=[missing], memory_bytes=MEMORY))
    batch = MakeBatch(
        storage=storage,
        kind=ARTICLE,
        instructions=["none"],
        segment="s",
        memory_bytes=MEMORY,
        recognizer=choose("rules"),
    )
    with pytest.raises(OSError, match="none") as caught:
        ask(make_rows, batch)
    assert caught.value.errno == errno.ENOENT


def test_work_of_a_run_that_is_over_finds_no_place(storage: Storage, tmp_path: Path) -> None:
    """A worker that is late cannot write among the files of the next run."""
    close(Paths(tmp_path / "processed"))
    with pytest.raises(FixSettingsError, match="A worker does not find"):
        ask(take_notes, NoteBatch(storage=storage, segment="n", files=[], memory_bytes=MEMORY))


def test_who_is_ended_with_the_run_is_not_asked_again(storage: Storage) -> None:
    """What is under way when a run ends does not begin anew."""
    batch = NoteBatch(storage=storage, segment="n", files=[], memory_bytes=MEMORY)
    with worker() as one:
        assert tell(one, take_notes, batch).files == 0
        kill_busy()
        with pytest.raises(WorkerDiedError) as caught:
            tell(one, take_notes, batch)
    assert caught.value.is_over


def test_the_number_of_workers_changes_no_byte(
    large: Path, by_one: Path, tmp_path: Path, parquet: Bytes
) -> None:
    """One process or several: the same tables, and the report says how many there were."""
    assert run(large, tmp_path / "more", workers=2) == "2 processes"
    assert parquet(by_one) == parquet(tmp_path / "more")
    assert not (tmp_path / ".more" / "exchange").exists()


def test_a_worker_that_is_killed_costs_nothing(
    large: Path, by_one: Path, tmp_path: Path, parquet: Bytes, workers: Workers
) -> None:
    """Each kind of work is begun again by another process, and the tables are the same."""
    killed: list[int] = []
    is_over = threading.Event()
    made = tmp_path / ".two" / "exchange"

    def kill() -> None:
        for kind in ("*/notes-*.part", "*/article-*.part", "*/document-*.part"):
            while not is_over.wait(0.005):
                if any(made.glob(kind)):
                    found = workers()
                    if found:
                        os.kill(found[0], signal.SIGKILL)
                        killed.append(found[0])
                        break

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        run(large, tmp_path / "two", workers=2)
    finally:
        is_over.set()
        thread.join()
    assert killed
    assert parquet(by_one) == parquet(tmp_path / "two")
