"""Which runner a run gets: what was asked for, else the fastest for its size on this machine."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.runners.local import Local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.runner import Runner
    from flows.settings import Settings


@contextmanager
def runner_of(settings: "Settings") -> "Iterator[Runner]":
    """The runner of a run that nobody records.

    Raises:
        FixSettingsError: What it needs is not installed, or the cluster's workers cannot do the work.
        RetryLaterError: The cluster does not answer.
    """
    if not is_on_dask(settings):
        yield _local(settings)
        return
    from flows.runners.dask import Dask  # noqa: PLC0415  # an extra

    with Dask(settings.dask_address) as dask:
        yield dask


@contextmanager
def tasks_of(settings: "Settings") -> "Iterator[Runner]":
    """The runner of a recorded run, which stands in its flow run; steps and batches are its task runs.

    Raises:
        FixSettingsError: What it needs is not installed, or the cluster's workers cannot do the work.
        RetryLaterError: The cluster does not answer.
    """
    if is_on_dask(settings):
        from flows.runners.dask import tasks_on_dask  # noqa: PLC0415  # an extra

        with tasks_on_dask(settings.dask_address) as tasks:
            yield tasks
        return
    from flows.runners.prefect import tasks_here  # noqa: PLC0415  # 1.5 CPU-seconds, for recorded runs only

    with tasks_here(workers=_local(settings).workers) as tasks:
        yield tasks


def is_on_dask(settings: "Settings") -> bool:
    """Whether batches go to a cluster."""
    return settings.runner == "dask" or (settings.runner == "auto" and bool(settings.dask_address))


def _local(settings: "Settings") -> Local:
    return Local(workers=1 if settings.runner == "here" else settings.workers)
