"""Article bodies of saved pages, against the peers: `python -m benchmarks.extraction [--ours] [--shared ../shared]`.

Two sets: `article_bodies` (article-extraction-benchmark, Zyte, MIT) and `publishers` (test pages of fundus, MIT), neither of
which is in the repo. The figure is that of article-extraction-benchmark: precision and recall of the counted 4-grams of
words, averaged over pages, and F1 of these two; ± is the bootstrap's standard deviation over pages.
"""

import argparse
import gzip
import importlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from flows.knowledge import load_knowledge
from transforms.documents import read
from transforms.limits import DEFAULT_LIMITS
from transforms.markup.article import ArticleModel, parse_article_model, read_article
from transforms.markup.tree import read_tree
from transforms.records import RawDocument, Role

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


def _ours(model: ArticleModel) -> Callable[[str], str]:
    def extract(html: str) -> str:
        tree = read_tree(html, limits=DEFAULT_LIMITS)
        parts = read_article(tree, title=None, model=model) or []
        return "\n\n".join(block.text for _, blocks in parts for block in blocks if block.role is None)

    return extract


def _final() -> Callable[[str], str]:
    knowledge = load_knowledge()

    def extract(html: str) -> str:
        raw = RawDocument(raw_file="page.html", raw_sha256="0" * 64, text=html, media_type="text/html")
        posts = read(raw, knowledge=knowledge).page.posts
        return "\n\n".join(block.text for post in posts for block in post.with_role(Role.ARTICLE))

    return extract


def _trafilatura(**options: bool) -> Callable[[str], str]:
    extract = importlib.import_module("trafilatura").extract
    return lambda html: extract(html, include_comments=False, **options) or ""


def _readability() -> Callable[[str], str]:
    document = importlib.import_module("readability").Document
    parse = importlib.import_module("lxml.html").fromstring

    def extract(html: str) -> str:
        blocks = parse(document(html).summary()).itertext()
        return "\n".join(blocks)

    return extract


def _newspaper() -> Callable[[str], str]:
    newspaper = importlib.import_module("newspaper")

    def extract(html: str) -> str:
        article = newspaper.Article("https://page.invalid/", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return extract


def _resiliparse() -> Callable[[str], str]:
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda html: extract(html, main_content=True, alt_texts=False, links=False, comments=False)


def _measure(name: str, package: str, extract: Callable[[str], str], pages: Sequence[PageWithGold]) -> None:
    extract(pages[0].html)
    began = time.process_time()
    found = []
    failed = 0
    for page in pages:
        try:
            found.append(extract(page.html))
        except Exception:  # noqa: BLE001  # a peer that fails on a page has extracted nothing from it
            found.append("")
            failed += 1
    seconds = time.process_time() - began
    pairs = [precision_recall(page.gold, text) for page, text in zip(pages, found, strict=True)]
    release = version(package) if package else ""
    print(
        f"  {name:24}{release:10}{summed_up(pairs)}  {len(pages) / seconds:6.1f} pages/CPU-s  failed {failed}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--ours", action="store_true", help="without the peers")
    arguments = parser.parse_args()
    model = parse_article_model((files("transforms") / "markup/article_model.json").read_text("utf-8"))
    peers: list[tuple[str, str, Callable[[], Callable[[str], str]]]] = [
        ("ours: tree and article", "", lambda: _ours(model)),
        ("ours: whole document", "", _final),
    ]
    if not arguments.ours:
        peers += [
            ("trafilatura", "trafilatura", _trafilatura),
            ("trafilatura, fast", "trafilatura", lambda: _trafilatura(fast=True)),
            ("trafilatura, precision", "trafilatura", lambda: _trafilatura(favor_precision=True)),
            ("readability-lxml", "readability-lxml", _readability),
            ("newspaper4k", "newspaper4k", _newspaper),
            ("resiliparse", "resiliparse", _resiliparse),
        ]
    print(
        f"Python {sys.version.split()[0]}; our model was fitted on these pages: its figures on unseen ones are those of"
    )
    print("python -m training.article_model --check")
    for load in (article_bodies, publishers):
        pages = load(arguments.shared)
        print(f"{load.__name__}: {len(pages)} pages")
        for name, package, make in peers:
            try:
                extract = make()
            except ImportError:
                print(f"  {name:24}not installed")
                continue
            _measure(name, package, extract, pages)


if __name__ == "__main__":
    main()
