"""Fault 49: the rows of a raw file that was removed go when a mirror is asked for, and not otherwise."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from flows.build import Outcome
from flows.paths import paths_for
from flows.settings import MEMORY_BYTES
from flows.verify.store import verify_store
from transforms.schemas import TABLES

Run = Callable[..., Outcome]
Bytes = Callable[[Path], dict[str, bytes]]


def test_rows_go_with_their_raw_file_only_when_asked(
    tmp_path: Path, raw: Path, store: Path, run_build: Run, parquet: Bytes
) -> None:
    """Without --prune nothing changes; with it the store is what a run over the files that are left makes, in every table."""
    run_build(raw)
    before = parquet(store)
    (raw / "velm.txt").unlink()
    assert not run_build(raw).is_new
    assert parquet(store) == before
    run_build(raw, is_mirror=True)
    run_build(raw, to=tmp_path / "anew")
    assert parquet(store) == parquet(tmp_path / "anew") != before
    for table in TABLES:
        rows = pl.read_parquet(store / table / "**" / "*.parquet")
        if "raw_file" in rows.columns:
            assert set(rows["raw_file"]) == {"karst.txt"}
    verdict = verify_store(paths_for(store), memory_bytes=MEMORY_BYTES, watch=lambda _done, _all: None)
    assert verdict.is_sound
