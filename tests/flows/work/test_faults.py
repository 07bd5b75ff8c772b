"""A fault comes back as what it was, whatever is told of it."""

import errno

import msgspec
import pytest

from flows.corpus.segments import DamagedCacheError
from flows.s3.faults import ForbiddenError
from flows.work import errand
from flows.work.faults import answer_of, error_of
from flows.work.noting import NoteBatch, take_notes
from flows.work.storage import Storage
from flows.work.worker import Answer, Worker, WorkerDiedError
from transforms.errors import FixSettingsError, MayPassError, SkipDocumentError, UnspunError


def back(error: Exception) -> Exception:
    """As it comes back over the pipe."""
    return error_of(msgspec.msgpack.decode(msgspec.msgpack.encode(answer_of(error)), type=Answer))


@pytest.mark.parametrize("kind", [FixSettingsError, MayPassError, DamagedCacheError, UnspunError])
def test_our_own_errors_keep_their_kind_and_sentence(kind: type[UnspunError]) -> None:
    found = back(kind("A sentence with \udcff in it."))
    assert (type(found), str(found)) == (kind, "A sentence with \\udcff in it.")


def test_a_kind_that_only_a_worker_knows_comes_back_as_the_nearest() -> None:
    """The exit code stays."""
    found = back(ForbiddenError("You may not write here."))
    assert isinstance(found, UnspunError)
    assert found.exit_code == ForbiddenError.exit_code
    skipped = back(SkipDocumentError("binary", "It is no text."))
    assert isinstance(skipped, SkipDocumentError)
    assert (skipped.rule, skipped.detail) == ("binary", "It is no text.")


@pytest.mark.parametrize(
    ("error", "number", "name"),
    [
        (OSError(errno.ENOSPC, "No space left", "/a/b"), errno.ENOSPC, "/a/b"),
        (OSError(errno.EIO, "io", b"/x\xff"), errno.EIO, "/x\\udcff"),
        (OSError(errno.EIO, "io", 7), errno.EIO, None),
        (OSError(errno.ETIMEDOUT, None), errno.ETIMEDOUT, None),
    ],
)
def test_faults_of_the_system_keep_their_number(error: OSError, number: int, name: str | None) -> None:
    found = back(error)
    assert isinstance(found, OSError)
    assert (found.errno, found.filename) == (number, name)


def test_what_has_no_number_keeps_its_text() -> None:
    assert "only text" in str(back(OSError("only text")))
    assert "ValueError: odd" in str(back(ValueError("odd")))
    assert isinstance(back(MemoryError()), MemoryError)


def test_a_disk_that_takes_too_long_is_no_errand_that_is_under_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Dask says with the same error that a batch is not done yet."""

    def fail(*_: object) -> object:
        raise OSError(errno.ETIMEDOUT, "Connection timed out")

    monkeypatch.setattr(errand, "ask", fail)
    batch = NoteBatch(storage=Storage(state=b"/nowhere", exchange="x"), segment="n", files=[], memory_bytes=1)
    with pytest.raises(MayPassError, match="waited too long"):
        errand.run_errand(
            errand.pack(take_notes, batch), place="A worker", folder=str(tmp_path_factory.mktemp("dask"))
        )


def test_who_is_ended_before_the_first_order_does_nothing() -> None:
    """A run that is over starts no process any more."""
    one = Worker()
    one.kill()
    with pytest.raises(WorkerDiedError) as caught:
        one.ask(msgspec.convert({"work": "none", "value": b"x"}, type=object))  # type: ignore[arg-type]  # it is not looked at
    assert caught.value.is_over
