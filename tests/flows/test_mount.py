"""Stores where no folder can be exchanged as a whole: a mount point, the lower layer of an overlay, an old file system."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from flows import exchange
from flows.build import Outcome
from flows.lock import hold
from flows.manifest import Manifest, TableFile, missing_files, read_manifest
from flows.paths import paths_for
from flows.rollback import roll_back
from flows.snapshots import list_snapshots
from flows.store import clean, publish, stage
from transforms.errors import FixSettingsError

Run = Callable[..., Outcome]

# Publishes three small tables again and again, each time in a process that stops itself with the surest of signals at one
# step later than the last that touches the disk; then in another that does so while it cleans up; then it cleans up and looks.
# Prints for each kill whether the new tables were there in the end.
KILL = """
import json, os, random, signal, sys
from hashlib import sha256
from pathlib import Path
from flows import exchange
from flows.lock import hold
from flows.manifest import Manifest, TableFile, missing_files, read_manifest
from flows.paths import paths_for
from flows.rollback import roll_back
from flows.snapshots import list_snapshots
from flows.store import clean, publish, stage
store, can_exchange, first, last = Path(sys.argv[1]), sys.argv[2] == "yes", int(sys.argv[3]), int(sys.argv[4])
STEPS = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "exchange"}
count = 0
def step(event, arguments):
    global count
    if event in STEPS or event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]:
        count -= 1
        if count == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(step)
call = exchange._exchanger()
exchange._exchanger = lambda: (lambda one, other: (step("exchange", ()), call(one, other))[1]) if can_exchange else None
def bring(snapshot):
    paths = paths_for(store)
    stage(paths)
    tables = {}
    for table in ("articles", "lines", "tags"):
        data = f"{table} of {snapshot if table != 'tags' else 0}".encode()
        digest = sha256(data).hexdigest()
        month = snapshot % 2 if table == "lines" else "unknown"
        name = f"{table}/month={month}/part-{digest[:16]}.parquet"
        (paths.next_tree / name).parent.mkdir(parents=True)
        (paths.next_tree / name).write_bytes(data)
        tables[table] = {name: TableFile(sha256=digest, rows=snapshot, size=len(data))}
    manifest = Manifest(snapshot=snapshot, schema_version="1", key="k", tables=tables, raw={})
    publish(paths, manifest, {"datapackage.json": {"snapshot": snapshot}})
def killed(at, call, *arguments):
    global count
    child = os.fork()
    if not child:
        count = at
        with hold(paths_for(store)):
            call(*arguments)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
def whole():
    paths = paths_for(store)
    assert not paths.staging.exists()
    manifest = read_manifest(paths)
    assert missing_files(manifest, paths) == []
    for table, files in manifest.tables.items():
        assert {str(path.relative_to(store)) for path in (store / table).glob("**/*.parquet")} == set(files)
        for name, file in files.items():
            assert sha256((store / name).read_bytes()).hexdigest() == file.sha256
    assert json.loads((store / "datapackage.json").read_bytes())["snapshot"] == manifest.snapshot
    assert [kept.number for kept in list_snapshots(paths) if kept.is_current and kept.path] == [manifest.snapshot]
    assert not list(store.glob("*/.flipped*"))
    return manifest.snapshot
paths_for(store).state.mkdir(parents=True, exist_ok=True)
chance, left, at = random.Random(7), [], first
if read_manifest(paths_for(store)) is None:
    bring(1)
while at <= last:
    now = whole()
    if not killed(at, bring, now + 1):
        break
    at += 1
    killed(chance.randint(1, 30), clean, paths_for(store))
    with hold(paths_for(store)):
        clean(paths_for(store))
    left.append(whole() - now)
print(json.dumps(left))
"""


@contextmanager
def _mounted(folder: Path, *options: str) -> Iterator[Path]:
    folder.mkdir()
    try:
        done = subprocess.run(
            ["mount", *options, str(folder)],  # noqa: S607  # where mount lies differs
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip(f"this user may not mount that: {done.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607  # where umount lies differs


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A small file system that is mounted where the store shall be."""
    with _mounted(tmp_path / "volume", "-t", "tmpfs", "-o", "size=64m", "tmpfs") as folder:
        yield folder


@contextmanager
def _container(layers: Path) -> Iterator[Path]:
    """A container's file system: what an image had lies in its lower layer. A store of snapshot 1 is baked in."""
    with _mounted(layers, "-t", "tmpfs", "-o", "size=64m", "tmpfs"):
        for name in ("lower", "upper", "work"):
            (layers / name).mkdir()
        _killed_everywhere(layers / "lower" / "store", last=0)
        (layers / "lower" / "store" / "notes").mkdir()
        (layers / "lower" / "store" / "notes" / "mine.md").write_text("mine", encoding="utf-8")
        told = f"lowerdir={layers}/lower,upperdir={layers}/upper,workdir={layers}/work"
        with _mounted(layers / "container", "-t", "overlay", "-o", told, "overlay") as folder:
            yield folder


