"""What `unspun inspect` tells of a file is what a run would make of it, and it writes nothing."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from flows.inspect import inspect_file, show_inspection
from flows.settings import Caps, Settings
from transforms.errors import FixSettingsError

Command = Callable[..., CompletedProcess[str]]
Page = Callable[..., str]


def _found(path: Path, **settings: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever Settings takes
    return inspect_file(path, Settings(**settings))


def test_a_text_is_told_with_its_posts_and_blocks(tmp_path: Path, page: Page) -> None:
    """Form, encoding, repairs, heading, posts and roles; every block is counted once."""
    path = tmp_path / "karst.txt"
    path.write_bytes(b"\xef\xbb\xbf" + page().encode())
    found = _found(path)
    assert found["refused"] is None
    assert [form["form"] for form in found["forms"]] == ["text"]
    (document,) = found["documents"]
    assert (document["encoding"], document["repairs"]) == ("utf-8", {"bom_removed": 1})
    assert (document["heading"], document["tag"]) == ("Tag: KARST", "KARST")
    assert [post["title"] for post in document["posts"]] == [
        "Ferry over the Olm stops for 9 days", "School in KARST opens its garden",
    ]  # fmt: skip
    assert document["posts"][0]["tags"] == ["Karst", "Olm", "Ferry"]
    counted = sum(count for part in (document, *document["posts"]) for count in part["blocks"].values())
    assert counted == sum(1 for line in page().splitlines() if line.strip())
    assert "none" not in document["posts"][0]["blocks"]


def test_members_are_told_one_by_one(tmp_path: Path, page: Page) -> None:
    """What each member was taken for, where its site and time are from, and what was left out."""
    path = tmp_path / "2025-01-23.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("www.karst.com/olm.html", page())
        file.writestr("posts.jsonl", json.dumps({"text": page("VELM"), "url": "https://velm.com/a"}))
        file.writestr("../out.txt", "x")
        file.writestr("empty.txt", "")
        file.writestr("x.png", b"\x89PNG\r\n\x1a\n")
    found = _found(path)
    assert [(form["place"], form["form"]) for form in found["forms"]] == [
        (None, "zip"), ("www.karst.com/olm.html", "text"), ("posts.jsonl", "JSON Lines"), ("empty.txt", "text"),
    ]  # fmt: skip
    assert "though its name says HTML" in found["forms"][1]["why"]
    first, second, third = found["documents"]
    assert (first["site"], first["site_evidence"]) == ("www.karst.com", "its path")
    assert (first["scraped_at"], first["scraped_at_evidence"]) == (
        "2025-01-23T00:00:00+00:00",
        "the file's name",
    )
    assert (second["site"], second["site_evidence"]) == ("velm.com", "its address")
    assert third["blank"]
    assert [(refusal["place"], refusal["rule"]) for refusal in found["refusals"]] == [
        ("../out.txt", "name_outside"), ("x.png", "binary"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"\x89PNG\r\n\x1a\n", "binary"), (b"x" * 2_000, "line_too_long"), (b"x" * 9_000, "too_large")],
)
def test_a_file_that_is_refused_says_why(tmp_path: Path, data: bytes, rule: str) -> None:
    """Before it is opened, or when it is read."""
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    found = _found(path, caps=Caps(max_file_bytes=5_000, max_line_chars=1_000))
    assert found["refused"]["rule"] == rule
    assert found["documents"] == []


@pytest.mark.parametrize("name", ["nothing.txt", "."])
def test_what_is_no_file_is_a_mistake(tmp_path: Path, name: str) -> None:
    """One raw file is looked at, not a folder."""
    with pytest.raises(FixSettingsError, match="name one raw file"):
        _found(tmp_path / name)


def test_a_person_reads_it_and_a_program_too(tmp_path: Path, page: Page, unspun: Command) -> None:
    """The command prints the same for both, obeys no escape sequence, writes nothing, and its code says whether it was read."""
    path = tmp_path / "karst.txt.gz"
    path.write_bytes(gzip.compress(page().replace("School", "[red]Sch\x1b[31mool").encode()))
    before = sorted(tmp_path.rglob("*"))
    told = unspun("inspect", path)
    assert (told.returncode, told.stderr) == (0, "")
    assert "taken for gzip" in told.stdout
    assert "heading: Tag: KARST" in told.stdout
    assert "1. Ferry over the Olm stops for 9 days" in told.stdout
    assert "[red]" in told.stdout
    assert "\x1b" not in told.stdout
    assert json.loads(unspun("inspect", "--json", path).stdout) == inspect_file(path, Settings())
    assert sorted(tmp_path.rglob("*")) == before
    (tmp_path / "x.txt").write_bytes(b"\x7fELF")
    refused = unspun("inspect", tmp_path / "x.txt")
    assert refused.returncode == 1
    assert "refused (binary)" in refused.stdout


def test_a_long_list_is_cut_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal gets the first of very many, and their number."""
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(f'{{"text": "The ferry stops, {n}."}}\n' for n in range(50)), encoding="utf-8")
    found = inspect_file(path, Settings())
    show_inspection(found)
    shown = capsys.readouterr().out
    assert "line 20: " in shown
    assert "line 21: " not in shown
    assert "… and 30 more" in shown
