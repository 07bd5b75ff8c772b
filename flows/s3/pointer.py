"""current.json: which snapshot is current and which are kept; moved only by a write on a condition."""

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
import re2

from flows.manifest import FORMAT as MANIFEST_FORMAT
from flows.manifest import Manifest
from flows.paths import MANIFEST
from flows.tree import refuse_outside
from transforms.errors import FixSettingsError, MayPassError, RepairStoreError

if TYPE_CHECKING:
    from flows.s3.bucket import Bucket

POINTER = "current.json"
SNAPSHOTS = "snapshots/"
FORMAT = 1
# "snapshots/7-1f3a9c02": the number, and the beginning of its manifest's digest, so that no two attempts share a folder.
_TREE = re2.compile(r"^snapshots/([1-9][0-9]{0,8})-[0-9a-f]{8}$")
_DIGEST_SHOWN = 8


# A digest and a version's key, which name a parse.
_RAW_KEY = re2.compile(r"^[0-9a-f]{64}-[0-9A-Za-z._-]{1,128}$")


class ReplacedError(MayPassError):
    """The snapshot was replaced and removed while it was read."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot: its number, the folder of its tree below the store, and the SHA-256 of its manifest."""

    snapshot: int
    tree: str
    manifest_sha256: str


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """The current snapshot, and every one that is kept, by number, the current one last."""

    format: int = FORMAT
    snapshot: int
    tree: str
    manifest_sha256: str
    kept: list[Kept]

    @classmethod
    def of(cls, kept: list[Kept]) -> "Pointer":
        """The pointer at the last of these."""
        return cls(
            snapshot=kept[-1].snapshot,
            tree=kept[-1].tree,
            manifest_sha256=kept[-1].manifest_sha256,
            kept=kept,
        )

    @property
    def current(self) -> Kept:
        """The current snapshot."""
        return self.kept[-1]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The pointer as it was read, with the ETag that it must still have when it is moved."""

    pointer: Pointer
    etag: str


def keep_as(manifest: Manifest, data: bytes) -> Kept:
    """How a snapshot with this manifest is called."""
    digest = sha256(data).hexdigest()
    return Kept(
        snapshot=manifest.snapshot,
        tree=f"{SNAPSHOTS}{manifest.snapshot}-{digest[:_DIGEST_SHOWN]}",
        manifest_sha256=digest,
    )


def number_of(tree: str) -> int | None:
    """The number in the name of a tree; None where it is not ours."""
    found = _TREE.match(tree)
    return int(found[1]) if found else None


def read_pointer(bucket: "Bucket") -> Held | None:
    """The pointer; None where there is no store yet.

    Raises:
        RepairStoreError: It is damaged, or gone although snapshots are there.
    """
    found = bucket.get(POINTER)
    if found is None:
        trees = [number_of(folder.removesuffix("/")) for folder in bucket.entries(SNAPSHOTS)[0]]
        # A first run that was killed leaves a snapshot 1 that never became current.
        if any(number and number > 1 for number in trees):
            raise RepairStoreError(
                f"{bucket.address} has snapshots but no {POINTER}: "
                f"unspun rollback --store {bucket.address} makes the newest whole one current."
            )
        return None
    data, etag = found
    try:
        pointer = msgspec.json.decode(data, type=Pointer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(bucket) from error
    if pointer.format != FORMAT:
        raise RepairStoreError(
            f"{POINTER} of {bucket.address} is of format {pointer.format}, and this version knows {FORMAT}: "
            "use the version that wrote it."
        )
    if not pointer.kept or pointer != Pointer.of(pointer.kept) or not _is_ordered(pointer.kept):
        raise _damaged(bucket)
    return Held(pointer=pointer, etag=etag)


def render_pointer(pointer: Pointer) -> bytes:
    """The pointer as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(pointer), indent=1) + b"\n"


def fetch_manifest(bucket: "Bucket", held: Held, kept: Kept | None = None) -> tuple[bytes, Manifest]:
    """The manifest of a snapshot that is kept [default: the current], as bytes and as value.

    Raises:
        FixSettingsError: Another version wrote it.
        RepairStoreError: It is gone or damaged.
        ReplacedError: It is gone, and so is the pointer that named it.
    """
    kept = kept or held.pointer.current
    found = bucket.get(f"{kept.tree}/{MANIFEST}")
    if found is None:
        raise lacking(bucket, held, kept, what="its manifest")
    return found[0], decode_manifest(bucket, kept, found[0])


def decode_manifest(bucket: "Bucket", kept: Kept, data: bytes) -> Manifest:
    """The manifest of a snapshot, as a value that names nothing outside of it.

    Raises:
        FixSettingsError: Another version wrote it.
        RepairStoreError: It is damaged.
    """
    try:
        if sha256(data).hexdigest() != kept.manifest_sha256:
            raise _broken(bucket, kept)
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _broken(bucket, kept) from error
    if manifest.format != MANIFEST_FORMAT:
        raise FixSettingsError(
            f"{bucket.address} is of format {manifest.format}, and this version knows {MANIFEST_FORMAT}: "
            "use the version that wrote it."
        )
    for files in manifest.tables.values():
        for name in files:
            refuse_outside(name)
    if not all(_RAW_KEY.match(f"{digest}-{entry.key}") for digest, entry in manifest.raw.items()):
        raise _broken(bucket, kept)
    return manifest


def lacking(bucket: "Bucket", held: Held, kept: Kept, *, what: str) -> RepairStoreError | ReplacedError:
    """What to say of a snapshot that lacks something: it is gone as a whole where the pointer has moved."""
    now = read_pointer(bucket)
    if now is not None and now.etag != held.etag:
        return ReplacedError(f"{bucket.address} was replaced while it was read; run again.")
    return RepairStoreError(f"Snapshot {kept.snapshot} of {bucket.address} lacks {what}: {_go_back(bucket)}.")


def _broken(bucket: "Bucket", kept: Kept) -> RepairStoreError:
    return RepairStoreError(
        f"The manifest of snapshot {kept.snapshot} of {bucket.address} is damaged: {_go_back(bucket)}."
    )


def _go_back(bucket: "Bucket") -> str:
    return f"unspun rollback --store {bucket.address} goes back to a snapshot that is whole"


def _is_ordered(kept: list[Kept]) -> bool:
    numbers = [one.snapshot for one in kept]
    return numbers == sorted(set(numbers)) and all(number_of(one.tree) == one.snapshot for one in kept)


def _damaged(bucket: "Bucket") -> RepairStoreError:
    return RepairStoreError(
        f"{POINTER} of {bucket.address} is damaged: unspun rollback --store {bucket.address} makes it anew, "
        "with the newest snapshot that is whole."
    )