def _killed_everywhere(
    store: Path, *, can_exchange: bool = True, first: int = 1, last: int = 999
) -> list[int]:
    command = [sys.executable, "-c", KILL, str(store), "yes" if can_exchange else "no", str(first), str(last)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    left: list[int] = json.loads(done.stdout)
    return left


def test_a_store_that_is_a_mount_point(
    raw: Path, volume: Path, run_build: Run, page: Callable[..., str]
) -> None:
    """Its tables, state and snapshots are in it; runs go on, and a person's files stay where they are."""
    (volume / "mine").mkdir()
    (volume / "mine" / "note.md").write_text("mine", encoding="utf-8")
    run_build(raw, to=volume)
    (volume / "articles" / "note.md").write_text("mine too", encoding="utf-8")
    (raw / "olm.txt").write_text(page("OLM", days=4), encoding="utf-8")
    assert run_build(raw, to=volume).manifest.counts["posts"] == 6
    paths = paths_for(volume)
    assert paths.state == volume / ".unspun-state"
    manifest = read_manifest(paths)
    assert manifest is not None
    assert missing_files(manifest, paths) == []
    found = {
        str(path.relative_to(volume))
        for table in manifest.tables
        for path in (volume / table).glob("**/*.parquet")
    }
    assert found == {name for files in manifest.tables.values() for name in files}
    assert [kept.number for kept in list_snapshots(paths)] == [2, 1]
    assert (volume / "mine" / "note.md").exists()
    assert (volume / "articles" / "note.md").exists()
    assert not run_build(raw, to=volume).is_new


def test_a_volume_keeps_its_state_wherever_it_is_reached_from(volume: Path, tmp_path: Path) -> None:
    """From its host, where the folder is no mount point, it is the same store with the same lock."""
    _killed_everywhere(volume, last=0)
    with hold(paths_for(volume)):
        pass
    (tmp_path / "host").symlink_to(volume)
    plain = tmp_path / "plain"
    plain.mkdir()
    (volume / ".unspun-state").rename(volume / ".moved")
    assert paths_for(volume).is_inside
    assert not paths_for(plain).is_inside
    (plain / ".unspun-state").mkdir()
    (plain / ".unspun-state" / "lock").touch()
    assert paths_for(plain).is_inside


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_flip_that_is_killed_is_finished(volume: Path, *, can_exchange: bool) -> None:
    """At whatever step a run is killed, the next one begins with a whole store of the old tables or the new."""
    left = _killed_everywhere(volume, can_exchange=can_exchange)
    assert {0, 1} <= set(left)
    assert left.count(1) >= 5  # from the moment that the swap is noted it goes forward


def test_a_rollback_in_a_volume(volume: Path) -> None:
    """Back table by table; also where the manifest is damaged."""
    _killed_everywhere(volume, first=999, last=999)
    paths = paths_for(volume)
    before = {path.name for path in paths.snapshot(1).glob("*/**/*.parquet")}
    for damage in (False, True):
        if damage:
            paths.manifest.write_text("{", encoding="utf-8")
        assert roll_back(paths, 1, kept=5).number == 1
        assert {path.name for path in volume.glob("[a-z]*/**/*.parquet")} == before
    manifest = read_manifest(paths)
    assert manifest is not None
    assert manifest.snapshot == 4


def test_a_store_baked_into_an_image(tmp_path: Path) -> None:
    """A folder in an overlay's lower layer, which cannot be moved, is replaced; also where that is killed midway."""
    with _container(tmp_path / "layers") as folder:
        (folder / "probe").mkdir()
        assert not exchange.exchange(folder / "probe", folder / "store")
        left = _killed_everywhere(folder / "store")
        assert {0, 1} <= set(left)
        assert (folder / "store" / "notes" / "mine.md").read_text(encoding="utf-8") == "mine"
    noted = left.index(1) + 1
    for later in (3, 7, 11):
        with _container(tmp_path / f"layers{later}") as folder:
            assert _killed_everywhere(folder / "store", first=noted + later, last=noted + later) == [1]


def test_two_renames(tmp_path: Path) -> None:
    """The same where the system cannot exchange."""
    assert {0, 1} <= set(_killed_everywhere(tmp_path / "store", can_exchange=False))


def test_one_step(tmp_path: Path) -> None:
    """The same where it can."""
    assert {0, 1} <= set(_killed_everywhere(tmp_path / "store"))


def test_a_persons_file_where_a_table_must_go_stays(volume: Path) -> None:
    """A flip would put it aside."""
    (volume / "articles").write_text("mine", encoding="utf-8")
    paths = paths_for(volume)
    with hold(paths):
        name = f"articles/part-{'0' * 16}.parquet"
        (stage(paths) / "articles").mkdir()
        (paths.next_tree / name).write_bytes(b"")
        files = {name: TableFile(sha256=sha256(b"").hexdigest(), rows=0, size=0)}
        manifest = Manifest(snapshot=1, schema_version="1", key="k", tables={"articles": files}, raw={})
        with pytest.raises(FixSettingsError, match="move it out of the store"):
            publish(paths, manifest, {})
        clean(paths)
    assert (volume / "articles").read_text(encoding="utf-8") == "mine"


def test_state_on_another_disk_is_refused(tmp_path: Path, volume: Path) -> None:
    """A hidden folder that leads elsewhere would cost the store where it cannot be exchanged: it is said before any work."""
    (tmp_path / ".store").symlink_to(volume)
    with pytest.raises(FixSettingsError, match="not on the file system"), hold(paths_for(tmp_path / "store")):
        pass


def test_nothing_is_removed_for_a_folder_that_cannot_come(
    tmp_path: Path, volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where renames are refused, the old folder stays whole."""
    monkeypatch.setattr(exchange, "_exchanger", lambda: None)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").touch()
    (volume / "new").mkdir()
    with pytest.raises(FixSettingsError, match="not on one file system"):
        exchange.swap_in(volume / "new", old=tmp_path / "old", aside=volume / "aside")
    assert (tmp_path / "old" / "file").exists()
    assert [path.name for path in volume.iterdir()] == ["new"]
