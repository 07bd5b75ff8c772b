"""A look lists what a scan would come to, opens nothing, and is another when a file is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.looks import Place, take
from flows.paths import paths_for
from flows.scan import scan
from flows.settings import Caps
from transforms.errors import FixSettingsError
from transforms.settling import Look


@pytest.fixture
def look(raw: Path, store: Path) -> Callable[[], Look]:
    """Looks at the raw folder."""
    return Place(str(raw), store=store, store_address=None).look


def _replace(file: Path) -> None:
    """Puts another file of the same size and time in its place."""
    found = file.stat()
    other = file.with_name(f".{file.name}")
    other.write_bytes(file.read_bytes().swapcase())
    os.utime(other, ns=(found.st_atime_ns, found.st_mtime_ns))
    other.replace(file)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (found.st_size, found.st_mtime_ns)


@pytest.mark.parametrize("change", ["new", "grown", "touched", "replaced", "renamed", "removed", "below"])
def test_a_change_is_seen(raw: Path, look: Callable[[], Look], change: str) -> None:
    """Each kind of it; and what is as before looks as before."""
    file = raw / "karst.txt"
    before = look()
    assert look() == before
    match change:
        case "new":
            (raw / "new.txt").write_text("x", encoding="utf-8")
        case "grown":
            found = file.stat()
            file.write_text(file.read_text(encoding="utf-8") + "x", encoding="utf-8")
            os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
        case "touched":
            os.utime(file, ns=(1, 1))
        case "replaced":
            _replace(file)
        case "renamed":
            file.rename(raw / "korst.txt")
        case "removed":
            file.unlink()
        case _:
            (raw / "deep" / "er").mkdir(parents=True)
            file.rename(raw / "deep" / "er" / "karst.txt")
    after = look()
    assert after.fingerprint != before.fingerprint
    if change in {"renamed", "touched", "replaced", "below"}:
        assert (after.files, after.size) == (before.files, before.size)


def test_what_no_scan_reads_is_not_looked_at(raw: Path, look: Callable[[], Look], tmp_path: Path) -> None:
    """Hidden files, another's store, pipes, links that lead nowhere, and folders alone change nothing."""
    before = look()
    (raw / ".hidden").write_text("x", encoding="utf-8")
    (raw / ".cache").mkdir()
    (raw / ".cache" / "x.txt").write_text("x", encoding="utf-8")
    (raw / "tables").mkdir()
    for name in ("_manifest.json", "datapackage.json", "x.txt"):
        (raw / "tables" / name).write_text("{}", encoding="utf-8")
    os.mkfifo(raw / "pipe.txt")
    (raw / "nowhere.txt").symlink_to(tmp_path / "nowhere")
    (raw / "loop").symlink_to(raw)
    (raw / "empty").mkdir()
    assert look() == before


def test_the_store_is_left_out(raw: Path) -> None:
    """A store below raw, with its state, does not make its own news."""
    inside = Place(str(raw), store=raw / "tables", store_address=None)
    before = inside.look()
    (raw / "tables").mkdir()
    (raw / "tables" / "x.parquet").write_text("x", encoding="utf-8")
    (raw / ".tables").mkdir()
    (raw / ".tables" / "watched.json").write_text("x", encoding="utf-8")
    assert inside.look() == before


def test_a_store_is_no_raw_folder(raw: Path, store: Path, run_build: Callable[[Path], object]) -> None:
    """A slip of the pen would else be watched in silence for ever."""
    run_build(raw)
    with pytest.raises(FixSettingsError, match="is a store of tables"):
        Place(str(store), store=store, store_address=None).look()


def test_a_look_counts_what_a_scan_finds(raw: Path, store: Path, look: Callable[[], Look]) -> None:
    """Also below, behind a link within, and under a name that is not UTF-8."""
    (raw / "deep").mkdir()
    (raw / "deep" / "a.txt").write_text("Deep.", encoding="utf-8")
    (raw / "link.txt").symlink_to(raw / "karst.txt")
    (raw / os.fsdecode(b"\xff\n.txt")).write_text("Named.", encoding="utf-8")
    found = scan([raw], caps=Caps(), leave_out=paths_for(store).store)
    assert look().files == len(found.files) == 5
    assert look().size == sum(file.size for file in found.files)


def test_the_same_files_elsewhere_look_the_same(raw: Path, store: Path, look: Callable[[], Look]) -> None:
    """A folder that was moved holds no news."""
    before = look()
    moved = raw.rename(raw.with_name("moved"))
    assert Place(str(moved), store=store, store_address=None).look() == before
    with pytest.raises(FileNotFoundError):
        look()


def test_a_file_is_a_place(raw: Path, store: Path) -> None:
    """One that is named itself."""
    place = Place(str(raw / "karst.txt"), store=store, store_address=None)
    before = place.look()
    assert before.files == 1
    _replace(raw / "karst.txt")
    replaced = place.look()
    assert replaced != before
    os.utime(raw / "karst.txt", ns=(1, 1))
    assert place.look() not in (before, replaced)


def test_the_order_of_a_listing_says_nothing() -> None:
    """File systems and servers list as they like; the parts of an entry do not run into each other."""
    files = [(b"a", 1, "2"), (b"b", 1, "2"), (b"a\x001", 1, "2")]
    assert take(files) == take(files[::-1])
    assert len({take([file]).fingerprint for file in [*files, (b"a", 11, "2"), (b"a", 1, "12")]}) == 5
    assert take([]) == Look(fingerprint="0" * 32)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_passed_over(raw: Path, look: Callable[[], Look]) -> None:
    """As a scan passes over it."""
    before = look()
    (raw / "closed").mkdir(mode=0)
    assert look() == before
