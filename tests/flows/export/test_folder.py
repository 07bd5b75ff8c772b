"""An export is there as a whole or not at all, and never at the cost of a person's file."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.export import folder
from flows.export.exporting import Exported
from flows.export.folder import whole_folder
from flows.paths import Paths
from transforms.errors import FixSettingsError, RetryLaterError

Export = Callable[..., Exported]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("form", ["csv", "jsonl", "huggingface"])
def test_the_same_snapshot_gives_the_same_bytes(tmp_path: Path, export_to: Export, form: str) -> None:
    """Card, inventory and all."""
    export_to(form, tmp_path / "one")
    export_to(form, tmp_path / "two")
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_an_empty_folder_is_filled_and_parents_are_made(tmp_path: Path, export_to: Export) -> None:
    """Nothing but the export is in either place afterwards."""
    (tmp_path / "empty").mkdir()
    export_to("csv", tmp_path / "empty")
    export_to("csv", tmp_path / "a" / "b" / "c")
    assert _files(tmp_path / "empty") == _files(tmp_path / "a" / "b" / "c")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c"]
    assert {path.name for path in tmp_path.iterdir()} == {"a", "data", "empty"}


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_persons_folder_is_refused(tmp_path: Path, export_to: Export, overwrite: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    """Also with --overwrite: nothing says that an export wrote it."""
    place = tmp_path / "mine"
    place.mkdir()
    (place / "articles.csv").write_text("my own", encoding="utf-8")
    with pytest.raises(FixSettingsError, match="mine is not empty"):
        export_to("csv", place, overwrite=overwrite)
    assert _files(place) == {"articles.csv": b"my own"}
    assert {path.name for path in tmp_path.iterdir()} == {"data", "mine"}


def test_an_earlier_export_is_replaced_when_asked(tmp_path: Path, export_to: Export) -> None:
    """Of whatever form; a person's own files beside it stay, hidden ones, links and empty folders too."""
    place = tmp_path / "out"
    export_to("jsonl", place)
    with pytest.raises(FixSettingsError, match="--overwrite"):
        export_to("csv", place)
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    (place / ".hidden").write_text("mine", encoding="utf-8")
    (place / "sub" / "empty").mkdir(parents=True)
    (place / "link").symlink_to("notes.txt")
    export_to("csv", place, overwrite=True, tables=("articles", "tags"))
    assert {str(path.relative_to(place)) for path in place.rglob("*")} == {
        "articles.csv", "tags.csv", "unspun.json", "notes.txt", ".hidden", "sub", "sub/empty", "link",
    }  # fmt: skip
    assert (place / "link").readlink() == Path("notes.txt")
    export_to("csv", place, overwrite=True)
    assert (place / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "out"}


@pytest.mark.parametrize(
    ("form", "name", "what"),
    [
        ("huggingface", "README.md", "was changed"),
        ("huggingface", "data/articles/more.parquet", "lies among them"),
        ("delta", "tags/_delta_log/00000000000000000001.json", "lies among them"),
        ("sqlite", "unspun.sqlite-journal", "lies among them"),
        ("jsonl", "articles.csv", "must write"),
        ("jsonl", "unspun.json", "cannot be read"),
    ],
)
def test_what_a_person_changed_is_not_replaced(
    tmp_path: Path, export_to: Export, form: str, name: str, what: str
) -> None:
    """A filled-in card, rows that were added, a database in use, a file where one of ours would go: each is named."""
    place = tmp_path / "out"
    export_to(form, place)
    (place / name).write_text("mine", encoding="utf-8")
    before = _files(place)
    with pytest.raises(FixSettingsError, match=what) as caught:
        export_to("csv" if form == "jsonl" else form, place, overwrite=True)
    assert name in str(caught.value)
    assert _files(place) == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", "out"}


def test_the_stores_place_is_refused(tmp_path: Path, export_to: Export, hostile_store: Paths) -> None:
    """Neither the store, nor its state, nor what holds them or lies in them; nor a file, nor where one stands."""
    before = _files(hostile_store.store)
    places = [
        hostile_store.store,
        hostile_store.store / "csv",
        hostile_store.state / "csv",
        hostile_store.store.parent,
    ]
    for place in places:
        with pytest.raises(FixSettingsError, match="store"):
            export_to("csv", place, overwrite=True)
    (tmp_path / "file").touch()
    with pytest.raises(FixSettingsError, match="is a file"):
        export_to("csv", tmp_path / "file")
    with pytest.raises(FixSettingsError, match="cannot be made"):
        export_to("csv", tmp_path / "file" / "below")
    assert _files(hostile_store.store) == before


