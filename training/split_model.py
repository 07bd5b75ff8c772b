"""Remake the split model: fit the conditional logit, say what page-grouped cross-validation gives, write the weights.

    python -m training.split_model [--shared ../shared] [--check]

The figures are page-grouped: a page's posts are scored by a model that saw no layout of that page (nor, for
articles without a rewrite, any article of that country). The weights that are written are fitted on everything.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from flows.knowledge import load_knowledge
from training.corpora import examples
from training.examples import Example
from transforms.split import Phrases, SplitModel
from transforms.split.choose import choose, page_share
from transforms.split.features import FEATURES, NONE_FEATURES, candidates, none_row, rows
from transforms.split.page import is_excerpt

# Ridge penalty on standardised weights; of 2.5 to 12, 3 to 6 gave the best figures, all within two posts.
RIDGE = 4.0
STEPS = 50
TOLERANCE = 1e-6
# Above a half: to cut the tail off a real article is the worst error. A page's own share of posts without a summary is not
# believed too soon: with 0.5 and 1 post the page outvoted the text on two of the made pages' eight posts without one.
MIN_PROBABILITY = 0.6
PRIOR_WEIGHT = 3.0

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class Fitted:
    """An example as figures: a row for each place and a last one for "no summary", and the index of the answer."""

    def __init__(self, example: Example, phrases: Phrases) -> None:
        self.example = example
        self.places = candidates(example.body)
        width = len(FEATURES) + len(NONE_FEATURES)
        self.rows: Floats = np.zeros((len(self.places) + 1, width))
        if self.places:
            self.rows[:-1, : len(FEATURES)] = rows(example.body, self.places, phrases=phrases)
        self.rows[-1, len(FEATURES) :] = none_row(example.body, self.places)
        self.answer = (
            len(self.places)
            if example.start is None
            else self.places.index(example.start)
            if example.start in self.places
            else None
        )


def fit(data: Sequence[Fitted]) -> Floats:
    """Weights by Newton's method on the ridge-penalised log-likelihood, which is convex: deterministic, from zero."""
    known = [d for d in data if d.answer is not None and d.example.weight]
    stacked = np.concatenate([d.rows for d in known])
    scale = stacked.std(axis=0) + 1e-6
    scaled = stacked / scale
    sizes = np.array([len(d.rows) for d in known])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(known)), sizes)
    weight = np.array([d.example.weight for d in known])
    observed = weight @ scaled[starts + np.array([d.answer for d in known])]

    def loss(w: Floats) -> tuple[float, Floats]:
        scores = scaled @ w
        top = np.maximum.reduceat(scores, starts)
        powers = np.exp(scores - top[owner])
        totals = np.add.reduceat(powers, starts)
        value = weight @ (np.log(totals) + top) - observed @ w + RIDGE / 2 * w @ w
        return float(value), powers / totals[owner]

    w: Floats = np.zeros(scaled.shape[1])
    value, odds = loss(w)
    for _ in range(STEPS):
        gradient = scaled.T @ (odds * weight[owner]) - observed + RIDGE * w
        means = np.add.reduceat(scaled * odds[:, None], starts, axis=0)
        curvature = (scaled * (odds * weight[owner])[:, None]).T @ scaled - (
            means * weight[:, None]
        ).T @ means
        step = np.linalg.solve(curvature + RIDGE * np.eye(len(w)), gradient)
        # A whole step may go too far where the odds are still even: it is halved until it leads down.
        while (new := loss(w - step))[0] > value and np.abs(step).max() > TOLERANCE:
            step = step / 2
        w = w - step
        value, odds = new
        if np.abs(step).max() <= TOLERANCE:
            break
    fitted: Floats = w / scale
    return fitted


def none_share(data: Sequence[Fitted]) -> float:
    """The weighted share of examples without a summary."""
    total = sum(d.example.weight for d in data)
    return sum(d.example.weight for d in data if d.example.start is None) / total


def predict(weights: Floats, page: Sequence[Fitted], *, share: float) -> list[int | None]:
    """The places that the model chooses for the posts of one page."""
    odds = []
    for item in page:
        scores = item.rows @ weights
        powers = np.exp(scores - scores.max())
        odds.append((powers / powers.sum()).tolist())
    model = as_model(weights, share=share)
    telling = [o[-1] for item, o in zip(page, odds, strict=True) if not is_excerpt(item.example.body.blocks)]
    own = page_share(telling, prior=share, weight=PRIOR_WEIGHT)
    return [
        choose(item.example.body, item.places, o, share=own, model=model)
        for item, o in zip(page, odds, strict=True)
    ]


def as_model(weights: Floats, *, share: float) -> SplitModel:
    """The weights as the value that the pipeline takes, rounded as they are written."""
    values = [round(float(v), 4) for v in weights]
    return SplitModel(
        place=tuple(values[: len(FEATURES)]),
        none=tuple(values[len(FEATURES) :]),
        min_probability=MIN_PROBABILITY,
        none_share=round(share, 4),
        prior_weight=PRIOR_WEIGHT,
    )


def cross_validate(data: Sequence[Fitted]) -> dict[str, tuple[int, int, int, int]]:
    """For every kind: posts with a summary, of them right; posts without, of them right."""
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    share = none_share(data)
    pages: dict[str, list[Fitted]] = defaultdict(list)
    for item in data:
        pages[item.example.page].append(item)
    for group in sorted({d.example.group for d in data}):
        weights = fit([d for d in data if d.example.group != group])
        for page in pages.values():
            if page[0].example.group != group:
                continue
            for item, start in zip(page, predict(weights, page, share=share), strict=True):
                row = tally[item.example.kind]
                at = 0 if item.example.start is not None else 2
                row[at] += 1
                row[at + 1] += start == item.example.start
    return {kind: (r[0], r[1], r[2], r[3]) for kind, r in sorted(tally.items())}


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--check", action="store_true", help="report only; write nothing")
    arguments = parser.parse_args()
    package = files("transforms")
    knowledge = load_knowledge()
    data = [Fitted(example, knowledge.phrases) for example in examples(arguments.shared, knowledge=knowledge)]
    print(f"{len(data)} posts, page-grouped cross-validation")
    print(f"{'kind':24}{'with summary':>14}{'right':>7}{'without':>9}{'right':>7}")
    for kind, (have, right, have_not, right_not) in cross_validate(data).items():
        print(f"{kind:24}{have:14}{right:7}{have_not:9}{right_not:7}")
    if arguments.check:
        return
    model = as_model(fit(data), share=none_share(data))
    target = Path(str(package)) / "split" / "model.json"
    written = {
        "place": dict(zip(FEATURES, model.place, strict=True)),
        "none": dict(zip(NONE_FEATURES, model.none, strict=True)),
        "min_probability": model.min_probability,
        "none_share": model.none_share,
        "prior_weight": model.prior_weight,
    }
    target.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
