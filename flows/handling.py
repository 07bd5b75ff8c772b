"""What a watch does with news: a run in a process of its own, or an event for Prefect."""

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.announcing import announce
from flows.child import run_apart
from flows.report import plain
from flows.watching import Handled
from transforms.errors import MayPassError, RetryLaterError, UnspunError

if TYPE_CHECKING:
    from flows.watching import Tell
    from transforms.settling import Looks

_INTERRUPTED = 130


class Runs:
    """Has news read by `unspun run` in a process of its own, recorded where PREFECT_API_URL is set.

    Args:
        options: Those of the run.
        tell: Told what came of it.
        is_taken: Whether the run's report is told, and not shown.
    """

    def __init__(self, options: Sequence[str], *, tell: "Tell", is_taken: bool) -> None:
        self._options, self._tell, self._is_taken = list(options), tell, is_taken

    def __call__(self, raws: Sequence[str], looks: "Looks", /, *, event_id: str) -> Handled:  # noqa: ARG002  # a Handle gets all that there is to tell
        """Runs, and waits for it."""
        options = [*self._options, "--json"] if self._is_taken else self._options
        try:
            ended = run_apart(["run", *options, "--", *raws], is_taken=self._is_taken)
        except OSError as error:
            self._tell("unstarted", f"The run could not be started ({error.strerror}).")
            return Handled(code=RetryLaterError.exit_code, may_pass=True)
        if self._is_taken:
            self._tell(
                "run", "A run has ended.", exit_code=ended.code, report=ended.report, said=plain(ended.said)
            )
        if ended.code < 0:
            self._tell("killed", f"The run was killed ({signal.strsignal(-ended.code)}).")
        # A killed run may have met what had too little memory just then.
        passing = ended.code < 0 or ended.code in {RetryLaterError.exit_code, _INTERRUPTED}
        return Handled(code=abs(ended.code), may_pass=passing)


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
