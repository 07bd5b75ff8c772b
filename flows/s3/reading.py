"""A snapshot on S3 for those who read: the pointer is asked once, and then nothing but that snapshot's folder."""

from typing import TYPE_CHECKING

from flows.s3.address import Address, read_address
from flows.s3.connection import Connection
from flows.s3.pointer import Held, Kept, fetch_manifest, lacking, read_pointer
from transforms.errors import FixSettingsError, RepairStoreError, RetryLaterError

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

    from flows.manifest import Manifest


class RemoteTree:
    """One snapshot of a store on S3.

    Args:
        connection: To S3.
        address: Of the store.
        held: The pointer, as it was read.
        kept: Which of its snapshots.

    Raises:
        RepairStoreError: Its manifest is gone or damaged.
        RetryLaterError: It was replaced and removed meanwhile.
    """

    def __init__(self, connection: Connection, address: Address, held: Held, kept: Kept) -> None:
        self._connection, self._address, self._held, self._kept = connection, address, held, kept
        self._bucket = connection.bucket(address)
        self.manifest: Manifest = fetch_manifest(self._bucket, held, kept)[1]

    @property
    def store(self) -> str:
        """The store's address."""
        return str(self._address)

    @property
    def root(self) -> str:
        """The address of the snapshot's folder, which a reader may pin."""
        return f"{self._address}/{self._kept.tree}"

    def read(self, name: str) -> bytes:
        """The bytes of one of its files.

        Raises:
            FileNotFoundError: There is none.
        """
        found = self._bucket.get(f"{self._kept.tree}/{name}")
        if found is None:
            raise FileNotFoundError(name)
        return found[0]

    def filesystem(self) -> "FileSystem":
        """Its files, for Arrow; paths of the manifest are paths in it."""
        from pyarrow import fs  # noqa: PLC0415  # 0.3 CPU-seconds

        root = f"{self._address.bucket}/{self._address.key(self._kept.tree)}"
        return fs.SubTreeFileSystem(root, self._connection.filesystem(self._address))

    def is_kept(self) -> bool:
        """Whether the pointer still names it."""
        now = read_pointer(self._bucket)
        return now is not None and self._kept in now.pointer.kept

    def fault(self, fault: str) -> RepairStoreError | RetryLaterError:
        """What to say of a file of it that cannot be read.

        Args:
            fault: What is wrong.
        """
        error = lacking(self._bucket, self._held, self._kept, what="a file that its manifest names")
        if isinstance(error, RetryLaterError):
            return RetryLaterError(f"The store was replaced while it was read; ask again ({fault}).")
        return RepairStoreError(
            f"Snapshot {self._kept.snapshot} of {self.store} is not what its manifest says ({fault}): "
            f"unspun rollback --store {self.store} goes back to one that is whole."
        )


def open_tree(place: str, *, snapshot: int | None = None) -> RemoteTree:
    """The current snapshot of a store, or another one that is kept.

    Raises:
        FixSettingsError: There is no store, no such snapshot, or no way to reach it.
        RepairStoreError: The pointer or the manifest is gone or damaged.
        RetryLaterError: S3 does not answer, or the snapshot was replaced and removed meanwhile.
    """
    address = read_address(place)
    connection = Connection(address)
    held = read_pointer(connection.bucket(address))
    if held is None:
        raise FixSettingsError(
            f"{address} has no tables yet: make them with unspun run, or give --store their address."
        )
    return RemoteTree(connection, address, held, find_kept(held, snapshot, store=str(address)))


def find_kept(held: Held, snapshot: int | None, *, store: str) -> Kept:
    """A snapshot that is kept [default: the current].

    Raises:
        FixSettingsError: It is not kept.
    """
    kept = {one.snapshot: one for one in held.pointer.kept}
    if snapshot is None:
        return held.pointer.current
    if snapshot not in kept:
        raise FixSettingsError(f"{store} keeps no snapshot {snapshot}; it keeps {', '.join(map(str, kept))}.")
    return kept[snapshot]
