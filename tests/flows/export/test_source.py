"""An export is of one snapshot, whole, whatever runs meanwhile."""

import json
import resource
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.build import Outcome
from flows.export.exporting import Exported, Form, Order, export
from flows.export.source import open_source
from flows.paths import Paths, paths_for
from transforms.errors import FixSettingsError, RepairStoreError
from transforms.schemas import TABLES

Export = Callable[..., Exported]
Held = Callable[[str], list[dict[str, Any]]]
Run = Callable[..., Outcome]
Tables = Mapping[str, Mapping[str, Sequence[dict[str, Any]]]]
MEMORY = 1 << 28


def _titles(place: Path) -> set[str]:
    lines = (place / "articles.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    return {json.loads(line)["title"] for line in lines}


def _export(paths: Paths, place: Path, **more: Any) -> Exported:  # noqa: ANN401  # whatever an order takes
    order = Order(tree=paths, form=Form.JSONL, folder=place, memory_bytes=MEMORY, **more)
    return export(order, watch=lambda _done, _total: None)


def test_the_tables_are_those_of_the_store(hostile_store: Paths, held: Held) -> None:
    """Every table with its rows, in batches of a few, `month` the last column."""
    with open_source(hostile_store, snapshot=None, tables=(), memory_bytes=MEMORY) as source:
        assert list(source.tables) == list(TABLES)
        for table in TABLES:
            rows = [row for batch in source.batches(table) for row in batch.to_pylist()]
            assert rows == held(table)
            assert source.rows(table) == len(rows)
            assert source.schema(table).names == list(rows[0] if rows else source.schema(table).names)


def test_little_memory_makes_small_batches(hostile_store: Paths, held: Held) -> None:
    """A row is the least there is; the rows are the same."""
    with open_source(hostile_store, snapshot=None, tables=("articles",), memory_bytes=1) as source:
        batches = list(source.batches("articles"))
    assert {batch.num_rows for batch in batches} == {1}
    assert [row for batch in batches for row in batch.to_pylist()] == held("articles")


def test_a_store_that_is_replaced_meanwhile_is_exported_as_it_was(
    raw: Path, store: Path, tmp_path: Path, run_build: Run, page: Callable[..., str]
) -> None:
    """Also where the tree that it was, and every kept one, is gone before the first row is read."""
    run_build(raw)
    before = tmp_path / "before"
    _export(paths_for(store), before)
    with open_source(paths_for(store), snapshot=None, tables=(), memory_bytes=MEMORY) as source:
        (raw / "olm.txt").write_text(page("OLM", days=77), encoding="utf-8")
        run_build(raw)
        shutil.rmtree(paths_for(store).snapshots)
        titles = {
            title for batch in source.batches("articles") for title in batch.column("title").to_pylist()
        }
        assert source.manifest.snapshot == 1
    assert titles == _titles(before)
    exported = _export(paths_for(store), tmp_path / "after")
    assert exported.snapshot == 2
    assert _titles(tmp_path / "after") > titles


def test_a_kept_snapshot_can_be_exported(
    raw: Path, store: Path, tmp_path: Path, run_build: Run, page: Callable[..., str]
) -> None:
    """It is what the store was, and says its number; one that is not kept is named with those that are."""
    run_build(raw)
    _export(paths_for(store), tmp_path / "then")
    (raw / "olm.txt").write_text(page("OLM", days=77), encoding="utf-8")
    run_build(raw)
    exported = _export(paths_for(store), tmp_path / "now", snapshot=1)
    assert exported.snapshot == 1
    assert json.loads((tmp_path / "now" / "unspun.json").read_bytes())["snapshot"] == 1
    for path in sorted((tmp_path / "then").iterdir()):
        assert (tmp_path / "now" / path.name).read_bytes() == path.read_bytes()
    with pytest.raises(FixSettingsError, match=r"keeps no snapshot 9; it keeps 1, 2\."):
        _export(paths_for(store), tmp_path / "none", snapshot=9)


def test_a_damaged_file_is_no_export(hostile_store: Paths, tmp_path: Path) -> None:
    """A changed byte, a missing file, a file of another name: said with the file, and nothing is written."""
    part = next(hostile_store.store.glob("lines/*/*.parquet"))
    data = part.read_bytes()
    part.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    for form in Form:
        order = Order(tree=hostile_store, form=form, folder=tmp_path / "out", memory_bytes=MEMORY)
        with pytest.raises(RepairStoreError, match=part.name):
            export(order, watch=lambda _done, _total: None)
    part.unlink()
    with pytest.raises(RepairStoreError, match=part.name):
        _export(hostile_store, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/part-0123456789abcdef.parquet",
        "lines/month=unknown/evil.csv",
        "tags/month=2025-01/part-0123456789abcdef.parquet",
    ],
)
def test_a_manifest_cannot_name_another_place(hostile_store: Paths, tmp_path: Path, name: str) -> None:
    """Only names that a run writes become names of an export."""
    manifest = json.loads(hostile_store.manifest.read_bytes())
    manifest["tables"]["lines"] = {name: next(iter(manifest["tables"]["lines"].values()))}
    hostile_store.manifest.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RepairStoreError, match="which no run writes"):
        _export(hostile_store, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_is_not_there_is_said(hostile_store: Paths, tmp_path: Path) -> None:
    """A store, a table."""
    with pytest.raises(FixSettingsError, match="has no tables yet"):
        _export(paths_for(tmp_path / "nowhere"), tmp_path / "out")
    with pytest.raises(FixSettingsError, match=r"no table article; the tables are articles, "):
        _export(hostile_store, tmp_path / "out", tables=("article",))


def test_many_files_can_be_open(tmp_path: Path, make_store: Callable[..., Paths]) -> None:
    """A store of many months needs more open files than a process has at first."""
    months = {f"{2000 + number // 12}-{number % 12 + 1:02d}": [_tag(number)] for number in range(120)}
    paths = make_store(tmp_path / "many", {"tags": months})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
        _export(paths, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len((tmp_path / "out" / "tags.jsonl").read_bytes().splitlines()) == 120


def test_a_missing_library_is_named_with_what_installs_it(
    export_to: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any work; the other forms go on without it."""
    for form, library in (
        ("delta", "deltalake"),
        ("sqlite", "sqlite_utils"),
        ("huggingface", "huggingface_hub"),
    ):
        monkeypatch.setitem(sys.modules, library, None)
        monkeypatch.delitem(sys.modules, f"flows.export.to_{form}", raising=False)
        with pytest.raises(FixSettingsError, match=rf"pip install 'unspun\[{form}\]'"):
            export_to(form, tmp_path / "out")
    export_to("csv", tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"data", "out"}


def _tag(number: int) -> dict[str, Any]:
    return {
        "article_id": f"{number:032x}",
        "tag": "Olm",
        "tag_norm": "olm",
        "kind": "list",
        "position": 1,
        "published_date": None,
    }
