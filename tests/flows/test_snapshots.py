"""Trees that are kept: complete, never changed, the oldest removed, and listed."""

import errno
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome, Request, build
from flows.manifest import read_manifest
from flows.paths import Paths, paths_for
from flows.runners.local import Local
from flows.settings import SNAPSHOTS, Settings
from flows.snapshots import keep_tree, list_snapshots, numbers
from flows.store import clean, keep, stage

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Page = Callable[..., str]


def _parquet(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("**/*.parquet"))}


def _add(raw: Path, name: str, page: Page) -> None:
    (raw / f"{name}.txt").write_text(page(name.upper(), days=len(name) + 3), encoding="utf-8")


def test_a_snapshot_is_what_the_store_was(raw: Path, store: Path, run_build: Run, page: Page) -> None:
    """After three runs there are three trees, each with the bytes that the store had, each saying so itself."""
    paths = paths_for(store)
    seen = {}
    for name in ("olm", "trave", "lune"):
        _add(raw, name, page)
        manifest = run_build(raw).manifest
        seen[manifest.snapshot] = (_parquet(store), (store / "_manifest.json").read_bytes())
    assert numbers(paths) == [1, 2, 3]
    for number, (files, manifest_bytes) in seen.items():
        assert _parquet(paths.snapshot(number)) == files
        assert (paths.snapshot(number) / "_manifest.json").read_bytes() == manifest_bytes
        assert json.loads((paths.snapshot(number) / "datapackage.json").read_bytes())["resources"]
    assert seen[1][0] != seen[2][0]


def test_data_is_shared_and_descriptions_are_not(raw: Path, store: Path, run_build: Run) -> None:
    """A data file has one set of bytes under two names, and nobody may write to it; a damaged manifest damages no other."""
    run_build(raw)
    tree = paths_for(store).snapshot(1)
    for path in store.glob("*/**/*.parquet"):
        assert path.samefile(tree / path.relative_to(store))
        assert path.stat().st_mode & 0o222 == 0
    for path in store.glob("*.json"):
        assert not path.samefile(tree / path.name)
    assert {path.name for path in store.glob("*.json")} == {path.name for path in tree.glob("*.json")}


def test_only_our_files_are_in_a_snapshot(raw: Path, store: Path, run_build: Run) -> None:
    """A person's notes are the store's, and no part of what was published."""
    (store / "articles").mkdir(parents=True)
    (store / "articles" / "note.md").write_text("mine", encoding="utf-8")
    run_build(raw)
    assert (store / "articles" / "note.md").exists()
    assert not list(paths_for(store).snapshot(1).rglob("note.md"))


def test_the_oldest_go(raw: Path, store: Path, run_build: Run, page: Page) -> None:
    """As many as the setting says are kept, the newest among them."""
    for number in range(SNAPSHOTS + 2):
        _add(raw, f"town{'n' * number}", page)
        run_build(raw)
    assert numbers(paths_for(store)) == list(range(3, SNAPSHOTS + 3))


def test_the_setting_is_heeded(raw: Path, store: Path, page: Page) -> None:
    """With one snapshot kept it is the current one."""
    request = Request(raws=(raw,), settings=Settings(store=store, recognizer="rules", snapshots=1))
    for number, name in enumerate(("olm", "trave"), start=1):
        _add(raw, name, page)
        build(request, run=Local(), watch=lambda *_: None)
        assert numbers(paths_for(store)) == [number]


