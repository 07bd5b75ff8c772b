"""Which lines of saved pages are taken for the article's: by the model alone, and at the end of the pipeline.

    python -m benchmarks.lines [--shared ../shared] [--pages]

Characters of the lines, by publishers that the model did not see (the weights of a fold are fitted anew; what `score`
prints is what `python -m training.lines_model --check` does). The clean texts are the gold bodies of another page set, as
files of plain text: what of them is left as the article's, and what the rules leave without the model.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from flows.knowledge import load_knowledge
from training.headlines import fit_headline
from training.lines_model import Sample, as_json, char_f1, chosen, fold_passes, samples, score_page
from transforms.documents import read
from transforms.knowledge import Knowledge
from transforms.lines.context import Floats
from transforms.parse import PARSERS
from transforms.parse.text import parse_text
from transforms.records import Page, RawDocument, Role

KEPT = (Role.ARTICLE, Role.SUMMARY)
WITHOUT = "text/plain; without the model"


def with_lines(knowledge: Knowledge, lines: str) -> Knowledge:
    """The same knowledge with another lines model."""
    return Knowledge({**knowledge.sources, "lines": lines})


def read_page(text: str, *, knowledge: Knowledge, media_type: str = "text/plain") -> Page:
    """The page that a text file is read as."""
    raw = RawDocument(raw_file="page.txt", raw_sha256="0" * 64, text=text, media_type=media_type)
    return read(raw, knowledge=knowledge).page


def kept_shares(page: Page, lines: Sequence[str]) -> Floats:
    """For each line, the share of its characters that are left as a post's text."""
    kept = np.zeros(len(lines))
    for post in page.posts:
        for block in post.with_role(*KEPT):
            kept[block.line - 1] += len(block.text)
    sizes = np.array([max(1, len(line)) for line in lines], dtype=float)
    shares: Floats = np.minimum(1.0, kept / sizes)
    return shares


def row(name: str, pages: Sequence[Sample], shares: Sequence[Floats]) -> str:
    """Pooled and mean F1 over English pages and over all."""
    cells: list[float] = []
    for kept in ([page.is_english for page in pages], [True] * len(pages)):
        some = [i for i, keep in enumerate(kept) if keep]
        cells += char_f1([pages[i] for i in some], [shares[i] for i in some])
    return f"{name:28}" + "".join(f"{cell:12.4f}" for cell in cells)


def clean_texts(shared: Path) -> list[str]:
    """The gold bodies of the article set."""
    gold = json.loads((shared / "pages" / "article_bodies" / "ground-truth.json").read_text("utf-8"))
    return [entry["articleBody"] for _, entry in sorted(gold.items())]


def clean_share(pages: Sequence[Page], texts: Sequence[str]) -> float:
    """The share of the texts' characters that is left as a post's title or text."""
    left = sum(
        len("".join(block.text.split()))
        for page in pages
        for post in page.posts
        for block in post.with_role(*KEPT, Role.TITLE)
    )
    return left / sum(len("".join(text.split())) for text in texts)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--pages", action="store_true", help="say each page's own")
    arguments = parser.parse_args()
    knowledge = load_knowledge()
    PARSERS[WITHOUT] = lambda raw, _knowledge, _limits: parse_text(raw)
    pages = samples(arguments.shared)
    scored: dict[int, Floats] = {}
    fitted: dict[int, Page] = {}
    parts = list(fold_passes(pages))
    for passes, fold in parts:
        scored |= {i: score_page(passes, pages[i]) for i in fold}
    told = [(p.publisher, p.lines, scored[i].tolist()) for i, p in enumerate(pages)]
    for passes, fold in parts:
        names = {pages[i].publisher for i in fold}
        headline = fit_headline([p for p in told if p[0] not in names], arguments.shared)
        own = with_lines(knowledge, as_json(passes, headline))
        for i in fold:
            fitted[i] = read_page("\n".join(pages[i].lines), knowledge=own)
    through = [kept_shares(fitted[i], page.lines) for i, page in enumerate(pages)]
    bare = [
        kept_shares(read_page("\n".join(page.lines), knowledge=knowledge, media_type=WITHOUT), page.lines)
        for page in pages
    ]
    print(f"{'character F1':28}{'English':>12}{'(mean)':>12}{'all':>12}{'(mean)':>12}")
    print(row("score", pages, [chosen(scored[i]) for i in range(len(pages))]))
    print(row("pipeline", pages, through))
    print(row("pipeline without the model", pages, bare))
    texts = clean_texts(arguments.shared)
    for name, media_type in (("with", "text/plain"), ("without", WITHOUT)):
        share = clean_share([read_page(t, knowledge=knowledge, media_type=media_type) for t in texts], texts)
        print(f"clean texts, {name} the model: {share:.4f} of {len(texts)} texts' characters kept")
    if arguments.pages:
        for i, page in enumerate(pages):
            (_, mean), (_, alone) = char_f1([page], [through[i]]), char_f1([page], [chosen(scored[i])])
            title = next((post.title or "" for post in fitted[i].posts), "")
            print(f"{page.publisher:24}{alone:8.3f}{mean:8.3f}  {title[:90]}")


if __name__ == "__main__":
    main()
