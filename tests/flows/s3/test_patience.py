"""A run whose S3 server goes away and comes back: tried again with growing waits, and only where that can help."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.build import Outcome, Request
from flows.patience import build_patiently
from flows.runners.local import Local
from flows.s3.bucket import Bucket
from flows.s3.reading import open_tree
from flows.settings import Settings, load_settings
from transforms.errors import FixSettingsError, MayPassError

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Server = Any  # of conftest
# What boto3 itself asks for before it gives up.
ASKED = 4


@pytest.fixture
def settings(address: str, tmp_path: Path) -> Settings:
    """Those of a store on S3, with short waits."""
    environ = {
        "UNSPUN_CACHE": str(tmp_path / "cache"),
        "UNSPUN_RETRY_SECONDS": "0.02",
        "UNSPUN_RECOGNIZER": "rules",
    }
    return load_settings(store=address, environ=environ, directory=tmp_path)


def build(raw: Path, settings: Settings, said: list[str]) -> Outcome:
    """A patient run."""
    request = Request(raws=(raw,), settings=settings)
    return build_patiently(request, run=Local(), watch=lambda *_: None, say=said.append)


def test_a_server_that_comes_back(server: Server, raw: Path, settings: Settings, bucket: Bucket) -> None:
    """Two tries fail at their last step, and the third publishes all of it."""
    refused: list[str] = []

    def trap(method: str, key: str) -> int | None:
        if method == "PUT" and key.endswith("current.json") and len(refused) < 2 * ASKED:
            refused.append(key)
            return 503
        return None

    server.trap = trap
    said: list[str] = []
    outcome = build(raw, settings, said)
    assert (outcome.is_new, outcome.manifest.snapshot, outcome.read) == (True, 1, 2)
    assert [sentence.partition(" That was ")[2][:10] for sentence in said] == ["try 1 of 4", "try 2 of 4"]
    assert all("S3 could not write objects" in sentence for sentence in said)
    assert open_tree(str(bucket.address)).manifest.counts["posts"] == 4


def test_a_server_that_stays_away(
    server: Server, raw: Path, unspun_s3: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real command tells each wait, ends with 3 and says how often it tried; with no retries it ends at once."""
    assert server.url
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("UNSPUN_RETRY_SECONDS", "0.02")
    done = unspun_s3("run", raw, UNSPUN_RETRIES="1")
    lines = done.stderr.splitlines()
    assert done.returncode == 3
    assert len(lines) == 2
    assert "S3 does not answer" in lines[0]
    assert "That was try 1 of 2; the next is in 0 seconds." in lines[0]
    assert lines[1].endswith("and run again. It was tried 2 times.")
    done = unspun_s3("run", raw, UNSPUN_RETRIES="0")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1


def test_a_right_that_is_missing_is_not_asked_for_again(
    server: Server, raw: Path, settings: Settings
) -> None:
    """Who has to mend something is told at once."""
    server.trap = lambda method, _key: 403 if method == "PUT" else None
    said: list[str] = []
    with pytest.raises(FixSettingsError, match="may not write objects"):
        build(raw, settings, said)
    assert said == []


def test_sources_that_break_off(  # noqa: PLR0913, PLR0917  # fixtures
    server: Server, raw: Path, bucket: Bucket, bucket_name: str, unspun_s3: Command, tmp_path: Path
) -> None:
    """Raw files on S3 that throttle are fetched by the next try."""
    for path in raw.iterdir():
        bucket.put(f"raw/{path.name}", path.read_bytes())
    throttled: list[str] = []

    def trap(method: str, key: str) -> int | None:
        if method == "GET" and key.endswith("velm.txt") and len(throttled) < ASKED:
            throttled.append(key)
            return 429
        return None

    server.trap = trap
    done = unspun_s3(
        "run",
        f"s3://{bucket_name}/autoblogs/raw",
        "--store",
        tmp_path / "store",
        "--json",
        UNSPUN_RETRY_SECONDS="0.02",
    )
    assert done.returncode == 0
    assert "try 1 of 4" in done.stderr
    assert json.loads(done.stdout)["posts"] == 4


def test_what_could_not_be_swept_is_not_published_again(
    server: Server, raw: Path, settings: Settings, run_s3: Run, address: str
) -> None:
    """The snapshot is there: the sentence says so, and a second try would only find nothing new."""
    from dataclasses import replace  # noqa: PLC0415  # only here

    run_s3(raw, snapshots=1)
    (raw / "velm.txt").write_text((raw / "karst.txt").read_text() + "\nMore.\n", encoding="utf-8")
    server.trap = lambda method, _key: 503 if method == "POST" else None
    said: list[str] = []
    with pytest.raises(Exception, match="Snapshot 2 is published, but") as caught:
        build(raw, replace(settings, snapshots=1), said)
    assert not isinstance(caught.value, MayPassError)
    assert said == []
    server.trap = lambda _method, _key: None
    assert open_tree(address).manifest.snapshot == 2
