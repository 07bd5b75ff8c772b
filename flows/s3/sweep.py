"""Takes away what no pointer names any more: snapshots beyond those that are kept, and what killed runs left."""

from typing import TYPE_CHECKING

from flows.s3.pointer import SNAPSHOTS, number_of

if TYPE_CHECKING:
    from flows.s3.bucket import Bucket
    from flows.s3.pointer import Pointer


def sweep(bucket: "Bucket", pointer: "Pointer") -> None:
    """Removes the trees that can never be current.

    That is every tree that the pointer does not name and whose number is not beyond the current one: whoever still
    sends one built upon a pointer that is gone, so that the condition of the last write fails. A tree beyond the
    current number may be another run's, which is sending it right now, and is left.
    """
    named = {kept.tree for kept in pointer.kept}
    for folder in bucket.entries(SNAPSHOTS)[0]:
        tree = folder.removesuffix("/")
        number = number_of(tree)
        if number is not None and number <= pointer.snapshot and tree not in named:
            bucket.delete([found.name for found in bucket.objects(folder)])
