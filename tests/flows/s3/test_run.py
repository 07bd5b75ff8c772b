"""A run of a store on S3 does what a run of a local one does, and sends only what is new."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.build import Outcome
from flows.s3.bucket import Bucket
from flows.s3.pointer import read_pointer

Run = Callable[..., Outcome]
Fetched = Callable[[str], dict[str, bytes]]
Parquet = Callable[[Path], dict[str, bytes]]


def test_a_first_run_gives_the_bytes_of_a_local_one(  # noqa: PLR0913, PLR0917  # fixtures
    raw: Path, run_s3: Run, run_build: Run, bucket: Bucket, fetched: Fetched, parquet: Parquet
) -> None:
    """The tree that the pointer names has the same Parquet files, a manifest and its description."""
    outcome = run_s3(raw)
    assert outcome.is_new
    assert outcome.manifest.counts["posts"] == 4
    held = read_pointer(bucket)
    assert held
    found = fetched(held.pointer.tree)
    local = run_build(raw)
    assert isinstance(local.store, Path)
    assert {name: data for name, data in found.items() if name.endswith(".parquet")} == parquet(local.store)
    assert {"_manifest.json", "datapackage.json"} <= set(found)
    assert json.loads(found["_manifest.json"])["snapshot"] == held.pointer.snapshot == 1
    assert str(outcome.store).startswith("s3://")


def test_nothing_new_writes_nothing(raw: Path, run_s3: Run, server: Any) -> None:  # noqa: ANN401  # of conftest
    """A run with nothing new asks for the pointer and the manifest, and writes nothing."""
    run_s3(raw)
    server.asked.clear()
    outcome = run_s3(raw)
    assert not outcome.is_new
    assert server.writes() == []
    assert [one.method for one in server.asked] == ["GET", "GET"]
