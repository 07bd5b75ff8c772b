"""Swaps two folders in one step, so that a reader sees the old tables or the new ones and never a mixture."""

import ctypes
import errno
import os
from functools import cache
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# What kernels and file systems answer that cannot exchange.
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


def swap_in(new: Path, *, old: Path, aside: Path) -> None:
    """Puts the folder `new` where `old` is; the old one then lies at `aside`.

    One step where the kernel can exchange (Linux renameat2), else two; between those two `old` is missing, and
    `recover` puts it back. Both must lie on one file system.
    """
    if not old.exists():
        new.rename(old)
    elif _exchange(new, old):
        new.rename(aside)
    else:
        old.rename(aside)
        new.rename(old)


def recover(*, old: Path, aside: Path) -> None:
    """Puts back a folder that a killed run had put aside in the first of two renames."""
    if aside.is_dir() and not old.exists():
        aside.rename(old)


def _exchange(one: Path, other: Path) -> bool:
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


@cache
def _renameat2() -> "ctypes._NamedFuncPointer | None":
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
        function.restype = ctypes.c_int
    return function
