"""What a run decides to read again, and what stays: caches, places, caps and versions that change between runs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from flows import build as build_module
from flows.build import Outcome
from flows.paths import paths_for
from flows.settings import Caps
from transforms.errors import RepairStoreError, RetryLaterError

Run = Callable[..., Outcome]
Bytes = Callable[[Path], dict[str, bytes]]
Times = Callable[[Path], dict[str, tuple[int, int]]]


@pytest.mark.parametrize("damage", ["empty", "cut", "other"])
def test_a_damaged_parse_is_read_again(
    raw: Path, store: Path, run_build: Run, parquet: Bytes, damage: str
) -> None:
    """A cached parse that a crash cut short is as good as none: its raw file is read again, where it is or was, when it is needed."""
    run_build(raw)
    before = parquet(store)
    for path in paths_for(store).parses.iterdir():
        data = path.read_bytes()
        path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "other": b"{}"}[damage])
    other = raw.parent / "other.txt"
    other.write_text("Tag: OTHER\n\n  • A third one\n\n\n    Its text.\n", encoding="utf-8")
    shutil.rmtree(paths_for(store).made)
    assert run_build(other).read == 3
    assert run_build(raw, is_mirror=True).is_new
    assert parquet(store) == before


def test_a_mended_file_leaves_the_quarantine(raw: Path, run_build: Run, page: Callable[..., str]) -> None:
    """A file that was refused by a cap or its form is read when it can be."""
    (raw / "late.txt").write_text("x" * 600 + "\n" + page("OLM"), encoding="utf-8")
    (raw / "big.txt").write_text("y" * 9_000, encoding="utf-8")
    first = run_build(raw, caps=Caps(max_line_chars=500, max_file_bytes=5_000))
    assert [(refusal.raw_file, refusal.rule) for refusal in first.quarantined] == [
        ("big.txt", "too_large"),
        ("late.txt", "line_too_long"),
    ]
    second = run_build(raw)
    assert (second.read, second.unchanged, second.quarantined) == (2, 2, ())
    assert second.manifest.quarantine == {}


def test_a_new_version_reads_again_what_it_can_find(
    raw: Path, store: Path, run_build: Run, monkeypatch: pytest.MonkeyPatch, times: Times
) -> None:
    """Raw files that were given in an earlier run are found where they were; where one is gone, nothing is changed."""
    run_build(raw)
    other = raw.parent / "other.txt"
    other.write_text("Tag: OTHER\n\n  • A third one\n\n\n    Its text.\n", encoding="utf-8")
    monkeypatch.setattr(build_module, "version_key", lambda: "f" * 16)
    assert run_build(other).read == 3
    monkeypatch.setattr(build_module, "version_key", lambda: "e" * 16)
    (raw / "velm.txt").unlink()
    before = times(store)
    with pytest.raises(
        RepairStoreError,
        match=r"1 raw file of .* velm\.txt.* its rows go with --prune; nothing was changed\.$",
    ):
        run_build(other)
    assert times(store) == before
    assert run_build(other, raw, is_mirror=True).manifest.counts["posts"] == 3


def test_files_that_moved_are_found_where_they_were_seen_last(
    raw: Path, store: Path, run_build: Run, monkeypatch: pytest.MonkeyPatch, times: Times
) -> None:
    """A run with nothing new notes where the files are now, once; what is noted may be nonsense and stops nobody."""
    run_build(raw)
    moved = raw.rename(raw.with_name("moved"))
    assert not run_build(moved).is_new
    before = times(store.parent)
    assert not run_build(moved).is_new
    assert times(store.parent) == before
    other = moved.parent / "other.txt"
    other.write_text("Tag: OTHER\n\n  • A third one\n\n\n    Its text.\n", encoding="utf-8")
    monkeypatch.setattr(build_module, "version_key", lambda: "f" * 16)
    assert run_build(other).read == 3

    seen = json.loads(paths_for(store).seen.read_bytes())
    nonsense = {digest: 1 if "velm" in str(places) else [2, "/", *places] for digest, places in seen.items()}
    paths_for(store).seen.write_text(json.dumps(nonsense), encoding="utf-8")
    monkeypatch.setattr(build_module, "version_key", lambda: "e" * 16)
    with pytest.raises(RepairStoreError, match=r"1 raw file of .* velm\.txt"):
        run_build(other)


def test_a_store_without_its_hidden_folder_says_what_stayed_behind(
    raw: Path, store: Path, run_build: Run, parquet: Bytes
) -> None:
    """A moved store alone cannot take in a file without reading the others again; with its hidden folder it can."""
    run_build(raw)
    new = raw.parent / "new.txt"
    new.write_text("Tag: NEW\n\n  • A third one\n\n\n    Its text.\n", encoding="utf-8")
    moved = store.with_name("moved")
    store.rename(moved)
    before = parquet(moved)
    with pytest.raises(
        RepairStoreError, match=r"2 raw files .* their rows .* hidden folder \.moved beside it"
    ):
        run_build(new, to=moved)
    assert parquet(moved) == before
    shutil.rmtree(paths_for(moved).state)
    paths_for(store).state.rename(paths_for(moved).state)
    assert run_build(new, to=moved).read == 1


def test_another_root_changes_names_though_nothing_is_read(
    raw: Path, store: Path, run_build: Run, parquet: Bytes
) -> None:
    """A file below two roots keeps both names, the first in order is shown, and the tables' bytes follow it."""
    (raw / "sub").mkdir()
    (raw / "velm.txt").rename(raw / "sub" / "velm.txt")
    run_build(raw / "sub", raw / "karst.txt")
    before = parquet(store)
    outcome = run_build(raw)
    assert (outcome.read, outcome.unchanged, outcome.is_new) == (0, 2, True)
    names = sorted(entry.names for entry in outcome.manifest.raw.values())
    assert names == [["karst.txt"], ["sub/velm.txt", "velm.txt"]]
    assert parquet(store) != before


