"""Headlines above the texts of saved pages: a conditional logit over the lines, learned from the titles that the gold tells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transforms.lines.context import Floats
from transforms.lines.headline import headline_rows
from transforms.lines.span import article_span
from transforms.normalize import fingerprint

# Ridge penalty on standardised weights; 1 and 3 gave the same within two headlines.
RIDGE = 3.0
STEPS = 600
RATE = 0.05
FOLDS = 10
# A line with a kicker before the title, or with half of it, is still its line.
MIN_LENGTH, MAX_LENGTH = 0.6, 1.6
# So many letters of the text say which of a publisher's pages it is.
HEAD_CHARS = 150

Page = tuple[str, Sequence[str], Sequence[float]]
"""Publisher, lines, and the probability that each is the article's, by a model that did not see the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The lines that could be a page's headline, as figures, and which of them are."""

    publisher: str
    rows: Floats
    right: tuple[int, ...]


def read_titles(shared: Path) -> dict[str, list[tuple[str, str]]]:
    """For each publisher, title and text of its pages, folded."""
    titles: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((shared / "pages" / "publishers").glob("*/*.json")):
        for page in json.loads(path.read_text("utf-8")).values():
            body = " ".join(text for part in page["body"]["sections"] for text in part["paragraphs"])
            titles.setdefault(path.stem, []).append((fingerprint(page.get("title") or ""), fingerprint(body)))
    return titles


def candidates(pages: Sequence[Page], shared: Path) -> list[Candidates]:
    """Every page on which the title of the gold is printed above the text."""
    titles = read_titles(shared)
    found = []
    for publisher, lines, likely in pages:
        span = article_span(likely, lines)
        if span is None:
            continue
        text = fingerprint(" ".join(lines))
        told = [t for t, body in titles.get(publisher, []) if t and body[:HEAD_CHARS] in text]
        places, rows = headline_rows(lines, likely, span)
        right = tuple(
            number
            for number, at in enumerate(places)
            if any(_is_title(fingerprint(lines[at]), t) for t in told)
        )
        if right:
            found.append(Candidates(publisher=publisher, rows=np.array(rows), right=right))
    return found


def _is_title(line: str, title: str) -> bool:
    if not line or not MIN_LENGTH < len(line) / len(title) < MAX_LENGTH:
        return False
    return title.endswith(line) or line.endswith(title)


def _fit(data: Sequence[Candidates]) -> Floats:
    """Weights by Adam on the ridge-penalised log-likelihood that one of the right lines is chosen."""
    scale = np.concatenate([d.rows for d in data]).std(axis=0) + 1e-6
    scaled = [d.rows / scale for d in data]
    w, momentum, square = (np.zeros(len(scale)) for _ in range(3))
    for step in range(1, STEPS + 1):
        gradient = RIDGE * w
        for page, rows in zip(data, scaled, strict=True):
            scores = rows @ w
            odds = np.exp(scores - scores.max())
            odds = odds / odds.sum()
            wanted = np.zeros_like(odds)
            wanted[list(page.right)] = odds[list(page.right)]
            gradient = gradient + rows.T @ (odds - wanted / max(1e-12, wanted.sum()))
        momentum = 0.9 * momentum + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        w = w - RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    fitted: Floats = w / scale
    return fitted


def fit_headline(pages: Sequence[Page], shared: Path) -> list[float]:
    """A weight for each of HEADLINE_FEATURES, from every page."""
    return [round(float(v), 4) for v in _fit(candidates(pages, shared))]


def headline_score(pages: Sequence[Page], shared: Path) -> tuple[int, int]:
    """Headlines found by weights that saw no page of the publisher, and pages that have one."""
    data = candidates(pages, shared)
    names = sorted({d.publisher for d in data})
    right = 0
    for fold in range(FOLDS):
        weights = _fit([d for d in data if names.index(d.publisher) % FOLDS != fold])
        right += sum(
            int(np.argmax(d.rows @ weights)) in d.right
            for d in data
            if names.index(d.publisher) % FOLDS == fold
        )
    return right, len(data)
