"""A run, a second run, a run in pieces: what the store holds does not depend on how it got there."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from os import statvfs
from pathlib import Path

import polars as pl
import pytest

from flows import build as build_module
from flows.build import Outcome, Request
from flows.lock import hold
from flows.manifest import read_manifest
from flows.paths import paths_for
from flows.runners.local import Local
from flows.settings import Settings
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

Run = Callable[..., Outcome]
Bytes = Callable[[Path], dict[str, bytes]]
Times = Callable[[Path], dict[str, tuple[int, int]]]


def test_raw_to_tables(raw: Path, store: Path, run_build: Run) -> None:
    """Every line of every raw file is in the ledger, and every post in the sightings."""
    outcome = run_build(raw)
    assert (outcome.read, outcome.unchanged, outcome.quarantined, outcome.is_new) == (2, 0, (), True)
    lines = pl.read_parquet(store / "lines" / "**" / "*.parquet")
    for path in raw.iterdir():
        expected = {
            i for i, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1) if line.strip()
        }
        assert set(lines.filter(pl.col("raw_file") == path.name)["line"]) == expected
    assert pl.read_parquet(store / "sightings" / "**" / "*.parquet").height == 4
    titles = pl.read_parquet(store / "articles" / "**" / "*.parquet")["title"].to_list()
    assert any("garden" in title for title in titles)


def test_nothing_new_writes_nothing(raw: Path, store: Path, run_build: Run, times: Times) -> None:
    """A second run leaves every file and folder as it was."""
    run_build(raw)
    before = times(store.parent)
    outcome = run_build(raw)
    assert (outcome.read, outcome.unchanged, outcome.is_new) == (0, 2, False)
    assert times(store.parent) == before


def test_order_and_number_of_runs_do_not_matter(
    raw: Path, tmp_path: Path, run_build: Run, parquet: Bytes
) -> None:
    """One run, one run in another order, and a run for each file give the same Parquet bytes."""
    one, two, three = (tmp_path / name / "processed" for name in ("one", "two", "three"))
    files = sorted(raw.iterdir())
    run_build(raw, to=one)
    run_build(*reversed(files), to=two)
    for file in files:
        run_build(file, to=three)
    assert parquet(one) == parquet(two) == parquet(three)
    assert len(parquet(one)) >= 7


def test_the_same_bytes_under_another_name_are_no_new_rows(
    raw: Path, store: Path, run_build: Run, parquet: Bytes
) -> None:
    """A copy with a later name changes no byte of a table; one with an earlier name gives its name."""
    run_build(raw)
    before = parquet(store)
    (raw / "zz-copy.txt").write_bytes((raw / "karst.txt").read_bytes())
    assert run_build(raw).manifest.counts["posts"] == 4
    assert parquet(store) == before
    (raw / "aa-copy.txt").write_bytes((raw / "karst.txt").read_bytes())
    assert run_build(raw).manifest.counts["posts"] == 4
    sightings = pl.read_parquet(store / "sightings" / "**" / "*.parquet")
    assert sorted(set(sightings["raw_file"])) == ["aa-copy.txt", "velm.txt"]


def test_what_was_there_stays_until_it_is_pruned(raw: Path, store: Path, run_build: Run) -> None:
    """A raw file that was removed keeps its rows; a mirror forgets it."""
    run_build(raw)
    (raw / "velm.txt").unlink()
    assert not run_build(raw).is_new
    outcome = run_build(raw, is_mirror=True)
    assert outcome.manifest.counts["posts"] == 2
    assert set(pl.read_parquet(store / "sightings" / "**" / "*.parquet")["raw_file"]) == {"karst.txt"}


def test_blank_files_are_recorded_without_rows(raw: Path, store: Path, run_build: Run) -> None:
    """An empty file, one of white space and one with only a mark are known and give nothing."""
    for name, data in {"empty.txt": b"", "white.txt": b" \n\t\r\n", "mark.txt": b"\xef\xbb\xbf"}.items():
        (raw / name).write_bytes(data)
    outcome = run_build(raw)
    states = {name: entry.state for entry in outcome.manifest.raw.values() for name in entry.names}
    assert states == {
        "empty.txt": "blank",
        "white.txt": "blank",
        "mark.txt": "blank",
        "karst.txt": "read",
        "velm.txt": "read",
    }
    assert set(pl.read_parquet(store / "lines" / "**" / "*.parquet")["raw_file"]) == {"karst.txt", "velm.txt"}
    assert not run_build(raw).is_new


def test_a_missing_or_damaged_data_file_is_made_again(
    raw: Path, store: Path, run_build: Run, parquet: Bytes
) -> None:
    """A run is done only where the manifest and the files are there."""
    run_build(raw)
    before = parquet(store)
    next(iter(store.glob("articles/*/part-*"))).unlink()
    assert run_build(raw).is_new
    assert parquet(store) == before


def test_quarantine_is_listed_and_counted(raw: Path, run_build: Run) -> None:
    """What cannot be read stands in one file, sorted, with its rule, and the count is in the manifest."""
    (raw / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (raw / "page.csv").write_text("title,text", encoding="utf-8")
    (raw / "map.txt").write_text("<?xml version='1.0'?><urlset></urlset>", encoding="utf-8")
    outcome = run_build(raw)
    lines = [
        json.loads(line)
        for line in (outcome.quarantine / "files.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [(line["raw_file"], line["rule"]) for line in lines] == [
        ("map.txt", "form_not_read_yet"),
        ("page.csv", "form_not_read_yet"),
        ("picture.txt", "binary"),
    ]
    assert outcome.manifest.quarantine == {"binary": 1, "form_not_read_yet": 2}
    assert not run_build(raw).is_new


def test_the_same_bytes_under_a_text_name_are_read(raw: Path, run_build: Run) -> None:
    """A name that promises another form keeps nobody from reading the same bytes under a text's name."""
    (raw / "a.csv").write_bytes((raw / "karst.txt").read_bytes())
    outcome = run_build(raw)
    assert outcome.read == 2
    assert [refusal.raw_file for refusal in outcome.quarantined] == ["a.csv"]


