"""What to do next, as a command that means this store and can be pasted."""

import shlex

from flows.paths import Paths
from flows.report import plain
from flows.snapshots import numbers


def command(verb: str, paths: Paths) -> str:
    """A command on a store: "unspun rollback --store data/processed"."""
    return f"unspun {verb} --store {plain(shlex.quote(str(paths.store)))}"


def tell_empty(paths: Paths) -> str:
    """The sentence on a store that has no tables; where snapshots of it are kept, how to have them back."""
    if kept := numbers(paths):
        return (
            f"{paths.store} has no tables, and {'snapshots' if len(kept) > 1 else 'snapshot'} {', '.join(map(str, kept))} of it "
            f"{'are' if len(kept) > 1 else 'is'} kept: {command('rollback', paths)} brings the newest back."
        )
    return f"{paths.store} has no tables yet: make them with unspun run, or give --store their folder."


def tell_mend(paths: Paths) -> str:
    """What makes missing and changed files of a store whole."""
    return f"make its files again with {command('run --rebuild', paths)}, or go back with {command('rollback', paths)}"
