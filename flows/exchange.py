"""Swaps two folders in one step where the system can, so that a reader sees the old tables or the new ones."""

import ctypes
import errno
import os
import platform
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from transforms.errors import FixSettingsError

_AT_FDCWD = -100
# RENAME_EXCHANGE of Linux' renameat2 and RENAME_SWAP of macOS' renamex_np have the same number.
_EXCHANGE = 2
_RENAMEAT2 = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
# Of renameat2, out of the kernel's tables of calls.
_NUMBERS = {
    "x86_64": 316,
    "aarch64": 276,
    "riscv64": 276,
    "ppc64le": 357,
    "s390x": 347,
    "armv7l": 382,
    "i686": 353,
}
# What kernels and file systems answer that cannot exchange; EXDEV is overlayfs', where a folder lies in a lower layer.
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}


def swap_in(new: Path, *, old: Path, aside: Path) -> None:
    """Puts the folder `new` where `old` is; the old one then lies at `aside`, or is gone where it could not be moved.

    One step where the kernel can exchange, else those of `replace`. Both must lie on one file system.
    """
    if old.exists() and exchange(new, old):
        new.rename(aside)
    else:
        replace(new, old=old, aside=aside)


def replace(new: Path, *, old: Path, aside: Path) -> None:
    """The same in several steps; between them `old` is missing, or in part.

    Called again after a kill it goes on, as long as `new` is there: whoever needs that notes it before the first call.

    Raises:
        FixSettingsError: The two do not lie on one file system; nothing was touched.
    """
    if old.exists():
        try:
            old.rename(aside)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # The lower layer of an overlay: such a folder can be emptied and removed, and not be moved.
            _refuse_apart(new, old)
            shutil.rmtree(old)
    new.rename(old)


def recover(*, old: Path, aside: Path) -> None:
    """Puts back a folder that was put aside in the first of two renames, by a run that left no note of it."""
    if aside.is_dir() and not old.exists():
        aside.rename(old)


def exchange(one: Path, other: Path) -> bool:
    """Exchanges two folders in one step; False where this system or file system cannot."""
    call = _exchanger()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


@cache
def _exchanger() -> Callable[[bytes, bytes], int] | None:
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        return _by_renamex(library)
    return _by_renameat(library) or _by_number(library)


def _by_renamex(library: ctypes.CDLL) -> Callable[[bytes, bytes], int] | None:
    function = getattr(library, "renamex_np", None)
    if function is None:
        return None
    function.argtypes, function.restype = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint], ctypes.c_int
    return lambda one, other: int(function(one, other, _EXCHANGE))


def _by_renameat(library: ctypes.CDLL) -> Callable[[bytes, bytes], int] | None:
    function = getattr(library, "renameat2", None)
    if function is None:
        return None
    function.argtypes, function.restype = _RENAMEAT2, ctypes.c_int
    return lambda one, other: int(function(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE))


def _by_number(library: ctypes.CDLL) -> Callable[[bytes, bytes], int] | None:
    """The same call of the kernel where the C library does not name it (musl, as in Alpine's images)."""
    number = _NUMBERS.get(platform.machine()) if sys.platform == "linux" else None
    function = getattr(library, "syscall", None)
    if number is None or function is None:
        return None
    function.argtypes, function.restype = [ctypes.c_long, *_RENAMEAT2], ctypes.c_long
    return lambda one, other: int(function(number, _AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE))


def _refuse_apart(new: Path, old: Path) -> None:
    """Nothing is removed before a folder was really moved from the one place to the other."""
    probe = new.with_name("probe")
    probe.mkdir(exist_ok=True)
    there = old.with_name(f".{old.name}.probe")
    try:
        probe.rename(there)
    except OSError as error:
        probe.rmdir()
        raise FixSettingsError(
            f"{new.parent} and {old} are not on one file system ({error.strerror}), so neither can take the other's "
            "place; give --store a folder whose hidden neighbour is beside it."
        ) from error
    there.rmdir()
