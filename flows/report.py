"""What a run says to the person at the terminal: one table, where the tables are, what to try next."""

import json
import shlex
from collections import Counter
from typing import TYPE_CHECKING

from flows.quarantine import count_rules
from transforms.errors import UnspunError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.build import Outcome
    from flows.quarantine import Refusal

_NAMED_RULES = 6
_NAMED_FILES = 3
_TOLD_REFUSALS = 3


def counted(count: int, noun: str) -> str:
    """A number with its noun: 1 file, 2 files."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_json(outcome: "Outcome") -> str:
    """The report as one JSON object."""
    return json.dumps(
        {
            "store": str(outcome.store),
            "snapshot": outcome.manifest.snapshot,
            "files_forgotten": len(outcome.forgotten),
            "is_new": outcome.is_new,
            "files_read": outcome.read,
            "files_unchanged": outcome.unchanged,
            "files_quarantined": sum(not refusal.place for refusal in outcome.quarantined),
            "records_quarantined": sum(bool(refusal.place) for refusal in outcome.quarantined),
            "quarantine_rules": count_rules(outcome.quarantined),
            "rows_quarantined": len(outcome.manifest.refused_rows),
            "seconds": round(outcome.seconds, 3),
            "done_by": outcome.done_by,
            **outcome.manifest.counts,
        },
        ensure_ascii=False,
    )


def as_rows(outcome: "Outcome") -> list[tuple[str, str]]:
    """The report as pairs of a label and a value."""
    counts = Counter(outcome.manifest.counts)
    files = [refusal for refusal in outcome.quarantined if not refusal.place]
    records = [refusal for refusal in outcome.quarantined if refusal.place]
    rows = [
        ("files read", f"{outcome.read}"),
        ("files unchanged", f"{outcome.unchanged}"),
        *([("files forgotten", _named(outcome.forgotten))] if outcome.forgotten else []),
        ("files quarantined", _by_rule(files)),
        *([("records quarantined", _by_rule(records))] if records else []),
        ("posts", f"{counts['posts']}"),
        ("articles", f"{counts['articles']}"),
        (
            "duplicates",
            f"{counted(counts['repeated_posts'], 'post')}, {counted(counts['near_duplicates'], 'near-duplicate article')}",
        ),
        ("summaries", f"{counts['summaries']}"),
        ("tags", f"{counts['tags']}"),
        ("entities", f"{counts['entities']}"),
        ("boilerplate blocks removed", f"{counts['boilerplate_blocks']}"),
        ("snapshot", f"{outcome.manifest.snapshot}"),
        ("seconds", f"{outcome.seconds:.1f}, by {outcome.done_by}"),
    ]
    if counts["posts_without_article"]:
        after = next(i for i, (label, _) in enumerate(rows) if label == "articles")
        rows.insert(after, ("posts without an article", f"{counts['posts_without_article']}"))
    if outcome.manifest.refused_rows:
        after = next(i for i, (label, _) in enumerate(rows) if label == "posts")
        rows.insert(after, ("rows quarantined", f"{len(outcome.manifest.refused_rows)}"))
    return rows


def _store(outcome: "Outcome") -> str:
    return f" --store {plain(shlex.quote(str(outcome.store)))}"


def _named(names: "Sequence[str]") -> str:
    more = f" and {len(names) - _NAMED_FILES} more" if len(names) > _NAMED_FILES else ""
    return f"{len(names)} ({plain(', '.join(names[:_NAMED_FILES]))}{more})"


def _by_rule(refusals: "Sequence[Refusal]") -> str:
    rules = ", ".join(f"{rule} {count}" for rule, count in list(count_rules(refusals).items())[:_NAMED_RULES])
    return f"{len(refusals)}" + (f" ({rules})" if rules else "")


def show(outcome: "Outcome") -> None:
    """Prints the report: one table, then where the tables are and what to try next."""
    from rich.console import Console  # noqa: PLC0415  # --json needs no terminal
    from rich.table import Table  # noqa: PLC0415  # the same
    from rich.text import Text  # noqa: PLC0415  # the same

    console = Console(soft_wrap=True, highlight=False)
    if not outcome.is_new:
        console.print(
            Text(
                f"{counted(outcome.read, 'file')} read again came to the same: nothing was written."
                if outcome.read
                else f"Nothing new: {counted(outcome.unchanged, 'file')} unchanged, nothing was written."
            )
        )
    table = Table(show_header=False)
    table.add_column()
    table.add_column()
    for label, value in as_rows(outcome):
        if label == "posts":
            table.add_section()
        table.add_row(Text(label), Text(value))
    console.print(table)
    console.print(Text(f"The tables are in {plain(str(outcome.store))}."))
    if outcome.quarantined or outcome.manifest.refused_rows:
        console.print(Text(f"What was left out, and why: unspun quarantine{_store(outcome)}"))
    if outcome.forgotten:
        console.print(Text(f"What was forgotten is in the snapshot before: unspun rollback{_store(outcome)}"))
    console.print(Text(next_act(outcome)))


def tell_done(outcome: "Outcome") -> str:
    """One sentence on what a run did."""
    if not outcome.is_new:
        return f"Nothing new: {counted(outcome.unchanged, 'file')} unchanged."
    articles = counted(outcome.manifest.counts.get("articles", 0), "article")
    return f"Snapshot {outcome.manifest.snapshot}: {counted(outcome.read, 'file')} read, {articles}."


def unread_error(outcome: "Outcome") -> UnspunError | None:
    """The error of a run that could read no file at all, its sentence with the reasons where they are few, else their place."""
    if not outcome.quarantined or outcome.read + outcome.unchanged:
        return None
    count = len(outcome.quarantined)
    said = "The one file could not be read" if count == 1 else f"None of the {count} files could be read"
    if count > _TOLD_REFUSALS:
        return UnspunError(f"{said}; the reasons are in {outcome.quarantine}.")
    reasons = " ".join(
        f"{refusal.raw_file}: {refusal.detail} ({refusal.rule})" for refusal in outcome.quarantined
    )
    return UnspunError(f"{said}. {reasons}")


def next_act(outcome: "Outcome") -> str:
    """One sentence on what to try next."""
    has_articles = bool(outcome.manifest.counts.get("articles"))
    question = "select title, publisher from articles" if has_articles else "select role, text from lines"
    return f"Try next: unspun query --store {plain(shlex.quote(str(outcome.store)))} --limit 5 '{question}'"


def plain(text: str) -> str:
    """A text that is safe on a terminal: what cannot be printed is escaped, line breaks too."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text
    )
