"""What the commands share: the store's flag, and settings and paths told from it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flows.paths import Paths
    from flows.s3.reading import RemoteTree
    from flows.settings import Settings

store_option = click.option(
    "--store",
    metavar="DIR",
    help="Folder of the tables, or s3://bucket/prefix. [default: UNSPUN_STORE, else store in [tool.unspun], else data/processed]",
)

snapshot_option = click.option(
    "--snapshot",
    type=click.IntRange(min=1),
    metavar="N",
    help="A kept snapshot (unspun snapshots lists them). [default: the current tables]",
)


runner_option = click.option(
    "--runner",
    type=click.Choice(["auto", "here", "processes", "dask"]),
    help="Where batches of work are done: in one process, in processes of this machine, on a Dask cluster. "
    "[default: auto: the cluster of --dask-address, else as many processes as there are cores and work for them]",
)

dask_option = click.option(
    "--dask-address", metavar="ADDRESS", help="Of a Dask scheduler, as in tcp://host:8786."
)

recognizer_option = click.option(
    "--recognizer",
    metavar="NAME",
    help="Who finds entities: classifier (brought along), rules (fast), spacy, spacy:PIPELINE or gliner:MODEL. "
    "[default: UNSPUN_RECOGNIZER, else recognizer in [tool.unspun], else classifier]",
)


def settings_of(
    store: str | None,
    fields: tuple[str, ...] = (),
    *,
    runner: str | None = None,
    dask_address: str | None = None,
    recognizer: str | None = None,
) -> "Settings":
    """The settings of a command, with what its flags say.

    Raises:
        FixSettingsError: A flag, variable or [tool.unspun] is not what it must be.
    """
    from flows.settings import load_settings  # noqa: PLC0415  # --help must be quick

    return load_settings(
        store=store,
        fields=fields,
        runner=runner,
        dask_address=dask_address,
        recognizer=recognizer,
        environ=os.environ,
        directory=Path.cwd(),
    )


def paths_of(store: str | None) -> "Paths":
    """The paths of that store; of one on S3, those of its working copy on this machine.

    Raises:
        FixSettingsError: As `settings_of`.
    """
    from flows.paths import paths_for  # noqa: PLC0415  # --help must be quick

    return paths_for(settings_of(store).store)


def tree_of(store: str | None, *, snapshot: int | None = None) -> "Paths | RemoteTree":
    """What readers read: the store's folder or that of a kept snapshot; on S3 the snapshot, settled upon once.

    Raises:
        FixSettingsError: As `settings_of`; or there is no such store or snapshot, or no way to reach it.
        RepairStoreError: The store on S3 has no pointer, or a damaged one.
        RetryLaterError: S3 does not answer.
    """
    address = settings_of(store).address
    if address is not None:
        from flows.s3.reading import open_tree  # noqa: PLC0415  # boto3, for stores on S3 only

        return open_tree(address, snapshot=snapshot)
    paths = paths_of(store)
    if snapshot is None:
        return paths
    from flows.snapshots import pinned  # noqa: PLC0415  # --help must be quick

    return pinned(paths, snapshot)
