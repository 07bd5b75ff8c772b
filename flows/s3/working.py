"""The working copy of a store: its current snapshot in a cache folder of this machine, as a store that a run can extend."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.paths import CROISSANT, DATAPACKAGE, Paths, paths_for
from flows.s3.connection import at_once
from flows.s3.faults import MissingError
from flows.s3.parses import fetch_parses, parses_of
from flows.s3.pointer import Held, fetch_manifest, lacking, read_pointer
from flows.store import replace_file, write_quarantine
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

if TYPE_CHECKING:
    from flows.manifest import Manifest, TableFile
    from flows.s3.bucket import Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a run builds upon.

    Args:
        held: The pointer; None where there is no store yet.
        manifest: The manifest of its snapshot.
        missing_parses: Names of its parses that S3 should have and has not.
    """

    held: Held | None = None
    manifest: "Manifest | None" = None
    missing_parses: frozenset[str] = frozenset()


@contextmanager
def hold_copy(store: Path, *, address: str) -> Iterator[Paths]:
    """Holds the working copy for a whole run, from pull to push.

    Args:
        store: Its folder.
        address: The store's, for what is said.

    Raises:
        FixSettingsError: The cache cannot be written.
        RetryLaterError: Another run of this machine holds it.
    """
    paths = paths_for(store)
    lock = paths.store.with_name("lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FixSettingsError(
            f"The working copy of {address} cannot be made in {lock.parent} ({error.strerror}): name another folder in UNSPUN_CACHE."
        ) from error
    with hold_file(lock, said=f"Another run of this machine is writing {address}"):
        yield paths


@contextmanager
def hold_file(lock: Path, *, said: str) -> Iterator[None]:
    """Holds a lock that the kernel lets go when its holder dies.

    Args:
        lock: The file; its folder is there.
        said: What to say where it is held.

    Raises:
        FixSettingsError: It cannot be written.
        RetryLaterError: Another process holds it.
    """
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise FixSettingsError(f"{lock} cannot be written ({error.strerror}): change its rights.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RetryLaterError(f"{said}; run again when it is done.") from None
        yield
    finally:
        os.close(descriptor)


def pull(bucket: "Bucket", paths: Paths) -> Base:
    """Makes the working copy what the current snapshot is; what it has of it already is not fetched.

    The manifest is taken away first and written last, so that a pull that was killed is gone on with by the next.

    Raises:
        RepairStoreError: The snapshot is not what its manifest says.
        ReplacedError: It was replaced and removed meanwhile.
    """
    held = read_pointer(bucket)
    if held is None:
        _remove(paths.store)
        _remove(paths.snapshots)
        return Base()
    data, manifest = fetch_manifest(bucket, held)
    missing = frozenset(fetch_parses(bucket, parses_of(manifest, paths), paths.parses))
    if not _is_same(paths, data, manifest):
        _remove(paths.snapshots)
        paths.manifest.unlink(missing_ok=True)
        files = {name: file for files in manifest.tables.values() for name, file in files.items()}
        try:
            _fetch_files(bucket, held, files, paths)
        except MissingError as error:
            raise lacking(bucket, held, held.pointer.current, what="a file") from error
        replace_file(paths.manifest, data)
    write_quarantine(paths, manifest)
    return Base(held=held, manifest=manifest, missing_parses=missing)


def _is_same(paths: Paths, data: bytes, manifest: "Manifest") -> bool:
    try:
        return paths.manifest.read_bytes() == data and all(
            (paths.store / name).stat().st_size == file.size
            for files in manifest.tables.values()
            for name, file in files.items()
        )
    except OSError:
        return False


def _fetch_files(bucket: "Bucket", held: Held, files: "dict[str, TableFile]", paths: Paths) -> None:
    tree = held.pointer.tree
    for path in [path for path in paths.store.rglob("*") if not path.is_dir()]:
        name = path.relative_to(paths.store).as_posix()
        if name not in files or path.lstat().st_size != files[name].size:
            path.unlink()
    wanted = sorted(name for name in files if not (paths.store / name).is_file())
    for folder in {(paths.store / name).parent for name in wanted}:
        folder.mkdir(parents=True, exist_ok=True)

    def fetch(name: str) -> None:
        path = paths.store / name
        if bucket.download(f"{tree}/{name}", path) != files[name].sha256:
            path.unlink()
            raise RepairStoreError(
                f"{name} of snapshot {held.pointer.snapshot} of {bucket.address} is damaged: "
                f"unspun rollback --store {bucket.address} goes back to a snapshot that is whole."
            )

    list(at_once(fetch, wanted))
    _, described = bucket.entries(f"{tree}/")
    for found in described:
        name = found.name.removeprefix(f"{tree}/")
        if name in {DATAPACKAGE, CROISSANT}:
            bucket.download(found.name, paths.store / name)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
