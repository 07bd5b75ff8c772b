"""How well forms of a name are brought together: B³ over given mentions, and the share that gets the exact canonical name.

Usage: python benchmarks/resolving.py SHARED_FOLDER [--show]

B³ (A. Bagga, B. Baldwin 1998, "Algorithms for Scoring Coreference Chains"): of each mention, how much of its found
cluster belongs there (precision) and how much of its true cluster it found (recall); averaged over the mentions. A
cluster is what has one type and canonical name: within one document, and within the whole set. Sets: the real
scrape's labelled posts (optional mentions are not scored), and the hard cases of
tests/transforms/entities/hard_cases.jsonl, of which those held out were not looked at while the code was written.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from transforms.entities.document import names_of  # noqa: E402  # the path is set above
from transforms.entities.find import Mention  # noqa: E402
from transforms.entities.names import Variants, parse_variants  # noqa: E402

DATA = ROOT / "transforms" / "entities"
CASES = ROOT / "tests" / "transforms" / "entities" / "hard_cases.jsonl"
_MARKED = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\|([^\[\]|]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A mention with the (type, name) that it should have and the one it got."""

    document: str
    text: str
    gold: tuple[str, str]
    got: tuple[str, str]


def load_variants() -> Variants:
    """The tables that the project ships."""
    tables = {
        name: (DATA / f"{name}.toml").read_text("utf-8")
        for name in ("countries", "peoples", "words", "doubtful", "towns")
    }
    return parse_variants((DATA / "variants.toml").read_text("utf-8"), **tables)


def b_cubed(pairs: Sequence[tuple[Hashable, Hashable]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of (true cluster, found cluster) of each mention."""
    true, found, both = Counter(a for a, _ in pairs), Counter(b for _, b in pairs), Counter(pairs)
    precision = sum(n * n / found[b] for (_, b), n in both.items()) / len(pairs)
    recall = sum(n * n / true[a] for (a, _), n in both.items()) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def marked(text: str) -> tuple[str, list[tuple[Mention, str]]]:
    """Plain text and mentions with canonical names out of "[Edith Marlow|PERSON|Edith Marlow]"."""
    plain, mentions, read = "", [], 0
    for found in _MARKED.finditer(text):
        plain += text[read : found.start()]
        surface, kind, name = found.groups()
        mentions.append((Mention(len(plain), len(plain) + len(surface), surface, kind), name))
        plain += surface
        read = found.end()
    return plain + text[read:], mentions


def resolved(
    document: str, text: str, mentions: Sequence[tuple[Mention, str]], variants: Variants
) -> list[Resolved]:
    """Each mention of a document with its name."""
    names = names_of([(text, [mention for mention, _ in mentions])], variants=variants)
    return [
        Resolved(document=document, text=m.text, gold=(m.type, name), got=names.canonical(m))
        for m, name in mentions
    ]


def hard_cases(variants: Variants, *, held_out: bool) -> list[Resolved]:
    """The project's own cases."""
    found = []
    for line in CASES.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["held_out"] == held_out:
            text, mentions = marked(case["text"])
            found += resolved(case["id"], text, mentions, variants)
    return found


def scrape(shared: Path, variants: Variants) -> list[Resolved]:
    """The gold mentions of the real scrape: article and summary of a post, each read as a document of its own."""
    lines = (shared / "scrapes" / "putin.txt").read_text("utf-8").split("\n")
    parts: defaultdict[tuple[int, str], list[dict[str, object]]] = defaultdict(list)
    for line in (shared / "ner" / "putin_entities.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        parts[int(row["post"]), str(row["part"])].append(row)
    found: list[Resolved] = []
    for (post, part), rows in parts.items():
        numbers = [int(str(row["line"])) for row in rows]
        text, offset = "", {}
        for number in range(min(numbers), max(numbers) + 1):
            offset[number] = len(text)
            text += lines[number - 1] + "\n"
        mentions: dict[int, tuple[Mention, str]] = {}
        optional = set()
        for row in rows:
            base = offset[int(str(row["line"]))]
            start, end = base + int(str(row["start"])), base + int(str(row["end"]))
            mentions[start] = Mention(start, end, text[start:end], str(row["type"])), str(row["canonical"])
            if row["optional"]:
                optional.add(start)
        ordered = [mentions[start] for start in sorted(mentions)]
        results = resolved(f"{post} {part}", text, ordered, variants)
        found += [r for (m, _), r in zip(ordered, results, strict=True) if m.start not in optional]
    return found


def exact(items: Sequence[Resolved]) -> float:
    """Share of mentions that got the very name."""
    return sum(item.gold == item.got for item in items) / len(items)


def figures(items: Sequence[Resolved]) -> dict[str, tuple[float, float, float]]:
    """B³ within documents and over all of them."""
    return {
        "in documents": b_cubed([((i.document, i.gold), (i.document, i.got)) for i in items]),
        "over all": b_cubed([(i.gold, i.got) for i in items]),
    }


def report(name: str, items: Sequence[Resolved], *, show: bool) -> None:
    """Print figures and, where asked, what is wrong."""
    for scope, (precision, recall, f1) in figures(items).items():
        print(f"{name:20} B3 {scope:13} P {precision:.4f} R {recall:.4f} F1 {f1:.4f}")
    print(f"{name:20} exact name {exact(items):.4f} of {len(items)}")
    for item in _wrong(items) if show else ():
        print(f"   {item.document:16} {item.text!r} is {item.gold}, got {item.got}")


def _wrong(items: Iterable[Resolved]) -> Iterable[Resolved]:
    return (item for item in items if item.gold != item.got)


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("shared", type=Path)
    options.add_argument(
        "--show", action="store_true", help="print what is wrong, but for the cases held out"
    )
    given = options.parse_args()
    variants = load_variants()
    report("real scrape", scrape(given.shared, variants), show=given.show)
    report("hard cases", hard_cases(variants, held_out=False), show=given.show)
    report("hard cases, held out", hard_cases(variants, held_out=True), show=False)


if __name__ == "__main__":
    main()
