"""Every path, named once: the store, and the state that lies hidden beside it."""

from dataclasses import dataclass
from pathlib import Path

MANIFEST = "_manifest.json"
DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"


# Not named for the store: a volume is mounted under one name here and under another there.
STATE_INSIDE = ".unspun-state"


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things are, told from the store's folder alone.

    Args:
        store: The folder of the tables, resolved (a link is followed, so that the swap happens where the data is).
        is_inside: Whether the state lies in the store: a mount point has no sibling on its file system.
    """

    store: Path
    is_inside: bool = False

    @property
    def state(self) -> Path:
        """The hidden sibling, on the same file system as the store: "processed" → ".processed"; in a mount point within it."""
        return self.store / STATE_INSIDE if self.is_inside else self.store.parent / f".{self.store.name}"

    @property
    def lock(self) -> Path:
        """Held by the run that may write."""
        return self.state / "lock"

    @property
    def staging(self) -> Path:
        """What a run builds before it is published; whatever lies there at a start is left over."""
        return self.state / "staging"

    @property
    def next_tree(self) -> Path:
        """The whole next store."""
        return self.staging / "next"

    @property
    def previous_tree(self) -> Path:
        """The old store, for the moment of a swap by two renames."""
        return self.staging / "previous"

    @property
    def swap(self) -> Path:
        """There while a swap of several steps is under way: what is staged is whole and goes in, whoever has to finish it."""
        return self.staging / "swap"

    @property
    def snapshots(self) -> Path:
        """The trees that are kept, a folder for each, named by its number: "snapshots/7"."""
        return self.state / "snapshots"

    def snapshot(self, number: int) -> Path:
        """The tree of a snapshot."""
        return self.snapshots / str(number)

    @property
    def parses(self) -> Path:
        """One JSON file per raw file that was read."""
        return self.state / "parses"

    @property
    def mirrors(self) -> Path:
        """Raw files of S3, a folder for each address."""
        return self.state / "raw"

    @property
    def made(self) -> Path:
        """Notes, rows and verdicts that are kept to save work, a folder for each version of code and rules."""
        return self.state / "made"

    @property
    def bench(self) -> Path:
        """Where a run sorts and joins what does not fit into memory."""
        return self.staging / "bench"

    @property
    def quarantine(self) -> Path:
        """What could not be read, one JSON line each."""
        return self.state / "quarantine"

    @property
    def seen(self) -> Path:
        """Where each raw file was last seen on this machine."""
        return self.state / "seen.json"

    @property
    def manifest(self) -> Path:
        """What the store says it holds."""
        return self.store / MANIFEST


def paths_for(store: Path) -> Paths:
    """The paths of a store, links in it resolved."""
    store = store.resolve()
    # Seen from where it is no mount point (a volume, from its host), a store that has its state inside keeps it there.
    return Paths(store, is_inside=store.is_mount() or (store / STATE_INSIDE / "lock").exists())
