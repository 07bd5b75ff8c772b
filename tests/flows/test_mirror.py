"""Fault 49: the rows of a raw file that was removed go when a mirror is asked for, and not otherwise."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl

Command = Callable[..., subprocess.CompletedProcess[str]]
Tables = Callable[[Path], dict[str, bytes]]


def _raw_files(store: Path, table: str) -> set[str]:
    return set(pl.read_parquet(store / table / "**" / "*.parquet")["raw_file"])


def test_rows_go_with_their_raw_file_only_when_asked(
    tmp_path: Path, raw: Path, store: Path, unspun: Command, parquet: Tables
) -> None:
    """Without --prune nothing changes; with it the store is what a run over the files that are left makes, in every table."""
    assert unspun("run", raw).returncode == 0
    before = parquet(store)
    (raw / "velm.txt").unlink()
    assert unspun("run", raw).returncode == 0
    assert parquet(store) == before
    assert _raw_files(store, "lines") == {"karst.txt", "velm.txt"}
    assert unspun("run", raw, "--prune").returncode == 0
    assert _raw_files(store, "lines") == _raw_files(store, "sightings") == {"karst.txt"}
    assert unspun("run", raw, "--store", tmp_path / "anew").returncode == 0
    assert parquet(store) == parquet(tmp_path / "anew")
    assert unspun("verify").returncode == 0


def test_a_copy_that_is_left_keeps_the_rows(raw: Path, store: Path, unspun: Command) -> None:
    """The same bytes under another name are the same file; its rows take that name."""
    shutil.copy(raw / "velm.txt", raw / "aa.txt")
    assert unspun("run", raw).returncode == 0
    (raw / "aa.txt").unlink()
    assert unspun("run", raw, "--prune").returncode == 0
    assert _raw_files(store, "sightings") == {"karst.txt", "velm.txt"}
    assert unspun("verify").returncode == 0
