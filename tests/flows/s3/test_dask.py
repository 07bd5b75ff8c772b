"""Runs on a real Dask cluster whose workers share with the run nothing but S3."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from flows.build import Outcome, Request
from flows.runners.dask import Dask
from flows.s3.address import Address
from flows.s3.bucket import Bucket
from flows.s3.choice import build_anywhere
from flows.s3.connection import Connection
from flows.settings import load_settings
from transforms.errors import FixSettingsError

Run = Callable[..., Outcome]
Objects = Callable[[str], dict[str, bytes]]

MANIFEST = "_manifest.json"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_EC2_METADATA_DISABLED")


class Server(Protocol):
    """As the fixture has it."""

    url: str
    asked: list[Any]
    trap: Callable[[str, str], int | None]


@pytest.fixture(scope="session")
def _clusters() -> dict[str, Any]:
    return {}


@pytest.fixture
def cluster(server: Server, new_cluster: Callable[..., Any], _clusters: dict[str, Any]) -> Any:  # noqa: ANN401  # as its fixture has it
    """Two workers that are told of S3 by their own environment."""
    if server.url not in _clusters:
        told = {name: os.environ[name] for name in _KEYS}
        _clusters[server.url] = new_cluster(2, AWS_ENDPOINT_URL=server.url, **told)
    return _clusters[server.url]


@pytest.fixture
def run_dask(address: str, cluster: Any, tmp_path: Path) -> Run:  # noqa: ANN401  # the same
    """A run of the store on S3, its batches on the cluster; `cache` tells machines apart."""

    def run(
        *raws: Path,
        cache: str = "cache",
        sources: tuple[str, ...] = (),
        to: str = address,
        at: str = cluster.address,
    ) -> Outcome:
        environ = os.environ | {"UNSPUN_CACHE": str(tmp_path / cache)}
        found = load_settings(store=to, environ=environ, directory=tmp_path)
        request = Request(raws=raws, settings=replace(found, sources=sources))
        with Dask(at) as dask:
            return build_anywhere(request, run=dask, watch=lambda *_: None)

    return run


@pytest.fixture
def scrapes(raw: Path, bucket_name: str) -> tuple[str, Bucket]:
    """The raw folder on S3, and no more on this machine."""
    place = Address(bucket=bucket_name, prefix="scrapes")
    bucket = Connection(place).bucket(place)
    for path in sorted(raw.iterdir()):
        bucket.put(path.name, path.read_bytes())
        path.unlink()
    return str(place), bucket


@contextmanager
def trapped(server: Server, trap: Callable[[str, str], int | None]) -> Iterator[None]:
    """The server with a trap."""
    server.trap = trap
    yield
    server.trap = lambda _method, _key: None


def objects(bucket: Bucket, folder: str = "") -> dict[str, bytes]:
    """Every object below a folder, by its name below that."""
    found = {listed.name: bucket.get(listed.name) for listed in bucket.objects(folder)}
    return {name.removeprefix(folder): got[0] for name, got in found.items() if got}


def tables(bucket: Bucket) -> dict[str, bytes]:
    """The objects of the current snapshot, its manifest apart from what tells of the run."""
    tree = json.loads(objects(bucket, "current.json")[""])["tree"]
    found = objects(bucket, f"{tree}/")
    manifest = {name: value for name, value in json.loads(found[MANIFEST]).items() if name != "run"}
    return found | {MANIFEST: json.dumps(manifest).encode()}


def test_a_store_on_s3_is_the_same_wherever_batches_are_done(  # noqa: PLR0913, PLR0917  # two stores, raw files and the server
    scrapes: tuple[str, Bucket],
    run_dask: Run,
    run_s3: Run,
    bucket: Bucket,
    bucket_name: str,
    server: Server,
) -> None:
    """Byte for byte; what was passed is gone, and every parse was sent once."""
    other = Address(bucket=bucket_name, prefix="other")
    source = scrapes[0]
    outcome = run_dask(sources=(source,), to=str(other), cache="coordinator")
    assert outcome.done_by.startswith("2 Dask workers")
    there = Connection(other).bucket(other)
    sent = [one.key for one in server.asked if one.method == "PUT" and "/.state/parses/" in one.key]
    assert len(sent) == len(set(sent)) == 2
    run_s3(sources=(source,), cache="here")
    assert tables(there) == tables(bucket)
    assert set(objects(there, ".state/")) == set(objects(bucket, ".state/"))
    assert sorted(objects(there, ".state/parses/")) == sorted(objects(bucket, ".state/parses/"))


def test_a_worker_that_is_killed_leaves_the_same_objects(  # noqa: PLR0913, PLR0917  # as above
    scrapes: tuple[str, Bucket],
    run_dask: Run,
    run_s3: Run,
    bucket: Bucket,
    bucket_name: str,
    page: Callable[..., str],
    cluster: Any,  # noqa: ANN401  # as its fixture has it
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It dies with a batch in hand, after parses of others were sent; nothing it half did is found."""
    monkeypatch.setattr("flows.plan.BYTES_A_BATCH", 1)
    source, place = scrapes
    for number in range(14):
        place.put(f"{number}.txt", page(f"KARST{number}", days=number + 2).encode())
    other = Address(bucket=bucket_name, prefix="other")
    there = Connection(other).bucket(other)
    doomed = cluster.start_worker()
    killed = threading.Event()

    def kill() -> None:
        with cluster.client() as client:
            one = next(one for one, pid in client.run(os.getpid).items() if pid == doomed.pid)

            def is_at_work() -> bool | None:
                return (bool(client.processing()[one]) and len(objects(there, ".state/parses/")) > 1) or None

            cluster.wait("a batch of the worker that is to be killed", is_at_work)
        doomed.send_signal(signal.SIGKILL)
        killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    outcome = run_dask(sources=(source,), to=str(other), cache="coordinator")
    killer.join()
    assert killed.is_set()
    assert (outcome.read, outcome.quarantined) == (16, ())
    run_s3(sources=(source,), cache="here")
    assert tables(there) == tables(bucket)
    assert sorted(objects(there, ".state/")) == sorted(objects(bucket, ".state/"))


