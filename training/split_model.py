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

from training.corpora import Example, examples
from transforms.boilerplate import parse_rules
from transforms.split import Phrases, SplitModel, parse_phrases
from transforms.split.choose import choose, page_share
from transforms.split.features import FEATURES, NONE_FEATURES, candidates, none_row, rows

# Ridge penalty on standardised weights; of 1 to 16, 3 to 10 gave the best figures, all within two posts.
RIDGE = 6.0
STEPS = 500
RATE = 0.05
# Above a half, and a page's own share of posts without a summary is not believed too soon: with 0.5 and 1 post the page
# outvoted the text on two of the made pages' eight posts without a summary.
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
    """Weights by Adam on the ridge-penalised log-likelihood: deterministic, from zero."""
    known = [d for d in data if d.answer is not None]
    stacked = np.concatenate([d.rows for d in known])
    scale = stacked.std(axis=0) + 1e-6
    scaled = stacked / scale
    sizes = np.array([len(d.rows) for d in known])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(known)), sizes)
    answers = starts + np.array([d.answer for d in known])
    weight = np.array([d.example.weight for d in known])
    observed = weight @ scaled[answers]
    w, momentum, square = (np.zeros(scaled.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        scores = scaled @ w
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        odds = powers / np.add.reduceat(powers, starts)[owner]
        gradient = (scaled * (odds * weight[owner])[:, None]).sum(axis=0) - observed + RIDGE * w
        momentum = 0.9 * momentum + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        w -= RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
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
    own = page_share([o[-1] for o in odds], prior=share, weight=PRIOR_WEIGHT)
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
    rules = parse_rules((package / "boilerplate/rules.toml").read_text("utf-8"))
    phrases = parse_phrases((package / "split/phrases.toml").read_text("utf-8"))
    data = [Fitted(example, phrases) for example in examples(arguments.shared, rules=rules)]
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
