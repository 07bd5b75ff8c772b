"""A watch of a prefix on S3 lists it and fetches nothing; what has settled is run, and what is away is waited for."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.build import Outcome
from flows.looks import Place
from flows.s3.address import read_address
from flows.s3.bucket import Bucket
from flows.s3.connection import Connection
from flows.s3.reading import open_tree
from transforms.settling import Look

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Server = Any  # of conftest
QUICK = ("--once", "--every", "0.05", "--settle", "0.1", "--json")


def test_a_look_at_a_prefix(server: Server, bucket: Bucket, four_posts: None, tmp_path: Path) -> None:
    """Objects are listed and none is read; the store below, which this watch writes, is left out; a single object is a place too."""
    assert four_posts is None
    top = str(bucket.address).rpartition("/")[0]
    place = Place(top, store=tmp_path / "copy", store_address=str(bucket.address))
    assert place.look() == Look(fingerprint="0" * 32)
    raw = {"raw/a.txt": b"One.", "raw/b.txt": b"Another.", "raw/.hidden": b"x"}
    for name, data in raw.items():
        bucket.put(name, data)
    place = Place(f"{bucket.address}/raw", store=tmp_path / "copy", store_address=None)
    server.asked.clear()
    before = place.look()
    assert (before.files, before.size) == (2, 12)
    assert {(one.method, one.key.rpartition("/")[2]) for one in server.asked if one.method == "GET"} == {
        ("GET", bucket.address.bucket)
    }
    bucket.put("raw/b.txt", b"ANOTHER.")
    after = place.look()
    assert (after.files, after.size) == (2, 12)
    assert after != before
    single = Place(f"{bucket.address}/raw/a.txt", store=tmp_path / "copy", store_address=None)
    assert (single.look().files, single.look().size) == (1, 4)


def test_a_prefix_is_run_when_it_has_settled(
    server: Server, bucket: Bucket, bucket_name: str, raw: Path, unspun_s3: Command
) -> None:
    """Raw files and store on S3; a restart without news does nothing; where S3 does not answer, the code is 3."""
    assert server.url
    source = read_address(f"s3://{bucket_name}/raw")
    for path in raw.iterdir():
        Connection(source).bucket(source).put(path.name, path.read_bytes())
    done = unspun_s3("watch", str(source), *QUICK)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["what"] for line in done.stdout.splitlines()] == [
        "watching",
        "settled",
        "run",
        "handled",
    ]
    assert open_tree(str(bucket.address)).manifest.counts["posts"] == 4
    again = unspun_s3("watch", str(source), *QUICK)
    assert [json.loads(line)["what"] for line in again.stdout.splitlines()] == ["watching"]
    away = unspun_s3("watch", str(source), *QUICK, AWS_ENDPOINT_URL_S3="http://127.0.0.1:9")
    assert away.returncode == 3
    assert "S3 does not answer" in away.stderr


def test_a_mirror_on_s3_waits_for_an_empty_place(raw: Path, tmp_path: Path, unspun_s3: Command) -> None:
    """Before anything was handled the store's rows speak for it; without a store there is nothing to lose."""
    disk = tmp_path / "disk"
    disk.mkdir()
    first = unspun_s3("watch", raw, disk, "--prune", *QUICK)
    assert [json.loads(line)["what"] for line in first.stdout.splitlines()][-1] == "handled", first.stderr
    other = tmp_path / "other"
    other.mkdir()
    done = unspun_s3("watch", raw, other, "--prune", *QUICK)
    assert (done.returncode, "other is empty, and the store has rows" in done.stderr) == (3, True)
