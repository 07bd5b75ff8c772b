"""Remake the lines model: fit its passes, say what cross-validation by publisher gives, write the weights.

    python -m training.lines_model [--shared ../shared] [--check]

Learned from 109 saved pages of 77 news publishers, flattened to lines (`lines/publisher_lines.jsonl`); a line is the
article's where it stands in the body that the page set's gold tells. The pages are those of `pages/publishers`, which
come under the MIT licence of its LICENSE file (copyright 2023 Max Dallabetta, Conrad Dobberstein, Aaron Wey); none of
their text is in the model, only weights of features.

Each page is learned from twice: whole, and with no more than a few lines above and below its article, since a scrape has
as much of a page as its maker left on it. The headline above an article's text is learned from the titles that the page
set's gold tells (training/headlines.py).

The figures are by publisher: a page is scored by passes that saw no page of that publisher, and the later pass learns
from what an earlier one says of pages that it did not see. The weights that are written are fitted on everything.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from training.headlines import fit_headline, headline_score
from transforms.language import language
from transforms.lines.context import LIKELY, Floats
from transforms.lines.features import line_features
from transforms.lines.headline import HEADLINE_FEATURES
from transforms.lines.model import FEATURES, Pass
from transforms.lines.score import first_guess, page_rows
from transforms.normalize import clean

PASSES = 2
FOLDS = 10
INNER_FOLDS = 5
RIDGE = 1.0
STEPS = 400
RATE = 0.05
# Lines that a cropped page keeps above and below its article.
CROP_ABOVE, CROP_BELOW = 10, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page as figures.

    Args:
        publisher: Whose page it is.
        lines: Its lines.
        answer: 1.0 for a line of the article.
        chars: Characters of each line.
        alone: Lines × LINE_FEATURES.
        is_english: Whether the article is in English.
    """

    publisher: str
    lines: tuple[str, ...]
    answer: Floats
    chars: Floats
    alone: Floats
    is_english: bool