def test_a_second_run_leaves_while_the_first_one_writes(raw: Path, store: Path, run_build: Run) -> None:
    """Two runs at once: one works, the other says so."""
    with hold(paths_for(store)), pytest.raises(RetryLaterError, match="Another run"):
        run_build(raw)
    assert run_build(raw).is_new


def test_a_damaged_manifest_is_refused(raw: Path, store: Path, run_build: Run, times: Times) -> None:
    """A store that cannot say what it holds is not written over."""
    run_build(raw)
    (store / "_manifest.json").write_text('{"snapshot": "one"', encoding="utf-8")
    before = times(store)
    with pytest.raises(RepairStoreError, match="damaged"):
        run_build(raw)
    (store / "_manifest.json").unlink()
    with pytest.raises(RepairStoreError, match="no _manifest"):
        run_build(raw)
    assert set(times(store)) == set(before) - {str(store / "_manifest.json")}


def test_a_persons_own_files_stay(raw: Path, store: Path, run_build: Run) -> None:
    """Notes, links and folders that somebody put into the store are there after the swap, and its rights are as they were."""
    (store / "notes" / "empty").mkdir(parents=True)
    (store / ".gitkeep").touch()
    (store / "notes" / "my.md").write_text("mine", encoding="utf-8")
    (store / "link").symlink_to("notes")
    store.chmod(0o2775)
    run_build(raw)
    assert store.stat().st_mode & 0o7777 == 0o2775
    (store / "articles" / "remark.txt").write_text("mine too", encoding="utf-8")
    (raw / "velm.txt").unlink()
    run_build(raw, is_mirror=True)
    assert (store / ".gitkeep").exists()
    assert (store / "notes" / "empty").is_dir()
    assert (store / "link" / "my.md").read_text(encoding="utf-8") == "mine"
    assert (store / "articles" / "remark.txt").read_text(encoding="utf-8") == "mine too"


