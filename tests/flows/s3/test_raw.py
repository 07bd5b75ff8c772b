"""Raw files on S3 are read as files are; no key leads out of the mirror, and nothing is fetched twice."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.build import Outcome, Request
from flows.runners.local import Local
from flows.s3.address import read_address
from flows.s3.choice import build_anywhere
from flows.s3.names import folders_of, refuse_name
from flows.s3.raw import Fetched, fetch_raw
from flows.settings import Caps, load_settings
from transforms.errors import FixSettingsError, RetryLaterError, SkipDocumentError

Run = Callable[..., Outcome]
Page = Callable[..., str]
Command = Callable[..., subprocess.CompletedProcess[str]]
Parquet = Callable[[Path], dict[str, bytes]]
Server = Any  # of conftest
Client = Any  # boto3's clients have no type
Put = Callable[[dict[str, str | bytes]], None]


@pytest.fixture
def put(client: Client, bucket_name: str) -> Put:
    """Puts objects by key."""

    def put_all(objects: dict[str, str | bytes]) -> None:
        for key, body in objects.items():
            client.put_object(Bucket=bucket_name, Key=key, Body=body)

    return put_all


@pytest.fixture
def fetch(bucket_name: str, tmp_path: Path) -> Callable[..., Fetched]:
    """Fetches a prefix of the bucket."""

    def call(prefix: str = "raw", caps: Caps | None = None, leave_out: str | None = None) -> Fetched:
        return fetch_raw(
            read_address(f"s3://{bucket_name}/{prefix}"),
            tmp_path / "mirrors",
            caps=caps or Caps(),
            leave_out=read_address(leave_out) if leave_out else None,
        )

    return call


def _names(fetched: Fetched) -> list[str]:
    return sorted(
        path.relative_to(fetched.path).as_posix() for path in fetched.path.rglob("*") if path.is_file()
    )


def _rules(fetched: Fetched) -> dict[str, str]:
    return {refusal.raw_file: refusal.rule for refusal in fetched.refusals}


def test_a_run_of_objects_is_a_run_of_files(  # noqa: PLR0913, PLR0917  # fixtures
    put: Put, page: Page, raw: Path, unspun_s3: Command, store: Path, run_build: Run, bucket_name: str,
    parquet: Parquet, tmp_path: Path,
) -> None:  # fmt: skip
    """A prefix, an object and a local folder in one run give the tables of the same files on the disk."""
    put(
        {
            "scrapes/a/one.txt": page("ONE", days=4),
            "scrapes-too/no.txt": page("NO"),
            "two.txt": page("TWO", days=5),
        }
    )
    done = unspun_s3(
        "run", raw, f"s3://{bucket_name}/scrapes", f"s3://{bucket_name}/two.txt", "--store", store
    )
    assert (done.returncode, done.stderr) == (0, "")
    copy = tmp_path / "copy"
    (copy / "a").mkdir(parents=True)
    (copy / "a" / "one.txt").write_text(page("ONE", days=4), encoding="utf-8")
    (copy / "two.txt").write_text(page("TWO", days=5), encoding="utf-8")
    local = run_build(raw, copy, to=tmp_path / "other" / "processed")
    assert parquet(store) == parquet(local.store)
    names = {name for entry in local.manifest.raw.values() for name in entry.names}
    assert names == {"a/one.txt", "karst.txt", "two.txt", "velm.txt"}


def test_steps_go_through_the_runner(
    put: Put, page: Page, bucket_name: str, address: str, tmp_path: Path
) -> None:
    """A run that is recorded shows what S3 adds to it, as steps of their own."""
    put({"raw/one.txt": page("ONE")})
    names = []

    class Noting(Local):
        """Notes the names of steps."""

        def __call__(
            self, name: str, step: Callable[..., Any], /, *arguments: object, **options: object
        ) -> Any:  # noqa: ANN401  # what the step gives
            names.append(name)
            return super().__call__(name, step, *arguments, **options)

    settings = load_settings(
        store=address, environ={"UNSPUN_CACHE": str(tmp_path / "cache")}, directory=tmp_path
    )
    settings = replace(settings, sources=(f"s3://{bucket_name}/raw",))
    build_anywhere(Request(raws=(), settings=settings), run=Noting(), watch=lambda *_: None)
    assert names[:3] == ["fetch", "pull", "scan"]
    assert names[-2:] == ["publish", "push"]


def test_prune_follows_the_prefix(
    put: Put,
    page: Page,
    run_s3: Run,
    client: Client,
    bucket_name: str,
) -> None:
    """An object that is gone stays in the store until --prune; store and raw files may lie in one bucket."""
    put({"one.txt": page("ONE"), "two.txt": page("TWO", days=4)})
    sources = (f"s3://{bucket_name}",)
    assert run_s3(sources=sources).manifest.counts["posts"] == 4
    client.delete_object(Bucket=bucket_name, Key="two.txt")
    assert run_s3(sources=sources).manifest.counts["posts"] == 4
    outcome = run_s3(sources=sources, is_mirror=True)
    assert outcome.manifest.counts["posts"] == 2
    assert [entry.names for entry in outcome.manifest.raw.values()] == [["one.txt"]]
    assert not outcome.quarantined


def test_nothing_is_fetched_twice(put: Put, fetch: Callable[..., Fetched], server: Server) -> None:
    """An object with the same ETag is not fetched again; one that changed is, and one that is gone goes."""
    put({"raw/a": "1", "raw/b": "2", "raw/c/d": "3"})
    assert _names(fetch()) == ["a", "b", "c/d"]
    put({"raw/b": "4"})
    server.asked.clear()
    fetched = fetch()
    assert (fetched.path / "b").read_text(encoding="utf-8") == "4"
    got = [one.key for one in server.asked if one.method == "GET" and one.key.endswith(("/a", "/b", "/d"))]
    assert [key.rpartition("/")[2] for key in got] == ["b"]
    # A file that was cut, or a note of one that was lost, is no reason to trust it.
    (fetched.path / "a").write_text("", encoding="utf-8")
    assert (fetch().path / "a").read_text(encoding="utf-8") == "1"


HOSTILE = {
    "raw/../out": "name_outside",
    "raw/a/../../out": "name_outside",
    "raw//etc/passwd": "name_outside",
    "raw/./a": "name_outside",
    "raw/..": "name_outside",
    "raw/nul\0x": "name_impossible",
    f"raw/{'x' * 300}": "name_impossible",
    f"raw/{'ü' * 150}": "name_impossible",
}


def test_hostile_keys_lead_nowhere(put: Put, fetch: Callable[..., Fetched], tmp_path: Path) -> None:
    """What no file may be called is refused with a reason; all else is a file of that name within the mirror."""
    fine = ["new\\line", "sp ace+plus%2F", "ü/ß.txt", "quote'\"<>&", "back\\slash", "-rf", "a:b", "tab\there"]
    hidden = ["raw/.git/config", "raw/x/.hidden", "raw/folder/", "raw/"]
    put(dict.fromkeys([*HOSTILE, *(f"raw/{name}" for name in fine), *hidden], "text"))
    fetched = fetch()
    assert _names(fetched) == sorted(fine)
    assert sorted(_rules(fetched).values()) == sorted(HOSTILE.values())
    assert {path.name for path in tmp_path.iterdir()} == {"mirrors"}
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and fetched.path not in path.parents]
    assert sorted(path.name for path in outside) == ["address", "fetched.jsonl"]


def test_a_key_that_is_a_folder_too(put: Put, fetch: Callable[..., Fetched]) -> None:
    """S3 has both, a disk cannot: the longer names are files, the shorter is refused; and so again when they change."""
    put({"raw/a": "1", "raw/a/b": "2", "raw/c": "3"})
    fetched = fetch()
    assert (_names(fetched), _rules(fetched)) == (["a/b", "c"], {"a": "name_impossible"})
    put({"raw/c/d": "4"})
    fetched = fetch()
    assert (_names(fetched), _rules(fetched)) == (
        ["a/b", "c/d"],
        {"a": "name_impossible", "c": "name_impossible"},
    )


def test_a_large_object_is_not_fetched(put: Put, fetch: Callable[..., Fetched], server: Server) -> None:
    """Its size is known before; a cap that is raised lets it in."""
    put({"raw/large": "x" * 11, "raw/small": "x"})
    fetched = fetch(caps=Caps(max_file_bytes=10))
    assert (_names(fetched), _rules(fetched)) == (["small"], {"large": "too_large"})
    assert not [one for one in server.asked if one.method == "GET" and one.key.endswith("/large")]
    assert _names(fetch()) == ["large", "small"]


def test_what_changes_meanwhile(
    put: Put, fetch: Callable[..., Fetched], client: Client, bucket_name: str, server: Server
) -> None:
    """An object that changed after it was listed is fetched as it is now; one that keeps changing or is gone is refused."""
    put({"raw/gone": "1", "raw/once": "1", "raw/restless": "1", "raw/still": "1"})
    turns = iter(range(100))

    def meddle(method: str, key: str) -> None:
        name = key.rpartition("/")[2]
        if method != "GET" or name not in {"gone", "once", "restless"}:
            return
        if name == "gone":
            client.delete_object(Bucket=bucket_name, Key="raw/gone")
        elif name == "restless" or not changed:
            put({f"raw/{name}": f"changed {next(turns)}"})
            if name == "once":
                changed.append(name)

    changed: list[str] = []
    server.trap = meddle
    fetched = fetch()
    assert _rules(fetched) == {"gone": "unreadable", "restless": "changing"}
    assert _names(fetched) == ["once", "still"]
    assert (fetched.path / "once").read_text(encoding="utf-8").startswith("changed")


def test_an_object_that_may_not_be_read_is_quarantined(
    put: Put, fetch: Callable[..., Fetched], server: Server
) -> None:
    """One object without rights is left out; a server that fails is a reason to come again."""
    put({"raw/mine": "1", "raw/theirs": "1"})
    server.trap = lambda method, key: 403 if method == "GET" and key.endswith("theirs") else None
    fetched = fetch()
    assert (_names(fetched), _rules(fetched)) == (["mine"], {"theirs": "unreadable"})
    server.trap = lambda method, key: 503 if method == "GET" and key.endswith("theirs") else None
    with pytest.raises(RetryLaterError, match="run again later"):
        fetch()


def test_stores_are_no_raw_files(put: Put, fetch: Callable[..., Fetched], bucket_name: str) -> None:
    """A store below the prefix is left out, its own in silence; a prefix that is one is refused."""
    for place in ("raw/own/", "raw/other/"):
        put({f"{place}current.json": "{}", f"{place}snapshots/1-00000000/_manifest.json": "{}"})
    put({"raw/own/.state/parses/x": "1", "raw/page.txt": "1", "raw/current.json": "1"})
    fetched = fetch(leave_out=f"s3://{bucket_name}/raw/own")
    assert (_names(fetched), _rules(fetched)) == (["current.json", "page.txt"], {"other": "store"})
    with pytest.raises(FixSettingsError, match="is a store of tables"):
        fetch("raw/other")
    with pytest.raises(FixSettingsError, match="holds no object"):
        fetch("nothing")


@pytest.mark.parametrize("name", ["a", "a/b", "ü" * 127, "..a", "a..", "..."])
def test_ordinary_names_are_taken(name: str) -> None:
    """Dots within a name lead nowhere."""
    refuse_name(name, folders=folders_of([name]))
    with pytest.raises(SkipDocumentError):
        refuse_name(f"../{name}", folders=set())
