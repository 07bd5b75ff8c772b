"""The snapshots of a store on S3 are listed and verified, and one goes back to them without fetching them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.build import Outcome
from flows.query import ask
from flows.s3.bucket import Bucket
from flows.s3.history import list_there, roll_back_there
from flows.s3.pointer import POINTER, read_pointer
from flows.s3.reading import open_tree
from flows.s3.verifying import verify_there
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Fetched = Callable[[str], dict[str, bytes]]
Server = Any  # of conftest
GIB = 1024**3


def _posts(address: str) -> int:
    ((count,),) = ask(open_tree(address), "select count(*) from sightings").rows()
    return int(count)


@pytest.mark.usefixtures("six_posts")
def test_there_and_back(unspun_s3: Command, run_s3: Run, raw: Path, address: str, bucket: Bucket) -> None:
    """The commands list, verify, go back and forward; the next run goes on from there."""
    done = unspun_s3("snapshots", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)["snapshots"]
    assert [(one["number"], one["is_current"]) for one in told] == [(2, True), (1, False)]
    held = read_pointer(bucket)
    assert held
    assert told[0]["path"] == f"{address}/{held.pointer.tree}"
    done = unspun_s3("rollback")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"The tables in {address} are those of snapshot 1 again, as snapshot 3" in done.stdout
    assert _posts(address) == 4
    done = unspun_s3("verify", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["is_sound"]
    outcome = run_s3(raw)
    assert (outcome.manifest.snapshot, outcome.manifest.counts["posts"]) == (4, 6)


@pytest.mark.usefixtures("six_posts")
def test_a_way_back_sends_nothing_but_the_manifest(
    address: str, server: Server, tmp_path: Path, fetched: Fetched, bucket: Bucket
) -> None:
    """Data is copied within S3, byte for byte."""
    server.asked.clear()
    done = roll_back_there(address, 1, kept=5, working_copy=tmp_path / "processed")
    assert (done.number, done.manifest.snapshot) == (1, 3)
    sent = [one.key.rpartition("/")[2] for one in server.writes() if not one.is_copy]
    assert sent == ["_manifest.json", POINTER]
    held = read_pointer(bucket)
    assert held
    first, _, third = (fetched(kept.tree) for kept in held.pointer.kept)
    assert {name: data for name, data in first.items() if name != "_manifest.json"} == {
        name: data for name, data in third.items() if name != "_manifest.json"
    }
    with pytest.raises(FixSettingsError, match=r"keeps no snapshot 7; it keeps 1, 2, 3\."):
        roll_back_there(address, 7, kept=5, working_copy=tmp_path / "processed")


@pytest.mark.usefixtures("six_posts")
@pytest.mark.parametrize("pointer", [b"{", None])
def test_a_lost_pointer_is_made_anew(  # noqa: PLR0913, PLR0917  # fixtures
    address: str, bucket: Bucket, tmp_path: Path, run_s3: Run, raw: Path, pointer: bytes | None
) -> None:
    """Where current.json is damaged or gone, the newest snapshot that is whole becomes current."""
    if pointer is None:
        bucket.delete([POINTER])
    else:
        bucket.put(POINTER, pointer)
    with pytest.raises(RepairStoreError, match="unspun rollback --store s3://"):
        run_s3(raw)
    done = roll_back_there(address, None, kept=5, working_copy=tmp_path / "processed")
    assert (done.number, done.manifest.snapshot) == (2, 3)
    assert _posts(address) == 6
    assert [one.number for one in list_there(address)] == [3, 2, 1]


@pytest.mark.usefixtures("six_posts")
def test_damage_is_found_and_passed_over(
    address: str, bucket: Bucket, tmp_path: Path, run_s3: Run, raw: Path
) -> None:
    """A look through names the object; a snapshot that lacks one is not gone back to."""
    run_s3(raw)
    for number in (1, 2):
        tree = open_tree(address, snapshot=number)
        (name,) = tree.manifest.tables["tags"]
        key = f"{tree.root.removeprefix(f'{address}/')}/{name}"
        if number == 1:
            bucket.delete([key])
        else:
            bucket.put(key, b"x")
    verdict = verify_there(address, snapshot=None, memory_bytes=GIB, watch=lambda _done, _total: None)
    assert [fault.rule for fault in verdict.faults] == ["size"]
    verdict = verify_there(address, snapshot=1, memory_bytes=GIB, watch=lambda _done, _total: None)
    assert [fault.rule for fault in verdict.faults] == ["missing"]
    with pytest.raises(RepairStoreError, match="Snapshot 1 is damaged"):
        roll_back_there(address, None, kept=5, working_copy=tmp_path / "processed")
    with pytest.raises(RepairStoreError, match="is damaged"):
        run_s3(raw, cache="another")
    # This machine's working copy has the file: with a page of another month the next snapshot is whole again.
    text = "The new pier at Karst was opened to the public, and it reaches far out into the harbour."
    dated = f"Tag: NEW\n\n  • New pier at Karst | Travel\n\n    March 3, 2024\n\n    {text}\n"
    (raw / "dated.txt").write_text(dated, encoding="utf-8")
    run_s3(raw)
    assert name in open_tree(address).manifest.tables["tags"]
    assert verify_there(address, snapshot=None, memory_bytes=GIB, watch=lambda _done, _total: None).is_sound


@pytest.mark.usefixtures("six_posts")
def test_who_is_overtaken_changes_nothing(address: str, server: Server, tmp_path: Path) -> None:
    """Where somebody publishes meanwhile, a rollback does not guess what was meant."""
    server.trap = lambda method, key: 412 if method == "PUT" and key.endswith(POINTER) else None
    with pytest.raises(RetryLaterError, match=r"published .* meanwhile"):
        roll_back_there(address, None, kept=5, working_copy=tmp_path / "processed")
    assert _posts(address) == 6
