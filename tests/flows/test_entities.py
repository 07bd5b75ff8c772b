"""`unspun entities`: texts in, a line of JSON for each out, and what becomes of what is no text."""

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from flows import entities
from flows.build import Request, build
from flows.entities import Asked, Tally, answer
from flows.recognizers import choose
from flows.runners.local import Local
from flows.settings import Caps, Settings
from transforms.errors import SkipDocumentError

Command = Callable[..., subprocess.CompletedProcess[str]]

TEXT = "Ana Rehn of the Olm Bank spoke in Oslo.\nRehn’s party left early for the United States, Ömer Özil said.\n"
# Lines that do not pack well.
STRANGE = [b'{"id": %d, "text": "%s"}\n' % (i, sha256(b"%d" % i).hexdigest().encode()) for i in range(900)]


class Pieces(BytesIO):
    """A pipe that gives few bytes at a time."""

    def __init__(self, data: bytes, *, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read1(self, _: int | None = -1, /) -> bytes:
        """The next of them."""
        return self.read(self._size)


def read(  # noqa: PLR0913  # what differs between the tests
    data: bytes,
    *,
    name: str | None = None,
    form: str = "auto",
    processes: int = 1,
    caps: Caps | None = None,
    size: int = 65_536,
) -> tuple[Tally, list[bytes], list[str]]:
    """What is counted, written and said of these bytes, in this process."""
    written: list[bytes] = []
    said: list[str] = []
    asked = Asked(
        name=name,
        form=form,
        recognizer=choose("rules"),
        processes=processes,
        caps=caps or Caps(max_record_bytes=2_500_000),
    )
    source: Any = Pieces(data, size=size)
    return answer(source, asked, write=written.append, say=said.append), written, said


def answers(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The lines of the standard output."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_text_is_one_document(tmp_path: Path, unspun: Command) -> None:
    """Spans are characters of the text as it was given, and a surname has its full name."""
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    done = unspun("entities", "note.txt", "--recognizer", "rules")
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = answers(done)
    assert found["id"] == "note.txt"
    assert {tuple(one) for one in found["entities"]} == {("start", "end", "text", "type", "name")}
    assert all(TEXT[one["start"] : one["end"]] == one["text"] for one in found["entities"])
    assert ("PERSON", "Ana Rehn", "Rehn") in {(e["type"], e["name"], e["text"]) for e in found["entities"]}


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_the_standard_input_has_no_id(arguments: list[str], tmp_path: Path) -> None:
    """Without a file, and with -, it is read."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "entities", *arguments, "--recognizer", "rules"],
        input=TEXT.encode(),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    (found,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert found["id"] is None
    assert {"Oslo", "Ömer Özil"} <= {one["text"] for one in found["entities"]}


def test_each_line_is_a_document() -> None:
    """Ids come back in their order, and other fields are left alone."""
    texts = {"a": TEXT, "b": "Nothing is named here.", "ç": "Im Hafen von Hamburg sprach Peter Müller."}
    lines = [json.dumps({"id": name, "text": text, "more": [1]}) for name, text in texts.items()]
    _, written, _ = read("\n\n".join(lines).encode())
    found = [json.loads(line) for line in written]
    assert [one["id"] for one in found] == ["a", "b", "ç"]
    assert found[1]["entities"] == []
    assert {"Hamburg", "Peter Müller"} <= {one["text"] for one in found[2]["entities"]}


@pytest.mark.parametrize(
    "told", ["7", '"a\\u00e4"', "null", '{"n": [1.50]}', "123456789012345678901234567890"]
)
def test_an_id_comes_back_as_it_was(told: str) -> None:
    """Whatever JSON it is, digit by digit."""
    _, written, _ = read(f'{{"text": "x", "id": {told}}}'.encode())
    assert written == [f'{{"id":{told},"entities":[]}}'.encode()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{broken", "is not JSON"),
        (b"5", 'is no object with a "text"'),
        (b"[]", 'is no object with a "text"'),
        (b'{"id": 2}', 'is no object with a "text"'),
        (b'{"id": 2, "text": 5}', 'is no object with a "text"'),
        (b'{"text": null}', 'is no object with a "text"'),
        (b'{"text": "\xff"}', "is not UTF-8"),
        (b'{"text": "\\ud800"}', "is not JSON"),
        (b'{"a": ' + b"[" * 5_000 + b'], "text": "x"}', "is not JSON"),
        (b'{"text": "' + b"x" * 2_000_001 + b'"}', "has a text of more than 2,000,000 characters"),
        (b'{"text": "' + b"x" * 3_000_000 + b'"}', "has more than the 2500000 bytes of max_record_bytes"),
    ],
)
def test_a_broken_line_is_told_and_the_others_go_on(line: bytes, said: str) -> None:
    """Its number and what is wrong, in one sentence."""
    tally, written, told = read(b'{"text": "In Oslo."}\r\n\r\n' + line + b'\n{"text": "In Rome."}\n')
    assert tally == Tally(answered=2, left_out=1)
    assert [json.loads(one)["entities"][0]["text"] for one in written] == ["Oslo", "Rome"]
    (sentence,) = told
    assert sentence.startswith("line 3 ")
    assert said in sentence
    assert len(sentence) < 300


def test_some_that_go_on_are_enough(tmp_path: Path, unspun: Command) -> None:
    """As with a run of which some files went to quarantine: exit code 0, and a sentence beside the answers."""
    (tmp_path / "some.jsonl").write_text('{"text": "In Oslo."}\nbroken\n', encoding="utf-8")
    done = unspun("entities", "some.jsonl", "--recognizer", "rules")
    assert (done.returncode, len(answers(done))) == (0, 1)
    assert done.stderr.startswith("unspun: line 2 is not JSON")


def test_nothing_but_broken_lines_is_a_failure(tmp_path: Path, unspun: Command) -> None:
    """Exit code 1, and what may help."""
    (tmp_path / "all.jsonl").write_text('{"body": "x"}\nnonsense\n', encoding="utf-8")
    done = unspun("entities", "all.jsonl", "--recognizer", "rules")
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 1 " in done.stderr
    assert "line 2 " in done.stderr
    assert "No line could be read" in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "form", "ids"),
    [
        ("a.txt", b'{"text": "In Oslo."}', "auto", [None]),
        ("a.txt", b'\xef\xbb\xbf\r\n {"text": "In Oslo."}', "auto", [None]),
        ("a.txt", b'{"text": "In Oslo."}', "text", ["a.txt"]),
        ("a.txt", b"{Oslo} is here", "text", ["a.txt"]),
        ("a.txt", b"", "auto", ["a.txt"]),
        ("a.jsonl", b"", "auto", []),
        ("a.jsonl.gz", gzip.compress(b"", mtime=0), "auto", []),
        ("a.txt", b"", "jsonl", []),
        ("a.txt", "Überall".encode("cp1252"), "auto", ["a.txt"]),
        ("a.txt", "In Oslo.".encode("utf-16"), "auto", ["a.txt"]),
        ("a.txt.gz", gzip.compress(b"In Oslo.", mtime=0), "auto", ["a.txt.gz"]),
        ("a", gzip.compress(b'{"id": 1, "text": "x"}', mtime=0), "auto", [1]),
        ("a", zstandard.compress(b'{"id": 1, "text": "x"}\n{"id": 2, "text": "y"}'), "auto", [1, 2]),
    ],
)
@pytest.mark.parametrize("size", [1, 65_536])
def test_content_tells_what_it_is(name: str, data: bytes, form: str, ids: list[object], size: int) -> None:
    """Lines begin as JSON objects do; the name has a word where there is nothing, and a flag has the last."""
    _, written, said = read(data, name=name, form=form, size=size)
    assert said == []
    assert [json.loads(one)["id"] for one in written] == ids


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(100), 1, "x.png cannot be read"),
        ("missing.txt", None, 2, "is no file"),
        (".", None, 2, "is no file"),
        ("x.txt", b"Oslo " * 400_001, 1, "has more than 2,000,000 characters; cut it into parts."),
    ],
)
def test_what_is_no_text_is_said_in_a_sentence(  # noqa: PLR0913, PLR0917  # a case and two fixtures
    name: str, data: bytes | None, code: int, said: str, tmp_path: Path, unspun: Command
) -> None:
    """No traceback, and the exit code of what is to be done."""
    if data:
        (tmp_path / name).write_bytes(data)
    done = unspun("entities", name, "--recognizer", "rules")
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("x.txt", bytes(range(256)) * 20, "binary"),
        ("x.json", b'[\n {"text": "x"}]', "json_array"),
        ("x.gz", gzip.compress(b"In Oslo and Rome." * 9, mtime=0)[:12], "truncated"),
        ("x.txt", b"Oslo " * 600_000, "record_too_large"),
        ("x.gz", gzip.compress(b"Oslo " * 600_000, mtime=0), "record_too_large"),
    ],
)
def test_half_a_text_is_none(name: str, data: bytes, rule: str) -> None:
    """What cannot be read as a whole is not answered."""
    with pytest.raises(SkipDocumentError) as caught:
        read(data, name=name)
    assert caught.value.rule == rule


def test_what_came_before_a_cut_is_answered() -> None:
    """A packed file that was cut off gives its whole lines, and says that it ends early."""
    tally, written, said = read(gzip.compress(b"".join(STRANGE))[:-9_000], name="cut.jsonl.gz")
    assert [json.loads(one)["id"] for one in written] == list(range(tally.answered))
    assert 100 < tally.answered < 900
    assert said[-1].startswith("cut.jsonl.gz ends early: The gzip data ends too soon")


def test_a_large_packed_file_is_no_bomb() -> None:
    """Of lines each has its cap; all of them may unpack to more than one raw file may."""
    tally, _, said = read(gzip.compress(b"".join(STRANGE)), caps=Caps(max_unpacked_bytes=2_000))
    assert (tally, said) == (Tally(answered=900, left_out=0), [])


def test_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes in the same order, faults among them."""
    monkeypatch.setattr(entities, "_BATCH_BYTES", 5_000)
    text = TEXT.replace("Oslo", "Rome")
    lines = [json.dumps({"id": number, "text": text * (number % 3)}) for number in range(300)]
    lines[50] = lines[250] = "broken"
    data = "\n".join(lines).encode()
    alone = read(data)
    assert read(data, processes=3) == alone
    assert alone[0] == Tally(answered=298, left_out=2)


@pytest.mark.parametrize("size", [1, 7, 65_537])
def test_pieces_of_any_size_are_the_same_lines(size: int) -> None:
    """However a pipe cuts its bytes."""
    data = f'\n{{"id": 1, "text": "{"Öl in Oslo. " * 9}"}}\n\n{{"id": 2, "text": ""}}'.encode()
    assert read(data, size=size) == read(data)
    assert read(data)[0] == Tally(answered=2, left_out=0)


def start(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """The command, its three streams pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "entities", "--recognizer", "rules", *arguments],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_an_answer_comes_before_the_next_line(tmp_path: Path) -> None:
    """Whoever writes a line reads its answer, while the input is still open; an interrupt then ends it without a word."""
    with start(tmp_path) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for number in range(3):
            process.stdin.write(b'{"id": %d, "text": "In Oslo."}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_reader_may_go_away(processes: str, tmp_path: Path) -> None:
    """As `head` does: no complaint, exit code 0."""
    path = tmp_path / "many.jsonl"
    path.write_text(f"{json.dumps({'text': TEXT})}\n" * 20_000, encoding="utf-8")
    with start(tmp_path, str(path), "--processes", processes) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 0
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")
def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    """After some thousand texts it has what it had after some hundred."""

    def peak(process: "subprocess.Popen[bytes]") -> int:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0])

    line = json.dumps({"text": TEXT, "more": "x" * 10_000}).encode() + b"\n"
    with start(tmp_path) as process:
        assert process.stdin
        assert process.stdout
        seen = []
        for times in (2, 20):
            for _ in range(times):
                process.stdin.write(line * 100)
                process.stdin.flush()
                for _ in range(100):
                    process.stdout.readline()
            seen.append(peak(process))
        process.stdin.close()
        assert process.wait(20) == 0
    assert seen[1] - seen[0] < 5_000  # KiB; the input of the second round has 20,000


def test_it_is_what_the_table_has(raw: Path, store: Path) -> None:
    """A body by itself gives the names that the table of entities has of it."""
    settings = Settings(store=store, recognizer="rules")
    build(Request(raws=(raw,), settings=settings), run=Local(workers=1), watch=lambda *_: None)
    bodies = pl.read_parquet(store / "articles" / "**" / "*.parquet").select(id="article_id", text="body")
    table = pl.read_parquet(store / "entities" / "**" / "*.parquet").filter(section="article")
    named = {
        (one["id"], entity["type"], entity["name"])
        for one in map(json.loads, read("\n".join(map(json.dumps, bodies.to_dicts())).encode())[1])
        for entity in one["entities"]
    }
    assert table.height > 3
    assert {*table.select("article_id", "type", "name").rows()} == named


def test_a_pipe_is_read_as_well_as_a_file(tmp_path: Path) -> None:
    """A shell's <(…) is a path that can be read once."""
    command = (
        f"{sys.executable} -m flows.cli entities --recognizer rules <(printf 'In Os'; sleep 0.1; printf lo.)"
    )
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607  # whichever bash there is
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout)["entities"][0]["text"] == "Oslo"
