"""RAW as it was given, on the command line or as a parameter of a flow run, told apart into paths and addresses."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.s3.address import is_address, read_address
from flows.settings import DEFAULT_RAW, local_path
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from flows.build import Request
    from flows.settings import Settings


def raws_of(given: Sequence[str]) -> tuple[Path, ...]:
    """The files and folders of this machine; without any RAW, data/raw.

    Raises:
        FixSettingsError: One is no path, or there is no data/raw.
    """
    if "-" in given:
        raise FixSettingsError(
            "The standard input is not read: save it as a file and name that (a file that is called - is ./-)."
        )
    if not given and not Path(DEFAULT_RAW).exists():
        raise FixSettingsError(
            f"There is no {DEFAULT_RAW} here: put scrapes there, or name files and folders that are elsewhere."
        )
    return tuple(local_path(place) for place in given or (DEFAULT_RAW,) if not is_address(place))


def sources_of(given: Sequence[str]) -> tuple[str, ...]:
    """The addresses on S3.

    Raises:
        FixSettingsError: One is not what an address must be.
    """
    sources = tuple(place for place in given if is_address(place))
    for source in sources:
        read_address(source)
    return sources


def request_of(raw: Sequence[str], *, settings: "Settings", is_mirror: bool, is_rebuild: bool) -> "Request":
    """What a run is asked for.

    Args:
        raw: Files, folders and addresses, as they were given.
        settings: Of the run.
        is_mirror: Forget raw files that are not found now.
        is_rebuild: Start over; without RAW, from where the raw files were last seen.

    Raises:
        FixSettingsError: As `raws_of` and `sources_of`.
    """
    from flows.build import Request  # noqa: PLC0415  # a wrong flag is told quickly

    return Request(
        raws=() if is_rebuild and not is_mirror and not raw else raws_of(raw),
        settings=replace(settings, sources=sources_of(raw)),
        is_mirror=is_mirror,
        is_rebuild=is_rebuild,
    )
