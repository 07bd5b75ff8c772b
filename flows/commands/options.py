"""What the commands share: the store's flag, and settings and paths told from it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flows.paths import Paths
    from flows.settings import Settings

store_option = click.option(
    "--store",
    metavar="DIR",
    help="Folder of the tables. [default: UNSPUN_STORE, else store in [tool.unspun], else data/processed]",
)


def settings_of(store: str | None, fields: tuple[str, ...] = ()) -> "Settings":
    """The settings of a command, with the folder that --store named.

    Raises:
        FixSettingsError: A flag, variable or [tool.unspun] is not what it must be.
    """
    from flows.settings import load_settings  # noqa: PLC0415  # --help must be quick

    return load_settings(store=store, fields=fields, environ=os.environ, directory=Path.cwd())


def paths_of(store: str | None) -> "Paths":
    """The paths of that store.

    Raises:
        FixSettingsError: As `settings_of`.
    """
    from flows.paths import paths_for  # noqa: PLC0415  # --help must be quick

    return paths_for(settings_of(store).store)
