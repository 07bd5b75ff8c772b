"""What went wrong, as one sentence and an exit code: the same at the terminal and in the state of a flow run."""

import errno

from transforms.errors import FixSettingsError, RetryLaterError, UnspunError

INTERRUPTED = 130
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def as_unspun(error: BaseException) -> UnspunError:
    """The error as one of this project's own, whose text is one sentence with the next act."""
    if isinstance(error, UnspunError):
        return error
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return RetryLaterError(
            f"The disk is full ({error.filename or 'writing'}): make room and run again; the store is as it was."
        )
    if isinstance(error, PermissionError):
        return FixSettingsError(
            f"{error.filename or 'A file'} cannot be read or written ({error.strerror}): change its rights, or run as another user."
        )
    return UnspunError(
        f"Something went wrong that should not ({type(error).__name__}: {error}); UNSPUN_DEBUG=1 shows where."
    )
