"""A fault on its way from a worker to who asked it: told as an answer there, raised again here."""

import os
import sys
import traceback

from flows.work.worker import Answer
from transforms import errors
from transforms.errors import SkipDocumentError, UnspunError

_DAMAGED = "DamagedCacheError"


def answer_of(error: BaseException) -> Answer:
    """The fault as an answer; what is told of it can be encoded, whatever is in it."""
    trace = _plain("".join(traceback.format_exception(error)))
    if isinstance(error, SkipDocumentError):
        return Answer(fault="SkipDocumentError", told=[_plain(error.rule), _plain(error.detail)], trace=trace)
    if isinstance(error, UnspunError):
        return Answer(fault=_known(type(error)), told=[_plain(str(error))], trace=trace)
    if isinstance(error, OSError) and error.errno is not None:
        told: list[str | int | None] = [error.errno, _plain(error.strerror or os.strerror(error.errno))]
        if isinstance(error.filename, str | bytes):
            told.append(_plain(os.fsdecode(error.filename)))
        return Answer(fault="OSError", told=told, trace=trace)
    if isinstance(error, MemoryError):
        return Answer(fault="MemoryError", trace=trace)
    return Answer(fault="Exception", told=[_plain(f"{type(error).__name__}: {error}")], trace=trace)


def error_of(answer: Answer) -> Exception:
    """The error that an answer tells of."""
    if os.environ.get("UNSPUN_DEBUG"):
        sys.stderr.write(answer.trace)
    if answer.fault == "OSError":
        return OSError(*answer.told)
    if answer.fault == "MemoryError":
        return MemoryError()
    if answer.fault == _DAMAGED:
        from flows.corpus.segments import DamagedCacheError  # noqa: PLC0415  # pyarrow

        return DamagedCacheError(*answer.told)
    kind = getattr(errors, answer.fault, None)
    if isinstance(kind, type) and issubclass(kind, UnspunError):
        return kind(*answer.told)
    return RuntimeError(*answer.told)


def _known(kind: type[UnspunError]) -> str:
    """The nearest of its classes that who asked knows too."""
    for one in kind.__mro__:
        if one.__name__ == _DAMAGED or getattr(errors, one.__name__, None) is one:
            return one.__name__
    return UnspunError.__name__


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