def test_a_persons_parquet_stays(raw: Path, store: Path, run_build: Run) -> None:
    """A file is ours because the manifest names it, not because of its name."""
    for name in (
        "mine/part-0.parquet",
        "articles/month=unknown/part-0.parquet",
        "datapackage/_manifest.json",
    ):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_bytes(name.encode())
    for last in (False, True):
        run_build(raw)
        for name in (
            "mine/part-0.parquet",
            "articles/month=unknown/part-0.parquet",
            "datapackage/_manifest.json",
        ):
            assert (store / name).read_bytes() == name.encode()
        assert len(list(store.glob("sightings/**/*.parquet"))) == 1
        if not last:
            (raw / "new.txt").write_text("Tag: NEW\n\n  • New\n\n\n    Text.\n", encoding="utf-8")


def test_a_persons_file_in_a_tables_place_is_said(raw: Path, store: Path, run_build: Run) -> None:
    """Nothing of a person's is written over, not even where a table must go."""
    store.mkdir(parents=True)
    (store / "articles").write_text("mine", encoding="utf-8")
    with pytest.raises(FixSettingsError, match="move it out of the store"):
        run_build(raw)
    assert (store / "articles").read_text(encoding="utf-8") == "mine"


def test_a_store_that_is_a_link_is_swapped_where_it_lies(raw: Path, tmp_path: Path, run_build: Run) -> None:
    """A link to a bigger disk stays a link."""
    (tmp_path / "disk" / "tables").mkdir(parents=True)
    (tmp_path / "processed").symlink_to(tmp_path / "disk" / "tables")
    run_build(raw, to=tmp_path / "processed")
    assert (tmp_path / "processed").is_symlink()
    assert (tmp_path / "disk" / "tables" / "_manifest.json").exists()
    assert (tmp_path / "disk" / ".tables" / "lock").exists()


