"""What goes wrong between here and S3 is one sentence with the next act, the right exit code, and no secret."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.build import Outcome
from flows.s3.address import read_address
from flows.s3.bucket import Bucket
from flows.s3.connection import Connection
from flows.s3.reading import open_tree
from flows.settings import load_settings
from transforms.errors import FixSettingsError, RetryLaterError, UnspunError

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Server = Any  # of conftest


@pytest.mark.parametrize(
    ("environment", "kind", "words"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, FixSettingsError, "There are no credentials for s3://"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, FixSettingsError, "lack a half"),
        ({"AWS_PROFILE": "nobody"}, FixSettingsError, "The AWS profile cannot be used"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, RetryLaterError, "S3 does not answer"),
    ],
)
def test_an_environment_that_is_wrong(  # noqa: PLR0913, PLR0917  # fixtures and cases
    server: Server,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    kind: type[UnspunError],
    words: str,
) -> None:
    """Credentials, profile and endpoint are named; who does not answer may answer later."""
    assert server.url
    for name, value in environment.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    with pytest.raises(kind, match=words) as caught:
        open_tree(address)
    assert "test-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (403, FixSettingsError, "These credentials may not read objects at s3://"),
        (301, FixSettingsError, "is in another region"),
        (400, FixSettingsError, "S3 refused to read objects"),
        (503, RetryLaterError, "S3 could not read objects .* run again later"),
        (500, RetryLaterError, "S3 could not read objects .* run again later"),
    ],
)
def test_an_answer_that_is_none(
    server: Server, address: str, status: int, kind: type[UnspunError], words: str
) -> None:
    """An answer is told by what mends it; what may pass was tried several times, and not for ever."""
    server.asked.clear()
    server.trap = lambda method, _key: status if method == "GET" else None
    with pytest.raises(kind, match=words):
        open_tree(address)
    # What may pass is tried four times; after a redirect the bucket's own region is tried.
    tries = 4 if kind is RetryLaterError else 2 if status == 301 else 1
    assert [one.status for one in server.asked if one.method == "GET"] == [status] * tries


def test_a_bucket_that_is_not_there(server: Server, raw: Path, unspun_s3: Command) -> None:
    """Reading and writing say so."""
    assert server.url
    done = unspun_s3("run", raw, "--store", "s3://no-such-bucket/x")
    assert done.returncode == 2
    assert done.stderr.startswith("unspun: There is no bucket no-such-bucket: make it")
    assert "test-secret" not in done.stderr + done.stdout


def test_a_right_to_write_that_is_missing(server: Server, raw: Path, run_s3: Run) -> None:
    """Who may read and not write is told at the end of the run, and nothing is published."""
    server.trap = lambda method, _key: 403 if method == "PUT" else None
    with pytest.raises(FixSettingsError, match="may not write objects"):
        run_s3(raw)


def test_a_right_to_delete_that_is_missing(server: Server, raw: Path, run_s3: Run, address: str) -> None:
    """The snapshot is published all the same, and the sentence says so."""
    run_s3(raw, snapshots=1)
    server.trap = lambda method, _key: 403 if method == "POST" else None
    (raw / "velm.txt").unlink()
    with pytest.raises(FixSettingsError, match=r"Snapshot 2 is published, but .* may not delete objects"):
        run_s3(raw, snapshots=1, is_mirror=True)
    assert open_tree(address).manifest.counts["posts"] == 2


def test_a_server_that_does_not_keep_conditions(
    server: Server, raw: Path, run_s3: Run, bucket: Bucket
) -> None:
    """It is refused before anything is published: two runs could undo each other."""
    server.deaf = ("HTTP_IF_NONE_MATCH",)
    with pytest.raises(FixSettingsError, match="writes whatever the condition"):
        run_s3(raw)
    server.deaf = ("HTTP_IF_MATCH",)
    with pytest.raises(FixSettingsError, match="writes whatever the condition"):
        run_s3(raw)
    assert not list(bucket.objects(""))


def test_boto3_is_an_extra(tmp_path: Path, unspun_s3: Command, server: Server) -> None:
    """Without it the sentence names the extra; a local store needs none of it."""
    assert server.url
    (tmp_path / "missing").mkdir()
    (tmp_path / "missing" / "boto3.py").write_text("raise ImportError\n", encoding="utf-8")
    done = unspun_s3("tables", PYTHONPATH=f"{tmp_path / 'missing'}:{':'.join(sys.path)}")
    assert done.returncode == 2
    assert "needs boto3: pip install 'unspun[s3]'" in done.stderr


def test_local_readers_do_not_pay(tmp_path: Path, raw: Path, run_build: Run) -> None:
    """A question to a local store, and a run of one, bring in nothing of S3's library."""
    store = run_build(raw).store
    code = (
        "import sys; from flows.cli import cli; "
        f"cli.main(['query', 'from tags', '--store', {str(store)!r}], standalone_mode=False); "
        f"cli.main(['run', {str(raw)!r}, '--store', {str(store)!r}, '--recognizer', 'rules'], standalone_mode=False); "
        "assert not {'boto3', 'botocore', 'flows.s3.connection'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_cache_that_cannot_be_written(server: Server, raw: Path, run_s3: Run, tmp_path: Path) -> None:
    """The variable that names another is told."""
    assert server.url
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FixSettingsError, match="UNSPUN_CACHE"):
        run_s3(raw, cache="file")