def test_a_store_from_before_is_kept_too(raw: Path, store: Path, run_build: Run, page: Page) -> None:
    """A store without snapshots, as an earlier version left it, is listed and becomes one before it is replaced."""
    run_build(raw)
    paths = paths_for(store)
    for path in sorted(paths.snapshots.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    paths.snapshots.rmdir()
    [only] = list_snapshots(paths)
    assert (only.number, only.is_current, only.path) == (1, True, None)
    assert not run_build(raw).is_new
    _add(raw, "olm", page)
    run_build(raw)
    assert numbers(paths) == [1, 2]
    assert read_manifest(Paths(paths.snapshot(1))) is not None


@pytest.mark.parametrize("code", [errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP])
def test_where_links_are_refused_files_are_copied(
    raw: Path,
    store: Path,
    run_build: Run,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    """A file system without hard links costs room, and changes nothing else."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    run_build(raw)
    tree = paths_for(store).snapshot(1)
    assert _parquet(tree) == _parquet(store)
    assert not any(path.samefile(tree / path.relative_to(store)) for path in store.glob("*/**/*.parquet"))


def test_an_unchanged_file_is_taken_over_by_name(raw: Path, store: Path, run_build: Run) -> None:
    """What a staged tree keeps is the very file of the store; what the store lacks is said."""
    manifest = run_build(raw).manifest
    paths = paths_for(store)
    [name] = manifest.tables["boilerplate"]
    stage(paths)
    keep(paths, name)
    assert (paths.next_tree / name).samefile(store / name)
    with pytest.raises(FileNotFoundError):
        keep(paths, "articles/month=unknown/part-0000000000000000.parquet")
    clean(paths)
    assert not paths.staging.exists()


def test_a_snapshot_that_never_became_the_stores_goes(raw: Path, store: Path, run_build: Run) -> None:
    """A run that was killed between snapshot and swap: its tree is not listed, and the next run takes it away."""
    manifest = run_build(raw).manifest
    paths = paths_for(store)
    stage(paths)
    (paths.next_tree / "_manifest.json").write_bytes(
        (store / "_manifest.json").read_bytes().replace(b'"snapshot": 1', b'"snapshot": 2')
    )
    staged = read_manifest(Paths(paths.next_tree))
    assert staged is not None
    assert staged.snapshot == 2
    keep_tree(paths, staged, {}, tree=store)
    assert numbers(paths) == [1, 2]
    assert [snapshot.number for snapshot in list_snapshots(paths)] == [1]
    assert not run_build(raw).is_new
    assert numbers(paths) == [1]
    assert read_manifest(paths) == manifest


def test_snapshots_of_a_store_put_back_from_elsewhere_stay(
    raw: Path, store: Path, tmp_path: Path, run_build: Run, page: Page
) -> None:
    """No number ever means two things: an older copy of the store goes on above all that is kept."""
    run_build(raw)
    store.rename(tmp_path / "copy")
    (tmp_path / "copy").rename(store)
    _add(raw, "olm", page)
    run_build(raw)
    paths = paths_for(store)
    before = (paths.snapshot(2) / "_manifest.json").read_bytes()
    for name in ("_manifest.json", "datapackage.json"):
        (store / name).write_bytes((paths.snapshot(1) / name).read_bytes())
    for path in sorted(store.glob("*/**/*.parquet")):
        path.unlink()
    for path in sorted(paths.snapshot(1).glob("*/**/*.parquet")):
        (store / path.relative_to(paths.snapshot(1))).hardlink_to(path)
    run_build(raw)
    assert numbers(paths) == [1, 2, 3]
    assert (paths.snapshot(2) / "_manifest.json").read_bytes() == before
    held = read_manifest(paths)
    assert held is not None
    assert held.snapshot == 3


def test_they_are_listed(raw: Path, store: Path, run_build: Run, unspun: Command) -> None:
    """Numbers, time, sizes, the current one, the path to pin; for people and as JSON."""
    nothing = unspun("snapshots")
    assert nothing.stdout == f"No snapshot of {store} is kept.\n"
    run_build(raw)
    (raw / "olm.txt").write_text("Tag: OLM\n\n  • Olm\n\n\n    Olm rises.\n", encoding="utf-8")
    run_build(raw)
    told = json.loads(unspun("snapshots", "--json").stdout)
    newest, oldest = told["snapshots"]
    assert (newest["number"], newest["is_current"]) == (2, True)
    assert (oldest["number"], oldest["is_current"]) == (1, False)
    assert newest["rows"] > oldest["rows"] > 0
    tree = Path(newest["path"])
    assert newest["bytes"] == sum(path.stat().st_size for path in tree.glob("*/**/*.parquet"))
    assert newest["files"] == len(list(tree.glob("*/**/*.parquet")))
    assert newest["finished_at"].startswith("20")
    shown = unspun("snapshots").stdout
    assert "current" in shown
    assert str(tree.parent) in shown
    (Path(oldest["path"]) / "_manifest.json").write_text("{", encoding="utf-8")
    assert "cannot be read" in unspun("snapshots").stdout
