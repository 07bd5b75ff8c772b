"""Stops a run with the surest of signals at a step that touches the disk; Python imports this first where its folder is in the path.

UNSPUN_TRAP is PHASE:NUMBER: the step of that number since the phase began. With NUMBER 0 nothing is stopped, and how many steps each phase
has is written to UNSPUN_TRAP_STEPS when the process ends. A step is an open for writing, a rename, link, exchange, flush, and the
making or removing of a file or folder. Phases begin with: 0 the process, 1 the staged tree's folder, 2 its manifest, 3 the
rename of the snapshot, 4 the exchange, 5 the removal of the staging folder.
"""

import atexit
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_STEPS = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir"}
_PHASES = 6
_Result = TypeVar("_Result")


class Trap:
    """Counts the steps of each phase."""

    def __init__(self, phase: int, number: int) -> None:
        self._phase, self._number = phase, number
        self.counts = [0] * _PHASES
        self._now = 0

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Every event that Python audits."""
        if event == "open":
            mode = arguments[1]
            if isinstance(mode, str) and set(mode) & set("wax+"):
                self.step(event, str(arguments[0]))
        elif event in _STEPS:
            self.step(event, *(os.fsdecode(place) for place in arguments if isinstance(place, str | bytes)))

    def step(self, event: str, *places: str) -> None:
        """One step: first the phase that it begins, then the count, then perhaps the end."""
        first, last = (places[0], places[-1]) if places else ("", "")
        begins = (
            (event == "os.mkdir" and first.endswith("/staging/next"), 1),
            (event == "open" and first.endswith("/staging/next/_manifest.json"), 2),
            (event == "os.rename" and last.rpartition("/")[0].endswith("/snapshots"), 3),
            (event == "exchange", 4),
            (event == "os.rmdir" and first.endswith("/staging"), 5),
        )
        self._now = max([self._now, *(phase for is_begun, phase in begins if is_begun)])
        self.counts[self._now] += 1
        if self._number and (self._now, self.counts[self._now]) == (self._phase, self._number):
            os.killpg(os.getpgrp(), signal.SIGKILL)

    def before(self, event: str, call: Callable[..., _Result]) -> Callable[..., _Result]:
        """A call that Python does not audit, as a step."""

        def stepped(*arguments: object) -> _Result:
            self.step(event)
            return call(*arguments)

        return stepped


def _set(told: str, steps: str | None) -> None:
    phase, number = map(int, told.split(":"))
    trap = Trap(phase, number)
    os.fsync = trap.before("fsync", os.fsync)
    os.fdatasync = trap.before("fsync", os.fdatasync)
    from flows import exchange  # noqa: PLC0415  # nothing of ours where nothing is trapped

    call = exchange._exchanger()  # noqa: SLF001  # the one step that no audit hears of
    if call is not None:
        exchanged = trap.before("exchange", call)
        exchange._exchanger = lambda: exchanged  # type: ignore[assignment]  # noqa: SLF001  # the same
    if steps:
        atexit.register(lambda: Path(steps).write_text(json.dumps(trap.counts), encoding="utf-8"))
    sys.addaudithook(trap.hear)


# Taken out of the environment, so that the processes that read are not trapped.
_told = os.environ.pop("UNSPUN_TRAP", None)
if _told:
    _set(_told, os.environ.pop("UNSPUN_TRAP_STEPS", None))
