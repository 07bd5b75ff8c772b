"""Rows that are many go to workers through S3, and come to the same."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from benchmarks.scale_corpus import write_corpus
from flows.build import Request
from flows.corpus import exchange, judging
from flows.runners.dask import Dask
from flows.s3.bucket import Bucket
from flows.s3.choice import build_anywhere
from flows.s3.pointer import read_pointer
from flows.settings import load_settings


class Cluster(Protocol):
    """As the fixture has it."""

    address: str


def test_the_same_bytes_through_buckets_on_s3(  # noqa: PLR0913, PLR0917  # fixtures
    new_cluster: Callable[..., Cluster],
    server: Any,  # noqa: ANN401  # of conftest
    address: str,
    bucket: Bucket,
    fetched: Callable[[str], dict[str, bytes]],
    parquet: Callable[[Path], dict[str, bytes]],
    run_build: Callable[..., object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts that Dask workers meet and compare, and standings that they count, make the tables of a run here; nothing is left on S3."""
    raw, here = tmp_path / "raw", tmp_path / "here" / "processed"
    write_corpus(raw, posts=80)
    run_build(raw, to=here)
    monkeypatch.setattr(exchange, "ROWS_HERE", -1)
    monkeypatch.setattr(exchange, "_BYTES_A_ROW", 2**17)
    monkeypatch.setattr(judging, "_LEAST_PAIRS", 2)
    workers = new_cluster(2, **{name: value for name, value in os.environ.items() if name.startswith("AWS_")})
    settings = load_settings(store=address, environ=os.environ, directory=tmp_path)
    with Dask(workers.address) as dask:
        build_anywhere(Request(raws=(raw,), settings=settings), run=dask, watch=lambda *_: None)
    put = " ".join(asked.key for asked in server.writes())
    assert all(
        name in put for name in ("meet-sample-00", "meet-bands-00", "count-standings-00", "verdicts-00")
    )
    held = read_pointer(bucket)
    assert held
    there = fetched(held.pointer.tree)
    assert {name: data for name, data in there.items() if name.endswith(".parquet")} == parquet(here)
    assert [found.name for found in bucket.objects(".state/exchange/")] == []
