"""Fault 45: whatever the clock says, ids and tables are the same."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.manifest import read_manifest
from flows.paths import paths_for

# Stands before the C library, in the reading processes too: Python, Polars and Arrow all ask it for the time.
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static long shift(void) {
    const char *told = getenv("CLOCK_SHIFT");
    return told ? atol(told) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return failed;
}

time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
"""
DAY = 86_400
TABLES = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def run_at(tmp_path: Path) -> Callable[..., str]:
    """The real command under a clock that is so many days off; when the store says that it was finished."""
    compiler = shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler to set the clock of a process")
    source, clock = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK, encoding="utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", clock, source, "-ldl"], check=True)

    def run(*arguments: Path, store: Path, days: int) -> str:
        command = [
            sys.executable,
            "-m",
            "flows.cli",
            "run",
            *map(str, arguments),
            "--store",
            str(store),
            "--json",
        ]
        clocked = {"LD_PRELOAD": str(clock), "CLOCK_SHIFT": str(days * DAY)}
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            env=os.environ | clocked | {"UNSPUN_RECOGNIZER": "rules"},
        )
        manifest = read_manifest(paths_for(store))
        assert manifest
        return str(manifest.run["finished_at"])

    return run


def test_a_clock_that_is_set_back_changes_no_table(
    tmp_path: Path, raw: Path, run_at: Callable[..., str], parquet: TABLES
) -> None:
    """One run now, and the same files in two runs of which the later has the earlier time, are byte for byte the same."""
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Velm</title><item><title>Pier at Velm</title>'
        "<pubDate>Fri, 10 Jan 2025 09:00:00 GMT</pubDate><description>The pier at Velm is new, and it is long.</description>"
        "</item></channel></rss>"
    )
    (raw / "velm.rss").write_text(feed, encoding="utf-8")
    now = run_at(raw, store=tmp_path / "now", days=0)
    first = run_at(raw / "karst.txt", store=tmp_path / "back", days=0)
    # Files of tomorrow, seen by a clock of long ago.
    for path in raw.iterdir():
        os.utime(path, (path.stat().st_mtime + 900 * DAY,) * 2)
    second = run_at(raw, store=tmp_path / "back", days=-9_000)
    assert second < first
    assert int(second[:4]) < int(now[:4]) - 20
    assert parquet(tmp_path / "back") == parquet(tmp_path / "now")
    assert any("month=2025-01" in path for path in parquet(tmp_path / "now"))
    held, again = (read_manifest(paths_for(tmp_path / name)) for name in ("now", "back"))
    assert held
    assert again
    assert held.tables == again.tables
