"""The members of zip and tar: each a stream of bytes, or a refusal; nothing is ever written to disk."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from flows.stream import CHUNK, Budget, Stream
from flows.unpack import DAMAGE
from transforms.errors import SkipDocumentError

# APPNOTE.TXT of the format: bit 0 of the flags, and the mark of an entry of the directory.
_ENCRYPTED = 0x1
_CENTRAL = b"PK\x01\x02"


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


def zip_members(file: BinaryIO, *, budget: Budget) -> Iterator[Member]:
    """The files in a zip, in order of its directory.

    Raises:
        SkipDocumentError: `damaged`: no zip, or cut; `too_many_members`.
    """
    _refuse_crowd(file, budget)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGE as error:
        raise SkipDocumentError("damaged", f"The zip's directory cannot be read ({error}).") from error
    with archive:
        for info in archive.infolist():
            refusal = _refuse_name(info.filename) or _refuse_info(info)
            if info.filename.endswith("/") or (refusal is None and _is_hidden(info.filename)):
                continue
            budget.count()
            if refusal:
                yield Member(name=info.filename, refusal=refusal)
                continue
            try:
                opened = archive.open(info)
            except DAMAGE as error:
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
        except DAMAGE as error:
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
    except DAMAGE as error:
        raise stream.fault or _damaged(error) from error
    with archive:
        while True:
            try:
                info = archive.next()
            except DAMAGE as error:
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
        except DAMAGE as error:
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
    if not name:
        return SkipDocumentError("damaged", "The member has no name.")
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
