"""The watch as a process of its own: files settle, a run starts, and neither a kill nor a restart loses or repeats anything."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.commands.watch import watch as command
from flows.lock import hold
from flows.manifest import read_manifest
from flows.paths import paths_for
from flows.settings import Settings
from flows.watching import EndedError, Handled, Order, watch
from transforms.errors import FixSettingsError, RetryLaterError
from transforms.settling import Looks, Waits

Line = dict[str, Any]
Command = Callable[..., subprocess.CompletedProcess[str]]
# Fails with what was seen; no test takes a tenth of it.
DEADLINE_SECONDS = 120
QUICK = ("--every", "0.05", "--settle", "0.3", "--json")


class Watcher:
    """A watch that is under way, and what it told."""

    def __init__(self, arguments: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> None:
        known = {
            name: value for name, value in os.environ.items() if not name.startswith(("UNSPUN_", "PREFECT_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "watch", *map(str, arguments)],
            cwd=folder,
            env=known | {"UNSPUN_RETRY_SECONDS": "0.05", "UNSPUN_RECOGNIZER": "rules"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.told: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, what: str) -> Line:
        """The next line that tells this; those before it are passed over."""
        end = time.monotonic() + DEADLINE_SECONDS
        while (left := end - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.told.append(line)
            found: Line = json.loads(line)
            if found["what"] == what:
                return found
        raise AssertionError((what, self.told))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and gives the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=DEADLINE_SECONDS)

    def rest(self) -> list[str]:
        """What it told since, once it has ended: the first word of each line."""
        self.process.wait(timeout=DEADLINE_SECONDS)
        return [json.loads(line)["what"] for line in iter(self._lines.get, None)]

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)


Start = Callable[..., Watcher]


@pytest.fixture
def start(tmp_path: Path, store: Path) -> Iterator[Start]:
    """Starts a watch with the store; all of them are gone afterwards."""
    started: list[Watcher] = []

    def begin(*arguments: str | Path, **environment: str) -> Watcher:
        watcher = Watcher([*arguments, "--store", store], tmp_path, environment)
        started.append(watcher)
        return watcher

    yield begin
    for watcher in started:
        watcher.process.kill()
        watcher.process.wait()
        if watcher.process.stdout:
            watcher.process.stdout.close()


def posts(store: Path) -> int | None:
    """How many the store has; None where there is none."""
    held = read_manifest(paths_for(store))
    return held.counts["posts"] if held else None


def test_a_watch_lives_through_its_day(
    start: Start, raw: Path, store: Path, page: Callable[..., str]
) -> None:
    """An empty folder; a file that grows is read whole and once; one that cannot be read; a folder that goes and comes back."""
    text = page()
    pages = sorted(raw.iterdir())
    for path in pages:
        path.unlink()
    watcher = start(raw, "--every", "0.05", "--settle", "2", "--json")
    watcher.until("watching")

    with (raw / "karst.txt").open("w", encoding="utf-8") as file:
        for at in range(0, len(text), 100):
            file.write(text[at : at + 100])
            file.flush()
            time.sleep(0.05)
    settled = watcher.until("settled")
    assert (settled["files"], settled["bytes"]) == (1, len(text.encode()))
    ran = watcher.until("run")
    assert (ran["exit_code"], ran["report"]["posts"], ran["report"]["files_quarantined"]) == (0, 2, 0)

    aside = raw.rename(raw.with_name("aside"))
    assert "cannot be looked at (No such file or directory)" in watcher.until("away")["sentence"]
    aside.rename(raw)
    watcher.until("back")

    (raw / "velm.txt").write_text(page("VELM", days=3), encoding="utf-8")
    assert watcher.until("run")["report"]["posts"] == 4
    watcher.until("handled")
    assert watcher.end() == 0
    assert watcher.rest() == ["ended"]
    told = [json.loads(line)["what"] for line in watcher.told]
    assert told == ["watching", "settled", "run", "handled", "away", "back", "settled", "run", "handled"]
    assert posts(store) == 4


def test_a_killed_watch_and_its_restart(start: Start, raw: Path, store: Path) -> None:
    """SIGKILL during a run: the next watch waits for that run, and brings the store up to date; then there is no news."""
    watcher = start(raw, *QUICK)
    watcher.until("settled")
    watcher.end(signal.SIGKILL)
    again = start(raw, *QUICK)
    ran = again.until("run")
    while ran["exit_code"]:
        assert (ran["exit_code"], ran["report"]) == (3, None)
        assert "Another run is writing" in ran["said"]
        ran = again.until("run")
    assert posts(store) == 4
    again.until("handled")
    again.end()
    once = start(raw, "--once", *QUICK)
    assert once.rest() == ["watching"]
    assert once.process.returncode == 0
    # A store that is a mirror of what is there is not emptied because a disk is not mounted.
    pruned = start(raw, "--once", "--prune", *QUICK)
    assert pruned.rest() == ["watching", "settled", "run", "handled"]
    for path in raw.iterdir():
        path.unlink()
    emptied = start(raw, "--prune", *QUICK)
    assert "held files and is empty now" in emptied.until("away")["sentence"]
    emptied.end()
    assert posts(store) == 4


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_watch_that_is_ended_ends_its_run(
    start: Start, raw: Path, store: Path, number: int, code: int
) -> None:
    """No run is left over, the store is as it was, and nothing is noted as handled."""
    watcher = start(raw, *QUICK)
    watcher.until("settled")
    while not (paths_for(store).state / "lock").exists():
        assert watcher.process.poll() is None
        time.sleep(0.01)
    assert watcher.end(number) == code
    with hold(paths_for(store)):
        assert posts(store) is None
    assert not (paths_for(store).state / "watched.json").exists()


def test_a_second_watch_leaves(start: Start, raw: Path, store: Path, unspun: Command) -> None:
    """One watch brings a store up to date."""
    watcher = start(raw, "--every", "0.05", "--settle", "3600", "--json")
    watcher.until("watching")
    done = unspun("watch", raw, "--once")
    assert done.returncode == 3
    assert done.stderr.startswith(f"unspun: Another watch is there for {store}: end it first")


def test_one_file_that_never_rests(start: Start, raw: Path) -> None:
    """After its patience a run reads the others."""
    watcher = start(raw, "--every", "0.05", "--settle", "3600", "--patience", "1", "--json")
    is_done = threading.Event()

    def grow() -> None:
        with (raw / "growing.txt").open("w", encoding="utf-8") as file:
            while not is_done.is_set():
                file.write("Another line of it.\n")
                file.flush()
                time.sleep(0.002)

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        ran = watcher.until("run")
    finally:
        is_done.set()
        growing.join()
    assert ran["exit_code"] == 0
    assert ran["report"]["posts"] >= 4


def test_once_ends_as_its_run_did(start: Start, raw: Path) -> None:
    """Where nothing can be read, the code is that of the run."""
    for path in raw.iterdir():
        path.unlink()
    (raw / "noise.txt").write_bytes(bytes(range(256)) * 40)
    failed = start(raw, "--once", *QUICK)
    assert failed.rest() == ["watching", "settled", "run"]
    assert failed.process.returncode == 1


def test_a_place_that_never_was(unspun: Command, tmp_path: Path) -> None:
    """A slip of the pen is told at once."""
    done = unspun("watch", tmp_path / "rww")
    assert done.returncode == 2
    assert "rww cannot be looked at (No such file or directory)" in done.stderr


@pytest.fixture
def order(raw: Path, store: Path) -> Order:
    """A watch in this process, that looks without a pause."""
    return Order(
        raws=(str(raw),),
        settings=Settings(store=store, recognizer="rules", retry_seconds=0),
        flags=(),
        every=0.001,
        waits=Waits(settle=0, patience=0),
        is_mirror=False,
        is_event=False,
        is_once=False,
    )


def test_what_may_pass_is_tried_again_and_all_else_is_not(order: Order, raw: Path) -> None:
    """Twice a server that does not answer, then a fault: nothing more before a file comes."""
    outcomes = [Handled(code=3, may_pass=True), Handled(code=3, may_pass=True), Handled(code=2)]
    told: list[str] = []
    ids: list[str] = []

    def handle(_raws: Sequence[str], _looks: Looks, *, event_id: str) -> Handled:
        ids.append(event_id)
        if not outcomes:
            raise EndedError
        return outcomes.pop(0)

    def tell(what: str, sentence: str, /, **_facts: object) -> None:
        told.append(what)
        if "when something changes" in sentence:
            (raw / "new.txt").write_text("New.", encoding="utf-8")

    with pytest.raises(EndedError):
        watch(order, handle=handle, tell=tell)
    assert told == ["watching", *["settled", "failed"] * 3, "settled"]
    assert ids[0] == ids[1] == ids[2] != ids[3]


def test_what_could_not_be_read_is_tried_again_a_few_times(order: Order) -> None:
    """Then it stays in quarantine, and is handled; with `--once` it is left to the next."""
    from dataclasses import replace  # noqa: PLC0415  # only here

    told: list[str] = []

    def tell(what: str, _sentence: str, /, **_facts: object) -> None:
        told.append(what)
        if what == "handled":
            raise EndedError

    def handle(_raws: Sequence[str], _looks: Looks, *, event_id: str) -> Handled:  # noqa: ARG001  # as it is called
        return Handled(unread=1, may_pass=True)

    twice = replace(order, settings=replace(order.settings, retries=2))
    assert watch(replace(twice, is_once=True), handle=handle, tell=tell) == 0
    assert told == ["watching", "settled"]
    with pytest.raises(EndedError):
        watch(twice, handle=handle, tell=tell)
    assert told[2:] == ["watching", *["settled", "failed"] * 2, "settled", "handled"]


def test_what_comes_during_a_run_is_news(order: Order, raw: Path) -> None:
    """It is not noted with what the run was started for; and a restart has the same news under the same id."""
    seen: list[tuple[int, str]] = []

    def handle(_raws: Sequence[str], looks: Looks, *, event_id: str) -> Handled:
        seen.append((looks[0].files, event_id))
        if len(seen) > 1:
            raise EndedError
        (raw / "new.txt").write_text("New.", encoding="utf-8")
        return Handled()

    for _ in range(2):
        with pytest.raises(EndedError):
            watch(order, handle=handle, tell=lambda _what, _sentence, /, **_facts: None)
    # Without a store nothing counts as handled, so the restart begins with all of it.
    assert [files for files, _ in seen] == [2, 3, 3]
    assert seen[1][1] == seen[2][1]


def test_a_note_that_is_damaged_counts_for_nothing(order: Order, store: Path) -> None:
    """What was handled is then handled once more."""
    counts: list[int] = []

    def handle(_raws: Sequence[str], looks: Looks, *, event_id: str) -> Handled:  # noqa: ARG001  # as it is called
        counts.append(looks[0].files)
        (store / "_manifest.json").parent.mkdir(exist_ok=True)
        (store / "_manifest.json").write_text("{}", encoding="utf-8")
        return Handled()

    from dataclasses import replace  # noqa: PLC0415  # only here

    once = replace(order, is_once=True)

    def tell(_what: str, _sentence: str, /, **_facts: object) -> None:
        """Nothing."""

    for _ in range(2):
        assert watch(once, handle=handle, tell=tell) == 0
    assert counts == [2]
    for damaged in ("", "{", "[]", '{"format": 1, "watched": 7}', '{"format": 1, "watched": {}}'):
        (paths_for(store).state / "watched.json").write_text(damaged, encoding="utf-8")
        assert watch(once, handle=handle, tell=tell) == 0
    assert len(counts) == 6


def test_an_empty_place_at_the_first_look_of_a_mirror(
    order: Order, raw: Path, run_build: Callable[..., object]
) -> None:
    """Where the store has rows they may be of the disk that is not mounted yet, and are kept; where it has none, nothing is lost."""
    from dataclasses import replace  # noqa: PLC0415  # only here

    disk = raw.with_name("disk")
    disk.mkdir()
    both = replace(order, raws=(str(raw), str(disk)), is_mirror=True)
    told: list[str] = []
    handled: list[Sequence[str]] = []

    def handle(raws: Sequence[str], _looks: Looks, *, event_id: str) -> Handled:  # noqa: ARG001  # as it is called
        handled.append(raws)
        raise EndedError

    def tell(what: str, _sentence: str, /, **_facts: object) -> None:
        told.append(what)
        if what == "away":
            (disk / "late.txt").write_text("Late.", encoding="utf-8")

    with pytest.raises(EndedError):
        watch(both, handle=handle, tell=tell)
    assert handled == [[str(raw)]]
    run_build(raw)
    with pytest.raises(RetryLaterError, match=r"disk is empty, and the store has rows"):
        watch(replace(both, is_once=True), handle=handle, tell=tell)
    told.clear()
    with pytest.raises(EndedError):
        watch(both, handle=handle, tell=tell)
    assert told == ["watching", "away", "back", "settled"]
    assert handled[1:] == [[str(raw), str(disk)]]


@pytest.mark.parametrize("flag", ["--every", "--settle", "--patience"])
@pytest.mark.parametrize("number", ["nan", "inf", "1e300", "31622401", "-1"])
def test_a_wait_that_is_no_wait(flag: str, number: str) -> None:
    """It is a usage error that says how long one may be."""
    done = CliRunner().invoke(command, ["raw", f"{flag}={number}"])
    assert done.exit_code == 2
    assert flag in done.stderr
    assert "31622400" in done.stderr


def test_a_place_that_is_no_place(order: Order, tmp_path: Path) -> None:
    """The first look says so."""
    from dataclasses import replace  # noqa: PLC0415  # only here

    with pytest.raises(FixSettingsError, match="cannot be looked at"):
        watch(
            replace(order, raws=(str(tmp_path / "nowhere"),)),
            handle=lambda _raws, _looks, *, event_id: Handled(code=int(event_id, 16)),
            tell=lambda _what, _sentence, /, **_facts: None,
        )
