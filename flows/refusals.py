"""What was left out, for a person: listed, grouped and counted by rule, cut to what fits."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from flows.manifest import Manifest, read_manifest
from flows.paths import Paths
from flows.quarantine import Refusal, count_rules
from flows.report import counted, plain
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.s3.reading import RemoteTree

# So many of a rule show what it is about; the rest is for --limit and --json.
SHOWN = 5
_KINDS = {"file": "file", "record": "record", "row": "row"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LeftOut:
    """A refusal with what it is of: "file", "record" (a part of a file) or "row"."""

    refusal: Refusal
    kind: str


def store_manifest(tree: "Paths | RemoteTree") -> Manifest:
    """The manifest of a store that has to be there, here or on S3; its data files are not asked for.

    Raises:
        FixSettingsError: There is no store.
        RepairStoreError: The manifest is damaged.
    """
    if not isinstance(tree, Paths):
        return tree.manifest
    manifest = read_manifest(tree)
    if manifest is None:
        raise FixSettingsError(
            f"{tree.store} has no tables yet, so nothing was left out: read files with unspun run, or give --store their folder."
        )
    return manifest


def left_out(manifest: Manifest, *, rule: str | None = None) -> list[LeftOut]:
    """Every file, record and row that was left out, sorted by rule, file and place.

    Args:
        manifest: The store's.
        rule: Only those that broke this rule.
    """
    files = [
        LeftOut(refusal=refusal, kind="record" if refusal.place else "file")
        for refusal in manifest.file_refusals()
    ]
    rows = [LeftOut(refusal=refusal, kind="row") for refusal in manifest.refused_rows]
    found = {thing for thing in (*files, *rows) if rule is None or thing.refusal.rule == rule}
    return sorted(found, key=lambda thing: (thing.refusal.rule, thing))


def render_lines(things: Sequence[LeftOut], *, limit: int | None) -> Iterator[str]:
    """A JSON object for each."""
    for thing in things[:limit]:
        yield json.dumps({"kind": thing.kind, **asdict(thing.refusal)}, ensure_ascii=False)


def show_left_out(things: Sequence[LeftOut], *, limit: int) -> None:
    """Prints each rule with its count and its first few; a line is cut to the terminal's width.

    Args:
        things: Of `left_out`.
        limit: At most so many of a rule.
    """
    from rich.text import Text  # noqa: PLC0415  # only where something is shown

    console = _console()
    is_cut = False
    for rule in count_rules(thing.refusal for thing in things):
        group = [thing for thing in things if thing.refusal.rule == rule]
        console.print(Text(f"{plain(rule)}: {_counts(group)}", style="bold"))
        for thing in group[:limit]:
            line = Text(f"  {_where(thing.refusal)}: {plain(thing.refusal.detail)}")
            if console.is_terminal:
                line.truncate(console.width, overflow="ellipsis")
            console.print(line)
        if len(group) > limit:
            is_cut = True
            console.print(Text(f"  … and {len(group) - limit} more"))
    console.print(Text(f"{_counts(things)} left out."))
    if is_cut:
        console.print(Text("--limit N shows more of each rule, --json all."))


def tell_none(manifest: Manifest, *, rule: str | None) -> str:
    """One sentence where there is nothing to list."""
    rules = count_rules(thing.refusal for thing in left_out(manifest))
    if not rules:
        return f"Nothing was left out: {counted(len(manifest.raw), 'raw file')} read, and every row kept its rules."
    named = ", ".join(f"{name} ({count})" for name, count in rules.items())
    return plain(f"Nothing was left out for {rule}; the rules that were broken are {named}.")


def _counts(things: Sequence[LeftOut]) -> str:
    numbers = {kind: sum(thing.kind == kind for thing in things) for kind in _KINDS}
    return ", ".join(counted(number, _KINDS[kind]) for kind, number in numbers.items() if number)


def _where(refusal: Refusal) -> str:
    return plain(" ".join(part for part in (refusal.raw_file, refusal.place) if part))


def _console() -> "Console":
    from rich.console import Console  # noqa: PLC0415  # only where something is shown

    return Console(highlight=False, soft_wrap=True)