@pytest.mark.parametrize("step", ["compose_corpus", "publish_tree"])
def test_a_step_that_fails_leaves_the_old_store(
    raw: Path, run_build: Run, monkeypatch: pytest.MonkeyPatch, times: Times, step: str
) -> None:
    """A disk that is full in the middle changes nothing and leaves nothing behind."""
    store = run_build(raw).store
    before = times(store)
    (raw / "new.txt").write_text("Tag: NEW\n\n  • New\n\n\n    Text.\n", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        (paths_for(store).staging / "next").mkdir(parents=True, exist_ok=True)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(build_module, step, fail)
        with pytest.raises(OSError, match="No space left"):
            run_build(raw)
    assert times(store) == before
    assert not paths_for(store).staging.exists()
    assert run_build(raw).is_new


def test_a_full_disk(raw: Path, tmp_path: Path, run_build: Run, small_disk: Path) -> None:
    """On a disk that is really full the old store stays, and after making room the next run needs no hand."""
    del tmp_path
    store = small_disk / "processed"
    run_build(raw, to=store)
    before = read_manifest(paths_for(store))
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while file.tell() < statvfs(small_disk).f_blocks * 4096 and statvfs(small_disk).f_bavail:
            file.write(bytes(4096))
    (raw / "new.txt").write_text("Tag: NEW\n\n  • New\n\n\n    Text.\n", encoding="utf-8")
    with pytest.raises(OSError, match="No space left"):
        run_build(raw, to=store)
    assert read_manifest(paths_for(store)) == before
    filler.unlink()
    assert run_build(raw, to=store).manifest.counts["posts"] == 5


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607  # the same


@pytest.mark.parametrize("where", ["file", "mount"])
def test_a_place_that_cannot_be_written_fails_before_any_work(
    raw: Path, tmp_path: Path, run_build: Run, where: str
) -> None:
    """A store that is a file, or cannot be swapped, is said before the first raw file is read."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    store = {"file": tmp_path / "file", "mount": Path("/proc")}[where]
    with pytest.raises(FixSettingsError, match=r"is a file|mount point"):
        run_build(raw, to=store)


def test_an_empty_folder_is_said(tmp_path: Path, run_build: Run) -> None:
    """No raw file at all is a mistake of the call, not an empty store."""
    (tmp_path / "none").mkdir()
    with pytest.raises(FixSettingsError, match="holds no file"):
        run_build(tmp_path / "none")


def test_a_store_below_raw_is_never_walked_into(
    raw: Path, run_build: Run, store: Path, parquet: Bytes
) -> None:
    """Tables that an earlier run put below raw are no raw files of this one: they are said, in one line, and left out."""
    inside = raw / "out"
    for _ in range(2):
        assert run_build(raw, to=inside).quarantined == ()
    outcome = run_build(raw)
    assert [(refusal.raw_file, refusal.rule) for refusal in outcome.quarantined] == [("out", "store")]
    assert outcome.read == 2
    assert parquet(store) == parquet(inside)
    with pytest.raises(FixSettingsError, match="is a store of tables"):
        run_build(inside)


def test_what_comes_to_the_same_is_not_published(
    raw: Path, store: Path, run_build: Run, times: Times
) -> None:
    """A run that had to look and found all of it as it was leaves the store and its snapshots alone."""
    run_build(raw)
    shutil.rmtree(paths_for(store).parses)
    (paths_for(store).quarantine / "files.jsonl").unlink()
    before = times(store)
    outcome = run_build(raw)
    assert (outcome.is_new, outcome.manifest.snapshot) == (False, 1)
    assert outcome.read == 2
    assert times(store) == before
    assert (paths_for(store).quarantine / "files.jsonl").exists()


def test_starting_over_writes_every_file_anew(raw: Path, store: Path, run_build: Run, parquet: Bytes) -> None:
    """A byte that changed within a file is mended by --rebuild, from the raw files alone."""
    run_build(raw)
    before = parquet(store)
    victim = next(iter(store.glob("articles/*/part-*")))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.chmod(0o644)
    victim.write_bytes(data)
    assert not run_build(raw).is_new
    request = Request(raws=(raw,), settings=Settings(store=store, recognizer="rules"), is_rebuild=True)
    outcome = build_module.build(request, run=Local(), watch=lambda *_: None)
    assert (outcome.is_new, outcome.read, outcome.manifest.snapshot) == (True, 2, 2)
    assert parquet(store) == before


def test_a_mirror_forgets_nothing_that_it_cannot_reach(
    raw: Path, store: Path, run_build: Run, parquet: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be listed just now may hold what it held: its rows stay, and it is in the quarantine."""
    (raw / "deep").mkdir()
    (raw / "velm.txt").rename(raw / "deep" / "velm.txt")
    run_build(raw)
    before = parquet(store)
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr("flows.scan.os.scandir", refuse)
        outcome = run_build(raw, is_mirror=True)
    assert [(refusal.raw_file, refusal.rule) for refusal in outcome.quarantined] == [("deep", "unreadable")]
    assert outcome.forgotten == ()
    assert parquet(store) == before
    shutil.rmtree(raw / "deep")
    assert run_build(raw, is_mirror=True).forgotten == ("deep/velm.txt",)


def test_a_changed_part_does_not_go_on_into_the_next_snapshot(
    raw: Path, store: Path, run_build: Run, page: Callable[..., str]
) -> None:
    """A run that has something to do writes a partition anew whose bytes are not those that were written."""
    (raw / "2024-03-01").mkdir()
    (raw / "2024-03-01" / "old.txt").write_text(page("OLM", days=7), encoding="utf-8")
    manifest = run_build(raw).manifest
    ((name, file),) = (
        (name, file) for name, file in manifest.tables["articles"].items() if "month=2024-03" in name
    )
    data = bytearray((store / name).read_bytes())
    data[len(data) // 2] ^= 1
    (store / name).chmod(0o644)
    (store / name).write_bytes(data)
    (raw / "new.txt").write_text("Tag: NEW\n\n  • New pier\n\n\n    The pier is new.\n", encoding="utf-8")
    run_build(raw)
    assert sha256((store / name).read_bytes()).hexdigest() == file.sha256
