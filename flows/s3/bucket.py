"""Objects below one address of S3: got, put, copied, listed and deleted; nobody else here talks to S3."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

from flows.s3.faults import MissingError, explained

if TYPE_CHECKING:
    from flows.s3.address import Address

_CHUNK = 1024 * 1024
# What is larger is sent, and copied, in parts of this size; S3 copies no more than 5 GiB in one piece.
_PART = 64 * 1024 * 1024
_LARGEST_COPY = 5 * 1024**3
# What one request deletes at most.
_DELETED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An object as a listing tells it.

    Args:
        name: Its key below the address.
        size: Bytes.
        etag: Changes with its bytes.
        changed_at: When it was written, where that was told.
    """

    name: str
    size: int
    etag: str
    changed_at: datetime | None = field(default=None, compare=False)


class Bucket:
    """Objects below one address; every name is a key below it.

    Every method raises FixSettingsError (credentials, rights, bucket) and MayPassError (S3 does not answer).

    Args:
        client: boto3's, of `flows.s3.connection`.
        address: The place.
    """

    def __init__(self, client: Any, address: "Address") -> None:  # noqa: ANN401  # boto3's clients have no type
        self.address = address
        self._client = client
        self._bucket = address.bucket

    @property
    def endpoint(self) -> str:
        """The server's address."""
        return str(self._client.meta.endpoint_url)

    def get(self, name: str) -> tuple[bytes, str] | None:
        """Bytes and ETag of an object; None where there is none."""
        with suppress(MissingError), explained(self.address, "read objects"):
            answer = self._client.get_object(Bucket=self._bucket, Key=self.address.key(name))
            return answer["Body"].read(), answer["ETag"]
        return None

    def head(self, name: str) -> Listed:
        """Size and ETag of an object.

        Raises:
            MissingError: There is no such object.
        """
        with explained(self.address, "read objects"):
            found = self._client.head_object(Bucket=self._bucket, Key=self.address.key(name))
        return Listed(name=name, size=found["ContentLength"], etag=found["ETag"])

    def put(self, name: str, data: bytes) -> None:
        """Writes an object."""
        with explained(self.address, "write objects"):
            self._client.put_object(Bucket=self._bucket, Key=self.address.key(name), Body=data)

    def put_if(self, name: str, data: bytes, *, etag: str | None) -> None:
        """Writes an object that still has this ETag, or that is not there yet where that is None.

        Raises:
            ChangedError: It is another one by now.
        """
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        with explained(self.address, "write objects on a condition"):
            self._client.put_object(Bucket=self._bucket, Key=self.address.key(name), Body=data, **condition)

    def upload(self, path: Path, name: str) -> None:
        """Writes a file as an object, a large one in parts."""
        from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; an extra

        # Without threads of its own: several files are sent at once already.
        config = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, use_threads=False)
        with explained(self.address, "write objects"):
            self._client.upload_file(str(path), self._bucket, self.address.key(name), Config=config)

    def download(self, name: str, path: Path, *, etag: str | None = None) -> str:
        """Writes an object to a file, which is there when it is whole; gives the SHA-256 of its bytes.

        Args:
            name: The object.
            path: The file; its folder must be there.
            etag: What its ETag must be.

        Raises:
            MissingError: There is no such object.
            ChangedError: It has another ETag.
        """
        condition = {"IfMatch": etag} if etag else {}
        digest = sha256()
        unfinished = path.with_name(f".{get_ident()}.part")
        try:
            with explained(self.address, "read objects"), unfinished.open("wb") as file:
                answer = self._client.get_object(Bucket=self._bucket, Key=self.address.key(name), **condition)
                for chunk in answer["Body"].iter_chunks(_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return digest.hexdigest()

    def copy(self, source: str, target: str, *, size: int) -> None:
        """Copies an object within S3.

        Raises:
            MissingError: There is no such object.
        """
        place = {"Bucket": self._bucket, "Key": self.address.key(source)}
        with explained(self.address, "copy objects"):
            if size > _LARGEST_COPY:
                self._client.copy(place, self._bucket, self.address.key(target))
            else:
                self._client.copy_object(Bucket=self._bucket, Key=self.address.key(target), CopySource=place)

    def objects(self, prefix: str) -> Iterator[Listed]:
        """Every object whose name begins so, in the order of S3."""
        for page in self._pages(prefix):
            for found in page.get("Contents", []):
                yield Listed(
                    name=self._name(found["Key"]),
                    size=found["Size"],
                    etag=found["ETag"],
                    changed_at=found["LastModified"],
                )

    def entries(self, folder: str) -> tuple[list[str], list[Listed]]:
        """Folders (with their slash) and objects right below a folder, which is "" or ends with a slash."""
        folders, objects = [], []
        for page in self._pages(folder, Delimiter="/"):
            folders += [self._name(found["Prefix"]) for found in page.get("CommonPrefixes", [])]
            objects += [
                Listed(name=self._name(found["Key"]), size=found["Size"], etag=found["ETag"])
                for found in page.get("Contents", [])
            ]
        return folders, objects

    def delete(self, names: Sequence[str]) -> None:
        """Deletes objects; one that is gone already is no fault."""
        for start in range(0, len(names), _DELETED_AT_ONCE):
            keys = [{"Key": self.address.key(name)} for name in names[start : start + _DELETED_AT_ONCE]]
            with explained(self.address, "delete objects"):
                self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})

    def _pages(self, prefix: str, **options: str) -> Iterator[dict[str, Any]]:
        with explained(self.address, "list objects"):
            yield from self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self.address.key(prefix), **options
            )

    def _name(self, key: str) -> str:
        return key[len(self.address.key("")) :]
