"""A store is verified as a person does it, and what a person may find."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.manifest import Manifest, TableFile, read_manifest, render_manifest
from flows.paths import paths_for
from flows.quarantine import Refusal
from flows.settings import LEAST_MEMORY_BYTES
from flows.verify import Verdict
from flows.verify.faults import NAMED
from flows.verify.store import verify_store
from transforms.arrow import arrow_schema
from transforms.errors import FixSettingsError, RetryLaterError
from transforms.schemas import TABLES

MEMORY = 512 * 1024 * 1024


def look(store: Path) -> Verdict:
    """The verdict on a store."""
    return verify_store(paths_for(store), memory_bytes=MEMORY, watch=lambda _done, _all: None)


def rules(store: Path) -> set[str]:
    """The rules that a store breaks."""
    return {fault.rule for fault in look(store).faults}


def manifest_of(store: Path) -> Manifest:
    """The manifest that must be there."""
    manifest = read_manifest(paths_for(store))
    assert manifest
    return manifest


def save(store: Path, manifest: Manifest) -> None:
    """Writes a manifest."""
    (store / "_manifest.json").write_bytes(render_manifest(manifest))


def test_a_store_of_a_run_is_sound(sound: Path) -> None:
    """Nothing is wrong, everything was looked at, and nothing was written."""
    before = {path: path.stat().st_mtime_ns for path in sound.rglob("*")}
    verdict = look(sound)
    assert (verdict.faults, verdict.unchecked, verdict.foreign) == ((), (), ())
    manifest = manifest_of(sound)
    files = [file for held in manifest.tables.values() for file in held.values()]
    assert (verdict.files, verdict.rows) == (len(files), sum(file.rows for file in files))
    assert {path.partition("month=")[2][:7] for path in manifest.tables["articles"]} == {
        "2024-12", "2025-01", "2025-03", "unknown",
    }  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in sound.rglob("*")} == before


def test_tables_without_rows_are_sound(bare: Path) -> None:
    """One post alone has no summary, no tag and no boilerplate, and nothing is wrong with that."""
    assert look(bare).faults == ()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.99, 1.0])
def test_a_changed_byte_is_named_by_its_file(store: Path, share: float) -> None:
    """Fault 47: one bit of one byte of a file of every table, from its first byte to its last, size and time as they were."""
    changed = {min(files) for files in manifest_of(store).tables.values()}
    for path in changed:
        stat = (store / path).stat()
        data = bytearray((store / path).read_bytes())
        place = int((len(data) - 1) * share)
        data[place] ^= 1 << (place % 8)
        (store / path).write_bytes(data)
        os.utime(store / path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    verdict = look(store)
    assert {(fault.rule, fault.place) for fault in verdict.faults} == {("sha256", path) for path in changed}
    assert {f"{table}.key" for table in TABLES} <= set(verdict.unchecked)


def test_a_file_of_your_own_is_noted(store: Path) -> None:
    """Also Parquet, unless a table's readers would take it for theirs; links that lead back or nowhere are followed no further."""
    (store / "notes.txt").write_text("mine", encoding="utf-8")
    (store / "more" / "deep").mkdir(parents=True)
    (store / "mine.parquet").write_bytes(b"PAR1")
    (store / "tags" / "month=unknown" / "readme.md").write_text("mine", encoding="utf-8")
    for name in ("loop", "again"):
        (store / "tags" / name).symlink_to(store / "tags", target_is_directory=True)
    (store / "tags" / "gone").symlink_to(store / "nowhere")
    os.mkfifo(store / "pipe")
    verdict = look(store)
    assert {fault.rule for fault in verdict.faults} == {"unnamed"}
    assert all(fault.place.startswith(("tags/loop/", "tags/again/")) for fault in verdict.faults)
    assert {"mine.parquet", "more/", "notes.txt", "tags/month=unknown/readme.md"} <= set(verdict.foreign)
    assert not any("gone" in path or "pipe" in path for path in verdict.foreign)


