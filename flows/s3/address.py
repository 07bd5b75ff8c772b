"""Addresses of S3: s3://bucket/prefix, taken apart and checked; nothing is asked of S3 here."""

from dataclasses import dataclass

from transforms.errors import FixSettingsError

SCHEME = "s3://"
# What S3 calls a bucket: 3 to 63 of these; access points and old buckets have other forms, which S3 itself refuses.
_BUCKET_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:")
_BUCKET_LENGTHS = range(3, 256)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Address:
    """A place on S3.

    Args:
        bucket: The bucket.
        prefix: What keys below it begin with, without the last slash; "" for the whole bucket.
        is_folder: Whether it was given with a slash at its end, so that no object of that name is meant.
    """

    bucket: str
    prefix: str
    is_folder: bool = False

    def key(self, name: str) -> str:
        """The key of a name below the prefix; that of "" is what all of them begin with."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def __str__(self) -> str:
        """As it is given on the command line."""
        return f"{SCHEME}{self.bucket}/{self.prefix}" if self.prefix else f"{SCHEME}{self.bucket}"


def is_address(place: str) -> bool:
    """Whether a place is one of S3."""
    return place.lower().startswith(SCHEME)


def read_address(place: str) -> Address:
    """The address that was given.

    Raises:
        FixSettingsError: It has no bucket, or a prefix that no folder could have.
    """
    bucket, _, rest = place[len(SCHEME) :].partition("/")
    if len(bucket) not in _BUCKET_LENGTHS or not set(bucket) <= _BUCKET_CHARS:
        raise FixSettingsError(f"{place} names no bucket; give an address as in s3://bucket/prefix.")
    prefix = rest.removesuffix("/")
    if rest and (not prefix.isprintable() or not set(prefix.split("/")).isdisjoint({"", ".", ".."})):
        raise FixSettingsError(
            f"{place} has an empty part, “.”, “..” or a control character in its prefix; give one without."
        )
    return Address(bucket=bucket, prefix=prefix, is_folder=rest.endswith("/"))
