"""Takes away what no pointer names any more: snapshots beyond those that are kept, their parses, and what killed runs left."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from flows.manifest import Manifest
from flows.paths import MANIFEST
from flows.s3.parses import list_parses, object_of, parses_of
from flows.s3.pointer import SNAPSHOTS, number_of
from transforms.errors import RetryLaterError, UnspunError

if TYPE_CHECKING:
    from flows.paths import Paths
    from flows.s3.bucket import Bucket
    from flows.s3.pointer import Pointer

# What nobody names and is older was left by a run that failed: none is at work for so long without publishing.
LEFT_OVER = timedelta(days=7)


def sweep(bucket: "Bucket", pointer: "Pointer", *, paths: "Paths", has_early: bool = False) -> None:
    """Removes the trees that can never be current, and the parses that none but they were made of.

    Such a tree is every one that the pointer does not name and whose number is not beyond the current one: whoever still
    sends one built upon a pointer that is gone, so that the condition of his last write fails. A tree beyond the
    current number may be another run's, which is sending it right now, and is left to the run that takes its number.

    Args:
        bucket: Where the store is.
        pointer: As it was just moved.
        paths: Those that name the parses.
        has_early: Whether parses are sent before they are published, so that a run that failed left some that no tree names.

    Raises:
        UnspunError: Something could not be removed; the snapshot is published all the same.
    """
    try:
        _sweep(bucket, pointer, paths, early=_early(bucket) if has_early else set())
    except UnspunError as error:
        said = f"Snapshot {pointer.snapshot} is published, but what is no longer kept could not be removed"
        # Tried again, the run would find nothing new and remove nothing: the next that publishes does.
        kind = RetryLaterError if isinstance(error, RetryLaterError) else type(error)
        raise kind(f"{said}: {error}") from None


def _early(bucket: "Bucket") -> set[str]:
    return list_parses(bucket, before=datetime.now(UTC) - LEFT_OVER)


def _sweep(bucket: "Bucket", pointer: "Pointer", paths: "Paths", *, early: set[str]) -> None:
    named = {kept.tree for kept in pointer.kept}
    trees = [folder.removesuffix("/") for folder in bucket.entries(SNAPSHOTS)[0]]
    gone = [
        tree
        for tree in trees
        if tree not in named and (number_of(tree) or pointer.snapshot + 1) <= pointer.snapshot
    ]
    unused = early | {name for tree in gone for name in _parses(bucket, tree, paths)}
    # The current one first: it has nearly all of them, and then nothing more is asked.
    for kept in reversed(pointer.kept):
        unused -= _parses(bucket, kept.tree, paths) if unused else set()
    bucket.delete([object_of(name) for name in sorted(unused)])
    for tree in gone:
        # The manifest last: as long as it is there, the next sweep knows the parses.
        names = [found.name for found in bucket.objects(f"{tree}/")]
        manifest = f"{tree}/{MANIFEST}"
        bucket.delete([name for name in names if name != manifest])
        bucket.delete([name for name in names if name == manifest])


def _parses(bucket: "Bucket", tree: str, paths: "Paths") -> set[str]:
    found = bucket.get(f"{tree}/{MANIFEST}")
    try:
        return parses_of(msgspec.json.decode(found[0], type=Manifest), paths) if found else set()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return set()
