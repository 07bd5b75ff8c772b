"""The walk over raw: what is taken, what is refused and why, and that nothing blocks or loops."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.records import read_records
from flows.scan import RawFile, Scan, escape_name, scan
from flows.settings import Caps
from transforms.errors import FixSettingsError, SkipDocumentError
from transforms.records import RawDocument

CAPS = Caps(max_file_bytes=10_000, max_line_chars=1_000, max_blocks=50)


def _scan(*raws: Path, caps: Caps = CAPS) -> Scan:
    return scan(raws, caps=caps, leave_out=Path("/nowhere/processed"))


def _rules(found: Scan) -> dict[str, str]:
    return {refusal.raw_file: refusal.rule for refusal in found.refusals}


def _only(path: Path, text: bytes, caps: Caps = CAPS) -> RawFile:
    path.write_bytes(text)
    (file,) = _scan(path, caps=caps).files
    return file


def _text(file: RawFile, caps: Caps) -> str:
    (found,) = read_records(file, caps=caps)
    assert isinstance(found, RawDocument)
    return found.text


def test_names_are_paths_below_the_folder_sorted(tmp_path: Path) -> None:
    """A file is named by its path below the folder given, and hidden files are no raw files."""
    (tmp_path / "b" / "deep").mkdir(parents=True)
    for name in ("b/deep/2.txt", "b/1", "a.md", ".hidden", "b/.git"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert [file.raw_file for file in _scan(tmp_path).files] == ["a.md", "b/1", "b/deep/2.txt"]


def test_a_file_argument_has_its_own_name(tmp_path: Path) -> None:
    """A file given by itself has no folder in its name."""
    assert _only(tmp_path / "page.txt", b"text").raw_file == "page.txt"


def test_a_path_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """The person is told which path it is."""
    with pytest.raises(FixSettingsError, match=r"nothing\.txt"):
        _scan(tmp_path / "nothing.txt")


def test_the_store_below_raw_is_not_read(tmp_path: Path) -> None:
    """A store that lies in the raw folder is no raw."""
    (tmp_path / "processed").mkdir()
    (tmp_path / "processed" / "part.txt").write_text("x", encoding="utf-8")
    assert scan([tmp_path], caps=CAPS, leave_out=tmp_path / "processed").files == ()


def test_the_store_itself_is_no_raw_folder(tmp_path: Path) -> None:
    """To read what was written would never end."""
    with pytest.raises(FixSettingsError, match="is the store"):
        scan([tmp_path], caps=CAPS, leave_out=tmp_path)


def test_links_out_are_said_and_loops_end(tmp_path: Path) -> None:
    """A link out of raw, a broken one and a loop are listed; a link to a file inside is one more name of it."""
    raw = tmp_path / "raw"
    (raw / "sub").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (raw / "page.txt").write_text("page", encoding="utf-8")
    (raw / "out.txt").symlink_to(tmp_path / "secret.txt")
    (raw / "out").symlink_to(tmp_path)
    (raw / "inside.txt").symlink_to(raw / "page.txt")
    (raw / "sub" / "up").symlink_to(raw)
    (raw / "self").symlink_to(raw / "self")
    (raw / "gone").symlink_to(raw / "nothing")
    found = _scan(raw)
    assert [file.raw_file for file in found.files] == ["inside.txt", "page.txt"]
    assert len({file.sha256 for file in found.files}) == 1
    assert _rules(found) == {
        "out": "symlink_outside",
        "out.txt": "symlink_outside",
        "self": "symlink_broken",
        "gone": "symlink_broken",
    }


def test_pipes_sockets_and_devices_never_block(tmp_path: Path) -> None:
    """What is no file is listed and not opened, in a folder or by name."""
    raw = tmp_path / "raw"
    raw.mkdir()
    os.mkfifo(raw / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(raw)  # a socket's path has at most 108 bytes
        try:
            server.bind("socket")
        finally:
            os.chdir(before)
        found = _scan(raw, raw / "pipe.txt", Path("/dev/zero"))
    assert found.files == ()
    assert _rules(found) == {"pipe.txt": "not_a_file", "socket": "not_a_file", "zero": "not_a_file"}


def test_a_file_that_gives_an_error_is_refused() -> None:
    """An error while reading is the file's, not the run's."""
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs a file that opens and cannot be read")
    found = _scan(Path("/proc/self/mem"))
    assert _rules(found) == {"mem": "unreadable"}


def test_a_file_and_a_folder_without_rights_are_refused(tmp_path: Path) -> None:
    """What the user may not read is listed, and the rest is read."""
    (tmp_path / "shut").mkdir()
    for name in ("open.txt", "shut.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "shut.txt").chmod(0)
    (tmp_path / "shut").chmod(0)
    code = (
        "import os, sys; from pathlib import Path; from flows.scan import scan; from flows.settings import Caps\n"
        "folder = os.open(sys.argv[1], os.O_RDONLY); os.fchdir(folder)\n"
        "os.getuid() or os.setuid(65534)\n"
        "found = scan([Path('.')], caps=Caps(), leave_out=Path('/nowhere'))\n"
        "print([f.raw_file for f in found.files], [(r.raw_file, r.rule) for r in found.refusals])"
    )
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(0o755)
        if folder.name.startswith("pytest-of-"):
            break
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    (tmp_path / "shut").chmod(0o755)
    assert done.stdout.strip() == "['open.txt'] [('shut', 'unreadable'), ('shut.txt', 'unreadable')]", (
        done.stderr
    )


def test_names_that_are_not_utf8_or_hold_newlines_are_escaped(tmp_path: Path) -> None:
    """Any name that a file can have is stored as one line of text, and two names stay two."""
    for name in (b"caf\xe9.txt", b"two\nlines.txt", b"back\\slash.txt", "мост\u202e.txt".encode()):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(name)
    assert [file.raw_file for file in _scan(tmp_path).files] == [
        "back\\\\slash.txt",
        "caf\\xe9.txt",
        "two\\nlines.txt",
        "мост\\u202e.txt",
    ]
    assert escape_name("a\\nb") != escape_name("a\nb")


def test_a_large_file_is_refused_without_being_read(tmp_path: Path) -> None:
    """A sparse file of a terabyte costs nothing."""
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert _rules(_scan(path, caps=Caps())) == {"huge.txt": "too_large"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [(b"x" * 1_001, "line_too_long"), (b"x\n" * 51, "too_many_blocks"), (b"x\r" * 51, "too_many_blocks")],
)
def test_lines_and_blocks_are_capped(tmp_path: Path, text: bytes, rule: str) -> None:
    """A text beyond the caps is refused by name."""
    file = _only(tmp_path / "page.txt", text)
    with pytest.raises(SkipDocumentError, match=rule):
        _text(file, CAPS)


def test_a_text_at_the_caps_is_read(tmp_path: Path) -> None:
    """The caps themselves are allowed; blank lines are no blocks."""
    file = _only(tmp_path / "page.txt", b"x" * 1_000 + b"\n \n\n" + b"x\n" * 49)
    assert len(_text(file, CAPS).split()) == 50


def test_a_file_that_changed_since_it_was_hashed_is_refused(tmp_path: Path) -> None:
    """What is read is what was hashed, or nothing."""
    file = _only(tmp_path / "page.txt", b"before")
    (tmp_path / "page.txt").write_bytes(b"after")
    with pytest.raises(SkipDocumentError, match="changing"):
        _text(file, CAPS)


def test_a_file_that_keeps_changing_is_refused_or_read_whole(tmp_path: Path) -> None:
    """A file under somebody's pen never gives half a text."""
    path = tmp_path / "page.txt"
    path.write_bytes(b"start\n")
    stop = threading.Event()

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.is_set() and file.tell() < 4_000_000:
                file.write(b"one more line\n" * 20)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(20):
            found = _scan(path, caps=Caps())
            assert _rules(found) in ({}, {"page.txt": "changing"})
            for file in found.files:
                try:
                    assert len(_text(file, Caps())) == file.size
                except SkipDocumentError as error:
                    assert error.rule == "changing"  # noqa: PT017  # either outcome is right
    finally:
        stop.set()
        writer.join()


def test_memory_is_bounded_by_the_cap(tmp_path: Path, page: Callable[..., str]) -> None:
    """A file that grows beyond the cap after it was hashed is not read beyond it."""
    path = tmp_path / "page.txt"
    file = _only(path, page().encode())
    with path.open("ab") as grown:
        grown.truncate(1 << 32)
    with pytest.raises(SkipDocumentError, match="too_large"):
        _text(file, CAPS)
