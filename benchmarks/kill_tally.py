"""What benchmarks/kill.py counts, and how a read is judged: by the states that were published."""

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.kill_reader import Seen

READERS = ("polars", "duckdb", "pinned")
PHASES = ("before staging", "staging", "snapshot made", "swapped", "staging removed", "run to its end")


@dataclass(slots=True)
class Tally:
    """What became of the shots and of the reads.

    Args:
        phases: Where the shots fell, told by what lay on the disk afterwards.
        runs: Runs that went to their end.
        verified: Times that the whole store was verified.
        faults: What was wrong with a store that was left, or with a run after it.
        reads: Reads by reader.
        not_found: Of those that failed, those whose file was gone, by reader.
        torn: Errors of another kind.
        mixed: Reads of rows that no published state had.
        backward: Reads of an older state after a newer one.
        pins: Snapshots that were pinned.
    """

    phases: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    verified: int = 0
    faults: list[str] = field(default_factory=list)
    reads: Counter[str] = field(default_factory=Counter)
    not_found: Counter[str] = field(default_factory=Counter)
    torn: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    backward: list[str] = field(default_factory=list)
    pins: int = 0

    @property
    def shots(self) -> int:
        """Runs that were shot at."""
        return sum(self.phases.values())

    @property
    def kills(self) -> int:
        """Runs that were killed before their end."""
        return self.shots - self.phases[PHASES[-1]]

    @property
    def wrong(self) -> list[str]:
        """All that must not be."""
        return [*self.faults, *self.torn, *self.mixed, *self.backward]


def judge(name: str, seen: Seen, states: dict[tuple[int, str], str], tally: Tally) -> None:
    """Holds what a reader saw against the states that were published."""
    for table, reads in seen.reads.items():
        known: dict[str, list[int]] = {}
        for (state, of_table), found in sorted(states.items()):
            if of_table == table:
                known.setdefault(found, []).append(state)
        newest = 0
        for found, count in reads:
            tally.reads[name] += count
            if found not in known:
                tally.mixed.append(f"{name} read {table}: {seen.rows[found]}")
            elif name != "pinned" and max(known[found]) < newest:
                tally.backward.append(f"{name} read {table} of {known[found]} after {newest}")
            else:
                newest = min(state for state in known[found] if name == "pinned" or state >= newest)
    tally.reads[name] += seen.not_found + len(seen.errors)
    tally.not_found[name] += seen.not_found
    tally.torn += [f"{name}: {error}" for error in seen.errors]
    tally.torn += [f"a pinned snapshot changed: {change}" for change in seen.changed]
    tally.pins += len(seen.pins)
    for pin in seen.pins:
        if not any(
            all(states.get((state, table)) == found for table, found in pin.items()) for state, _ in states
        ):
            tally.mixed.append(f"a pinned snapshot has tables of several states: {pin}")
    if name == "pinned" and seen.not_found:
        tally.torn.append(f"a file of a pinned snapshot was gone, {seen.not_found} times")


def report(tally: Tally) -> str:
    """The figures, as lines."""
    return "\n".join(
        [
            f"kills: {tally.kills} ({', '.join(f'{phase} {tally.phases[phase]}' for phase in PHASES)})",
            f"runs to their end between them: {tally.runs}; stores verified: {tally.verified}",
            *(f"{name}: {tally.reads[name]} reads, {tally.not_found[name]} not found" for name in READERS),
            f"snapshots pinned: {tally.pins}",
            f"torn {len(tally.torn)}, mixed {len(tally.mixed)}, backward {len(tally.backward)}",
            f"faults of stores and runs: {len(tally.faults)}",
            *tally.wrong,
        ]
    )
