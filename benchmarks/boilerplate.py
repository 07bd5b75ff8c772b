"""Measure the boilerplate labels against the gold scrapes, publishers' lines and real bodies; prints a table."""

import argparse
import csv
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from transforms.boilerplate import RulePack, is_boilerplate, label, parse_rules  # noqa: E402 - needs the path above
from transforms.records import Block, Role  # noqa: E402 - the same


class Score:
    """Counts of one gold set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.true = self.false = self.missed = self.prose = 0
        self.notes: list[str] = []

    def add(self, *, gold: bool, told: bool, text: str, reason: str | None) -> None:
        """Count one line."""
        self.true += gold and told
        self.missed += gold and not told
        self.prose += not gold
        if told and not gold:
            self.false += 1
            self.notes.append(f"FALSE  [{reason}] {text[:150]}")
        if gold and not told:
            self.notes.append(f"MISSED {text[:150]}")

    def row(self) -> str:
        """The table row."""
        told = self.true + self.false
        precision = self.true / told if told else 1.0
        recall = self.true / (self.true + self.missed) if self.true + self.missed else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        share = self.false / self.prose if self.prose else 0.0
        return (
            f"| {self.name} | {self.true + self.missed} | {precision:.3f} | {recall:.3f} | {f1:.3f} "
            f"| {self.false} of {self.prose} ({share:.2%}) |"
        )


def blocks_of(lines: Sequence[str], first: int, last: int) -> list[Block]:
    """The non-blank physical lines of a range as blocks."""
    blocks: list[Block] = []
    gap = 0
    for number in range(first, last + 1):
        raw = lines[number - 1].strip()
        if not raw:
            gap += 1
            continue
        marker = "•" if raw.startswith("• ") else ""
        text = " ".join(raw[len(marker) :].split())
        blocks.append(Block(line=number, raw=raw, text=text, marker=marker, gap=gap))
        gap = 0
    return blocks


def score_scrape(score: Score, text_file: Path, gold_file: Path, rules: RulePack) -> None:
    """Label each gold article of a scrape and count its lines."""
    lines = text_file.read_text(encoding="utf-8").split("\n")
    gold = json.loads(gold_file.read_text(encoding="utf-8"))
    for post in gold["posts"] if isinstance(gold, dict) else gold:
        if not post.get("article_lines"):
            continue
        bad = {line for line, _ in post["boilerplate_lines"]}
        partial = {line for line, _ in post.get("partial_boilerplate", [])}
        labelled = label(blocks_of(lines, *post["article_lines"]), title=post["title"], rules=rules)
        for block in labelled:
            if block.line in partial or block.part is not None:
                if block.part is not None:
                    score.notes.append(f"PART   [{block.role} {block.reason}] {block.text[:120]}")
                continue
            told = block.role is Role.BOILERPLATE
            score.add(gold=block.line in bad, told=told, text=block.text, reason=block.reason)


def in_dev(publisher: str) -> bool:
    """Whether the publisher was in the half that the rules were first written from, told by its name."""
    return int(hashlib.md5(publisher.encode()).hexdigest(), 16) % 2 == 0  # noqa: S324 - a stable coin, no secret


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--show", default="", help="sets whose errors are listed, comma-separated, or 'all'")
    options = parser.parse_args()
    shared: Path = options.shared
    rules = parse_rules((ROOT / "transforms/boilerplate/rules.toml").read_text(encoding="utf-8"))
    scores = [*gold_scores(shared, rules), *prose_scores(shared, rules)]
    print(f"{len(rules.rules)} rules\n")
    print(
        "| set | boilerplate lines | precision | recall | F1 | prose lines lost |\n|---|---|---|---|---|---|"
    )
    for score in scores:
        print(score.row())
    print()
    tsv(shared, rules, show=options.show)
    speed(shared, rules)
    for score in scores:
        if options.show and (options.show == "all" or score.name in options.show.split(",")):
            print(f"\n## {score.name}")
            print("\n".join(score.notes))


def gold_scores(shared: Path, rules: RulePack) -> Iterator[Score]:
    """The gold scrapes: the seed, the flattened feeds, the made pages."""
    scrapes = shared / "scrapes"
    score = Score("putin")
    score_scrape(score, scrapes / "putin.txt", scrapes / "gold" / "putin.json", rules)
    yield score
    score = Score("feeds")
    for gold in sorted((scrapes / "gold").glob("[!p]*.json")):
        score_scrape(score, scrapes / "flat" / f"{gold.stem}.txt", gold, rules)
    yield score
    for layout in ("bullets", "tight"):
        score = Score(f"made_{layout}")
        for gold in sorted((scrapes / "made" / "gold").glob(f"*_{layout}.json")):
            score_scrape(score, scrapes / "made" / f"{gold.stem}.txt", gold, rules)
        yield score


def prose_scores(shared: Path, rules: RulePack) -> Iterator[Score]:
    """Real prose: the article lines of publishers' pages, and bodies of a ground truth."""
    score = Score("publisher_prose")
    for page in pages(shared):
        texts = [
            text
            for text, flag in zip(page["lines"], page["is_article"], strict=True)
            if flag and text.strip()
        ]
        count(score, texts, rules)
    yield score
    score = Score("article_bodies")
    bodies = json.loads((shared / "pages/article_bodies/ground-truth.json").read_text(encoding="utf-8"))
    for body in bodies.values():
        count(score, [line.strip() for line in body["articleBody"].split("\n") if line.strip()], rules)
    yield score


