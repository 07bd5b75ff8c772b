"""A Prefect server: the one that is configured, or one of our own on this machine for as long as somebody needs it."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from flows.s3.working import hold_file
from transforms.errors import RetryLaterError

# Nobody but this machine is to see it, for it asks nobody who he is.
_HOST = "127.0.0.1"
# It makes its database at the first start, on a slow machine within a minute.
_START_SECONDS = 180.0
_LOOK_SECONDS = 0.2
_END_SECONDS = 10.0
_SIGNAL_AT_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>

# A server that calls nobody, and whose slots of a limit are freed also where it was away when their run died.
SERVER_ENVIRONMENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}


def refuse_silent(url: str, *, otherwise: str) -> None:
    """Asks the API that is configured whether it is there.

    Args:
        url: As in PREFECT_API_URL.
        otherwise: What else the person may do.

    Raises:
        RetryLaterError: It does not answer.
    """
    from prefect import get_client  # noqa: PLC0415  # 1.5 CPU-seconds, where Prefect is used only

    with get_client(sync_client=True) as client:
        if client.api_healthcheck() is not None:
            raise RetryLaterError(
                f"Prefect does not answer at {url}: start it and run again, or {otherwise}."
            )


def own_url() -> str:
    """An address for the API of a server of our own, at a port that nobody listens at just now."""
    with socket.socket() as found:
        found.bind((_HOST, 0))
        return f"http://{_HOST}:{found.getsockname()[1]}/api"


@contextmanager
def own_server(url: str, *, home: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """Starts a server whose records lie in a folder, and ends it.

    Args:
        url: Where its API is to be, as `own_url` gives it.
        home: PREFECT_HOME of the server; is made.
        environ: Its other environment.

    Raises:
        RetryLaterError: Another process has a server there, or it does not start.
    """
    home.mkdir(parents=True, exist_ok=True)
    with hold_file(home / "server.lock", said=f"Another unspun serve has its server in {home}"):
        log = home / "server.log"
        port = str(urlsplit(url).port)
        with log.open("wb") as said:
            process = subprocess.Popen(  # noqa: S603  # our own interpreter
                [sys.executable, "-m", "prefect", "server", "start", "--host", _HOST, "--port", port],
                env={
                    **{name: value for name, value in environ.items() if name != "PREFECT_API_URL"},
                    **SERVER_ENVIRONMENT,
                    "PREFECT_HOME": str(home),
                },
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # an interrupt from the terminal is for us, who then need it for a moment
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # one system call, before any thread is started
            )
        try:
            _wait(url, process, log)
            yield
        finally:
            _end(process)


def _die_with_parent() -> None:
    """Asks the kernel to end this process with its parent, also where that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGTERM)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(URLError, OSError), urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310  # our own address
            if answer.status == 200:  # noqa: PLR2004  # HTTP's OK
                return
        time.sleep(_LOOK_SECONDS)
    raise RetryLaterError(f"Prefect's server did not start; {log} tells why. Run again when that is mended.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    for end in (process.terminate, process.terminate, process.kill):
        end()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
            return