def test_one_run_at_a_time_on_one_machine(
    server: Server, raw: Path, run_s3: Run, address: str, tmp_path: Path
) -> None:
    """Two runs with one working copy: the second leaves with a word."""
    from flows.s3.working import hold_copy  # noqa: PLC0415  # only here

    assert server.url
    settings = load_settings(
        store=address,
        environ={"UNSPUN_CACHE": str(tmp_path / "cache"), "AWS_ENDPOINT_URL": server.url},
        directory=tmp_path,
    )
    with (
        hold_copy(settings.store, address=address),
        pytest.raises(RetryLaterError, match="Another run of this machine"),
    ):
        run_s3(raw)


@pytest.mark.parametrize(
    "place",
    [
        "s3://",
        "s3:///x",
        "s3://b",
        "s3://bucket/a//b",
        "s3://bucket/../x",
        "s3://bucket/a\nb",
        "s3://bück/x",
        "s3://bucket//",
    ],
)
def test_an_address_that_is_none(place: str) -> None:
    """It is refused before anybody is asked."""
    with pytest.raises(FixSettingsError):
        read_address(place)


@pytest.mark.parametrize(
    ("place", "told", "key"),
    [
        ("s3://bucket", "s3://bucket", "x"),
        ("s3://bucket/", "s3://bucket", "x"),
        ("S3://bucket/a b/c/", "s3://bucket/a b/c", "a b/c/x"),
    ],
)
def test_an_address(place: str, told: str, key: str) -> None:
    """A slash at the end says nothing, and the scheme's case neither."""
    address = read_address(place)
    assert (str(address), address.key("x")) == (told, key)


def test_where_the_working_copy_is(tmp_path: Path) -> None:
    """UNSPUN_CACHE, else the system's cache folder; a folder of its own for each address and server."""

    def store(place: str = "s3://bucket/x", **environ: str) -> Path:
        return load_settings(store=place, environ=environ, directory=tmp_path).store

    told, system = store(UNSPUN_CACHE="/c"), store(XDG_CACHE_HOME="/x")
    assert told.parts[:2] == ("/", "c")
    assert system.parts[:3] == ("/", "x", "unspun")
    assert told.name == system.name == "processed"
    assert store(XDG_CACHE_HOME="relative").is_relative_to(Path.home())
    assert store(UNSPUN_CACHE="/c", place="s3://bucket/x/") == told
    places = {
        told,
        store(UNSPUN_CACHE="/c", place="s3://bucket/y"),
        store(UNSPUN_CACHE="/c", AWS_ENDPOINT_URL="http://localhost"),
    }
    assert len(places) == 3


def test_a_connection_takes_the_region_of_the_environment(server: Server) -> None:
    """AWS_REGION, which boto3 alone does not ask for, and the endpoint."""
    connection = Connection(read_address("s3://bucket"))
    assert connection.bucket(read_address("s3://bucket")).endpoint == server.url
    assert connection.region == "eu-central-1"
