"""Prefect's records in PostgreSQL, by the commands that the document gives for it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Documented = Callable[[str], list[str]]
# What conftest.py gives, which a test cannot import (importlib mode).
Machine = Any


def _initdb() -> Path | None:
    found = [*map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), shutil.which("initdb")]
    return next((Path(path) for path in found if path), None)


@pytest.fixture
def cluster() -> Iterator[Path]:
    """A cluster that runs, behind a socket in its folder, for the user unspun."""
    initdb = _initdb()
    if not initdb or not shutil.which("createdb"):
        pytest.skip("PostgreSQL's initdb and createdb are not installed")
    # It does not run as root, and nobody else gets into pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="unspun-"))
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)

    def call(program: str, *words: str) -> None:
        subprocess.run(
            [initdb.with_name(program), "-D", str(folder / "data"), *words],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    try:
        call("initdb", "-U", "unspun", "--auth", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        call("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
        yield folder
        call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def test_the_records_are_there(
    cluster: Path, tmp_path: Path, documented: Documented, start_machine: Callable[..., Machine]
) -> None:
    """The server makes its tables there and keeps records in them, and a dump can be read; there is no SQLite."""
    machine = start_machine(
        tmp_path,
        BACKUP=str(tmp_path),
        PGHOST=str(cluster),
        PGUSER="unspun",
        PREFECT_SERVER_DATABASE_CONNECTION_URL=f"postgresql+asyncpg://unspun@/prefect?host={cluster}",
    )
    try:
        *before, dump = documented("### PostgreSQL")
        for command in before:
            machine.do(command)
        assert machine.ask("work_pools/", {"name": "karst", "type": "process"})["name"] == "karst"
        machine.do(dump)
        assert machine.failed == []
        assert machine.done == ["createdb prefect", dump]
        listed = machine.run("pg_restore --data-only --table work_pool --file - prefect.dump")
        assert "\tkarst\t" in listed.stdout
        assert not (tmp_path / "prefect" / "prefect.db").exists()
    finally:
        # Before the cluster, which the server would wait for.
        machine.end()
