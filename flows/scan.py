"""The only reader of raw: walks files and folders, hashes, caps, and turns bytes into a RawDocument or a refusal."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from flows.decode import decode
from flows.paths import DATAPACKAGE, MANIFEST
from flows.quarantine import Refusal
from flows.settings import Caps
from flows.sniff import HEAD_BYTES, refuse_form, refuse_signature, refuse_suffix
from transforms.errors import FixSettingsError, SkipDocumentError
from transforms.records import RawDocument

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found.

    Args:
        files: Sorted by name; the same bytes may stand there under several names.
        refusals: What was left out, sorted.
    """

    files: tuple[RawFile, ...]
    refusals: tuple[Refusal, ...]


def scan(raws: Sequence[Path], *, caps: Caps, leave_out: Path) -> Scan:
    """Every file under the given files and folders, hashed.

    Args:
        raws: Files and folders.
        caps: Above these, a file is refused before it is read.
        leave_out: The store's folder, which may lie below a raw folder.

    Raises:
        FixSettingsError: A given path is not there, or is a store.
    """
    files: set[tuple[str, str, str, int]] = set()
    refusals: set[Refusal] = set()
    for raw in raws:
        for name, path in _entries(raw, leave_out=leave_out.resolve(), refusals=refusals):
            try:
                refuse_suffix(name)
                digest, size = _hash_steady(path, caps)
            except SkipDocumentError as error:
                refusals.add(Refusal(raw_file=name, rule=error.rule, detail=error.detail))
            else:
                files.add((name, path, digest, size))
    return Scan(
        files=tuple(
            RawFile(raw_file=name, path=path, sha256=digest, size=size)
            for name, path, digest, size in sorted(files)
        ),
        refusals=tuple(sorted(refusals)),
    )


def refuse_missing(raws: Sequence[Path]) -> None:
    """Nothing, where every path is there.

    Raises:
        FixSettingsError: One is not.
    """
    for raw in raws:
        _is_folder(raw)


def read_raw(file: RawFile, *, caps: Caps) -> RawDocument:
    """A raw file, decoded; its text is "" or blank where the file is.

    Raises:
        SkipDocumentError: It cannot be read as plain text, or is not what it was when it was hashed.
    """
    with _Opened(file.path) as opened:
        opened.refuse_size(caps)
        data = opened.read(caps.max_file_bytes + 1)
    if sha256(data).hexdigest() != file.sha256:
        raise SkipDocumentError(
            "changing", "The file changed while it was read; run again when it is finished."
        )
    decoded = decode(data)
    refuse_form(decoded.text)
    _refuse_shape(decoded.text, caps)
    return RawDocument(
        raw_file=file.raw_file,
        raw_sha256=file.sha256,
        text=decoded.text,
        encoding=decoded.encoding,
        repairs=decoded.repairs,
    )


def escape_name(name: str) -> str:
    """A file name as it is stored: bytes that are not UTF-8, what cannot be printed, and backslashes escaped."""
    text = name.replace("\\", "\\\\").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )


def _entries(raw: Path, *, leave_out: Path, refusals: set[Refusal]) -> Iterator[tuple[str, str]]:
    """Name and path of every regular file below a path; what is no file is refused, and links are not followed out."""
    if not _is_folder(raw):
        yield escape_name(raw.resolve().name if raw.name == "" else raw.name), str(raw)
        return
    root = os.path.realpath(raw)
    if Path(root) == leave_out:
        raise FixSettingsError(f"{escape_name(str(raw))} is the store; give the folder of the raw scrapes.")
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        for entry in _list(folder, raw=raw, root=root, refusals=refusals):
            if entry.name.startswith(".") or Path(entry.path) == leave_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif _is_taken(entry, root, refusals):
                yield _name(root, entry.path), entry.path


