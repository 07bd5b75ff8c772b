"""What is packed: gzip, zstd, bzip2 and xz, piece by piece and to a cap."""

import bz2
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Protocol

import zstandard

from flows.stream import CHUNK, Budget, Stream
from transforms.errors import SkipDocumentError

# A frame of zstd makes 128 KiB out of 4 bytes: so many bytes at a time keep what one call gives under 32 MiB.
_ZSTD_CHUNK = 1024
# The largest window that zstd itself unpacks without being told to (its --long=27).
_ZSTD_WINDOW = 1 << 27
_FIRST = 4096
_XZ_MEMORY = 1 << 27
# What Python's unpackers raise on bytes that are not what they should be.
DAMAGE = (
    zlib.error,
    zstandard.ZstdError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    RuntimeError,
    ArithmeticError,
    LookupError,
)


class _Deflate:
    """zlib's decompressor with the bounded output of bz2 and lzma."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Bounded(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zstd:
    """zstandard's decompressor, of which only the input can be bounded."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._waiting

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: ARG002  # its output has no bound
        data = self._waiting + data
        self._waiting = data[_ZSTD_CHUNK:]
        return self._inner.decompress(data[:_ZSTD_CHUNK])


_DECOMPRESSORS: dict[str, Callable[[], _Bounded]] = {
    "gzip": _Deflate,
    "zstd": _Zstd,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY),
}
COMPRESSED = frozenset(_DECOMPRESSORS)
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "bzip2": b"BZh", "xz": b"\xfd7zXZ\x00"}


def decompress(stream: Stream, *, form: str, budget: Budget) -> Stream:
    """The unpacked bytes of a stream of one or more frames; it ends with `truncated`, `damaged` or a cap's name."""
    return Stream(_Unpacked(stream, form=form, budget=budget).read)


class _Unpacked:
    def __init__(self, stream: Stream, *, form: str, budget: Budget) -> None:
        self._stream = stream
        self._form = form
        self._budget = budget
        self._frame = _DECOMPRESSORS[form]()
        self._given = 0
        self._is_begun = False
        self._is_done = False

    def read(self, size: int) -> bytes:
        while not self._is_done:
            try:
                data = self._step(size)
            except DAMAGE as error:
                raise SkipDocumentError(
                    "damaged",
                    f"The {self._form} data cannot be unpacked after {self._given} bytes ({error}).",
                ) from error
            if data:
                self._given += len(data)
                self._budget.spend(len(data), unpacked=self._given, packed=self._stream.taken)
                return data
        return b""

    def _step(self, size: int) -> bytes:
        if self._frame.eof:
            self._stream.push_back(self._frame.unused_data)
            # What follows the last frame (zeros of a tape, a note) is not packed.
            if not self._stream.peek(8).startswith(_MAGIC[self._form]):
                self._is_done = True
                return b""
            self._frame, self._is_begun = _DECOMPRESSORS[self._form](), False
        # Of a frame that may be tiny, what is read beyond it has to be put back.
        packed = CHUNK if self._is_begun else _FIRST
        data = self._stream.read(packed) if self._frame.needs_input else b""
        self._is_begun = True
        if not data and self._frame.needs_input:
            self._is_done = True
            if self._stream.fault:
                raise self._stream.fault
            raise SkipDocumentError(
                "truncated", f"The {self._form} data ends too soon; {self._given} bytes of it were unpacked."
            )
        return self._frame.decompress(data, max_length=size)
