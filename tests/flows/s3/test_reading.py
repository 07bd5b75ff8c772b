"""Readers of a store on S3 settle upon one snapshot and read nothing else."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from pyarrow import fs
from pyarrow.dataset import dataset

from flows.build import Outcome
from flows.catalog import list_tables
from flows.query import ask
from flows.s3.bucket import Bucket
from flows.s3.pointer import POINTER, read_pointer
from flows.s3.reading import open_tree
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

Run = Callable[..., Outcome]
Server = Any  # of conftest
Command = Callable[..., subprocess.CompletedProcess[str]]
NEW = "Tag: NEW\n\n  • New pier\n\n\n    The pier is new, and it reaches far out into the harbour of Karst.\n"


@pytest.mark.usefixtures("four_posts")
def test_questions_are_answered(address: str, server: Server) -> None:
    """Every table is a view, and nothing is written."""
    server.asked.clear()
    tree = open_tree(address)
    assert list(ask(tree, "select count(*), count(distinct month) from sightings").rows()) == [(4, 1)]
    assert server.writes() == []
    for table in ("articles", "summaries", "tags", "entities", "sightings", "lines", "boilerplate"):
        assert ask(tree, f"from {table}").columns
    assert list_tables(tree)["sightings"]["rows"] == 4
    assert list_tables(tree)["sightings"]["description"]


@pytest.mark.usefixtures("four_posts")
def test_a_question_cannot_reach_out(address: str) -> None:
    """The engine is handed tables of S3 and can still open nothing itself."""
    tree = open_tree(address)
    with pytest.raises(FixSettingsError, match=r"articles.*lines"):
        ask(tree, f"from '{tree.root}/**/*.parquet'")


@pytest.mark.usefixtures("four_posts")
def test_commands_read_it(unspun_s3: Command, address: str) -> None:
    """tables, query and show take its address from the environment as a folder's."""
    done = unspun_s3("tables", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["sightings"]["rows"] == 4
    done = unspun_s3("query", "--format", "csv", "select count(*) as n from lines where post > 0")
    assert (done.returncode, done.stderr) == (0, "")
    done = unspun_s3("show", "karst.txt:1", "--store", f"{address}/", UNSPUN_STORE="")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ferry over the Olm" in done.stdout


@pytest.mark.usefixtures("four_posts")
def test_a_pinned_snapshot_stays(raw: Path, run_s3: Run, address: str) -> None:
    """Who opened a snapshot reads it to its end while others are published."""
    tree = open_tree(address)
    answer = ask(tree, "select count(*) from sightings")
    (raw / "new.txt").write_text(NEW, encoding="utf-8")
    run_s3(raw)
    assert list(answer.rows()) == [(4,)]
    assert list(ask(open_tree(address, snapshot=1), "select count(*) from sightings").rows()) == [(4,)]
    assert list(ask(open_tree(address), "select count(*) from sightings").rows()) == [(5,)]
    with pytest.raises(FixSettingsError, match=r"keeps no snapshot 9; it keeps 1, 2\."):
        open_tree(address, snapshot=9)


@pytest.mark.usefixtures("six_posts")
def test_other_readers_follow_the_pointer(address: str, bucket: Bucket, server: Server) -> None:
    """Polars, pandas and pyarrow agree on the snapshot's folder; a glob over all folders counts every snapshot."""
    found = bucket.get(POINTER)
    assert found
    root = f"{address}/{json.loads(found[0])['tree']}"
    options = {
        "aws_endpoint_url": server.url,
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "aws_region": os.environ["AWS_REGION"],
        "aws_allow_http": "true",
    }
    s3 = fs.S3FileSystem(
        access_key=options["aws_access_key_id"],
        secret_key=options["aws_secret_access_key"],
        region=options["aws_region"],
        endpoint_override=server.url.removeprefix("http://"),
        scheme="http",
    )
    folder = f"{root.removeprefix('s3://')}/sightings"
    assert pl.scan_parquet(f"{root}/sightings/**/*.parquet", storage_options=options).collect().height == 6
    assert len(pd.read_parquet(folder, filesystem=s3)) == 6
    assert dataset(folder, filesystem=s3, partitioning="hive").count_rows() == 6
    everything = f"{address}/snapshots/*/sightings/**/*.parquet"
    assert pl.scan_parquet(everything, storage_options=options).collect().height == 4 + 6


@pytest.mark.usefixtures("four_posts")
def test_a_snapshot_that_is_gone_means_ask_again(raw: Path, run_s3: Run, address: str) -> None:
    """Where only one is kept, a reader of the one before is told to ask again."""
    tree = open_tree(address)
    answer = ask(tree, "select title from articles")
    (raw / "new.txt").write_text(NEW, encoding="utf-8")
    run_s3(raw, snapshots=1)
    with pytest.raises(RetryLaterError, match="ask again"):
        list(answer.rows())


@pytest.mark.usefixtures("four_posts")
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_object_means_repair(address: str, bucket: Bucket, damage: str) -> None:
    """An object that is gone or no Parquet is said as what it is."""
    tree = open_tree(address)
    (name,) = tree.manifest.tables["articles"]
    held = read_pointer(bucket)
    assert held
    key = f"{held.pointer.tree}/{name}"
    if damage == "missing":
        bucket.delete([key])
    else:
        bucket.put(key, b"PAR1")
    with pytest.raises(RepairStoreError, match="is not what its manifest says"):
        list(ask(tree, "select * from articles").rows())


def test_no_store_is_said(address: str, unspun_s3: Command) -> None:
    """Without a pointer there are no tables."""
    with pytest.raises(FixSettingsError, match="has no tables yet"):
        open_tree(address)
    done = unspun_s3("tables")
    assert done.returncode == 2
    assert "has no tables yet" in done.stderr


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"snapshot": 1}'])
def test_a_damaged_pointer_is_said_with_the_next_act(
    raw: Path, run_s3: Run, address: str, bucket: Bucket, data: bytes
) -> None:
    """Reading and writing both refuse, and name what mends it."""
    bucket.put(POINTER, data)
    with pytest.raises(RepairStoreError, match=r"current.json .* is damaged: unspun rollback"):
        open_tree(address)
    with pytest.raises(RepairStoreError, match=r"current.json .* is damaged: unspun rollback"):
        run_s3(raw)
