"""Article bodies of saved pages, against the peers: `python -m benchmarks.extraction [--ours] [--shared ../shared]`.

Two sets: `article_bodies` (article-extraction-benchmark, Zyte, MIT) and `publishers` (test pages of fundus, MIT), neither of
which is in the repo. The figure is that of article-extraction-benchmark: precision and recall of the counted 4-grams of
words, averaged over pages, and F1 of these two; ± is the bootstrap's standard deviation over pages.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

NGRAM = 4
BOOTSTRAPS = 1000
# The benchmark's own pattern; the texts are extracted ones, and one class in one loop is linear.
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWithGold:
    """A page of a set: `group` is what cross-validation must not divide."""

    kind: str
    name: str
    group: str
    html: str
    gold: str
    title: str | None = None


def article_bodies(shared: Path) -> list[PageWithGold]:
    """The pages of article-extraction-benchmark."""
    folder = shared / "pages" / "article_bodies"
    gold = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        PageWithGold(
            kind="article_bodies",
            name=name,
            group=name,
            html=gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode(
                "utf-8", "replace"
            ),
            gold=entry["articleBody"],
        )
        for name, entry in sorted(gold.items())
    ]


def publishers(shared: Path) -> list[PageWithGold]:
    """The pages of fundus' tests: the nth version of a publisher's gold is that of its nth page by date."""
    found = []
    for gold in sorted((shared / "pages" / "publishers").glob("*/*.json")):
        versions = json.loads(gold.read_text("utf-8"))
        pages = sorted(gold.parent.glob(f"{gold.stem}_*.html.gz"))
        for (_, told), page in zip(sorted(versions.items()), pages, strict=True):
            body = told["body"]
            lines = list(body["summary"])
            for section in body["sections"]:
                lines += [*section["headline"], *section["paragraphs"]]
            found.append(
                PageWithGold(
                    kind="publishers",
                    name=page.name,
                    group=gold.stem,
                    html=gzip.decompress(page.read_bytes()).decode("utf-8", "replace"),
                    gold="\n\n".join(lines),
                )
            )
    return found


def shingles(text: str, *, size: int = NGRAM) -> Counter[tuple[str, ...]]:
    """Counted runs of words; a text shorter than that is one run."""
    tokens = _TOKEN.findall(text)
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[at : at + size]) for at in range(max(1, len(tokens) - size + 1)))


def precision_recall(gold: str, text: str) -> tuple[float, float]:
    """Of one page."""
    true, found = shingles(gold), shingles(text)
    if true == found:
        return 1.0, 1.0
    hits = (true & found).total()
    return hits / max(1, found.total()), hits / max(1, true.total())


def summed_up(pairs: Sequence[tuple[float, float]]) -> str:
    """F1 with its bootstrap's deviation, precision, recall, and the mean of the pages' own F1."""
    table = np.array(pairs)

    def f1(rows: Any) -> float:  # noqa: ANN401  # numpy's own type says no more
        precision, recall = rows.mean(axis=0)
        return float(2 * precision * recall / max(1e-9, precision + recall))

    rng = np.random.default_rng(0)
    drawn = [f1(table[rng.integers(0, len(table), len(table))]) for _ in range(BOOTSTRAPS)]
    own = [2 * p * r / (p + r) if p + r else 0.0 for p, r in pairs]
    precision, recall = table.mean(axis=0)
    return f"F1 {f1(table):.4f} ± {np.std(drawn):.4f}  P {precision:.4f}  R {recall:.4f}  mean F1 {np.mean(own):.4f}"
