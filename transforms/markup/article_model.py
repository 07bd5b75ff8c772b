"""The article model as a value: which texts of a page are its article's, by two looks.

The first is a logistic regression. The second, which knows what the first said of the texts around, is a sum of small
symmetric trees (gradient boosting, Friedman 2001; all nodes of a level ask the same, as in CatBoost, Prokhorenkova et al. 2018).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from transforms.errors import FixSettingsError
from transforms.markup.article_features import feature_names
from transforms.markup.masses import Floats, Look
from transforms.markup.texts import FRAME_TAGS

Indices = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

# Texts on each side that the second look counts in.
WINDOW = 4
SECOND = (
    "look", "look_before", "look_after", "look_before_2", "look_after_2", "look_around", "look_frame_1", "look_frame_2",
    "look_share_before", "look_share_after", "look_both_sides", "look_between",
)  # fmt: skip


UNLIKELY = frozenset(
    (
        "comment",
        "related",
        "teaser",
        "frame",
        "notice",
        "navigation",
        "share",
        "newsletter",
        "promo",
        "caption",
        "byline",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleModel:
    """Both looks.

    Args:
        groups: Words of class names and ids, by what they speak of.
        first: The first look's bias and weights.
        doubt: A text that the first look gives less than this is none of the article's.
        second: The second look's trees.
        threshold: A text is the article's from this probability on.
    """

    groups: Mapping[str, tuple[str, ...]]
    first: tuple[float, ...]
    doubt: float
    second: "Trees"
    threshold: float

    def names(self) -> list[str]:
        """The names of all bits: elements' tags, then groups of words."""
        return bit_names(list(self.groups))

    def unlikely(self) -> int:
        """The bits of the groups whose containers are no article's."""
        return sum(1 << at for at, bit in enumerate(self.names()) if bit in UNLIKELY)

    def bits(self) -> Mapping[str, int]:
        """For every word, the bits of its groups."""
        found: dict[str, int] = {}
        for at, words in enumerate(self.groups.values(), start=len(FRAME_TAGS)):
            for word in words:
                found[word] = found.get(word, 0) | 1 << at
        return MappingProxyType(found)


def bit_names(groups: Sequence[str]) -> list[str]:
    """The bits of an element: what it is, and what its name speaks of."""
    return [*(f"<{tag}>" for tag in FRAME_TAGS), *groups]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Symmetric trees of one depth.

    Args:
        bias: Log odds without any tree.
        features: Which figure each level of each tree asks for: shape (trees, depth).
        cuts: Whether it is above this: the same shape.
        leaves: What each tree adds to the log odds: shape (trees, 2 ** depth).
    """

    bias: float
    features: Indices
    cuts: Floats
    leaves: Floats

    def chances(self, matrix: Floats) -> Floats:
        """The probability of each row."""
        if not len(matrix):
            return np.zeros(0)
        answers = matrix[:, self.features] > self.cuts
        depth = self.features.shape[1]
        leaf = answers @ (1 << np.arange(depth - 1, -1, -1))
        scores = self.bias + self.leaves[np.arange(len(self.leaves)), leaf].sum(axis=1)
        found: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
        return found


def parse_article_model(text: str) -> ArticleModel:
    """A model from its JSON.

    Raises:
        FixSettingsError: The features are not those that this version works out.
    """
    data = json.loads(text)
    groups = {name: tuple(words) for name, words in data["groups"].items()}
    names = feature_names(bit_names(list(groups)))
    places = {name: at for at, name in enumerate([*names, *SECOND])}
    trees = data["trees"]
    if list(data["first"]) != ["bias", *names] or any(
        name not in places for tree in trees for name, _ in tree["asks"]
    ):
        raise FixSettingsError(
            "the article model was trained for other features: remake it with `make train`"
        )
    return ArticleModel(
        groups=MappingProxyType(groups),
        first=tuple(data["first"].values()),
        doubt=data["doubt"],
        second=Trees(
            bias=data["bias"],
            features=np.array([[places[name] for name, _ in tree["asks"]] for tree in trees]),
            cuts=np.array([[cut for _, cut in tree["asks"]] for tree in trees], dtype=float),
            leaves=np.array([tree["adds"] for tree in trees], dtype=float),
        ),
        threshold=data["threshold"],
    )


def probabilities(model: ArticleModel, matrix: Floats, look: Look) -> Floats:
    """For each chosen text, the probability that it is the article's."""
    if not len(matrix):
        return np.zeros(0)
    first = logistic(matrix, model.first)
    again = np.hstack([matrix, second_rows(first, look)])
    found = np.zeros(len(matrix))
    likely = first > model.doubt
    found[likely] = model.second.chances(again[likely])
    return found


def logistic(matrix: Floats, weights: Sequence[float]) -> Floats:
    """The logistic of the weighted sums; the first weight is the bias."""
    scores = matrix @ np.asarray(weights[1:]) + weights[0]
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
    return chances


def second_rows(first: Floats, look: Look) -> Floats:
    """What the second look knows more, a row for each chosen text."""
    count = len(look.chosen)
    size = look.masses.size[look.chosen]
    padded = np.concatenate([np.zeros(2), first, np.zeros(2)])
    mass = first * size
    gone = np.concatenate([[0.0], np.cumsum(mass)])
    sizes = np.concatenate([[0.0], np.cumsum(size)])
    low = np.maximum(np.arange(count) - WINDOW, 0)
    high = np.minimum(np.arange(count) + WINDOW + 1, count)
    around = (gone[high] - gone[low]) / np.maximum(sizes[high] - sizes[low], 1.0)
    total = max(float(gone[-1]), 1.0)
    before, after = gone[:-1] / total, (total - gone[1:]) / total
    frame = look.masses.frame[look.chosen]
    inner = np.bincount(frame, weights=mass, minlength=len(look.frames)).tolist()
    above = look.masses.above
    # From the inner to the outer; the first is around itself.
    for number, outer in zip(range(len(inner) - 1, 0, -1), above[:0:-1].tolist(), strict=True):
        inner[outer] += inner[number]
    means = np.array(inner) / np.maximum(1.0, look.masses.total)
    near = means[above[frame]], means[above[above[frame]]]
    both = np.sqrt(padded[1:-3] * padded[3:-1])
    return np.column_stack(
        [
            first, padded[1:-3], padded[3:-1], padded[:-4], padded[4:], around, *near, before, after, both, np.sqrt(np.clip(before * after, 0.0, None)),
        ]
    )  # fmt: skip
