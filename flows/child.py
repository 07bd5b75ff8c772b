"""A run in a process of its own, so that whatever becomes of it does not end who started it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

# The run's own clean end takes a second or two; a step that blocks may not notice that it was asked.
_GRACE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended.

    Args:
        code: Its exit code; of one that a signal ended, the signal's number below zero.
        report: What it printed; None where it printed none.
        said: What it said on the error stream, where that was taken.
    """

    code: int
    report: dict[str, Any] | None = None
    said: str = ""


def run_apart(arguments: Sequence[str], *, is_taken: bool) -> Ended:
    """Runs `unspun` with these arguments and waits for it; who is interrupted meanwhile ends it, and then goes on being interrupted.

    Args:
        arguments: Those of the command, with --json.
        is_taken: Whether what it says on the error stream is taken, and not shown.
    """
    # -P: a folder `flows` of whoever started this is not ours. A session of its own: Ctrl-C is ours to hand on, once.
    command = [sys.executable, "-P", "-m", "flows.cli", *arguments]
    with subprocess.Popen(  # noqa: S603  # our own command
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if is_taken else None,
        text=True,
        start_new_session=True,
    ) as run:
        try:
            out, said = run.communicate()
        except BaseException:
            _end(run)
            raise
    report = None
    with suppress(ValueError):
        report = json.loads(out)
    return Ended(
        code=run.returncode,
        report=report if isinstance(report, dict) else None,
        said=(said or "").strip(),
    )


def _end(run: "subprocess.Popen[str]") -> None:
    """Asks the run to end, which leaves the store as it was; one that does not is killed, which does so too."""
    try:
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=_GRACE_SECONDS)
    finally:
        if run.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()
