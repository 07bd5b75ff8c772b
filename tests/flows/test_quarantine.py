"""What was left out is listed, counted, and can be read again."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flows.build import Outcome, build
from flows.manifest import read_manifest
from flows.paths import paths_for
from flows.quarantine import Refusal
from flows.refusals import left_out, render_lines, store_manifest, tell_none
from flows.retry import retry as read_again
from flows.runners.local import Local
from flows.settings import Caps, Settings

Command = Callable[..., CompletedProcess[str]]
Retry = Callable[..., str]
Run = Callable[..., Outcome]
# A cap below what wide.txt has in one line.
LOW = Caps(max_line_chars=5000)


@pytest.fixture
def bad(raw: Path) -> Path:
    """The raw folder with three files and one record that cannot be read."""
    (raw / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (raw / "short.txt").write_bytes("Паром стоит.".encode("cp1251"))
    (raw / "wide.txt").write_text("Tag: OLM\n\n" + "word " * 2000, encoding="utf-8")
    (raw / "posts.jsonl").write_text('{"text": "One record of the harbour."}\nno json\n', encoding="utf-8")
    return raw


def test_everything_is_listed_by_rule(bad: Path, run_build: Run, unspun: Command) -> None:
    """Each rule has its count, each file its sentence; the command succeeds."""
    run_build(bad)
    (bad / "gone").symlink_to(bad / "nowhere")
    run_build(bad)
    told = unspun("quarantine")
    assert told.returncode == 0
    assert "binary: 1 file" in told.stdout
    assert "  picture.txt: " in told.stdout
    assert "symlink_broken: 1 file" in told.stdout
    assert "not_json: 1 record" in told.stdout
    assert "3 files, 1 record left out." in told.stdout


def test_json_lines_are_what_the_quarantine_holds(
    bad: Path, run_build: Run, store: Path, unspun: Command
) -> None:
    """A line for each, as files.jsonl has it, with what it is of."""
    run_build(bad)
    lines = [json.loads(line) for line in unspun("quarantine", "--json").stdout.splitlines()]
    held = [
        json.loads(line)
        for line in (store.parent / ".processed/quarantine/files.jsonl").read_text().splitlines()
    ]
    assert sorted(lines, key=str) == sorted(
        ({"kind": "record" if line["place"] else "file", **line} for line in held), key=str
    )
    assert [
        json.loads(line)["raw_file"]
        for line in unspun("quarantine", "--json", "--rule", "binary").stdout.splitlines()
    ] == ["picture.txt"]
    assert len(unspun("quarantine", "--json", "--limit", "1").stdout.splitlines()) == 1


def test_a_long_list_is_cut_and_says_so(raw: Path, run_build: Run, unspun: Command) -> None:
    """Five of a rule, or so many as --limit says."""
    for number in range(8):
        (raw / f"p{number}.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number] * 100))
    run_build(raw)
    told = unspun("quarantine").stdout
    assert told.count("  p") == 5
    assert "… and 3 more" in told
    assert "--limit" in told
    assert unspun("quarantine", "--limit", "8").stdout.count("  p") == 8


def test_nothing_left_out_is_a_sentence(raw: Path, run_build: Run, store: Path, unspun: Command) -> None:
    """So is a rule that nothing broke, and a store that is not there."""
    missing = unspun("quarantine", "--store", store / "nowhere")
    assert missing.returncode == 2
    assert "has no tables yet" in missing.stderr
    run_build(raw)
    told = unspun("quarantine")
    assert told.returncode == 0
    assert told.stdout == "Nothing was left out: 2 raw files read, and every row kept its rules.\n"
    assert unspun("quarantine", "--json").stdout == ""
    (raw / "p.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    run_build(raw)
    told = unspun("quarantine", "--rule", "binarry")
    assert told.returncode == 0
    assert told.stdout == "Nothing was left out for binarry; the rules that were broken are binary (1).\n"


def test_rows_are_listed_with_their_table(raw: Path, run_build: Run, store: Path) -> None:
    """A row that broke a rule of its table stands beside the files."""
    import msgspec  # noqa: PLC0415  # only here

    run_build(raw)
    manifest = read_manifest(paths_for(store))
    assert manifest
    row = Refusal(
        raw_file="", rule="tags.kind|regex", detail="A row of tags broke kind|regex.", place="article_id=0"
    )
    manifest = msgspec.structs.replace(manifest, refused_rows=[row])
    assert [json.loads(line)["kind"] for line in render_lines(left_out(manifest), limit=None)] == ["row"]
    assert "tags.kind|regex (1)" in tell_none(manifest, rule="binary")


def test_hostile_names_do_not_reach_the_terminal(raw: Path, run_build: Run, unspun: Command) -> None:
    """Escapes in names and rules are shown, not run."""
    (raw / "a\x1b[31m\n.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    run_build(raw)
    told = unspun("quarantine").stdout
    assert "\x1b" not in told
    assert "binary: 1 file" in told


@pytest.fixture
def retry(store: Path) -> Callable[..., str]:
    """Reads again, in this process."""

    def run(rule: str | None = None, caps: Caps | None = None) -> str:
        paths = paths_for(store)
        lines = read_again(
            paths,
            Settings(store=store, recognizer="rules", caps=caps or Caps()),
            manifest=store_manifest(paths),
            rule=rule,
            build=lambda request: build(request, run=Local(), watch=lambda *_: None),
        )
        return "\n".join(lines)

    return run


def test_a_raised_cap_reads_what_was_refused(bad: Path, store: Path, run_build: Run, unspun: Command) -> None:
    """--retry reads the files again where they were last seen, under their own names, and says what became of them."""
    (bad / "sub").mkdir()
    (bad / "wide.txt").rename(bad / "sub" / "wide.txt")
    run_build(bad, caps=LOW)
    told = unspun("quarantine", "--retry")
    assert told.returncode == 0, told.stderr
    assert "3 raw files read again: 1 whole now, 2 still not (encoding_unknown 1, not_json 1)" in told.stdout
    manifest = read_manifest(paths_for(store))
    assert manifest
    assert "sub/wide.txt" in {
        name for entry in manifest.raw.values() if entry.state == "read" for name in entry.names
    }
    assert "line_too_long" not in manifest.quarantine


def test_a_retry_gives_what_a_fresh_run_gives(
    bad: Path, store: Path, run_build: Run, retry: Retry, parquet: Callable[[Path], dict[str, bytes]]
) -> None:
    """The same bytes as if the cap had never been there."""
    run_build(bad, caps=LOW)
    assert "1 whole now" in retry()
    run_build(bad, to=bad.parent / "other")
    assert parquet(store) == parquet(bad.parent / "other")


def test_one_rule_alone_is_retried(bad: Path, store: Path, run_build: Run, retry: Retry) -> None:
    """--rule names what is read again; what cannot be read now either leaves the tables as they are."""
    run_build(bad)
    before = read_manifest(paths_for(store))
    told = retry(rule="encoding_unknown")
    assert "1 raw file read again: 0 whole now, 1 still not (encoding_unknown 1)" in told
    after = read_manifest(paths_for(store))
    assert before
    assert after
    assert (after.tables, after.raw) == (before.tables, before.raw)


def test_a_file_that_was_read_is_not_read_again(bad: Path, run_build: Run, retry: Retry) -> None:
    """Only what was left out needs to be where it was."""
    run_build(bad)
    (bad / "karst.txt").unlink()
    assert "2 raw files read again: 0 whole now" in retry(rule=None)


def test_what_is_gone_or_changed_is_not_tried(bad: Path, run_build: Run, retry: Retry) -> None:
    """A file that is not where it was last seen, or is another by now, is named."""
    run_build(bad)
    (bad / "short.txt").unlink()
    (bad / "posts.jsonl").write_text("changed", encoding="utf-8")
    told = retry()
    assert "There is no raw file to read again." in told
    assert "not where last seen, or changed: 2 raw files (posts.jsonl, short.txt)." in told


def test_files_that_were_never_opened_are_said(raw: Path, run_build: Run, retry: Retry) -> None:
    """A file above the cap of files has no digest to know it by: a run asks for it again."""
    (raw / "large.txt").write_text("word " * 4000, encoding="utf-8")
    run_build(raw, caps=Caps(max_file_bytes=10_000))
    assert "left out by their looks: 1 raw file (large.txt)" in retry()


def test_nothing_to_retry_is_a_sentence(raw: Path, run_build: Run, retry: Retry) -> None:
    """Also where everything was read."""
    run_build(raw)
    assert retry() == "There is no raw file to read again."


def test_flags_that_do_not_go_together_are_refused(raw: Path, run_build: Run, unspun: Command) -> None:
    """--retry lists nothing; --field is about reading."""
    run_build(raw)
    assert unspun("quarantine", "--retry", "--json").returncode == 2
    assert unspun("quarantine", "--field", "text=brief").returncode == 2
