"""What a watch does with news: a run in a process of its own, or an event for Prefect."""

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.announcing import announce
from flows.child import Ended, run_apart
from flows.report import counted, plain
from flows.watching import Handled
from transforms.errors import MayPassError, RetryLaterError, UnspunError

if TYPE_CHECKING:
    from flows.watching import Tell
    from transforms.settling import Looks

_INTERRUPTED = 130
# The rule of what could not be read for a reason of the moment: rights, or the disk.
_UNREADABLE = "unreadable"


class Runs:
    """Has news read by `unspun run` in a process of its own, recorded where PREFECT_API_URL is set.

    Args:
        options: Those of the run.
        tell: Told what came of it.
        is_taken: Whether what the run says is told, and not shown.
    """

    def __init__(self, options: Sequence[str], *, tell: "Tell", is_taken: bool) -> None:
        self._options, self._tell, self._is_taken = list(options), tell, is_taken

    def __call__(self, raws: Sequence[str], looks: "Looks", /, *, event_id: str) -> Handled:  # noqa: ARG002  # a Handle gets all that there is to tell
        """Runs, and waits for it."""
        try:
            ended = run_apart(["run", *self._options, "--json", "--", *raws], is_taken=self._is_taken)
        except OSError as error:
            self._tell("unstarted", f"The run could not be started ({error.strerror}).")
            return Handled(code=RetryLaterError.exit_code, may_pass=True)
        self._tell("run", _sentence(ended), exit_code=ended.code, report=ended.report, said=plain(ended.said))
        unread = (ended.report or {}).get("quarantine_rules", {}).get(_UNREADABLE, 0)
        # A killed run may have met what had too little memory just then.
        passing = ended.code < 0 or ended.code in {RetryLaterError.exit_code, _INTERRUPTED} or unread > 0
        return Handled(code=abs(ended.code), may_pass=passing, unread=unread)


class Events:
    """Tells Prefect of news.

    Args:
        name: Of the store.
        tell: Told what came of it.
    """

    def __init__(self, name: str, *, tell: "Tell") -> None:
        self._name, self._tell = name, tell

    def __call__(self, raws: Sequence[str], looks: "Looks", /, *, event_id: str) -> Handled:
        """Emits the event, and waits until the server has it."""
        payload = {
            "raw": list(raws),
            "files": sum(look.files for look in looks),
            "bytes": sum(look.size for look in looks),
        }
        try:
            announce(self._name, payload, event_id=event_id)
        except UnspunError as error:
            self._tell("refused", str(error))
            return Handled(code=error.exit_code, may_pass=isinstance(error, MayPassError))
        self._tell("event", "Prefect was told.", event_id=event_id)
        return Handled()


def _sentence(ended: Ended) -> str:
    """How a run ended, in one sentence."""
    if ended.code < 0:
        return f"The run was killed ({signal.strsignal(-ended.code)})."
    report = ended.report
    if report is None:
        return f"The run ended with {ended.code}."
    if not report["is_new"]:
        return f"The run found nothing new in {counted(report['files_unchanged'], 'file')}."
    said = (
        f"The run read {counted(report['files_read'], 'file')}; snapshot {report['snapshot']} of {report['store']} has "
        f"{counted(report['posts'], 'post')} and {counted(report['articles'], 'article')}"
    )
    left_out = report["files_quarantined"]
    return (
        f"{said}; {counted(left_out, 'file')} went to quarantine (unspun quarantine says why)."
        if left_out
        else f"{said}."
    )