def pages(shared: Path) -> Iterator[dict[str, Any]]:
    """The publishers' pages."""
    with (shared / "lines/publisher_lines.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def count(score: Score, texts: Sequence[str], rules: RulePack) -> None:
    """Label lines that are all prose."""
    blocks = [Block(line=i, raw=text, text=" ".join(text.split()), gap=1) for i, text in enumerate(texts)]
    for block in label(blocks, title=None, rules=rules):
        if block.part is None:
            told = block.role is Role.BOILERPLATE
            score.add(gold=False, told=told, text=block.text, reason=block.reason)
        else:
            score.notes.append(f"PART   [{block.role} {block.reason}] {block.text[:120]}")


def tsv(shared: Path, rules: RulePack, *, show: str) -> None:
    """Recall on single boilerplate lines, by category, for the two halves of the publishers."""
    with (shared / "lines/boilerplate.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    total: Counter[tuple[bool, str]] = Counter()
    hits: Counter[tuple[bool, str]] = Counter()
    for row in rows:
        half = in_dev(row["publisher"])
        text = " ".join(row["line"].removeprefix("• ").split())
        told = rules.match(text) is not None
        for name in (row["category"], "all"):
            total[half, name] += 1
            hits[half, name] += told
        if not told and ((half and "tsv_dev" in show) or (not half and "tsv_held" in show)):
            print("MISSED", row["publisher"], "|", row["category"], "|", text[:140])
    print("| category of boilerplate.tsv | developed on | held out |\n|---|---|---|")
    for name in sorted({name for _, name in total}):
        cells = [f"{hits[half, name]} of {total[half, name]}" for half in (True, False)]
        print(f"| {name} | {cells[0]} | {cells[1]} |")


def speed(shared: Path, rules: RulePack) -> None:
    """Blocks per CPU-second, of a rule alone and of the whole label."""
    texts = [text for page in pages(shared) for text in page["lines"] if text.strip()]
    start = time.process_time()
    for text in texts:
        is_boilerplate(text, rules)
    alone = len(texts) / (time.process_time() - start)
    prose = [
        [
            Block(line=i, raw=text, text=text, gap=1)
            for i, text in enumerate(page["lines"])
            if page["is_article"][i]
        ]
        for page in pages(shared)
    ]
    start = time.process_time()
    for blocks in prose:
        label(blocks, title=None, rules=rules)
    whole = sum(map(len, prose)) / (time.process_time() - start)
    print(f"\n{alone:,.0f} single lines and {whole:,.0f} article blocks a CPU-second")


if __name__ == "__main__":
    main()
