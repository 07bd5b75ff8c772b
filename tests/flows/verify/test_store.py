"""A store is verified as a person does it, and what a person may find."""

import os
from pathlib import Path

import pytest

from flows.manifest import Manifest, read_manifest, render_manifest
from flows.paths import paths_for
from flows.verify import Verdict
from flows.verify.store import verify_store
from transforms.schemas import TABLES

MEMORY = 512 * 1024 * 1024


def look(store: Path) -> Verdict:
    """The verdict on a store."""
    return verify_store(paths_for(store), memory_bytes=MEMORY, watch=lambda _done, _all: None)


def rules(store: Path) -> set[str]:
    """The rules that a store breaks."""
    return {fault.rule for fault in look(store).faults}


def manifest_of(store: Path) -> Manifest:
    """The manifest that must be there."""
    manifest = read_manifest(paths_for(store))
    assert manifest
    return manifest


def save(store: Path, manifest: Manifest) -> None:
    """Writes a manifest."""
    (store / "_manifest.json").write_bytes(render_manifest(manifest))


def test_a_store_of_a_run_is_sound(sound: Path) -> None:
    """Nothing is wrong, everything was looked at, and nothing was written."""
    before = {path: path.stat().st_mtime_ns for path in sound.rglob("*")}
    verdict = look(sound)
    assert (verdict.faults, verdict.unchecked, verdict.foreign) == ((), (), ())
    manifest = manifest_of(sound)
    files = [file for held in manifest.tables.values() for file in held.values()]
    assert (verdict.files, verdict.rows) == (len(files), sum(file.rows for file in files))
    assert {path.partition("month=")[2][:7] for path in manifest.tables["articles"]} == {
        "2024-12", "2025-01", "2025-03", "unknown",
    }  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in sound.rglob("*")} == before


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_byte_is_named_by_its_file(store: Path, table: str) -> None:
    """Fault 47: one bit of one byte, at the start, within and at the end of a table's file, its size and time kept."""
    path = min(manifest_of(store).tables[table])
    data = (store / path).read_bytes()
    stat = (store / path).stat()
    for place in (3, len(data) // 2, len(data) - 1):
        flipped = bytearray(data)
        flipped[place] ^= 1 << (place % 8)
        (store / path).write_bytes(flipped)
        os.utime(store / path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        verdict = look(store)
        assert [(fault.rule, fault.place) for fault in verdict.faults] == [("sha256", path)]
        assert f"{table}.key" in verdict.unchecked
