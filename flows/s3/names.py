"""Names of objects as names of files: S3 takes any text for a key, and a file system does not."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from transforms.errors import SkipDocumentError

# Of one part of a path, in bytes: what ext4, XFS, APFS and NTFS take.
_LONGEST_PART = 255


def is_hidden(name: str) -> bool:
    """Whether it is no raw file, as a hidden file is none: a part begins with a dot, or it stands for a folder."""
    parts = name.split("/")
    return (
        not name
        or name.endswith("/")
        or any(part.startswith(".") and part not in {".", ".."} for part in parts)
    )


def folders_of(names: Iterable[str]) -> set[str]:
    """Every name that a file system must make a folder of."""
    return {str(folder) for name in names for folder in PurePosixPath(name).parents}


def refuse_name(name: str, *, folders: set[str]) -> None:
    """Nothing for a name that a file below a folder can have.

    Args:
        name: An object's key below the prefix.
        folders: Of `folders_of`, of all names that are taken.

    Raises:
        SkipDocumentError: It leads out of the folder, or no file can have it.
    """
    parts = name.split("/")
    if not {"", ".", ".."}.isdisjoint(parts):
        raise SkipDocumentError(
            "name_outside",
            "Its key has an empty part, “.” or “..”, and leads out of a folder: rename the object.",
        )
    if "\0" in name or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in parts):
        raise SkipDocumentError(
            "name_impossible", "No file can have its key as a name (too long, or a NUL): rename the object."
        )
    if name in folders:
        raise SkipDocumentError(
            "name_impossible", "The keys of other objects make a folder of its key: rename the object."
        )


def stores_in(names: Iterable[str], *, pointer: str, snapshots: str) -> Iterator[str]:
    """Folders (with their slash; "" for the outermost) that are stores of tables."""
    known = set(names)
    for name in sorted(known):
        folder = name.removesuffix(pointer)
        if name.endswith(pointer) and (not folder or folder.endswith("/")):
            start = f"{folder}{snapshots}"
            if any(other.startswith(start) for other in known):
                yield folder
