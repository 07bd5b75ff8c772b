"""How likely each line of a flattened page is the article's.

A page is looked at more than once, as in stacked sequential learning (Cohen and Carvalho 2005): the first pass takes
lines that read like sentences for the article's; each later one sees what the pass before thought of the neighbours.
"""

from collections.abc import Sequence

import numpy as np

from transforms.lines.context import Floats, page_features, span_features
from transforms.lines.features import LINE_FEATURES, line_features
from transforms.lines.model import LinesModel

# Beyond these log-odds a pass is as good as sure.
MAX_LOGIT = 8.0
_PROSE = LINE_FEATURES.index("long_sentence")
_LOG_WORDS = LINE_FEATURES.index("log_words")


def score_lines(lines: Sequence[str], *, model: LinesModel) -> list[float]:
    """The probability of each line of a page, in order, that it is the article's."""
    if not lines:
        return []
    alone = np.array(line_features(lines))
    prose: Floats = first_guess(alone)
    for step in model.passes:
        logit = page_rows(lines, alone, prose) @ np.array(step.weights) + step.constant
        prose = 1.0 / (1.0 + np.exp(-np.clip(logit, -MAX_LOGIT, MAX_LOGIT)))
    scores: list[float] = prose.tolist()
    return scores


def first_guess(alone: Floats) -> Floats:
    """What is taken for prose before any pass: lines of some length that end like a sentence."""
    guess: Floats = alone[:, _PROSE]
    return guess


def page_rows(lines: Sequence[str], alone: Floats, prose: Floats) -> Floats:
    """Lines × FEATURES, given each line's own features and how likely it was the article's before."""
    weight = np.expm1(alone[:, _LOG_WORDS])
    sure = np.clip(prose, 1e-4, 1 - 1e-4)
    before = np.clip(np.log(sure / (1 - sure)), -MAX_LOGIT, MAX_LOGIT)
    return np.concatenate(
        [alone, before[:, None], span_features(prose, weight), page_features(lines, prose, weight)], axis=1
    )
