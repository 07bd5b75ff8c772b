"""A run of a store on S3 does what a run of a local one does, and sends only what is new."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.build import Outcome
from flows.s3.bucket import Bucket
from flows.s3.pointer import read_pointer

Run = Callable[..., Outcome]
Server = Any  # of conftest
Fetched = Callable[[str], dict[str, bytes]]
Parquet = Callable[[Path], dict[str, bytes]]

# Its date makes a month of its own, so that the tables of the others stay as they are.
DATED = """Tag: DATED

  • New pier at Karst | Travel

    March 3, 2024

    The new pier at Karst was opened to the public, and it reaches far out into the harbour of the town.

    Its lamps burn all night, so that the fishermen find their way home in any weather of the year.
"""


def _tree(bucket: Bucket) -> str:
    held = read_pointer(bucket)
    assert held
    return held.pointer.tree


def _parquet(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in found.items() if name.endswith(".parquet")}


def test_the_bytes_are_those_of_a_local_run(  # noqa: PLR0913, PLR0917  # fixtures
    raw: Path, run_s3: Run, run_build: Run, bucket: Bucket, fetched: Fetched, parquet: Parquet
) -> None:
    """In one run or in two, the tree that the pointer names has the same Parquet files, a manifest and its description."""
    outcome = run_s3(raw)
    assert (outcome.is_new, outcome.manifest.counts["posts"]) == (True, 4)
    assert str(outcome.store).startswith("s3://")
    local = run_build(raw)
    first = fetched(_tree(bucket))
    assert _parquet(first) == parquet(local.store)
    assert {"_manifest.json", "datapackage.json"} <= set(first)
    assert json.loads(first["_manifest.json"])["snapshot"] == 1
    (raw / "dated.txt").write_text(DATED, encoding="utf-8")
    run_s3(raw)
    second = fetched(_tree(bucket))
    assert _parquet(second) == parquet(run_build(raw).store)
    assert json.loads(second["_manifest.json"])["snapshot"] == 2
    assert fetched("snapshots/" + _tree(bucket).rpartition("/")[2]) == second


def test_nothing_new_writes_nothing(raw: Path, run_s3: Run, server: Server) -> None:
    """A run with nothing new asks for the pointer and the manifest, and writes nothing."""
    run_s3(raw)
    server.asked.clear()
    outcome = run_s3(raw)
    assert not outcome.is_new
    assert server.writes() == []
    assert [one.method for one in server.asked] == ["GET", "GET"]


def test_one_more_file_sends_what_it_changed(
    raw: Path,
    run_s3: Run,
    server: Server,
    bucket: Bucket,
    fetched: Fetched,
) -> None:
    """Files that the snapshot before has are copied within S3; what is sent is new, and so is one parse."""
    run_s3(raw)
    before = _parquet(fetched(_tree(bucket)))
    server.asked.clear()
    (raw / "dated.txt").write_text(DATED, encoding="utf-8")
    run_s3(raw)
    asked = list(server.asked)
    after = _parquet(fetched(_tree(bucket)))
    copied = {one.key.partition("/snapshots/")[2].partition("/")[2] for one in asked if one.is_copy}
    sent = [one.key for one in server.writes() if one.method == "PUT" and not one.is_copy]
    assert copied == set(before) & set(after)
    assert len(copied) >= 3
    assert len([key for key in sent if key.endswith(".parquet")]) == len(set(after) - set(before))
    assert len([key for key in sent if "/.state/parses/" in key]) == 1
    # Nothing of the tables or parses was fetched: this machine made them.
    assert not [one.key for one in asked if one.method == "GET" and one.key.endswith((".parquet", ".zst"))]


def test_another_machine_extends_it(  # noqa: PLR0913, PLR0917  # fixtures
    raw: Path, run_s3: Run, run_build: Run, bucket: Bucket, fetched: Fetched, parquet: Parquet
) -> None:
    """A machine that has neither the raw files nor a working copy adds a file, and reads nothing else again."""
    run_s3(raw)
    more = raw.parent / "more"
    more.mkdir()
    (more / "dated.txt").write_text(DATED, encoding="utf-8")
    outcome = run_s3(more, cache="another")
    assert (outcome.read, outcome.manifest.counts["posts"]) == (1, 5)
    assert _parquet(fetched(_tree(bucket))) == parquet(run_build(raw, more).store)
    # The first machine takes over what the second published, and has nothing to do.
    outcome = run_s3(raw)
    assert (outcome.is_new, outcome.manifest.snapshot) == (False, 2)


def test_prune_takes_rows_away(raw: Path, run_s3: Run, bucket: Bucket, fetched: Fetched) -> None:
    """A mirror of fewer files has fewer rows; snapshots beyond those that are kept go, with their parses."""
    run_s3(raw, snapshots=2)
    parses = set(fetched(".state/parses"))
    assert len(parses) == 2
    first = _tree(bucket)
    (raw / "velm.txt").unlink()
    outcome = run_s3(raw, is_mirror=True, snapshots=2)
    assert outcome.manifest.counts["posts"] == 2
    assert set(fetched(".state/parses")) == parses
    assert fetched(first)
    (raw / "dated.txt").write_text(DATED, encoding="utf-8")
    run_s3(raw, snapshots=2)
    held = read_pointer(bucket)
    assert held
    assert [kept.snapshot for kept in held.pointer.kept] == [2, 3]
    assert not fetched(first)
    assert len(set(fetched(".state/parses")) & parses) == 1
    assert len(fetched(".state/parses")) == 2


def test_a_lost_parse_is_read_again(raw: Path, run_s3: Run, bucket: Bucket, fetched: Fetched) -> None:
    """Parses are a cache: where one is gone or damaged, a machine that has the raw file puts it back."""
    run_s3(raw)
    one, other = sorted(fetched(".state/parses"))
    bucket.delete([f".state/parses/{one}"])
    bucket.put(f".state/parses/{other}", b"scrambled")
    (raw / "dated.txt").write_text(DATED, encoding="utf-8")
    outcome = run_s3(raw, cache="another")
    assert (outcome.read, outcome.manifest.counts["posts"]) == (3, 5)
    assert len(fetched(".state/parses")) == 3
    assert b"scrambled" not in fetched(".state/parses").values()
