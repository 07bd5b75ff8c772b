"""What a publish does beside the swap: on a full disk, in a place that cannot be written, for readers that list folder by folder."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from os import statvfs
from pathlib import Path

import pytest

from flows import store as store_module
from flows.lock import hold
from flows.manifest import Manifest, RawEntry, TableFile, missing_files, read_manifest
from flows.paths import Paths, paths_for
from flows.snapshots import numbers
from flows.store import clean, publish, stage
from flows.swap import swap

Command = Callable[..., subprocess.CompletedProcess[str]]
_PAGE = 4096


@contextmanager
def _mounted(folder: Path, *options: str) -> Iterator[Path]:
    folder.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)],  # noqa: S607  # where mount lies differs
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
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607  # the same


def _publish(paths: Paths, snapshot: int, *, months: tuple[str, ...] = ("2025-01",)) -> Manifest:
    stage(paths)
    files = {}
    for month in months:
        data = f"{month} of {snapshot}".encode() * 2000
        digest = sha256(data).hexdigest()
        name = f"articles/month={month}/part-{digest[:16]}.parquet"
        (paths.next_tree / name).parent.mkdir(parents=True)
        (paths.next_tree / name).write_bytes(data)
        files[name] = TableFile(sha256=digest, rows=1, size=len(data))
    refused = RawEntry(
        names=["a.bin"], size=1, state="quarantined", key="k", rule="binary", detail="No text."
    )
    manifest = Manifest(
        snapshot=snapshot, schema_version="1", key="k", tables={"articles": files}, raw={"0" * 64: refused}
    )
    return publish(paths, manifest, {"datapackage.json": {"snapshot": snapshot}})


def test_a_disk_that_fills_at_any_moment(tmp_path: Path) -> None:
    """With no page left, one, two …: the old store stays whole until the new one is, and after making room the next run needs no hand."""
    with _mounted(tmp_path / "disk", "size=4m") as disk:
        paths = paths_for(disk / "store")
        paths.state.mkdir()
        _publish(paths, 1)
        failed = 0
        for pages in range(200):
            with (disk / "filler").open("wb", buffering=0) as filler:
                while statvfs(disk).f_bavail > pages:
                    filler.write(bytes(_PAGE))
            now = numbers(paths)[-1]
            try:
                _publish(paths, now + 1)
            except OSError as error:
                assert error.errno == 28  # noqa: PT017  # a loop of many, of which some succeed
                failed += 1
                clean(paths)
            held = read_manifest(paths)
            assert held is not None
            assert missing_files(held, paths) == []
            assert numbers(paths)[-1] == held.snapshot
            assert not paths.staging.exists()
            (disk / "filler").unlink()
            if held.snapshot == now + 1:
                break
        assert failed > 5
        assert _publish(paths, now + 2).snapshot == now + 2


def test_a_place_that_is_read_only(raw: Path, tmp_path: Path, unspun: Command) -> None:
    """It is said before any raw file is read, also to root."""
    with _mounted(tmp_path / "disk", "size=1m", "ro") as disk:
        done = unspun("run", raw, "--store", disk / "processed")
        assert done.returncode == 2
        assert "give --store another place" in done.stderr
        done = unspun("run", raw, "--store", disk)
        assert done.returncode == 2
        assert "mount point" in done.stderr


def test_new_partitions_are_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the swap the store has their folders, empty; those that did not come are no person's and go."""
    paths = paths_for(tmp_path / "store")
    paths.state.mkdir()
    _publish(paths, 1)

    def fail(_: Paths) -> None:
        folder = paths.store / "articles" / "month=2025-02"
        assert folder.is_dir()
        assert not list(folder.iterdir())
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "swap", fail)
        with pytest.raises(KeyboardInterrupt):
            _publish(paths, 2, months=("2025-01", "2025-02"))
    clean(paths)
    assert numbers(paths) == [1]
    (paths.store / "mine").mkdir()
    _publish(paths, 2)
    assert sorted(path.name for path in paths.store.rglob("*") if path.is_dir()) == [
        "articles",
        "mine",
        "month=2025-01",
    ]


@pytest.mark.parametrize("is_inside", [False, True])
def test_what_a_person_saves_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_inside: bool
) -> None:
    """A file that came or changed between the taking over and the swap is in the new tree too; ours are not mixed up."""
    paths = Paths(tmp_path / "store", is_inside=is_inside)
    paths.state.mkdir(parents=True)
    _publish(paths, 1)
    folder = paths.store / "articles"
    (folder / "old.md").write_text("old", encoding="utf-8")
    (folder / "kept.md").write_text("kept", encoding="utf-8")

    def save(_: Paths) -> None:
        (folder / "new").mkdir()
        (folder / "new" / "note.md").write_text("new", encoding="utf-8")
        (tmp_path / "saved").write_text("changed", encoding="utf-8")
        (tmp_path / "saved").replace(folder / "old.md")
        swap(paths)

    monkeypatch.setattr(store_module, "swap", save)
    _publish(paths, 2)
    assert (folder / "new" / "note.md").read_text(encoding="utf-8") == "new"
    assert (folder / "old.md").read_text(encoding="utf-8") == "changed"
    assert (folder / "kept.md").read_text(encoding="utf-8") == "kept"
    manifest = read_manifest(paths)
    assert manifest is not None
    assert {str(path.relative_to(paths.store)) for path in folder.rglob("*.parquet")} == set(
        manifest.tables["articles"]
    )


def test_a_description_that_the_next_tree_lacks_goes(tmp_path: Path) -> None:
    """It would tell of other tables."""
    for is_inside in (False, True):
        paths = Paths(tmp_path / f"store{is_inside}", is_inside=is_inside)
        paths.state.mkdir(parents=True)
        _publish(paths, 1)
        (paths.store / "croissant.json").write_text("{}", encoding="utf-8")
        _publish(paths, 2)
        assert not (paths.store / "croissant.json").exists()


def test_the_quarantine_of_a_killed_run_is_completed(tmp_path: Path) -> None:
    """A run that was killed between the swap and the quarantine's files: the next one writes them, and finds nothing new."""
    paths = paths_for(tmp_path / "store")
    paths.state.mkdir()
    _publish(paths, 1)
    for path in paths.quarantine.iterdir():
        path.unlink()
    paths.staging.mkdir()
    clean(paths)
    assert "a.bin" in (paths.quarantine / "files.jsonl").read_text(encoding="utf-8")


def test_one_publishes_at_a_time(
    store: Path, unspun: Command, raw: Path, run_build: Callable[..., object]
) -> None:
    """Runs and rollbacks wait for nobody: they leave with a sentence and the code for later."""
    run_build(raw)
    with hold(paths_for(store)):
        for command in (["run", raw], ["rollback", "1"]):
            done = unspun(*command)
            assert done.returncode == 3
            assert "Another run is writing" in done.stderr
        assert unspun("snapshots").returncode == 0
