"""The snapshots of a store on S3, and the way back to one of them: copied within S3 and published anew."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from flows.manifest import Manifest, render_manifest
from flows.paths import CROISSANT, DATAPACKAGE, MANIFEST, paths_for
from flows.rollback import Rollback
from flows.s3.address import read_address
from flows.s3.connection import Connection, at_once
from flows.s3.faults import MissingError
from flows.s3.pointer import (
    POINTER,
    SNAPSHOTS,
    Held,
    Kept,
    Pointer,
    decode_manifest,
    fetch_manifest,
    keep_as,
    number_of,
    read_pointer,
)
from flows.s3.push import move_pointer
from flows.s3.reading import find_kept
from flows.s3.sweep import sweep
from flows.snapshots import Snapshot
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

if TYPE_CHECKING:
    from pathlib import Path

    from flows.s3.bucket import Bucket


def list_there(place: str) -> list[Snapshot]:
    """Every snapshot that the pointer names, the newest first.

    Raises:
        RepairStoreError: The pointer is gone or damaged.
        RetryLaterError: S3 does not answer, or the store was replaced meanwhile.
    """
    address = read_address(place)
    bucket = Connection(address).bucket(address)
    held = read_pointer(bucket)
    if held is None:
        return []
    return [_describe(bucket, held, kept) for kept in reversed(held.pointer.kept)]


def roll_back_there(place: str, number: int | None, *, kept: int, working_copy: "Path") -> Rollback:
    """Publishes a snapshot anew, under the next number; where the pointer is gone or damaged, it is made anew.

    Whether a snapshot is whole is told by the names and sizes of its objects; `unspun verify` reads them.

    Args:
        place: The store's address.
        number: The snapshot; None: the newest whole one before the current, of all where the pointer is damaged.
        kept: How many snapshots stay.
        working_copy: Of this machine.

    Raises:
        FixSettingsError: There is no such snapshot.
        RepairStoreError: It is not whole.
        RetryLaterError: Somebody published meanwhile.
    """
    address = read_address(place)
    bucket = Connection(address).bucket(address)
    try:
        held = read_pointer(bucket)
        if held is None:
            raise FixSettingsError(f"{address} keeps no snapshot to go back to: the first run makes one.")
    except RepairStoreError:
        held = _find_held(bucket)
        is_damaged = True
    else:
        is_damaged = False
    taken, manifest, passed_over = _choose(bucket, held, number, is_damaged=is_damaged)
    manifest = msgspec.structs.replace(
        manifest,
        snapshot=held.pointer.snapshot + 1,
        run={
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "rolled_back_to": taken.snapshot,
        },
    )
    data = render_manifest(manifest)
    new = keep_as(manifest, data)
    _copy_tree(bucket, manifest, source=taken.tree, target=new.tree)
    bucket.put(f"{new.tree}/{MANIFEST}", data)
    pointer = Pointer.of([*held.pointer.kept, new][-kept:])
    if not move_pointer(bucket, pointer, etag=held.etag or None):
        raise RetryLaterError(
            f"Somebody published {address} meanwhile, and nothing was changed: look with unspun snapshots and roll back again."
        )
    sweep(bucket, pointer, paths=paths_for(working_copy))
    return Rollback(number=taken.snapshot, manifest=manifest, passed_over=passed_over)


def _describe(bucket: "Bucket", held: Held, kept: Kept) -> Snapshot:
    path = f"{bucket.address}/{kept.tree}"
    is_current = kept == held.pointer.current
    try:
        _, manifest = fetch_manifest(bucket, held, kept)
    except RepairStoreError:
        return Snapshot(number=kept.snapshot, is_current=is_current, path=path, is_readable=False)
    files = [file for table in manifest.tables.values() for file in table.values()]
    return Snapshot(
        number=kept.snapshot,
        finished_at=str(manifest.run.get("finished_at", "")),
        rows=sum(file.rows for file in files),
        files=len(files),
        size=sum(file.size for file in files),
        is_current=is_current,
        path=path,
    )


def _find_held(bucket: "Bucket") -> Held:
    """A pointer like the one that is gone or damaged: at every tree that has its manifest.

    Raises:
        FixSettingsError: There is none.
    """
    found: dict[int, Kept] = {}
    for folder in bucket.entries(SNAPSHOTS)[0]:
        tree = folder.removesuffix("/")
        number = number_of(tree)
        # Written last, and named for in the folder: a tree that was never finished has none.
        manifest = bucket.get(f"{tree}/{MANIFEST}") if number else None
        if number and manifest:
            digest = sha256(manifest[0]).hexdigest()
            found[number] = Kept(snapshot=number, tree=tree, manifest_sha256=digest)
    if not found:
        raise FixSettingsError(
            f"{bucket.address} has no snapshot that is finished: delete its {POINTER} and run again with all raw files."
        )
    damaged = bucket.get(POINTER)
    return Held(
        pointer=Pointer.of([found[number] for number in sorted(found)]), etag=damaged[1] if damaged else ""
    )


def _choose(
    bucket: "Bucket", held: Held, number: int | None, *, is_damaged: bool
) -> tuple[Kept, Manifest, tuple[str, ...]]:
    if number is not None:
        kept = find_kept(held, number, store=str(bucket.address))
        return kept, _read_whole(bucket, kept), ()
    earlier = held.pointer.kept if is_damaged else held.pointer.kept[:-1]
    if not earlier:
        raise FixSettingsError(
            f"{bucket.address} keeps no snapshot before the current one; unspun snapshots lists what it keeps."
        )
    reasons: list[str] = []
    for kept in reversed(earlier):
        try:
            return kept, _read_whole(bucket, kept), tuple(reasons)
        except RepairStoreError as error:
            reasons.append(str(error))
    raise RepairStoreError(
        " ".join([*reasons, f"Run again with all raw files and another --store than {bucket.address}."])
    )


def _read_whole(bucket: "Bucket", kept: Kept) -> Manifest:
    found = bucket.get(f"{kept.tree}/{MANIFEST}")
    manifest = decode_manifest(bucket, kept, found[0]) if found else None
    if manifest is None:
        raise RepairStoreError(
            f"Snapshot {kept.snapshot} has no {MANIFEST}; unspun snapshots lists the others."
        )
    sizes = {listed.name: listed.size for listed in bucket.objects(f"{kept.tree}/")}
    for files in manifest.tables.values():
        for name, file in files.items():
            if sizes.get(f"{kept.tree}/{name}") != file.size:
                raise RepairStoreError(
                    f"Snapshot {kept.snapshot} is damaged ({name} is missing or cut); unspun snapshots lists the others."
                )
    return manifest


def _copy_tree(bucket: "Bucket", manifest: Manifest, *, source: str, target: str) -> None:
    files = {name: file.size for files in manifest.tables.values() for name, file in files.items()}

    def copy(name: str) -> None:
        try:
            bucket.copy(f"{source}/{name}", f"{target}/{name}", size=files.get(name, 0))
        except MissingError as error:
            if name in files:
                raise RetryLaterError(
                    f"{bucket.address} was replaced while it was copied; look with unspun snapshots and roll back again."
                ) from error

    list(at_once(copy, [*files, DATAPACKAGE, CROISSANT]))
