"""The lines model as a value: a weight for each named feature of each pass, read from a data file."""

import json
from dataclasses import dataclass

from transforms.errors import FixSettingsError
from transforms.lines.context import PAGE_FEATURES, SPAN_FEATURES
from transforms.lines.features import LINE_FEATURES
from transforms.lines.headline import HEADLINE_FEATURES

FEATURES = (*LINE_FEATURES, "before", *SPAN_FEATURES, *PAGE_FEATURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One logistic regression over FEATURES: its weights, and the constant."""

    weights: tuple[float, ...]
    constant: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesModel:
    """Passes over a page, each of which sees what the one before made of it.

    Args:
        passes: In order.
        headline: A weight for each of HEADLINE_FEATURES.
    """

    passes: tuple[Pass, ...]
    headline: tuple[float, ...]


def parse_lines_model(text: str) -> LinesModel:
    """A model from its JSON.

    Raises:
        FixSettingsError: The features are not those that this version works out.
    """
    data = json.loads(text)
    wanted = [list(FEATURES)] * len(data["passes"]) + [list(HEADLINE_FEATURES)]
    if [*(list(told["weights"]) for told in data["passes"]), list(data["headline"])] != wanted:
        raise FixSettingsError(
            "the lines model was trained for other features: remake it with `python -m training.lines_model`"
        )
    return LinesModel(
        passes=tuple(
            Pass(weights=tuple(told["weights"].values()), constant=told["constant"])
            for told in data["passes"]
        ),
        headline=tuple(data["headline"].values()),
    )
