"""The split model as a value: a weight for each feature, read from a data file, and the choice that they make.

A conditional logit (McFadden 1974) over the places where a summary could begin, and "no summary": the score of a
place is the weighted sum of its features, and the probabilities are the softmax of the scores.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.errors import FixSettingsError
from transforms.split.features import FEATURES, NONE_FEATURES


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitModel:
    """Weights of a place's features and of "no summary"'s.

    Args:
        place: One weight for each of FEATURES.
        none: One weight for each of NONE_FEATURES.
        min_probability: A summary is cut off only if there is one with at least this probability: to cut the tail off
            a real article is the worst error.
        none_share: Share of posts without a summary in the training data.
        prior_weight: How many posts that share counts for when a page's own is estimated.
    """

    place: tuple[float, ...]
    none: tuple[float, ...]
    min_probability: float
    none_share: float
    prior_weight: float


def parse_split_model(text: str) -> SplitModel:
    """A model from its JSON.

    Raises:
        FixSettingsError: The features are not those that this version works out.
    """
    data = json.loads(text)
    if list(data["place"]) != list(FEATURES) or list(data["none"]) != list(NONE_FEATURES):
        raise FixSettingsError("the split model was trained for other features: remake it with `make train`")
    return SplitModel(
        place=tuple(data["place"].values()),
        none=tuple(data["none"].values()),
        min_probability=data["min_probability"],
        none_share=data["none_share"],
        prior_weight=data["prior_weight"],
    )


def probabilities(model: SplitModel, places: Sequence[Sequence[float]], none: Sequence[float]) -> list[float]:
    """The probability of every place, and last that of "no summary"."""
    scores = [_dot(model.place, row) for row in places] + [_dot(model.none, none)]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _dot(weights: Sequence[float], row: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, row, strict=True))