def _list(folder: str, *, raw: Path, root: str, refusals: set[Refusal]) -> list[os.DirEntry[str]]:
    """What lies in a folder, sorted; nothing where it cannot be read or is a store, and that is noted."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        refusals.add(_refusal(root, folder, "unreadable", f"The folder cannot be read ({error.strerror})."))
        return []
    if not {MANIFEST, DATAPACKAGE} <= {entry.name for entry in entries}:
        return entries
    if folder == root:
        raise FixSettingsError(
            f"{escape_name(str(raw))} is a store of tables; give the folder of the raw scrapes."
        )
    refusals.add(_refusal(root, folder, "store", "A folder of tables that a run wrote is not walked into."))
    return []


def _is_folder(raw: Path) -> bool:
    try:
        return stat.S_ISDIR(raw.stat().st_mode)
    except OSError as error:
        raise FixSettingsError(
            f"{escape_name(str(raw))} cannot be read ({error.strerror}); give a file or folder that is there."
        ) from error


def _is_taken(entry: os.DirEntry[str], root: str, refusals: set[Refusal]) -> bool:
    """Whether an entry of a folder is a file to read; a link to a folder inside is not, as the folder itself is walked."""
    try:
        if not entry.is_symlink():
            if entry.is_file(follow_symlinks=False):
                return True
            refusals.add(
                _refusal(root, entry.path, "not_a_file", "A pipe, socket or device is never opened.")
            )
            return False
        target = os.path.realpath(entry.path, strict=True)
    except OSError as error:
        refusals.add(
            _refusal(root, entry.path, "symlink_broken", f"The link leads nowhere ({error.strerror}).")
        )
        return False
    if os.path.commonpath((root, target)) != root:
        refusals.add(
            _refusal(
                root,
                entry.path,
                "symlink_outside",
                "The link leads out of the raw folder and is not followed.",
            )
        )
        return False
    return entry.is_file()


def _name(root: str, path: str) -> str:
    return escape_name(os.path.relpath(path, root).replace(os.sep, "/"))


def _refusal(root: str, path: str, rule: str, detail: str) -> Refusal:
    return Refusal(raw_file=_name(root, path), rule=rule, detail=detail)


class _Opened:
    """A file held open, refused where it is none."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        try:
            self._descriptor = os.open(self._path, _FLAGS)
        except OSError as error:
            raise SkipDocumentError("unreadable", f"The file cannot be opened ({error.strerror}).") from error
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            self.__exit__()
            raise SkipDocumentError("not_a_file", "A pipe, socket or device is never opened.")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def state(self) -> tuple[int, int]:
        """What changes when the file does: size and time of change."""
        found = os.fstat(self._descriptor)
        return found.st_size, found.st_mtime_ns

    def refuse_size(self, caps: Caps) -> None:
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
        os.lseek(self._descriptor, 0, os.SEEK_SET)

    def _read_once(self, size: int) -> bytes:
        try:
            return os.read(self._descriptor, size)
        except OSError as error:
            raise SkipDocumentError("unreadable", f"The file cannot be read ({error.strerror}).") from error


def _hash_steady(path: str, caps: Caps) -> tuple[str, int]:
    """SHA-256 and size of a file that stayed the same while it was read."""
    with _Opened(path) as opened:
        for _ in range(_LOOKS):
            before = opened.state()
            opened.refuse_size(caps)
            opened.rewind()
            head = opened.read(HEAD_BYTES)
            refuse_signature(head)
            digest = sha256(head)
            size = len(head)
            while size <= caps.max_file_bytes and (part := opened.read(_CHUNK)):
                digest.update(part)
                size += len(part)
            if opened.state() == before and size == before[0]:
                return digest.hexdigest(), size
    raise SkipDocumentError("changing", "The file changed while it was read; run again when it is finished.")


def _refuse_shape(text: str, caps: Caps) -> None:
    """Raises SkipDocumentError where a line is too long or lines are too many."""
    blocks = 0
    for line in text.replace("\r", "\n").split("\n"):
        if len(line) > caps.max_line_chars:
            raise SkipDocumentError(
                "line_too_long",
                f"A line has {len(line)} characters, more than the {caps.max_line_chars} of max_line_chars.",
            )
        if line and not line.isspace():
            blocks += 1
    if blocks > caps.max_blocks:
        raise SkipDocumentError(
            "too_many_blocks",
            f"The file has {blocks} lines of text, more than the {caps.max_blocks} of max_blocks.",
        )
