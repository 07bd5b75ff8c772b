"""Raw files that workers on other machines do not see: they are no files that cannot be read."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from transforms.errors import FixSettingsError, RetryLaterError

if TYPE_CHECKING:
    from flows.plan import Plan
    from flows.work.reading import Read


def refuse_unshared(plan: "Plan", given: "Read", *, mirrors: Path) -> None:
    """Nothing where workers saw the raw files that are there; else their rows would be missed without a word.

    Args:
        plan: What there is to read.
        given: What came of a batch.
        mirrors: What lies there is fetched by workers themselves, from S3.

    Raises:
        FixSettingsError: They are on this machine only, for all that a worker can tell.
        RetryLaterError: It is one that the worker could not read, and it read others of this machine.
    """
    from flows.s3.raw import origin_of  # noqa: PLC0415  # a run with nothing new reads nothing

    names = {refusal.raw_file for refusal in given.refusals if refusal.rule == "unreadable"}
    unread, is_any_read = [], False
    for file in plan.to_read if names else ():
        is_read = file.sha256 in given.entries
        if (is_read or file.raw_file in names) and not origin_of(Path(file.path), mirrors=mirrors):
            is_any_read |= is_read
            if not is_read and os.access(file.path, os.R_OK):
                unread.append(file.path)
    if unread and is_any_read:
        raise RetryLaterError(
            f"{unread[0]} can be read here and could not by a worker, which read others: "
            "see the disk that they share, and run again."
        )
    if unread:
        raise FixSettingsError(
            f"{unread[0]} can be read here and not by a worker: raw files must lie on storage that all workers see "
            "under the same path, or on S3 and be given by their address (s3://…)."
        )
