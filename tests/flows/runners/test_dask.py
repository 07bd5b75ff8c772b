"""Runs on a real Dask cluster give the bytes of a run here, whatever happens to the cluster meanwhile."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import pytest

import flows
from flows.build import Outcome, Request, build
from flows.paths import paths_for
from flows.runners.dask import Dask
from flows.runners.local import Local
from flows.settings import Settings
from flows.work.errand import pack, run_errand
from flows.work.noting import NoteBatch, take_notes
from flows.work.storage import Storage
from transforms.errors import FixSettingsError, MayPassError, RetryLaterError

Command = Callable[..., subprocess.CompletedProcess[str]]
Bytes = Callable[[Path], dict[str, bytes]]
Run = Callable[..., Outcome]
Times = Callable[[Path], object]

MANIFEST = "_manifest.json"
# With as many files as batches, so that every worker has several.
FILES = 12
# Minutes of reading on any machine.
LONG = "The harbour board of Velm met on Monday and again on Friday, and nobody was told why.\n" * 400_000


class Cluster(Protocol):
    """As the fixture has it."""

    address: str
    started: list["subprocess.Popen[bytes]"]

    def start_worker(self, **environment: str) -> "subprocess.Popen[bytes]":
        """One more."""

    def client(self) -> Any:  # noqa: ANN401  # Dask's own
        """Somebody who can ask the scheduler."""

    def wait(self, what: str, look: Callable[[], Any]) -> Any:  # noqa: ANN401  # whatever is looked for
        """What is looked for, once it is there."""


NewCluster = Callable[[int], Cluster]


@pytest.fixture
def refuse_other(tmp_path: Path, run_build: Run, parquet: Bytes) -> Callable[..., None]:
    """Fails where a store is not what runs here, in one process, make of these raw folders one after the other."""

    def compare(store: Path, *raws: Path) -> None:
        here = tmp_path / "here"
        for raw in raws:
            run_build(raw, to=here)
        assert parquet(store) == parquet(here)
        assert told(store) == told(here)

    return compare


@pytest.fixture
def many(tmp_path: Path, page: Callable[..., str]) -> Path:
    """A raw folder of more pages."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(FILES):
        text = page(f"KARST{number}", days=number + 2)
        (folder / f"{number:02}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def known(raw: Path, store: Path) -> Path:
    """A raw folder that the store has already."""
    build_here(raw, store)
    return raw


@pytest.fixture
def a_batch_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every raw file is a batch."""
    monkeypatch.setattr("flows.plan.BYTES_A_BATCH", 1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are not waited for long."""
    monkeypatch.setattr("flows.runners.cluster._LOOK_SECONDS", 0.5)
    monkeypatch.setattr("flows.runners.cluster._JOIN_SECONDS", 1)


def build_on(address: str, raw: Path, store: Path) -> Outcome:
    """A run on a cluster, in this process."""
    with Dask(address) as dask:
        return build(
            Request(raws=(raw,), settings=Settings(store=store, recognizer="rules")),
            run=dask,
            watch=lambda *_: None,
        )


def build_here(raw: Path, store: Path) -> Outcome:
    """A run in this process."""
    request = Request(raws=(raw,), settings=Settings(store=store, recognizer="rules"))
    return build(request, run=Local(), watch=lambda *_: None)


def told(store: Path) -> dict[str, Any]:
    """The manifest, apart from what tells of the run."""
    manifest: dict[str, Any] = json.loads((store / MANIFEST).read_bytes())
    return {name: value for name, value in manifest.items() if name != "run"}


def start(raw: Path, store: Path, *arguments: str) -> "subprocess.Popen[str]":
    """The real command, not waited for."""
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store), *arguments],
        env=known | {"COLUMNS": "200", "UNSPUN_RETRIES": "0", "UNSPUN_RECOGNIZER": "rules"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def parses(store: Path) -> list[Path]:
    """What was read by now."""
    return sorted((store.parent / f".{store.name}" / "parses").glob("*.json"))


def kill_at_work(
    cluster: Cluster, doomed: "subprocess.Popen[bytes]", store: Path, *, read: int = 2
) -> tuple[threading.Thread, threading.Event]:
    """Kills a worker as soon as it has a batch in hand, and so many files were read; gives who does, and whether it was done."""
    killed = threading.Event()

    def kill() -> None:
        with cluster.client() as client:
            place = next(one for one, pid in client.run(os.getpid).items() if pid == doomed.pid)

            def is_at_work() -> bool | None:
                return (len(parses(store)) >= read and bool(client.processing()[place])) or None

            cluster.wait("a batch of the worker that is to be killed", is_at_work)
        doomed.send_signal(signal.SIGKILL)
        killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    return killer, killed


def test_the_command_gives_the_bytes_of_a_run_here(
    cluster: Cluster, many: Path, store: Path, unspun: Command, refuse_other: Callable[..., None]
) -> None:
    """Two workers make the tables that this process makes, and nothing of what they passed each other is left."""
    done = unspun("run", many, "--json", "--runner", "dask", "--dask-address", cluster.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["done_by"] == f"2 Dask workers at {cluster.address}"
    refuse_other(store, many)
    assert not (store.parent / ".processed" / "exchange").exists()


@pytest.mark.usefixtures("a_batch_a_file")
def test_a_killed_worker_costs_nothing_but_time(
    new_cluster: NewCluster, many: Path, store: Path, refuse_other: Callable[..., None]
) -> None:
    """A worker that is killed in the midst of a batch is replaced by the other, and the tables are the same."""
    cluster = new_cluster(1)
    killer, killed = kill_at_work(cluster, cluster.start_worker(), store)
    outcome = build_on(cluster.address, many, store)
    killer.join()
    assert killed.is_set()
    assert outcome.read == FILES
    assert outcome.done_by == f"1 Dask worker at {cluster.address}"
    refuse_other(store, many)


@pytest.mark.parametrize(
    ("others", "sentence"), [(0, "has no workers: start some"), (1, "died one after the other")]
)
@pytest.mark.usefixtures("a_batch_a_file", "impatient")
def test_a_cluster_that_cannot_do_it_means_try_later(
    new_cluster: Callable[..., Cluster], tmp_path: Path, store: Path, others: int, sentence: str
) -> None:
    """Where the last worker died, or a batch has killed as many as Dask allows, the run ends and publishes nothing."""
    cluster = new_cluster(others, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0" if others else "3")
    raw = tmp_path / "long"
    raw.mkdir()
    for number in range(2):
        # Seconds of reading: nobody is done with one before he is killed.
        (raw / f"{number}.txt").write_text(f"{number}\n{LONG[:3_000_000]}", encoding="utf-8")
    killer, killed = kill_at_work(cluster, cluster.start_worker(), store, read=0)
    with pytest.raises(RetryLaterError, match=sentence):
        build_on(cluster.address, raw, store)
    killer.join()
    assert killed.is_set()
    assert not store.exists()


def test_a_worker_of_another_version_is_refused(
    new_cluster: NewCluster, many: Path, tmp_path: Path, store: Path
) -> None:
    """A worker whose code would make other rows does none of the work, and the sentence names it."""
    other = tmp_path / "other"
    for package in ("flows", "transforms"):
        place = Path(flows.__file__).parents[1] / package
        shutil.copytree(place, other / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "transforms" / "articles.py").open("a") as file:
        file.write("# another line\n")
    cluster = new_cluster(1)
    worker = cluster.start_worker(PYTHONPATH=str(other))
    with pytest.raises(FixSettingsError, match="another version of unspun") as caught:
        build_on(cluster.address, many, store)
    with cluster.client() as client:
        place = next(one for one, pid in client.run(os.getpid).items() if pid == worker.pid)
    assert place in str(caught.value)
    assert not store.exists()


def test_a_worker_of_another_version_that_joins_later_refuses_its_errand(tmp_path: Path) -> None:
    """What a run sends tells its version, and another version does nothing with it."""
    storage = Storage(state=os.fsencode(tmp_path), exchange="exchange/none")
    errand = pack(take_notes, NoteBatch(storage=storage, segment="one", files=[], memory_bytes=1))
    with pytest.raises(FixSettingsError, match="The worker over there has another version"):
        run_errand(
            errand[:-16] + b"0" * 16,
            place="The worker over there",
            folder=str(tmp_path),
        )


def test_a_run_with_nothing_new_needs_no_cluster(
    many: Path, store: Path, run_build: Run, times: Times
) -> None:
    """Nobody listens at the address, and nobody is asked."""
    run_build(many)
    before = times(store)
    assert not build_on("tcp://127.0.0.1:9", many, store).is_new
    assert times(store) == before


def test_no_scheduler_means_try_later(raw: Path, store: Path, unspun: Command) -> None:
    """Where nobody listens, the sentence names the address."""
    done = unspun("run", raw, "--dask-address", "tcp://127.0.0.1:9", UNSPUN_RETRIES="0")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("unspun: No Dask scheduler answers at tcp://127.0.0.1:9: start one")
    assert not store.exists()


@pytest.mark.usefixtures("impatient")
def test_no_worker_means_try_later(new_cluster: NewCluster, raw: Path, store: Path) -> None:
    """A scheduler without workers is waited for, and then said to have none."""
    cluster = new_cluster(0)
    with pytest.raises(MayPassError, match="has no workers: start some"):
        build_on(cluster.address, raw, store)
    assert not store.exists()


@pytest.mark.usefixtures("known")
def test_a_scheduler_that_goes_away_leaves_the_store_as_it_was(
    new_cluster: NewCluster, many: Path, store: Path, times: Times
) -> None:
    """The run ends with a sentence, and the next one goes ahead."""
    before, before_parses = times(store), set(parses(store))
    cluster = new_cluster(1)
    run = start(many, store, "--dask-address", cluster.address)
    cluster.wait("the first parse", lambda: set(parses(store)) - before_parses or None)
    cluster.started[0].send_signal(signal.SIGKILL)
    out, said = run.communicate(timeout=120)
    assert (run.returncode, out) == (3, "")
    assert said == (
        f"unspun: The Dask scheduler at {cluster.address} went away while this run was at work; the store is as it was.\n"
    )
    assert times(store) == before
    assert build_here(many, store).is_new


@pytest.mark.usefixtures("known")
def test_an_interrupt_ends_the_run_and_leaves_the_cluster_to_others(
    cluster: Cluster, many: Path, store: Path, times: Times
) -> None:
    """After Ctrl-C the store is as it was, a file that takes minutes is read no further, and the next run goes ahead."""
    long = many / "long.txt"
    long.write_text(LONG, encoding="utf-8")
    digest = sha256(long.read_bytes()).hexdigest()
    before, before_parses = times(store), set(parses(store))
    run = start(many, store, "--dask-address", cluster.address)
    cluster.wait("the first parse", lambda: set(parses(store)) - before_parses or None)
    run.send_signal(signal.SIGINT)
    out, said = run.communicate(timeout=120)
    assert (run.returncode, out) == (130, "")
    assert said.strip() == "unspun: Interrupted; the store is as it was."
    assert times(store) == before
    with cluster.client() as client:

        def is_idle() -> bool | None:
            found = client.run(lambda: list(sys.modules["flows.work.errand"]._UNDER_WAY))  # noqa: SLF001  # nothing else tells
            return not any(found.values()) or None

        cluster.wait("an idle cluster", is_idle)
    assert not any(digest in parse.name for parse in parses(store))
    long.unlink()
    assert build_on(cluster.address, many, store).read == FILES


class Blind(Local):
    """Its workers are on machines that do not see a folder, or a file."""

    is_elsewhere = True

    def __init__(self, place: Path) -> None:
        super().__init__(workers=1)
        self._place = place

    def map(self, name: str, work: Callable[[Any], Any], batches: Any) -> Any:  # noqa: ANN401, ARG002  # as a Runner has it
        """Does them while the place is away."""
        for batch in batches:
            hidden = self._place.rename(self._place.with_name("hidden"))
            given = work(batch)
            hidden.rename(self._place)
            yield given


def test_raw_files_that_workers_do_not_see_are_no_unreadable_files(raw: Path, store: Path) -> None:
    """They are not quarantined, but the run says that they lie in the wrong place."""
    with pytest.raises(FixSettingsError, match="can be read here and not by a worker"):
        build(
            Request(raws=(raw,), settings=Settings(store=store, recognizer="rules")),
            run=Blind(raw),
            watch=lambda *_: None,
        )
    assert not store.exists()


def test_one_raw_file_that_a_worker_did_not_see_is_tried_later(raw: Path, store: Path) -> None:
    """The worker read the other one: where they lie is not what is wrong."""
    with pytest.raises(RetryLaterError, match="can be read here and could not by a worker"):
        build(
            Request(raws=(raw,), settings=Settings(store=store, recognizer="rules")),
            run=Blind(raw / "velm.txt"),
            watch=lambda *_: None,
        )
    assert not store.exists()


def test_an_object_that_was_removed_costs_nothing_but_itself(raw: Path, store: Path) -> None:
    """What lies here of it is this machine's copy; the worker asked S3, and the others are read."""
    mirror = paths_for(store).mirrors / "one"
    mirror.mkdir(parents=True)
    (mirror / "address").write_text("s3://bucket/raw", encoding="utf-8")
    files = raw.rename(mirror / "files")
    outcome = build(
        Request(raws=(files,), settings=Settings(store=store, recognizer="rules")),
        run=Blind(files / "velm.txt"),
        watch=lambda *_: None,
    )
    assert [(refusal.raw_file, refusal.rule) for refusal in outcome.quarantined] == [
        ("velm.txt", "unreadable")
    ]
    assert outcome.read == 1


def test_an_address_of_another_kind_is_refused() -> None:
    """Only what a scheduler can have."""
    with pytest.raises(FixSettingsError, match="no address of a Dask scheduler"):
        Dask("http://127.0.0.1:8787")


def test_a_worker_that_does_not_see_the_store_says_so(tmp_path: Path) -> None:
    """The place of the run is looked for by a name that nobody can guess; the sentence names worker and path."""
    storage = Storage(state=os.fsencode(tmp_path), exchange="exchange/none")
    errand = pack(take_notes, NoteBatch(storage=storage, segment="one", files=[], memory_bytes=1))
    with pytest.raises(
        FixSettingsError, match=r"^The worker over there: A worker does not find .*/exchange/none"
    ):
        run_errand(errand, place="The worker over there", folder=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the sentence says how to have it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(FixSettingsError, match=r"pip install 'unspun\[dask\]'"):
        Dask("tcp://127.0.0.1:8786")
