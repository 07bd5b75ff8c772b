"""The list of what could not be read, with the reason and the place, one JSON line each."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

FILES = "files.jsonl"
ROWS = "rows.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Refusal:
    """One thing that was left out.

    Args:
        raw_file: The raw file, escaped; "" where a row belongs to several.
        rule: Short name of what it broke ("binary", "too_large", "articles.language|regex").
        detail: One sentence for a person.
        place: Where in the file or table; "" for a whole file.
    """

    raw_file: str
    rule: str
    detail: str
    place: str = ""


def render(refusals: Iterable[Refusal]) -> str:
    """The lines of a quarantine file, sorted, each thing once."""
    lines = (json.dumps(asdict(refusal), ensure_ascii=False) for refusal in sorted(set(refusals)))
    return "".join(f"{line}\n" for line in lines)


def count_rules(refusals: Iterable[Refusal]) -> dict[str, int]:
    """How often each rule was broken, by name."""
    return dict(sorted(Counter(refusal.rule for refusal in refusals).items()))