def test_a_place_that_gives_an_error_is_passed_over(
    raw: Path, store: Path, run_build: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was seen at a place which can be opened and not read is looked for at the next place."""
    if not Path("/proc/self/mem").is_file():
        pytest.skip("needs a file that opens and cannot be read")
    run_build(raw)
    seen = json.loads(paths_for(store).seen.read_bytes())
    bad = {digest: ["/proc/self/mem", *places] for digest, places in seen.items()}
    paths_for(store).seen.write_text(json.dumps(bad), encoding="utf-8")
    (raw.parent / "other.txt").write_text("  • A third one\n\n\n    Its text.\n", encoding="utf-8")
    monkeypatch.setattr(build_module, "version_key", lambda: "f" * 16)
    assert run_build(raw.parent / "other.txt").read == 3


def test_a_cap_below_a_known_file_keeps_its_rows_and_says_so(
    raw: Path, store: Path, run_build: Run, parquet: Bytes, times: Times
) -> None:
    """What was read stays in the tables; the list of what was left out tells it from a file that has no rows."""
    run_build(raw)
    before = parquet(store)
    (raw / "big.txt").write_text("y" * 9_000, encoding="utf-8")
    size = (raw / "karst.txt").stat().st_size
    outcome = run_build(raw, caps=Caps(max_file_bytes=size - 1))
    assert parquet(store) == before
    stay = {
        refusal.raw_file: refusal.detail.endswith("stay in the tables.") for refusal in outcome.quarantined
    }
    assert stay["karst.txt"]
    assert not stay["big.txt"]
    assert outcome.manifest.refused == list(outcome.quarantined)
    unchanged = times(store.parent)
    assert not run_build(raw, caps=Caps(max_file_bytes=size - 1)).is_new
    assert times(store.parent) == unchanged
    pruned = run_build(raw, caps=Caps(max_file_bytes=size - 1), is_mirror=True)
    assert not any(refusal.detail.endswith("stay in the tables.") for refusal in pruned.quarantined)
    assert "karst.txt" not in set(pl.read_parquet(store / "lines" / "**" / "*.parquet")["raw_file"])


def test_a_known_file_beyond_a_cap_in_a_new_version_is_said(
    raw: Path, run_build: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that has rows, must be read anew and is beyond the cap now loses nothing; the sentence names the cap."""
    run_build(raw)
    monkeypatch.setattr(build_module, "version_key", lambda: "f" * 16)
    with pytest.raises(RetryLaterError, match=r"karst\.txt.*max_file_bytes"):
        run_build(raw, caps=Caps(max_file_bytes=500))