def _change(store: Path, table: str, month: str, make: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Writes other rows into a file, and makes the manifest agree."""
    manifest = manifest_of(store)
    (path,) = [path for path in manifest.tables[table] if month in path]
    frame = make(pl.read_parquet(store / path, hive_partitioning=False))
    rows = frame.to_arrow().cast(arrow_schema(table))
    pq.write_table(rows, store / path, compression="zstd", write_page_index=True)
    data = (store / path).read_bytes()
    digest = sha256(data).hexdigest()
    new = f"{path.rpartition('/')[0]}/part-{digest[:16]}.parquet"
    (store / path).rename(store / new)
    files = {name: file for name, file in manifest.tables[table].items() if name != path}
    files[new] = TableFile(sha256=digest, rows=frame.height, size=len(data))
    save(store, msgspec.structs.replace(manifest, tables=manifest.tables | {table: files}))
    for description in ("datapackage.json", "croissant.json"):
        text = (store / description).read_text(encoding="utf-8")
        (store / description).write_text(text.replace(path, new), encoding="utf-8")


def _refuse(store: Path, *rows: tuple[str, str], **counted: int) -> None:
    """Notes rows of the quarantine, by rule and place, and what the counts are without them."""
    manifest = manifest_of(store)
    refused = [Refusal(raw_file="", rule=rule, detail="A row broke it.", place=place) for rule, place in rows]
    counts = {name: count + counted.get(name, 0) for name, count in manifest.counts.items()}
    save(store, msgspec.structs.replace(manifest, refused_rows=refused, counts=counts))


def test_what_hung_on_a_refused_article_is_no_fault(store: Path) -> None:
    """Its sightings and lines still name it; without the quarantine's word they dangle."""
    (row,) = pl.read_parquet(store / "articles" / "month=2024-12").to_dicts()
    entities = pl.read_parquet(store / "entities" / "month=2024-12").height
    for table in ("articles", "entities"):
        _change(store, table, "2024-12", lambda rows: rows.clear())
    _refuse(store, articles=-1, repeated_posts=1, entities=-entities)
    assert rules(store) == {"sightings.article_id", "lines.article_id"}
    hangs = ("entities.article_id|missing", f"article_id={row['article_id']}, entity_id={'0' * 32}")
    _refuse(store, ("articles.language|regex", f"article_id={row['article_id']}"), hangs)
    assert rules(store) == set()


def test_what_hung_on_a_refused_summary_is_no_fault(store: Path) -> None:
    """Its sighting still names it."""
    (row,) = pl.read_parquet(store / "summaries" / "month=2025-03").to_dicts()
    of_it = pl.col("section") == "summary"
    entities = pl.read_parquet(store / "entities" / "month=2025-03").filter(of_it).height
    _change(store, "summaries", "2025-03", lambda rows: rows.clear())
    _change(store, "entities", "2025-03", lambda rows: rows.filter(~of_it))
    _refuse(store, summaries=-1, entities=-entities)
    assert rules(store) == {"sightings.summary_id"}
    place = f"article_id={row['article_id']}, summary_id={row['summary_id']}"
    _refuse(store, ("summaries.word_count|min", place))
    assert rules(store) == set()


def test_a_refused_sighting_and_a_refused_line_are_no_fault(store: Path) -> None:
    """Neither the count of the article nor that of the raw file is held against them."""
    first = pl.read_parquet(store / "sightings" / "month=2024-12").row(0, named=True)
    _change(store, "sightings", "2024-12", lambda rows: rows.tail(-1))
    _change(store, "lines", "2025-01", lambda rows: rows.tail(-1))
    _refuse(store, posts=-1, repeated_posts=-1, lines=-1)
    assert rules(store) >= {"articles.sighting_count", "sightings.lines", "sightings.posts"}
    raw = f"raw_file=a, raw_sha256=b, raw_sha256={first['raw_sha256'][:60]}"
    _refuse(
        store,
        ("sightings.url|regex", f"{raw}, post=3, article_id={first['article_id']}"),
        ("lines.line|min", f"{raw}, line=2, post=1"),
    )
    assert rules(store) == set()


def test_so_many_of_a_kind_are_named_and_the_rest_counted(store: Path) -> None:
    """A thousand faults of one kind do not hide the others."""
    for month in ("2025-03", "unknown"):
        _change(
            store, "lines", month, lambda rows: rows.with_columns(published_date=pl.lit(date(2024, 1, 1)))
        )
    verdict = look(store)
    lines = pl.concat(
        [pl.read_parquet(store / "lines" / f"month={month}") for month in ("2025-03", "unknown")]
    )
    assert sum(fault.rule == "lines.published_date" for fault in verdict.faults) == NAMED
    assert dict(verdict.unnamed)["lines.published_date"] == lines.height - NAMED
    assert verdict.count == len(verdict.faults) + sum(dict(verdict.unnamed).values())


def test_a_damaged_manifest_is_a_fault(store: Path) -> None:
    """Fault 46: it is named, and another format is too."""
    data = (store / "_manifest.json").read_bytes()
    for damaged in (data[:-20], b"[]", data.replace(b'"format": 1', b'"format": 99'), b"\xff"):
        (store / "_manifest.json").write_bytes(damaged)
        (fault,) = look(store).faults
        assert (fault.rule, fault.place) == ("manifest", "_manifest.json")


def test_a_store_that_is_replaced_meanwhile_is_no_fault(store: Path) -> None:
    """Whoever looks while a run publishes is asked to look again."""

    def replace(done: int, _all: int) -> None:
        if not done:
            manifest = manifest_of(store)
            save(store, msgspec.structs.replace(manifest, snapshot=manifest.snapshot + 1))
            shutil.rmtree(store / "lines")

    with pytest.raises(RetryLaterError, match="was replaced while it was read"):
        verify_store(paths_for(store), memory_bytes=MEMORY, watch=replace)
    assert "missing" in rules(store)


def test_a_swap_of_several_steps_is_no_fault(store: Path) -> None:
    """A run that was killed between them has noted it, and the next one finishes."""
    paths = paths_for(store)
    shutil.rmtree(store / "lines")
    paths.swap.parent.mkdir(parents=True)
    paths.swap.touch()
    with pytest.raises(RetryLaterError, match="is being replaced"):
        look(store)
    shutil.rmtree(store)
    with pytest.raises(RetryLaterError, match="is being replaced"):
        look(store)


def test_little_memory_is_enough(sound: Path) -> None:
    """The least that a setting allows."""
    verdict = verify_store(paths_for(sound), memory_bytes=LEAST_MEMORY_BYTES, watch=lambda _done, _all: None)
    assert verdict.is_sound


def test_the_command_names_what_is_wrong_and_ends_with_4(
    sound: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sound store and a snapshot of it: 0. A damaged one: each fault on a line, and the code of a store to repair."""

    def verify(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["verify", *map(str, arguments)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    for more in ((), ("--snapshot", "1")):
        code, out, err = verify("--store", sound, *more)
        assert (code, err) == (0, "")
        assert "holds what its manifest says" in out
    (path,) = manifest_of(store).tables["boilerplate"]
    (store / path).unlink()
    (store / "mine\n.txt").touch()
    code, out, err = verify("--store", store)
    assert code == 4
    assert f"missing  {path}: " in out
    assert "Not checked, because files are damaged: boilerplate.key" in out
    assert "Yours, and left alone: mine\\n.txt" in out
    assert err.startswith(f"unspun: {store} has 1 fault: ")
    told = json.loads(verify("--store", store, "--json")[1])
    assert (told["is_sound"], told["fault_count"], told["foreign"]) == (False, 1, ["mine\n.txt"])
    assert told["faults"] == [{"rule": "missing", "place": path, "detail": told["faults"][0]["detail"]}]


def test_what_is_not_there_is_told(sound: Path, tmp_path: Path) -> None:
    """No store, or no such snapshot: a setting to mend, with the snapshots that there are."""
    with pytest.raises(FixSettingsError, match="has no tables yet"):
        look(tmp_path / "nowhere")
    with pytest.raises(FixSettingsError, match=r"has no snapshot 7; there are 1\.$"):
        verify_store(paths_for(sound), snapshot=7, memory_bytes=MEMORY, watch=lambda _done, _all: None)
