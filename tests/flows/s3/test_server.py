"""The server that the other tests lean on keeps conditions, as S3 does."""

from typing import Any

import pytest

from flows.s3.bucket import Bucket
from flows.s3.faults import ChangedError

Server = Any  # of conftest


def test_it_writes_on_a_condition_only(bucket: Bucket) -> None:
    """A first write needs an empty place, a later one the ETag that was read."""
    bucket.put_if("x", b"1", etag=None)
    with pytest.raises(ChangedError):
        bucket.put_if("x", b"2", etag=None)
    found = bucket.get("x")
    assert found
    assert found[0] == b"1"
    bucket.put_if("x", b"3", etag=found[1])
    with pytest.raises(ChangedError):
        bucket.put_if("x", b"4", etag=found[1])
    assert (bucket.get("x") or (b"",))[0] == b"3"


def test_it_speaks_http(server: Server, bucket: Bucket) -> None:
    """What is asked goes over the wire and is counted there."""
    bucket.put("x", b"123")
    assert [(one.method, one.status) for one in server.asked][-1] == ("PUT", 200)
    assert server.asked[-1].key.endswith("/autoblogs/x")
