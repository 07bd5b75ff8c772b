"""One run at a time: a lock that the kernel lets go when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from flows.paths import Paths
from transforms.errors import FixSettingsError, RetryLaterError

_MOUNTED = " within this mount point, where the state of its store lies"

# DuckDB takes these for parts of a pattern or of an address.
_NOT_IN_NAMES = {"?", "\\"}


@contextmanager
def hold(paths: Paths) -> Iterator[None]:
    """Holds the store's lock.

    Raises:
        FixSettingsError: The store's place cannot be written.
        RetryLaterError: Another run holds it.
    """
    refuse_unwritable(paths)
    descriptor = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RetryLaterError(
                f"Another run is writing {paths.store}; run again when it is done."
            ) from None
        yield
    finally:
        os.close(descriptor)


def refuse_unwritable(paths: Paths) -> None:
    """Makes the state's folder; fails before any work where the store could not be published.

    Raises:
        FixSettingsError: The store's place cannot be written.
    """
    store = paths.store
    if store.exists() and not store.is_dir():
        raise FixSettingsError(f"{store} is a file; give --store a folder.")
    if set(str(store)) & _NOT_IN_NAMES or not str(store).isprintable():
        raise FixSettingsError(
            f"{store} has a sign in its name that not every reader can open (?, \\, or one that cannot be printed); give --store another name."
        )
    try:
        paths.state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FixSettingsError(
            f"{paths.state} cannot be made ({error.strerror}){_MOUNTED if paths.is_inside else ''}; give --store another place."
        ) from error
    beside = [] if paths.is_inside else [store.parent]
    for folder in (*beside, paths.state, *([store] if store.exists() else [])):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise FixSettingsError(
                f"{folder} cannot be written; change its rights or give --store another place."
            )
    if paths.state.resolve().stat().st_dev != (store if paths.is_inside else store.parent).stat().st_dev:
        raise FixSettingsError(
            f"{paths.state} is not on the file system of {store}, so the next store cannot be moved from there; "
            "make it a plain folder or give --store another place."
        )
