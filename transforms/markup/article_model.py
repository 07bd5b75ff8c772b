"""The article model as a value: which texts of a page are its article's, by two logistic regressions, the second of which
knows what the first said of the texts around.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from transforms.errors import FixSettingsError
from transforms.markup.article_features import Masses, feature_names
from transforms.markup.texts import Frame, Text

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

# Texts on each side that the second look counts in.
WINDOW = 4
SECOND = (
    "look", "look_before", "look_after", "look_before_2", "look_after_2", "look_around", "look_frame_1", "look_frame_2",
    "look_share_before", "look_share_after", "look_both_sides", "look_between",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleModel:
    """Weights of the two looks.

    Args:
        groups: Words of class names and ids, by what they speak of.
        first: The first look's bias and weights.
        second: The second look's.
        threshold: A text is the article's from this probability on.
    """

    groups: Mapping[str, tuple[str, ...]]
    first: tuple[float, ...]
    second: tuple[float, ...]
    threshold: float

    def bits(self) -> Mapping[str, int]:
        """For every word, the bits of its groups."""
        found: dict[str, int] = {}
        for at, words in enumerate(self.groups.values()):
            for word in words:
                found[word] = found.get(word, 0) | 1 << at
        return MappingProxyType(found)


def parse_article_model(text: str) -> ArticleModel:
    """A model from its JSON.

    Raises:
        FixSettingsError: The features are not those that this version works out.
    """
    data = json.loads(text)
    groups = {name: tuple(words) for name, words in data["groups"].items()}
    names = ["bias", *feature_names(list(groups))]
    if list(data["first"]) != names or list(data["second"]) != [*names, *SECOND]:
        raise FixSettingsError(
            "the article model was trained for other features: remake it with `make train`"
        )
    return ArticleModel(
        groups=MappingProxyType(groups),
        first=tuple(data["first"].values()),
        second=tuple(data["second"].values()),
        threshold=data["threshold"],
    )


def probabilities(
    model: ArticleModel,
    texts: Sequence[Text],
    frames: Sequence[Frame],
    masses: Masses,
    found: Sequence[Sequence[float]],
) -> list[float]:
    """For each text, the probability that it is the article's."""
    if not texts:
        return []
    matrix = np.asarray(found)
    first = logistic(matrix, model.first)
    again = np.hstack([matrix, second_rows(first, texts, frames, masses)])
    chances: list[float] = logistic(again, model.second).tolist()
    return chances


def logistic(matrix: Floats, weights: Sequence[float]) -> Floats:
    """The logistic of the weighted sums; the first weight is the bias."""
    scores = matrix @ np.asarray(weights[1:]) + weights[0]
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
    return chances


def second_rows(first: Floats, texts: Sequence[Text], frames: Sequence[Frame], masses: Masses) -> Floats:
    """What the second look knows more, a row for each text."""
    count = len(texts)
    size = np.asarray(masses.size)
    padded = np.concatenate([np.zeros(2), first, np.zeros(2)])
    mass = first * size
    gone = np.concatenate([[0.0], np.cumsum(mass)])
    sizes = np.concatenate([[0.0], np.cumsum(size)])
    low = np.maximum(np.arange(count) - WINDOW, 0)
    high = np.minimum(np.arange(count) + WINDOW + 1, count)
    around = (gone[high] - gone[low]) / np.maximum(sizes[high] - sizes[low], 1.0)
    total = max(float(gone[-1]), 1.0)
    before, after = gone[:-1] / total, (total - gone[1:]) / total
    inner = np.zeros(len(frames))
    for text, one in zip(texts, mass.tolist(), strict=True):
        inner[text.frame.number] += one
    sums = inner.tolist()
    for frame in reversed(frames):
        if frame.above is not None:
            sums[frame.above.number] += sums[frame.number]
    means = [one / max(1.0, all_) for one, all_ in zip(sums, masses.total, strict=True)]
    near = [_means(text.frame, means) for text in texts]
    both = np.sqrt(padded[1:-3] * padded[3:-1])
    return np.column_stack(
        [
            first, padded[1:-3], padded[3:-1], padded[:-4], padded[4:], around, [one for one, _ in near], [two for _, two in near],
            before, after, both, np.sqrt(np.clip(before * after, 0.0, None)),
        ]
    )  # fmt: skip


def _means(frame: Frame, means: Sequence[float]) -> tuple[float, float]:
    one = frame.above or frame
    two = one.above or one
    return means[one.number], means[two.number]
