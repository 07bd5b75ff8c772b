"""Reading again what could not be read: which raw files are still where they were last seen, and what became of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from flows.build import Outcome, Request
from flows.manifest import Manifest, RawEntry
from flows.paths import Paths
from flows.plan import load_seen
from flows.report import counted, plain
from flows.settings import Settings

_NAMED_FILES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """What can be read again.

    Args:
        found: Digests of raw files that are where they were last seen.
        lost: Names of those that are not, or are not the same any more.
        unopened: Names that a scan left out without reading them: nobody knows what they hold.
        rows: How many rows were left out; their files were read.
    """

    found: frozenset[str]
    lost: tuple[str, ...]
    unopened: tuple[str, ...]
    rows: int


def plan_retry(paths: Paths, manifest: Manifest, *, rule: str | None = None) -> Retry:
    """What can be read again, of all or of one rule."""
    wanted = {
        digest: entry
        for digest, entry in manifest.raw.items()
        if (broken := _broken(entry)) and (rule is None or rule in broken)
    }
    seen = load_seen(paths)
    found = frozenset(
        digest for digest in wanted if any(_is_there(place, digest) for place in seen.get(digest, []))
    )
    return Retry(
        found=found,
        lost=tuple(sorted(entry.names[0] for digest, entry in wanted.items() if digest not in found)),
        unopened=tuple(
            sorted({refusal.raw_file for refusal in manifest.refused if rule in {None, refusal.rule}})
        ),
        rows=sum(rule in {None, refusal.rule} for refusal in manifest.refused_rows),
    )


def retry(
    paths: Paths,
    settings: Settings,
    *,
    manifest: Manifest,
    rule: str | None,
    build: Callable[[Request], Outcome],
) -> list[str]:
    """Reads them again, and says what became of them, a sentence a line.

    Args:
        paths: The store's; of one on S3, those of its working copy.
        settings: Of the run.
        manifest: The store's.
        rule: Only those that broke this rule.
        build: Runs.

    Raises:
        UnspunError: As a run does.
    """
    planned = plan_retry(paths, manifest, rule=rule)
    if not planned.found:
        return ["There is no raw file to read again.", *_not_tried(planned)]
    outcome = build(Request(raws=(), settings=settings, retried=planned.found))
    return [_became([outcome.manifest.raw[digest] for digest in sorted(planned.found)]), *_not_tried(planned)]


def _became(entries: Sequence[RawEntry]) -> str:
    still = [broken for entry in entries if (broken := _broken(entry))]
    rules: Counter[str] = sum(still, Counter())
    said = f"{counted(len(entries), 'raw file')} read again: {len(entries) - len(still)} whole now"
    if not still:
        return f"{said}."
    named = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
    return plain(f"{said}, {len(still)} still not ({named}); unspun quarantine tells why.")


def _not_tried(planned: Retry) -> list[str]:
    lines = []
    if planned.lost:
        lines.append(f"Not tried, for not where last seen, or changed: {_named(planned.lost)}.")
    if planned.unopened:
        lines.append(
            f"Not tried, for left out by their looks: {_named(planned.unopened)}; unspun run with their folder looks at such files every time."
        )
    if planned.rows:
        lines.append(
            f"Not tried: {counted(planned.rows, 'row')} that broke a rule of their table; rows come of files that were read."
        )
    return [plain(line) for line in lines]


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED_FILES} more" if len(names) > _NAMED_FILES else ""
    return f"{counted(len(names), 'raw file')} ({', '.join(names[:_NAMED_FILES])}{more})"


def _broken(entry: RawEntry) -> Counter[str]:
    """The rules that a file, or records of it, broke."""
    return Counter([*([entry.rule] if entry.rule else []), *(refusal.rule for refusal in entry.refusals)])


def _is_there(place: str, digest: str) -> bool:
    try:
        # A pipe in its place would be waited for.
        if not Path(place).is_file():
            return False
        with Path(place).open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False
