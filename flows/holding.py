"""Whether a store holds anything that a run with --prune could forget."""

from typing import TYPE_CHECKING

from flows.manifest import read_manifest
from flows.paths import paths_for

if TYPE_CHECKING:
    from flows.settings import Settings


def holds_raw(settings: "Settings") -> bool:
    """Whether the store, here or on S3, knows raw files.

    Raises:
        FixSettingsError: Another version wrote it, or it cannot be reached.
        RepairStoreError: Its manifest is gone or damaged.
        RetryLaterError: S3 does not answer.
    """
    if not settings.address:
        manifest = read_manifest(paths_for(settings.store))
        return manifest is not None and bool(manifest.raw)
    from flows.s3.address import read_address  # noqa: PLC0415  # boto3, for addresses only
    from flows.s3.connection import Connection  # noqa: PLC0415  # the same
    from flows.s3.pointer import fetch_manifest, read_pointer  # noqa: PLC0415  # the same

    address = read_address(settings.address)
    bucket = Connection(address).bucket(address)
    held = read_pointer(bucket)
    return held is not None and bool(fetch_manifest(bucket, held)[1].raw)