def test_another_machine_goes_on_with_what_the_cluster_made(
    scrapes: tuple[str, Bucket], run_dask: Run, run_s3: Run, bucket: Bucket, page: Callable[..., str]
) -> None:
    """A run here builds upon a run there and the other way round, and nothing is read twice."""
    source, place = scrapes
    run_dask(sources=(source,), cache="one")
    place.put("new.txt", page("NEW", days=2).encode())
    assert (found := run_s3(sources=(source,), cache="two")).read == 1
    assert found.manifest.snapshot == 2
    place.put("newer.txt", page("NEWER", days=4).encode())
    assert (found := run_dask(sources=(source,), cache="one")).read == 1
    assert found.manifest.counts["posts"] == 8
    assert not objects(bucket, ".state/exchange/")


def test_an_object_that_is_written_anew_is_not_read_for_another(
    scrapes: tuple[str, Bucket], run_dask: Run, page: Callable[..., str], server: Server
) -> None:
    """A worker that gets other bytes than the run saw leaves the file out as changing; the next run reads it."""
    source, place = scrapes
    asked: list[str] = []

    def rewrite(method: str, key: str) -> None:
        if method == "GET" and key.endswith("/scrapes/karst.txt"):
            asked.append(key)
            if len(asked) == 2:
                place.put("karst.txt", page("OTHER", days=5).encode())

    with trapped(server, rewrite):
        outcome = run_dask(sources=(source,))
    assert [(one.raw_file, one.rule) for one in outcome.quarantined] == [("karst.txt", "changing")]
    assert run_dask(sources=(source,)).read == 1


def test_what_a_killed_run_left_is_swept(
    scrapes: tuple[str, Bucket], run_dask: Run, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the exchange is another run's as long as it is young, and is removed when nobody can be at work with it."""
    left = [".state/exchange/0123456789abcdef/notes-000000", f".state/parses/{'0' * 64}-{'1' * 16}.json.zst"]
    for name in left:
        bucket.put(name, b"left")
    source, place = scrapes
    run_dask(sources=(source,))
    assert all(bucket.get(name) for name in left)
    for module in ("desk", "sweep"):
        monkeypatch.setattr(f"flows.s3.{module}.LEFT_OVER", timedelta(days=-1))
    place.put("copy.txt", b"One more line to be read.")
    run_dask(sources=(source,))
    assert not any(bucket.get(name) for name in left)
    assert len(objects(bucket, ".state/parses/")) == 3


def test_s3_that_fails_on_a_worker_ends_the_run_with_a_sentence(
    scrapes: tuple[str, Bucket], run_dask: Run, bucket: Bucket, server: Server
) -> None:
    """A worker that may not write says which right is missing, and no snapshot is published."""
    source, _ = scrapes
    refused = trapped(server, lambda method, key: 403 if method == "PUT" and "/parses/" in key else None)
    with refused, pytest.raises(FixSettingsError, match="may not write objects"):
        run_dask(sources=(source,))
    assert not bucket.get("current.json")
    assert not objects(bucket, ".state/exchange/")
