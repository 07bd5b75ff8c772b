"""Back to an earlier snapshot, as a new one; also where the store itself is damaged or gone."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome
from flows.lock import hold
from flows.manifest import missing_files, read_manifest
from flows.paths import paths_for
from flows.rollback import roll_back
from flows.settings import SNAPSHOTS
from flows.snapshots import numbers
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Page = Callable[..., str]
States = list[dict[str, bytes]]


def _parquet(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("**/*.parquet"))}


@pytest.fixture
def states(raw: Path, store: Path, run_build: Run, page: Page) -> States:
    """What the store held after each of three runs."""
    found = []
    for name in ("olm", "trave", "lune"):
        (raw / f"{name}.txt").write_text(page(name.upper(), days=len(name)), encoding="utf-8")
        run_build(raw)
        found.append(_parquet(store))
    return found


def test_back_and_forward(raw: Path, store: Path, states: States, run_build: Run, unspun: Command) -> None:
    """The bytes of the snapshot before are the store's again; the next run brings back what is still among RAW."""
    (store / "note.md").write_text("mine", encoding="utf-8")
    done = unspun("rollback")
    assert (done.returncode, done.stderr) == (0, "")
    assert "those of snapshot 2 again, as snapshot 4" in done.stdout
    assert "brings back what is still among RAW" in done.stdout
    assert _parquet(store) == states[1]
    held = read_manifest(paths_for(store))
    assert held is not None
    assert held.run["rolled_back_to"] == 2
    assert missing_files(held, paths_for(store)) == []
    assert (store / "note.md").read_text(encoding="utf-8") == "mine"
    assert _parquet(paths_for(store).snapshot(4)) == states[1]
    assert unspun("rollback", "3").returncode == 0
    assert _parquet(store) == states[2]
    assert not run_build(raw).is_new
    assert unspun("rollback", "1").returncode == 0
    assert run_build(raw).manifest.snapshot == 7
    assert _parquet(store) == states[2]
    assert not run_build(raw).is_new


def test_a_run_over_less_after_a_rollback(raw: Path, store: Path, states: States, run_build: Run) -> None:
    """A run that has only the files of the snapshot finds nothing new."""
    roll_back(paths_for(store), 1, kept=SNAPSHOTS)
    for name in ("trave", "lune"):
        (raw / f"{name}.txt").unlink()
    assert not run_build(raw).is_new
    assert _parquet(store) == states[0]


@pytest.mark.parametrize("damage", ['{"snapshot": "one"', "", None])
def test_a_damaged_manifest(
    store: Path, raw: Path, states: States, unspun: Command, damage: str | None
) -> None:
    """It is refused with the way back, which brings the newest whole snapshot, leaves a person's files, and needs no hand."""
    manifest = store / "_manifest.json"
    if damage is None:
        manifest.unlink()
    else:
        manifest.write_text(damage, encoding="utf-8")
    (store / "articles" / "note.md").write_text("mine", encoding="utf-8")
    for command in (["run", raw], ["tables"], ["query", "select 1"]):
        refused = unspun(*command)
        assert refused.returncode == 4
        assert "unspun rollback" in refused.stderr
    done = unspun("rollback")
    assert (done.returncode, done.stderr) == (0, "")
    assert "those of snapshot 3 again, as snapshot 4" in done.stdout
    assert _parquet(store) == states[2]
    assert (store / "articles" / "note.md").exists()
    assert unspun("run", raw).stdout.startswith("Nothing new")


def test_files_that_a_damaged_manifest_no_longer_names_are_not_left(
    store: Path, states: States, unspun: Command
) -> None:
    """A part file in a table's place is ours where nothing can say so: no rows of two runs are mixed."""
    (store / "_manifest.json").write_text("{", encoding="utf-8")
    assert unspun("rollback", "1").returncode == 0
    assert _parquet(store) == states[0]


def test_a_store_that_is_gone(raw: Path, store: Path, states: States, run_build: Run) -> None:
    """The folder was removed by mistake: the newest snapshot is put in its place."""
    shutil.rmtree(store)
    assert roll_back(paths_for(store), None, kept=SNAPSHOTS).number == 3
    assert _parquet(store) == states[2]
    assert not run_build(raw).is_new


def test_a_run_where_the_store_is_gone_takes_no_number_twice(
    raw: Path, store: Path, states: States, run_build: Run
) -> None:
    """What was kept of the store that was removed stays what it was."""
    shutil.rmtree(store)
    run_build(raw)
    assert numbers(paths_for(store)) == [1, 2, 3, 4]
    assert _parquet(store) == states[2]
    assert _parquet(paths_for(store).snapshot(1)) == states[0]
    held = read_manifest(paths_for(store))
    assert held is not None
    assert held.snapshot == 4


def test_a_damaged_snapshot_is_passed_over_or_refused(store: Path, states: States, unspun: Command) -> None:
    """By itself it goes back to one that is whole and says why; one that is asked for by number is refused."""
    tree = paths_for(store).snapshot(2)
    part = next(tree.glob("sightings/**/*.parquet"))
    data = part.read_bytes()
    part.unlink()
    part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused = unspun("rollback", "2")
    assert refused.returncode == 4
    assert str(part.relative_to(tree)) in refused.stderr
    assert _parquet(store) == states[2]
    done = unspun("rollback")
    assert "Snapshot 2 is damaged" in done.stdout
    assert "those of snapshot 1 again" in done.stdout
    assert _parquet(store) == states[0]


def test_what_a_mirror_forgot_comes_back(raw: Path, store: Path, run_build: Run, page: Page) -> None:
    """A raw file that is gone, and whose rows --prune took: after the rollback they are there, and later runs need no hand."""
    run_build(raw)
    (raw / "velm.txt").unlink()
    assert run_build(raw, is_mirror=True).manifest.counts["posts"] == 2
    roll_back(paths_for(store), None, kept=SNAPSHOTS)
    assert not run_build(raw).is_new
    (raw / "olm.txt").write_text(page("OLM", days=4), encoding="utf-8")
    assert run_build(raw).manifest.counts["posts"] == 6


def test_what_cannot_be_done_is_said(store: Path, raw: Path, run_build: Run) -> None:
    """No snapshot, none of that number, none before, a run at work: each is a sentence."""
    paths = paths_for(store)
    with pytest.raises(FixSettingsError, match="keeps no snapshot to go back to"):
        roll_back(paths, None, kept=SNAPSHOTS)
    assert not paths.state.exists()
    run_build(raw)
    with pytest.raises(FixSettingsError, match="no snapshot before the current"):
        roll_back(paths, None, kept=SNAPSHOTS)
    with pytest.raises(FixSettingsError, match="no snapshot 9; it keeps 1"):
        roll_back(paths, 9, kept=SNAPSHOTS)
    with hold(paths), pytest.raises(RetryLaterError):
        roll_back(paths, 1, kept=SNAPSHOTS)


def test_a_name_that_leads_out_is_refused(store: Path, states: States, tmp_path: Path) -> None:
    """A manifest that was tampered with cannot bring a file from elsewhere into the store."""
    assert states
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    manifest = paths_for(store).snapshot(1) / "_manifest.json"
    told = json.loads(manifest.read_bytes())
    name, file = next(iter(told["tables"]["boilerplate"].items()))
    told["tables"]["boilerplate"] = {name: file, "../../../../secret": file}
    manifest.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(RepairStoreError, match="no file of a store"):
        roll_back(paths_for(store), 1, kept=SNAPSHOTS)
