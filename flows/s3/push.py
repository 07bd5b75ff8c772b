"""Publishes the working copy as the next snapshot: data, descriptions, manifest, and then the pointer on a condition."""

from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from flows.manifest import Manifest
from flows.paths import MANIFEST, Paths
from flows.s3.connection import at_once
from flows.s3.faults import ChangedError, MissingError
from flows.s3.parses import parses_of, send_parses
from flows.s3.pointer import POINTER, Pointer, keep_as, read_pointer, render_pointer
from flows.s3.sweep import sweep
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from flows.s3.bucket import Bucket
    from flows.s3.working import Base

_PROBE = ".state/condition"
# Of no object: an ETag of one that is written in one piece is an MD5 in hexadecimal digits.
_NO_ETAG = '"none"'


def push(bucket: "Bucket", paths: Paths, base: "Base", *, keep: int, has_parses: bool = False) -> bool:
    """Publishes the working copy upon its base.

    Nothing of it is seen before the pointer moves, and it moves only where it is still the base's.

    Args:
        bucket: Where the store is.
        paths: The working copy.
        base: What it was built upon.
        keep: Snapshots that are kept, this one among them.
        has_parses: Whether all parses are there already: workers on other machines need them before.

    Returns:
        Whether it was published; not where somebody else published meanwhile.

    Raises:
        FixSettingsError: The server writes whatever the condition; or as all that is asked of S3.
    """
    data = paths.manifest.read_bytes()
    manifest = msgspec.json.decode(data, type=Manifest)
    kept = keep_as(manifest, data)
    before = base.held.pointer if base.held else None
    if before is None:
        _refuse_deaf(bucket)
    if not has_parses:
        new = parses_of(manifest, paths) - (parses_of(base.manifest, paths) - base.missing_parses)
        send_parses(bucket, new, paths.parses)
    _send_files(bucket, paths, manifest, base=base, tree=kept.tree)
    bucket.put(f"{kept.tree}/{MANIFEST}", data)
    pointer = Pointer.of([*(before.kept if before else []), kept][-keep:])
    is_published = move_pointer(bucket, pointer, etag=base.held.etag if base.held else None)
    if is_published:
        sweep(bucket, pointer, paths=paths, has_early=has_parses)
    return is_published


def move_pointer(bucket: "Bucket", pointer: Pointer, *, etag: str | None) -> bool:
    """Makes a snapshot the current one, where the pointer still has this ETag (None: where there is none).

    Returns:
        Whether it was done.
    """
    try:
        bucket.put_if(POINTER, render_pointer(pointer), etag=etag)
    except ChangedError:
        # The answer to a first try may have been lost and the second was then refused: it is our own pointer.
        held = read_pointer(bucket)
        return held is not None and held.pointer == pointer
    return True


def _refuse_deaf(bucket: "Bucket") -> None:
    """Tries, before the first snapshot, whether the server keeps conditions: some take them and write all the same.

    Raises:
        FixSettingsError: It does not.
    """
    probe = f"{_PROBE}-{token_hex(8)}"  # its own: another run, which removes its probe meanwhile, is no proof
    with suppress(ChangedError):
        bucket.put_if(probe, b"", etag=None)
    is_deaf = False
    for etag in (None, _NO_ETAG):
        with suppress(ChangedError):
            bucket.put_if(probe, b"", etag=etag)
            is_deaf = True
    bucket.delete([probe])
    if is_deaf:
        raise FixSettingsError(
            f"The S3 server of {bucket.address} writes whatever the condition, so that two runs could undo each other: "
            "use one that knows conditional writes (If-Match, If-None-Match)."
        )


def _send_files(bucket: "Bucket", paths: Paths, manifest: Manifest, *, base: "Base", tree: str) -> None:
    before = {
        name: file
        for files in (base.manifest.tables if base.manifest else {}).values()
        for name, file in files.items()
    }
    files = {name: file for files in manifest.tables.values() for name, file in files.items()}
    # An object that was cut is not handed on: the working copy has the whole file.
    sizes = (
        {found.name: found.size for found in bucket.objects(f"{base.held.pointer.tree}/")}
        if base.held
        else {}
    )

    def send(name: str) -> None:
        is_kept = name in files and before.get(name) == files[name]
        if base.held and is_kept and sizes.get(f"{base.held.pointer.tree}/{name}") == files[name].size:
            try:
                bucket.copy(f"{base.held.pointer.tree}/{name}", f"{tree}/{name}", size=files[name].size)
            except MissingError:
                # It was pruned by somebody who published meanwhile, or is lost: the working copy has it.
                pass
            else:
                return
        bucket.upload(paths.store / name, f"{tree}/{name}")

    described = (
        path.name
        for path in paths.store.iterdir()
        if path.is_file() and path.name != MANIFEST and path.name not in files
    )
    list(at_once(send, sorted([*files, *described])))