def test_where_one_stands_is_refused(
    tmp_path: Path, export_to: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder would be another one afterwards."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(FixSettingsError, match="where you are"):
        export_to("csv", Path())


def test_a_link_is_followed(tmp_path: Path, export_to: Export) -> None:
    """The export goes where the link leads, and the link stays."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    exported = export_to("csv", tmp_path / "link")
    assert exported.folder == tmp_path / "real"
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "articles.csv").exists()


def test_two_exports_to_one_place_do_not_meet(tmp_path: Path, export_to: Export) -> None:
    """The second is told to wait; the lock goes with its holder."""
    with whole_folder(tmp_path / "out") as tree:
        (tree / "a").touch()
        with pytest.raises(RetryLaterError, match="Another export"):
            export_to("csv", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]


def test_a_fault_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    """Neither under the name nor beside it."""

    def fail(tree: Path) -> None:
        (tree / "half").touch()
        raise OSError(28, "no room")

    with pytest.raises(OSError, match="no room"), whole_folder(tmp_path / "out") as tree:
        fail(tree)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys, time
from pathlib import Path
from flows.export.folder import whole_folder
with whole_folder(Path(sys.argv[1])) as tree:
    (tree / "half.csv").write_text("half")
    print("now", flush=True)
    time.sleep(60)
"""


def test_a_killed_export_leaves_nothing_under_the_name(tmp_path: Path, export_to: Export) -> None:
    """What it left beside it is removed by the next, which needs no hand."""
    place = tmp_path / "out"
    with subprocess.Popen([sys.executable, "-c", KILLED, str(place)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"now\n"
        process.kill()
    assert not place.exists()
    assert (tmp_path / ".out.unspun-export" / "next" / "half.csv").exists()
    export_to("csv", place)
    assert "half.csv" not in _files(place)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "out"}


def test_an_export_that_was_killed_between_two_renames_is_put_back(tmp_path: Path, export_to: Export) -> None:
    """Where the system cannot exchange, the old export waits aside for a moment; it is not lost."""
    place = tmp_path / "out"
    export_to("jsonl", place)
    staging = tmp_path / ".out.unspun-export"
    staging.mkdir()
    place.rename(staging / "previous")
    with pytest.raises(FixSettingsError, match="not empty"):
        export_to("csv", place)
    assert "articles.jsonl" in _files(place)


def test_without_an_exchange_two_renames_do(
    tmp_path: Path, export_to: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the kernel or the file system cannot exchange folders, an earlier export is replaced all the same."""
    export_to("jsonl", tmp_path / "out")
    (tmp_path / "out" / "notes.txt").touch()
    monkeypatch.setattr("flows.export.folder.exchange", lambda _one, _other: False)
    export_to("csv", tmp_path / "out", overwrite=True, tables=("tags",))
    assert sorted(_files(tmp_path / "out")) == ["notes.txt", "tags.csv", "unspun.json"]
    assert {path.name for path in tmp_path.iterdir()} == {"data", "out"}


def test_a_file_that_comes_meanwhile_is_not_lost(
    tmp_path: Path, export_to: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is put into the old export at the last moment stops the new one."""
    export_to("jsonl", tmp_path / "out")
    (tmp_path / "out" / "notes.txt").touch()
    carry = folder._carry  # noqa: SLF001  # the moment between is inside

    def carry_and_add(path: Path, target: Path) -> None:
        carry(path, target)
        (tmp_path / "out" / "late.txt").touch()

    monkeypatch.setattr(folder, "_carry", carry_and_add)
    with pytest.raises(FixSettingsError, match="changed meanwhile"):
        export_to("csv", tmp_path / "out", overwrite=True)
    assert {"late.txt", "notes.txt", "articles.jsonl"} <= _files(tmp_path / "out").keys()


def test_what_was_filled_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """Nobody said that it may be."""

    def fill() -> None:
        with whole_folder(tmp_path / "out") as tree:
            (tree / "a").touch()
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "mine").touch()

    with pytest.raises(FixSettingsError, match="filled meanwhile"):
        fill()
    assert _files(tmp_path) == {"out/mine": b""}


def test_a_lock_of_the_dead_holds_nobody(tmp_path: Path) -> None:
    """The kernel lets it go."""
    staging = tmp_path / ".out.unspun-export"
    staging.mkdir()
    descriptor = os.open(staging, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.close(descriptor)
    started = time.monotonic()
    with whole_folder(tmp_path / "out"):
        pass
    assert (tmp_path / "out").is_dir()
    assert time.monotonic() - started < 10
