"""What changed between two snapshots of a store on S3, of which only what differs is fetched."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
Server = Any  # of conftest


@pytest.mark.usefixtures("six_posts")
def test_changes_of_a_store_there(unspun_s3: Command, server: Server) -> None:
    """The pointer says what is kept; nothing is written there, and no table is asked for that tells nothing."""
    server.asked.clear()
    done = unspun_s3("changes", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["before"], told["now"], told["raw_new"]) == (1, 2, ["new.txt"])
    assert (told["articles"]["new"], told["articles"]["gone"]) == (2, 0)
    assert server.writes() == []
    asked = {one.key.partition("/snapshots/")[2].partition("/")[2].partition("/")[0] for one in server.asked}
    assert {"articles", "tags", "entities", "summaries", "_manifest.json"} <= asked
    assert asked.isdisjoint({"lines", "sightings", "boilerplate"})


@pytest.mark.usefixtures("four_posts")
def test_the_first_snapshot_there(unspun_s3: Command) -> None:
    """It has nothing before it."""
    done = unspun_s3("changes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The first snapshot." in done.stdout
