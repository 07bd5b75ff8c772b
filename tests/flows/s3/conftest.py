"""A real S3 server over HTTP (moto's, which keeps conditions), that remembers what it was asked and can be made to fail."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from flows.build import Outcome, Request
from flows.runners.local import Local
from flows.s3.address import Address, read_address
from flows.s3.bucket import Bucket
from flows.s3.choice import build_anywhere
from flows.s3.connection import Connection
from flows.settings import load_settings

KEYS = {
    "AWS_ACCESS_KEY_ID": "test-key",
    "AWS_SECRET_ACCESS_KEY": "test-secret",
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was answered.

    Args:
        method: "GET" …
        key: Bucket and key.
        status: What was answered.
        sent: Bytes of its body.
        is_copy: Whether it copies within S3.
    """

    method: str
    key: str
    status: int
    sent: int
    is_copy: bool


@dataclass
class Server:
    """The server.

    Args:
        url: Where it is.
        asked: What it was asked.
        trap: Called with method and key before each request; a status that it gives is answered at once.
        deaf: Names of headers that it does not see.
        lose: The first answer to a write of a key that ends so is lost.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    trap: Callable[[str, str], int | None] = lambda _method, _key: None
    deaf: tuple[str, ...] = ()
    lose: str = ""

    def writes(self) -> list[Asked]:
        """What changed or could have changed something."""
        return [one for one in self.asked if one.method in {"PUT", "POST", "DELETE"}]


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    server = Server()
    moto = DomainDispatcherApplication(create_backend_app)
    # S3 checks a condition and writes in one step; this server has a thread for each request.
    one_at_a_time = threading.Lock()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, key = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        sent = int(environ.get("CONTENT_LENGTH") or 0)
        is_copy = "HTTP_X_AMZ_COPY_SOURCE" in environ
        status = server.trap(method, key)
        if status is not None:
            environ["wsgi.input"].read(sent)
            server.asked.append(Asked(method, key, status, sent, is_copy))
            start(f"{status} Trapped", [("Content-Length", "0")])
            return [b""]
        for name in server.deaf:
            environ.pop(name, None)

        def note(told: str, headers: list[tuple[str, str]], fault: object = None) -> Any:  # noqa: ANN401  # WSGI's own
            server.asked.append(Asked(method, key, int(told[:3]), sent, is_copy))
            return start(told, headers, fault)

        def unheard(_told: str, _headers: list[tuple[str, str]], _fault: object = None) -> Any:  # noqa: ANN401  # WSGI's own
            return lambda _data: None

        with one_at_a_time:
            is_lost = bool(server.lose) and method == "PUT" and key.endswith(server.lose)
            answer = list(moto(environ, unheard if is_lost else note))
        if is_lost:
            server.lose = ""
            start("503 Lost", [("Content-Length", "0")])
            return [b""]
        return answer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    http = make_server("127.0.0.1", 0, application, threaded=True)
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield server
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def server(_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """The server, with nothing remembered, and an environment that leads to it."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "UNSPUN_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    environment = KEYS | {
        "AWS_ENDPOINT_URL": _server.url,
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
        "UNSPUN_CACHE": str(tmp_path / "cache"),
        "UNSPUN_RECOGNIZER": "rules",  # who finds entities is the matter of other tests
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _server.asked.clear()
    yield _server
    _server.trap = lambda _method, _key: None
    _server.deaf = ()
    _server.lose = ""


@pytest.fixture
def client(server: Server) -> Any:  # noqa: ANN401  # boto3's clients have no type
    """S3 by hand."""
    assert server.url
    return Connection(Address(bucket="any", prefix=""))._client  # noqa: SLF001  # the same server, the same settings


@pytest.fixture
def bucket_name(client: Any) -> str:  # noqa: ANN401  # as above
    """An empty bucket."""
    name = f"test-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": KEYS["AWS_REGION"]})
    return name


@pytest.fixture
def address(bucket_name: str) -> str:
    """A store that is not there yet."""
    return f"s3://{bucket_name}/autoblogs"


@pytest.fixture
def bucket(address: str) -> Bucket:
    """The objects of that store."""
    found = read_address(address)
    return Connection(found).bucket(found)


Run = Callable[..., Outcome]


@pytest.fixture
def run_s3(address: str, tmp_path: Path) -> Run:
    """A run of the store on S3, in this process; `cache` tells machines apart."""

    def run(
        *raws: Path,
        cache: str = "cache",
        is_mirror: bool = False,
        sources: tuple[str, ...] = (),
        **settings: Any,  # noqa: ANN401  # settings of any kind
    ) -> Outcome:
        from dataclasses import replace  # noqa: PLC0415  # only here

        environ = os.environ | {"UNSPUN_CACHE": str(tmp_path / cache)}
        found = load_settings(store=address, environ=environ, directory=tmp_path)
        request = Request(
            raws=raws, settings=replace(found, sources=sources, **settings), is_mirror=is_mirror
        )
        return build_anywhere(request, run=Local(), watch=lambda *_: None)

    return run


@pytest.fixture(scope="session")
def _made() -> dict[str, dict[str, bytes]]:
    """Stores that were made once, as objects: a test that needs one as its beginning gets them put there."""
    return {}


def _put_made(
    bucket: Bucket, made: dict[str, dict[str, bytes]], name: str, make: Callable[[], object]
) -> None:
    if name in made:
        for key, data in made[name].items():
            bucket.put(key, data)
    else:
        make()
        made[name] = {found.name: (bucket.get(found.name) or (b"",))[0] for found in bucket.objects("")}


@pytest.fixture
def four_posts(raw: Path, run_s3: Run, bucket: Bucket, _made: dict[str, dict[str, bytes]]) -> None:
    """A store with snapshot 1, of the two pages of `raw`; this machine has no working copy of it."""
    _put_made(bucket, _made, "four", lambda: run_s3(raw, cache="maker"))


@pytest.fixture
def six_posts(
    raw: Path, page: Callable[..., str], run_s3: Run, bucket: Bucket, _made: dict[str, dict[str, bytes]]
) -> None:
    """The same, and snapshot 2 with a page more, which is in `raw` too."""

    def make() -> None:
        run_s3(raw, cache="maker")
        (raw / "new.txt").write_text(page("NEW", days=2), encoding="utf-8")
        run_s3(raw, cache="maker")

    _put_made(bucket, _made, "six", make)
    (raw / "new.txt").write_text(page("NEW", days=2), encoding="utf-8")


@pytest.fixture
def fetched(bucket: Bucket) -> Callable[[str], dict[str, bytes]]:
    """Every object below a folder of the store, by its name below that."""

    def fetch(folder: str) -> dict[str, bytes]:
        prefix = f"{folder}/"
        found = {}
        for listed in bucket.objects(prefix):
            got = bucket.get(listed.name)
            assert got
            found[listed.name.removeprefix(prefix)] = got[0]
        return found

    return fetch


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def unspun_s3(address: str, tmp_path: Path) -> Command:
    """The real command in its own process, its store told by the environment."""

    def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=dict(os.environ) | {"UNSPUN_STORE": address, "COLUMNS": "200"} | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command
