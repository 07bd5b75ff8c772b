"""A raw file: its name, and itself held open, which is refused where it is none."""

import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from flows.settings import Caps
from flows.sniff import HEAD_BYTES, refuse_signature
from transforms.errors import SkipDocumentError

_CHUNK = 1024 * 1024
# A file that is being written changes again and again; three looks tell it from one that was just finished.
_LOOKS = 3
# O_NONBLOCK: opening a FIFO that took a file's place must not wait for a writer.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A raw file that may be read.

    Args:
        raw_file: Its name below the folder that was given, escaped.
        path: Where it is.
        sha256: 64 hex digits of its bytes.
        size: Bytes.
    """

    raw_file: str
    path: str
    sha256: str
    size: int


class Opened:
    """A file held open, refused where it is none."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Opens it."""
        try:
            self._descriptor = os.open(self._path, _FLAGS)
        except OSError as error:
            raise SkipDocumentError("unreadable", f"The file cannot be opened ({error.strerror}).") from error
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            self.__exit__()
            raise SkipDocumentError("not_a_file", "A pipe, socket or device is never opened.")
        return self

    def __exit__(self, *_: object) -> None:
        """Lets it go."""
        os.close(self._descriptor)

    def state(self) -> tuple[int, int]:
        """What changes when the file does: size and time of change."""
        found = os.fstat(self._descriptor)
        return found.st_size, found.st_mtime_ns

    def refuse_size(self, caps: Caps) -> None:
        """Raises SkipDocumentError where the file is above its cap."""
        size = self.state()[0]
        if size > caps.max_file_bytes:
            raise SkipDocumentError(
                "too_large",
                f"The file has {size} bytes, more than the {caps.max_file_bytes} of max_file_bytes; cut it or raise the cap.",
            )

    def read(self, size: int) -> bytes:
        """At most so many bytes from where it stands."""
        parts = []
        while size > 0 and (part := self._read_once(min(size, _CHUNK))):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def rewind(self) -> None:
        """Goes back to the beginning."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)

    def descriptor(self) -> int:
        """A descriptor of the same file for somebody else, who closes it."""
        return os.dup(self._descriptor)

    def hash(self, caps: Caps) -> tuple[str, int]:
        """SHA-256 and size of the file, from its beginning, no further than the cap."""
        self.rewind()
        digest, size = sha256(), 0
        while size <= caps.max_file_bytes and (part := self.read(_CHUNK)):
            if not size:
                refuse_signature(part[:HEAD_BYTES])
            digest.update(part)
            size += len(part)
        return digest.hexdigest(), size

    def _read_once(self, size: int) -> bytes:
        try:
            return os.read(self._descriptor, size)
        except OSError as error:
            raise SkipDocumentError("unreadable", f"The file cannot be read ({error.strerror}).") from error


def hash_steady(path: str, caps: Caps) -> tuple[str, int]:
    """SHA-256 and size of a file that stayed the same while it was read.

    Raises:
        SkipDocumentError: It cannot be read, is above its cap, is of a form that is never opened, or keeps changing.
    """
    with Opened(path) as opened:
        for _ in range(_LOOKS):
            before = opened.state()
            opened.refuse_size(caps)
            digest, size = opened.hash(caps)
            if opened.state() == before and size == before[0]:
                return digest, size
    raise changing()


def changing() -> SkipDocumentError:
    """What is said of a file that is being written."""
    return SkipDocumentError("changing", "The file changed while it was read; run again when it is finished.")


def escape_name(name: str) -> str:
    """A file name as it is stored: bytes that are not UTF-8, what cannot be printed, and backslashes escaped."""
    text = name.replace("\\", "\\\\").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
