"""Makes an earlier snapshot the store's again: as a new one, so that nothing that was published is taken back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from flows.lock import hold
from flows.manifest import Manifest, read_manifest
from flows.paths import MANIFEST, Paths
from flows.snapshots import next_number, numbers, read_whole
from flows.store import clean, publish, stage
from flows.tree import link_all
from transforms.errors import FixSettingsError, RepairStoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """What was done.

    Args:
        number: The snapshot that was taken.
        manifest: The store's, as it is now.
        passed_over: Later snapshots that were not whole or nothing else than the current one, with the reason.
    """

    number: int
    manifest: Manifest
    passed_over: tuple[str, ...]


def roll_back(paths: Paths, number: int | None, *, kept: int) -> Rollback:
    """Publishes the tree of a snapshot anew, under the next number; a person's own files in the store stay.

    Args:
        paths: Of the store, whose manifest may be damaged, and which may be gone.
        number: The snapshot; None: the newest whole one before the current, of all where there is no current one.
        kept: How many snapshots stay.

    Raises:
        FixSettingsError: There is no such snapshot.
        RepairStoreError: It is not whole.
        RetryLaterError: A run is writing.
    """
    if not numbers(paths):
        raise FixSettingsError(
            f"{paths.store} keeps no snapshot to go back to: the first run with this version makes one."
        )
    with hold(paths):
        clean(paths)
        current = _current(paths)
        taken, manifest, passed_over = _choose(paths, number, current)
        described = _descriptions(paths.snapshot(taken))
        try:
            names = [name for files in manifest.tables.values() for name in files]
            link_all(names, source=paths.snapshot(taken), target=stage(paths))
            manifest = publish(
                paths,
                msgspec.structs.replace(
                    manifest,
                    snapshot=next_number(paths, current),
                    run={"finished_at": _now(), "rolled_back_to": taken},
                ),
                described,
                kept=kept,
            )
        finally:
            clean(paths)
    return Rollback(number=taken, manifest=manifest, passed_over=passed_over)


def _current(paths: Paths) -> Manifest | None:
    try:
        return read_manifest(paths)
    except RepairStoreError:
        return None


def _choose(
    paths: Paths, number: int | None, current: Manifest | None
) -> tuple[int, Manifest, tuple[str, ...]]:
    kept = numbers(paths)
    if number is not None:
        if number not in kept:
            raise FixSettingsError(
                f"{paths.store} keeps no snapshot {number}; it keeps {', '.join(map(str, kept))}."
            )
        return number, read_whole(paths, number), ()
    earlier = [found for found in kept if current is None or found < current.snapshot]
    if not earlier:
        raise FixSettingsError(
            f"{paths.store} keeps no snapshot before the current one; unspun snapshots lists what it keeps."
        )
    reasons: list[str] = []
    for found in reversed(earlier):
        try:
            manifest = read_whole(paths, found)
            if current and manifest.tables == current.tables and found != earlier[0]:
                reasons.append(
                    f"Snapshot {found} has the same tables as the current one, and is passed over."
                )
                continue
            return found, manifest, tuple(reasons)
        except RepairStoreError as error:
            reasons.append(str(error))
    raise RepairStoreError(" ".join([*reasons, f"No earlier snapshot of {paths.store} is whole."]))


def _descriptions(tree: Path) -> dict[str, dict[str, object]]:
    """The files that describe a snapshot; one that is damaged is left out, as it says nothing that the manifest does not."""
    found = {}
    for path in sorted(tree.glob("*.json")):
        if path.name == MANIFEST:
            continue
        try:
            found[path.name] = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
