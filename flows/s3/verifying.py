"""Verifies a store on S3, or one of its snapshots, by reading every object of it."""

from collections.abc import Callable

from flows.paths import MANIFEST
from flows.s3.reading import open_tree
from flows.verify import Fault, Verdict, verify_tree
from transforms.errors import RepairStoreError, RetryLaterError


def verify_there(
    place: str, *, snapshot: int | None, memory_bytes: int, watch: Callable[[int, int], None]
) -> Verdict:
    """Looks through the current snapshot of a store, or through another that is kept.

    Args:
        place: The store's address.
        snapshot: A number; None for the current one.
        memory_bytes: Memory that this may take.
        watch: Told how many steps of how many are done.

    Raises:
        FixSettingsError: There is no store, no such snapshot, or no way to reach it.
        RetryLaterError: S3 does not answer, or the snapshot was removed meanwhile.
    """
    try:
        tree = open_tree(place, snapshot=snapshot)
    except RepairStoreError as error:
        return Verdict(faults=(Fault(rule="manifest", place=MANIFEST, detail=str(error)),))
    verdict = verify_tree(tree.filesystem(), tree.manifest, memory_bytes=memory_bytes, watch=watch)
    if not verdict.is_sound and not tree.is_kept():
        raise RetryLaterError(f"{tree.store} was replaced while it was read; verify it again.")
    return verdict
