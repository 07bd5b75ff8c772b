"""A store on S3 is exported as one on the disk is; what it left out is listed, and read again."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.build import Outcome
from flows.export.exporting import Form, Order, export
from flows.paths import Paths, paths_for
from flows.s3.bucket import Bucket
from flows.s3.reading import RemoteTree, open_tree
from transforms.errors import FixSettingsError, RepairStoreError

Run = Callable[..., Outcome]
Server = Any  # of conftest
Command = Callable[..., subprocess.CompletedProcess[str]]


def _files(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()
    }


def _export(tree: Any, form: Form, place: Path) -> dict[str, bytes]:  # noqa: ANN401  # paths or a tree on S3
    order = Order(tree=tree, form=form, folder=place, memory_bytes=1 << 28)
    export(order, watch=lambda _done, _total: None)
    return _files(place)


@pytest.fixture
def here(raw: Path, store: Path, run_build: Run) -> Paths:
    """The same tables in a folder."""
    run_build(raw)
    return paths_for(store)


@pytest.mark.usefixtures("four_posts")
def test_it_is_the_same_as_of_a_folder(address: str, tmp_path: Path, here: Paths, server: Server) -> None:
    """Byte for byte, and nothing is written there."""
    server.asked.clear()
    for form in (Form.CSV, Form.HUGGINGFACE):
        there = _export(open_tree(address), form, tmp_path / "there" / form)
        assert there == _export(here, form, tmp_path / "here" / form)
    assert server.writes() == []


@pytest.mark.usefixtures("four_posts")
def test_a_kept_snapshot_can_be_exported(
    raw: Path, page: Callable[..., str], address: str, tmp_path: Path, unspun_s3: Command
) -> None:
    """By its number, with the real command."""
    (raw / "olm.txt").write_text(page("OLM", days=77), encoding="utf-8")
    assert unspun_s3("run", raw).returncode == 0
    for number in ("1", "2"):
        told = unspun_s3("export", "--jsonl", tmp_path / number, "--snapshot", number)
        assert (told.returncode, told.stderr) == (0, "")
        assert f"of snapshot {number} are in" in told.stdout
    lines = Counter(
        {number: (tmp_path / number / "articles.jsonl").read_bytes().count(b"\n") for number in "12"}
    )
    assert lines["1"] < lines["2"]
    with pytest.raises(FixSettingsError, match="keeps no snapshot 9"):
        open_tree(address, snapshot=9)


@pytest.mark.usefixtures("four_posts")
def test_a_part_that_is_gone_or_damaged_is_no_export(address: str, bucket: Bucket, tmp_path: Path) -> None:
    """It is named, and nothing is left of the export."""
    tree: RemoteTree = open_tree(address)
    part = next(iter(tree.manifest.tables["tags"]))
    key = f"{tree.root.removeprefix(address + '/')}/{part}"
    found = bucket.get(key)
    assert found
    damaged = found[0][:50] + bytes([found[0][50] ^ 1]) + found[0][51:]
    bucket.put(key, damaged)
    with pytest.raises(RepairStoreError, match=Path(part).name):
        _export(tree, Form.CSV, tmp_path / "out")
    bucket.delete([key])
    with pytest.raises(RepairStoreError, match=Path(part).name):
        _export(tree, Form.CSV, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_what_was_left_out_is_listed_and_read_again(raw: Path, unspun_s3: Command) -> None:
    """The list is the store's; reading again is a run of it."""
    (raw / "wide.txt").write_text("Tag: OLM\n\n" + "word " * 2000, encoding="utf-8")
    told = unspun_s3("run", raw, UNSPUN_MAX_LINE_CHARS="5000")
    assert told.returncode == 0, told.stderr
    assert "line_too_long: 1 file" in unspun_s3("quarantine").stdout
    told = unspun_s3("quarantine", "--retry")
    assert (told.returncode, told.stdout) == (0, "1 raw file read again: 1 whole now.\n")
    assert "Nothing was left out" in unspun_s3("quarantine").stdout
