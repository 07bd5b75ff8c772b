"""Connections to S3, with the credentials, region and endpoint of the environment or of an AWS profile."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flows.s3.bucket import Bucket
from flows.s3.faults import explained
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

    from flows.s3.address import Address

T = TypeVar("T")
R = TypeVar("R")

# Requests at once: S3 answers in some tens of milliseconds, so that this many make some hundred a second.
_AT_ONCE = 16
# Tries of a request, with growing waits between them that come to some seconds together (botocore's standard mode).
_TRIES = 4
_CONNECT_SECONDS = 10
_READ_SECONDS = 60


class Connection:
    """What is needed to reach S3.

    Args:
        address: What is reached, for what is said where it cannot be.

    Raises:
        FixSettingsError: boto3 is not installed, or the AWS configuration cannot be used.
    """

    def __init__(self, address: "Address") -> None:
        try:
            from boto3.session import Session  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; an extra
        except ImportError as error:
            raise FixSettingsError(f"{address} needs boto3: pip install 'unspun[s3]'.") from error
        with explained(address, "connect"):
            # boto3 itself asks for AWS_DEFAULT_REGION only, the other tools of AWS for AWS_REGION too.
            self._session = Session(region_name=os.environ.get("AWS_REGION") or None)
            self._client = self._connect()
            if not self._is_amazon():
                # A server of one's own seldom has a host name for each bucket.
                self._client = self._connect(s3={"addressing_style": "path"})

    def bucket(self, address: "Address") -> Bucket:
        """The objects below an address."""
        return Bucket(self._client, address)

    def filesystem(self, address: "Address") -> "FileSystem":
        """The same for Arrow, read with the same credentials, region and endpoint."""
        from pyarrow import fs  # noqa: PLC0415  # only readers of tables need it

        endpoint = urlsplit(str(self._client.meta.endpoint_url))
        with explained(address, "read objects"):
            found = self._session.get_credentials()
            keys = found.get_frozen_credentials() if found else None
        return fs.S3FileSystem(
            anonymous=keys is None,
            access_key=keys.access_key if keys else None,
            secret_key=keys.secret_key if keys else None,
            session_token=keys.token if keys else None,
            region=self.region,
            scheme=endpoint.scheme,
            endpoint_override=None if self._is_amazon() else endpoint.netloc,
            connect_timeout=_CONNECT_SECONDS,
            request_timeout=_READ_SECONDS,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_TRIES),
        )

    @property
    def region(self) -> str | None:
        """The region of AWS; None where none is told."""
        name = str(self._client.meta.region_name)
        return None if name == "aws-global" else name

    def _connect(self, **options: object) -> Any:  # noqa: ANN401  # boto3's clients have no type
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; an extra

        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _TRIES},
            max_pool_connections=_AT_ONCE,
            **options,
        )
        return self._session.client("s3", config=config)

    def _is_amazon(self) -> bool:
        host = urlsplit(str(self._client.meta.endpoint_url)).hostname or ""
        return host.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def at_once(work: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
    """What the work gives for each thing, in their order, several at a time; the first fault ends it all."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="s3") as pool:
        futures = [pool.submit(work, thing) for thing in things]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
