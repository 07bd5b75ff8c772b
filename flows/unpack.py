"""What is packed: gzip, zstd, bzip2 and xz streams, and the members of zip and tar; bounded, and nothing is ever written."""

import bz2
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol, cast

import zstandard

from flows.stream import CHUNK, Budget, Stream
from transforms.errors import SkipDocumentError

# A frame of zstd makes 128 KiB out of 4 bytes: so many bytes at a time keep what one call gives under 32 MiB.
_ZSTD_CHUNK = 1024
# The largest window that zstd itself unpacks without being told to (its --long=27).
_ZSTD_WINDOW = 1 << 27
_FIRST = 4096
_XZ_MEMORY = 1 << 27
_ENCRYPTED = 0x1
_CENTRAL = b"PK\x01\x02"
_DAMAGE = (
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One thing in a zip or tar.

    Args:
        name: As it stands there.
        refusal: Why it is not read; None where it is.
        stream: Its bytes, to be read before the next member is asked for.
    """

    name: str
    refusal: SkipDocumentError | None = None
    stream: Stream | None = None


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
            except _DAMAGE as error:
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


def zip_members(file: BinaryIO, *, budget: Budget) -> Iterator[Member]:
    """The files in a zip, in order of its directory.

    Raises:
        SkipDocumentError: `damaged`: no zip, or cut; `too_many_members`.
    """
    _refuse_crowd(file, budget)
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise SkipDocumentError("damaged", f"The zip's directory cannot be read ({error}).") from error
    with archive:
        for info in archive.infolist():
            refusal = _refuse_name(info.filename) or _refuse_info(info)
            if info.is_dir() or (refusal is None and _is_hidden(info.filename)):
                continue
            budget.count()
            if refusal:
                yield Member(name=info.filename, refusal=refusal)
                continue
            try:
                opened = archive.open(info)
            except _DAMAGE as error:
                yield Member(name=info.filename, refusal=_damaged(error))
                continue
            with opened:
                unpacked = _ZipMember(opened, info=info, budget=budget)
                yield Member(name=info.filename, stream=Stream(unpacked.read))


class _ZipMember:
    def __init__(self, opened: object, *, info: zipfile.ZipInfo, budget: Budget) -> None:
        self._opened = cast("BinaryIO", opened)
        self._packed = max(1, info.compress_size)
        self._budget = budget
        self._given = 0

    def read(self, size: int) -> bytes:
        try:
            data = self._opened.read(size)
        except _DAMAGE as error:
            raise _damaged(error) from error
        self._given += len(data)
        self._budget.spend(len(data), unpacked=self._given, packed=self._packed)
        return data


def tar_members(stream: Stream, *, budget: Budget) -> Iterator[Member]:
    """The files in a tar, in order.

    Raises:
        SkipDocumentError: `truncated` or `damaged`: the rest of it cannot be read.
    """
    source = cast("BinaryIO", _Readable(stream))
    try:
        archive = tarfile.open(fileobj=source, mode="r|", errors="surrogateescape")  # noqa: SIM115  # closed below
    except _DAMAGE as error:
        raise stream.fault or _damaged(error) from error
    with archive:
        while True:
            try:
                info = archive.next()
            except _DAMAGE as error:
                if stream.peek(1):
                    raise _damaged(error) from error
                raise stream.fault or SkipDocumentError(
                    "truncated", "The archive ends before its end mark."
                ) from error
            if info is None:
                break
            # The archive keeps what it has seen, for going back; we never do.
            archive.members = []  # type: ignore[attr-defined]  # not in its types; tarfile's own advice
            if info.isdir() or (_refuse_name(info.name) is None and _is_hidden(info.name)):
                continue
            budget.count()
            yield _tar_member(archive, info)
    if stream.fault:
        raise stream.fault


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    refusal = _refuse_name(info.name)
    if refusal is None and not info.isreg():
        kind = "link" if info.issym() or info.islnk() else "device or pipe"
        rule = "link_in_archive" if kind == "link" else "not_a_file"
        refusal = SkipDocumentError(rule, f"A {kind} in an archive is never followed.")
    if refusal is None and info.issparse():
        refusal = SkipDocumentError("damaged", "A sparse file in an archive is not read.")
    if refusal:
        return Member(name=info.name, refusal=refusal)
    opened = archive.extractfile(info)
    if opened is None:
        return Member(
            name=info.name, refusal=SkipDocumentError("not_a_file", "It is no file in the archive.")
        )
    return Member(name=info.name, stream=Stream(_TarMember(cast("BinaryIO", opened), size=info.size).read))


class _TarMember:
    def __init__(self, opened: BinaryIO, *, size: int) -> None:
        self._opened = opened
        self._left = size

    def read(self, size: int) -> bytes:
        try:
            data = self._opened.read(min(size, self._left)) if self._left else b""
        except _DAMAGE as error:
            raise SkipDocumentError(
                "truncated", f"The archive ends before this member does ({error})."
            ) from error
        if self._left and not data:
            raise SkipDocumentError("truncated", "The archive ends before this member does.")
        self._left -= len(data)
        return data


class _Readable(io.RawIOBase):
    """A stream as tarfile wants it."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(CHUNK if size < 0 else size)


def _refuse_info(info: zipfile.ZipInfo) -> SkipDocumentError | None:
    if info.flag_bits & _ENCRYPTED:
        return SkipDocumentError("encrypted", "The member is locked with a password; unlock it first.")
    if stat.S_ISLNK(info.external_attr >> 16):
        return SkipDocumentError("link_in_archive", "A link in an archive is never followed.")
    return None


def _refuse_name(name: str) -> SkipDocumentError | None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or parts[0].endswith(":"):
        return SkipDocumentError("name_outside", "The member's name leads out of the archive.")
    return None


def _is_hidden(name: str) -> bool:
    """Whether it would be hidden in a folder, where it is no raw file either."""
    return any(part.startswith(".") and part not in {".", ".."} for part in PurePosixPath(name).parts)


def _refuse_crowd(file: BinaryIO, budget: Budget) -> None:
    """Counts the entries before they are all made into objects at once."""
    file.seek(0)
    found, kept = 0, b""
    while data := file.read(1 << 20):
        found += (kept + data).count(_CENTRAL)
        kept = data[1 - len(_CENTRAL) :]
    file.seek(0)
    # A zip in the zip, not packed again, has its own directory; so not every mark is an entry of this one.
    if found > 4 * budget.caps.max_members:
        raise SkipDocumentError(
            "too_many_members", f"The zip has {found} entries; max_members is {budget.caps.max_members}."
        )


def _damaged(error: BaseException) -> SkipDocumentError:
    if isinstance(error, SkipDocumentError):
        return error
    return SkipDocumentError("damaged", f"It cannot be unpacked ({type(error).__name__}: {error}).")