def samples(shared: Path) -> list[Sample]:
    """Every page, in the order of the file."""
    found = []
    for text in (shared / "lines" / "publisher_lines.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(text)
        lines = tuple(clean(line) for line in entry["lines"])
        body = " ".join(
            line for line, is_article in zip(lines, entry["is_article"], strict=True) if is_article
        )
        found.append(
            Sample(
                publisher=entry["publisher"],
                lines=lines,
                answer=np.array(entry["is_article"], dtype=float),
                chars=np.array([len(line) for line in lines], dtype=float),
                alone=np.array(line_features(lines)),
                is_english=language(body) == "en",
            )
        )
    return found


def cropped(page: Sample) -> Sample:
    """The same page with little above and below its article."""
    inside = np.flatnonzero(page.answer)
    if not len(inside):
        return page
    kept = slice(max(0, int(inside[0]) - CROP_ABOVE), int(inside[-1]) + 1 + CROP_BELOW)
    return replace(
        page,
        lines=page.lines[kept],
        answer=page.answer[kept],
        chars=page.chars[kept],
        alone=page.alone[kept],
    )


def fit_pass(rows: Sequence[Floats], pages: Sequence[Sample]) -> Pass:
    """One ridge-penalised logistic regression by Adam: deterministic, from zero. Every page counts alike, longer lines for more."""
    stacked = np.concatenate(rows)
    answers = np.concatenate([page.answer for page in pages])
    weight = np.concatenate([np.sqrt(page.chars + 5) / np.sqrt(page.chars + 5).sum() for page in pages])
    weight = weight / weight.sum()
    middle, scale = stacked.mean(axis=0), stacked.std(axis=0) + 1e-6
    scaled = np.concatenate([(stacked - middle) / scale, np.ones((len(stacked), 1))], axis=1)
    penalty = np.full(scaled.shape[1], RIDGE / len(stacked))
    penalty[-1] = 0.0
    w, momentum, square = (np.zeros(scaled.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        told = 1.0 / (1.0 + np.exp(-(scaled @ w)))
        gradient = scaled.T @ ((told - answers) * weight) + penalty * w
        momentum = 0.9 * momentum + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        w -= RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    plain = w[:-1] / scale
    return Pass(
        weights=tuple(round(float(v), 4) for v in plain), constant=round(float(w[-1] - plain @ middle), 4)
    )


def apply(step: Pass, rows: Floats) -> Floats:
    """Probabilities of the lines of one page."""
    odds: Floats = 1.0 / (1.0 + np.exp(-np.clip(rows @ np.array(step.weights) + step.constant, -8.0, 8.0)))
    return odds


def folds(pages: Sequence[Sample], count: int) -> list[int]:
    """Which fold each page is in: pages of a publisher are in one."""
    names = sorted({page.publisher for page in pages})
    return [names.index(page.publisher) % count for page in pages]


def fit(pages: Sequence[Sample]) -> tuple[Pass, ...]:
    """Every pass, on pages whole and cropped; each later one on what cross-validated earlier ones say."""
    pages = [*pages, *map(cropped, pages)]
    inner = folds(pages, INNER_FOLDS)
    guess = [first_guess(page.alone) for page in pages]
    passes = []
    for number in range(PASSES):
        rows = [page_rows(page.lines, page.alone, g) for page, g in zip(pages, guess, strict=True)]
        passes.append(fit_pass(rows, pages))
        if number + 1 == PASSES:
            break
        unseen: dict[int, Floats] = {}
        for fold in range(INNER_FOLDS):
            seen = [i for i in range(len(pages)) if inner[i] != fold]
            step = fit_pass([rows[i] for i in seen], [pages[i] for i in seen])
            unseen |= {i: apply(step, rows[i]) for i in range(len(pages)) if inner[i] == fold}
        guess = [unseen[i] for i in range(len(pages))]
    return tuple(passes)


def score_page(passes: Sequence[Pass], page: Sample) -> Floats:
    """The probabilities of a page's lines, as `transforms.lines.score_lines` works them out."""
    prose = first_guess(page.alone)
    for step in passes:
        prose = apply(step, page_rows(page.lines, page.alone, prose))
    return prose


def fold_passes(pages: Sequence[Sample]) -> Iterator[tuple[tuple[Pass, ...], list[int]]]:
    """For each fold, passes that saw no page of its publishers, and the indices of its pages."""
    outer = folds(pages, FOLDS)
    for fold in range(FOLDS):
        passes = fit([page for page, own in zip(pages, outer, strict=True) if own != fold])
        yield passes, [i for i in range(len(pages)) if outer[i] == fold]


def cross_validated(pages: Sequence[Sample]) -> list[Floats]:
    """The probabilities of every page's lines, by passes that saw no page of its publisher."""
    told = {i: score_page(passes, pages[i]) for passes, fold in fold_passes(pages) for i in fold}
    return [told[i] for i in range(len(pages))]


def as_json(passes: Sequence[Pass], headline: Sequence[float]) -> str:
    """The model's file."""
    written = {
        "passes": [
            {"weights": dict(zip(FEATURES, step.weights, strict=True)), "constant": step.constant}
            for step in passes
        ],
        "headline": dict(zip(HEADLINE_FEATURES, headline, strict=True)),
    }
    return json.dumps(written, indent=2) + "\n"


def char_f1(pages: Sequence[Sample], chosen: Sequence[Floats]) -> tuple[float, float]:
    """F1 of characters in the chosen lines: over all pages together, and the mean of the pages' own."""
    counts = [
        (
            float((p.chars * p.answer * c).sum()),
            float((p.chars * (1 - p.answer) * c).sum()),
            float((p.chars * p.answer * (1 - c)).sum()),
        )
        for p, c in zip(pages, chosen, strict=True)
    ]
    right, extra, lost = (sum(column) for column in zip(*counts, strict=True))
    mean = sum(2 * r / max(1.0, 2 * r + e + m) for r, e, m in counts) / len(counts)
    return 2 * right / (2 * right + extra + lost), mean


def report(pages: Sequence[Sample], told: Sequence[Floats], *, choose: Callable[[Floats], Floats]) -> str:
    """Two rows: English pages, and all of them."""
    rows = []
    for name, kept in (("English", [p.is_english for p in pages]), ("all", [True] * len(pages))):
        some = [p for p, keep in zip(pages, kept, strict=True) if keep]
        micro, mean = char_f1(some, [choose(t) for t, keep in zip(told, kept, strict=True) if keep])
        rows.append(f"{name:10}{len(some):6}{micro:18.4f}{mean:18.4f}")
    return "\n".join(rows)


def chosen(told: Floats) -> Floats:
    """1.0 for the lines that are likelier the article's than not."""
    return (told >= LIKELY).astype(float)


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--check", action="store_true", help="report only; write nothing")
    arguments = parser.parse_args()
    pages = samples(arguments.shared)
    told = cross_validated(pages)
    print("character F1, cross-validated by publisher")
    print(f"{'pages':10}{'':6}{'pooled':>18}{'mean of pages':>18}")
    print(report(pages, told, choose=chosen))
    headlines = [(page.publisher, page.lines, odds.tolist()) for page, odds in zip(pages, told, strict=True)]
    right, of = headline_score(headlines, arguments.shared)
    print(f"headlines, cross-validated by publisher: {right} of {of}")
    if arguments.check:
        return
    target = Path(str(files("transforms"))) / "lines" / "model.json"
    target.write_text(as_json(fit(pages), fit_headline(headlines, arguments.shared)), "utf-8")
    print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
