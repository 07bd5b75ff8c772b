"""A run whose disk gives errors as a network disk does: real ones, put before the C library, and what is not tried again."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.build import Outcome, Request
from flows.handling import Runs
from flows.lock import hold
from flows.manifest import read_manifest
from flows.paths import paths_for
from flows.patience import build_patiently, may_pass
from flows.runners.local import Local
from flows.settings import Settings, load_settings
from flows.watching import Handled
from transforms.errors import FixSettingsError, MayPassError, RepairStoreError, RetryLaterError

Command = Callable[..., subprocess.CompletedProcess[str]]
Tables = Callable[[Path], dict[str, bytes]]

# Fails fsync, or what FAULT_CALL says, of files whose path has FAULT_PART and ends with FAULT_END, FAULT_TIMES times in all processes together, with the number FAULT_ERRNO.
DISK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(int descriptor) {
    char link[64], path[4096];
    const char *part = getenv("FAULT_PART"), *tally = getenv("FAULT_TALLY");
    if (!part || !tally) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    if (!strstr(path, part)) return 0;
    const char *end = getenv("FAULT_END");
    if (end && (strlen(end) > (size_t)size || strcmp(path + size - strlen(end), end))) return 0;
    struct stat before;
    int file = open(tally, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    fstat(file, &before);
    int is_left = before.st_size < atol(getenv("FAULT_TIMES"));
    if (is_left && write(file, "x", 1) != 1) is_left = 0;
    close(file);
    return is_left;
}

static int is_call(const char *name) {
    const char *told = getenv("FAULT_CALL");
    return strcmp(told ? told : "fsync", name) == 0;
}

ssize_t read(int descriptor, void *place, size_t size) {
    ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    if (is_call("read") && fails(descriptor)) { errno = atoi(getenv("FAULT_ERRNO")); return -1; }
    return real(descriptor, place, size);
}

int fsync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    if (is_call("fsync") && fails(descriptor)) { errno = atoi(getenv("FAULT_ERRNO")); return -1; }
    return real(descriptor);
}
"""


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that makes a disk fail."""
    compiler = shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler to make a disk fail")
    folder = tmp_path_factory.mktemp("disk")
    (folder / "disk.c").write_text(DISK, encoding="utf-8")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", folder / "disk.so", folder / "disk.c", "-ldl"], check=True
    )
    return folder / "disk.so"


@pytest.fixture
def run_on(disk: Path, tmp_path: Path, unspun: Command) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The real command on a disk that fails so often, with waits that are short."""

    def run(
        *arguments: str | Path, fault: int, times: int, part: str = "/staging/", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        (tmp_path / "tally").unlink(missing_ok=True)
        faulty = {
            "LD_PRELOAD": str(disk),
            "FAULT_PART": part,
            "FAULT_TALLY": str(tmp_path / "tally"),
            "FAULT_TIMES": str(times),
            "FAULT_ERRNO": str(fault),
            "UNSPUN_RETRY_SECONDS": "0.02",
        }
        return unspun(*arguments, **faulty | environment)

    return run


def test_a_disk_that_comes_back(
    run_on: Command, raw: Path, store: Path, run_build: Callable[..., Outcome], parquet: Tables
) -> None:
    """A fault while the next tree is flushed is waited out, and the tables are what they are on a disk without faults."""
    done = run_on("run", raw, fault=errno.ESTALE, times=2)
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert [f"That was try {number} of 4" in line for number, line in enumerate(said, start=1)] == [
        True,
        True,
    ]
    assert all(
        f"could not be read or written just now ({os.strerror(errno.ESTALE)})" in line for line in said
    )
    sound = store.with_name("sound")
    run_build(raw, to=sound)
    assert parquet(store) == parquet(sound)


def test_a_disk_that_stays_away(
    run_on: Command, raw: Path, store: Path, run_build: Callable[..., Outcome]
) -> None:
    """After the last try the code is 3, and the store is the one before."""
    run_build(raw)
    (raw / "velm.txt").unlink()
    done = run_on("run", raw, "--prune", fault=errno.EIO, times=100, UNSPUN_RETRIES="1")
    assert done.returncode == 3
    assert done.stderr.endswith("and run again. It was tried 2 times.\n")
    held = read_manifest(paths_for(store))
    assert held
    assert (held.snapshot, held.counts["posts"]) == (1, 4)


def test_a_disk_that_goes_away_after_the_swap(run_on: Command, raw: Path, store: Path) -> None:
    """The snapshot is there, the next try finds nothing new, and the report tells of the snapshot all the same."""
    end = f"/{store.parent.name}"
    done = run_on("run", raw, "--json", fault=errno.EIO, times=1, part=end, FAULT_END=end)
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    report = json.loads(done.stdout)
    assert (report["is_new"], report["snapshot"], report["files_read"]) == (True, 1, 0)


def test_a_full_disk_is_not_waited_for(run_on: Command, raw: Path) -> None:
    """Room has to be made."""
    done = run_on("run", raw, fault=errno.ENOSPC, times=1)
    assert done.returncode == 3
    assert done.stderr.startswith("unspun: The disk is full")
    assert "try" not in done.stderr


def test_an_interrupt_ends_a_wait(disk: Path, raw: Path, store: Path, tmp_path: Path) -> None:
    """Ctrl-C during a long wait ends the run at once with 130."""
    faulty = {
        "LD_PRELOAD": str(disk),
        "FAULT_PART": "/staging/",
        "FAULT_TALLY": str(tmp_path / "tally"),
        "FAULT_TIMES": "100",
        "FAULT_ERRNO": str(errno.EIO),
        "UNSPUN_RETRY_SECONDS": "3600",
    }
    command = [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store)]
    with subprocess.Popen(
        command, env=os.environ | faulty, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr
        try:
            assert "the next is in 300 seconds" in run.stderr.readline()
            run.send_signal(signal.SIGINT)
            assert run.wait(timeout=60) == 130
        finally:
            run.kill()
        assert "Interrupted" in run.stderr.read()


def test_a_raw_file_that_cannot_be_read_just_now(
    disk: Path, raw: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run goes on without it, and the watch is told that another one may read it."""
    faulty = {
        "LD_PRELOAD": str(disk),
        "FAULT_CALL": "read",
        "FAULT_PART": "velm.txt",
        "FAULT_TALLY": str(tmp_path / "tally"),
        "FAULT_TIMES": "1",
        "FAULT_ERRNO": str(errno.EIO),
    }
    for name, value in faulty.items():
        monkeypatch.setenv(name, value)
    told: list[str] = []
    runs = Runs(
        [f"--store={store}"], tell=lambda _what, sentence, /, **_facts: told.append(sentence), is_taken=True
    )
    assert runs([str(raw)], (), event_id="") == Handled(unread=1, may_pass=True)
    assert runs([str(raw)], (), event_id="") == Handled()
    assert "The run read 1 file;" in told[0]
    assert told[0].endswith(
        "has 2 posts and 2 articles; 1 file went to quarantine (unspun quarantine says why)."
    )
    assert told[1].endswith("has 4 posts and 4 articles.")


def test_another_run_is_not_waited_for(raw: Path, store: Path, unspun: Command) -> None:
    """Who finds the store held leaves at once."""
    with hold(paths_for(store)):
        done = unspun("run", raw, UNSPUN_RETRY_SECONDS="3600")
    assert done.returncode == 3
    assert done.stderr == f"unspun: Another run is writing {store}; run again when it is done.\n"


@pytest.mark.parametrize("damage", ["settings", "manifest"])
def test_what_has_to_be_mended_is_told_at_once(
    raw: Path, store: Path, run_build: Callable[..., Outcome], damage: str
) -> None:
    """A raw folder that is not there, and a damaged store."""
    run_build(raw)
    if damage == "manifest":
        paths_for(store).manifest.write_text("{", encoding="utf-8")
    raws = (raw / "nothing",) if damage == "settings" else (raw,)
    said: list[str] = []
    with pytest.raises(FixSettingsError if damage == "settings" else RepairStoreError):
        build_patiently(
            Request(raws=raws, settings=Settings(store=store, recognizer="rules", retry_seconds=3600)),
            run=Local(),
            watch=lambda *_: None,
            say=said.append,
        )
    assert said == []


def caused(error: Exception, cause: Exception) -> Exception:
    """The error, made of another."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (MayPassError("S3 does not answer."), True),
        (ConnectionResetError(errno.ECONNRESET, "x"), True),
        (TimeoutError(errno.ETIMEDOUT, "x"), True),
        (OSError(errno.EREMOTEIO, "x"), True),
        (duckdb.IOException('IO Error: Could not write file "x": Input/output error'), True),
        (OSError("Stale file handle (os error 116)"), True),
        (caused(FixSettingsError("raw cannot be read."), OSError(errno.ESTALE, "x")), True),
        (caused(RuntimeError("step"), caused(RepairStoreError("x"), OSError(errno.EIO, "x"))), True),
        (FixSettingsError("(os error 5) cannot be read."), False),
        (caused(FixSettingsError("raw cannot be read."), OSError(errno.ENOENT, "x")), False),
        (RetryLaterError("Another run is writing x."), False),
        (OSError(errno.ENOSPC, "x"), False),
        (OSError(errno.EDQUOT, "x"), False),
        (PermissionError(errno.EACCES, "x"), False),
        (duckdb.IOException('IO Error: Could not write file "x": No space left on device'), False),
        (BrokenPipeError(errno.EPIPE, "x"), False),
        (ValueError("x"), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_what_may_pass(error: BaseException, *, passes: bool) -> None:
    """By the fault that is at the bottom of it, in whatever words and by whichever library it comes."""
    assert may_pass(error) is passes


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UNSPUN_RETRIES", "-1"),
        ("UNSPUN_RETRIES", "0.5"),
        ("UNSPUN_RETRY_SECONDS", "soon"),
        ("UNSPUN_RETRY_SECONDS", "nan"),
        ("UNSPUN_RETRY_SECONDS", "inf"),
        ("UNSPUN_RETRY_SECONDS", "-1"),
    ],
)
def test_a_patience_that_is_none(tmp_path: Path, variable: str, value: str) -> None:
    """A number that no wait can have is told by its variable."""
    with pytest.raises(FixSettingsError, match=variable):
        load_settings(store=None, environ={variable: value}, directory=tmp_path)


def test_where_patience_is_told(tmp_path: Path) -> None:
    """The variable before the table before what is usual; none at all is a word too."""
    (tmp_path / "pyproject.toml").write_text(
        "[tool.unspun]\nretries = 0\nretry_seconds = 1.5\n", encoding="utf-8"
    )
    told = load_settings(store=None, environ={"UNSPUN_RETRY_SECONDS": "0"}, directory=tmp_path)
    assert (told.retries, told.retry_seconds) == (0, 0.0)
    told = load_settings(store=None, environ={}, directory=tmp_path)
    assert (told.retries, told.retry_seconds) == (0, 1.5)
