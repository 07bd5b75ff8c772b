"""Labels of words as the token classifier gives them (BIO), and the names that they spell."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.entities.find import TYPES

OUTSIDE = 0
LABELS: tuple[str, ...] = ("O", *(f"{mark}-{kind}" for kind in TYPES for mark in "BI"))
"""O, then begin and inside of each type (Ramshaw & Marcus 1995, as B is used since CoNLL-2002)."""
_NEVER = np.float32(-1e9)


def begin(kind: str) -> int:
    """The label of a name's first word."""
    return 1 + 2 * TYPES.index(kind)


def inside(kind: str) -> int:
    """The label of a name's further words."""
    return 2 + 2 * TYPES.index(kind)


def _transitions() -> NDArray[np.float32]:
    """0 where a label may follow another, a large loss where it may not: an inside only behind its own type."""
    allowed = np.zeros((len(LABELS), len(LABELS)), dtype=np.float32)
    for kind in TYPES:
        allowed[:, inside(kind)] = _NEVER
        allowed[begin(kind), inside(kind)] = 0
        allowed[inside(kind), inside(kind)] = 0
    return allowed


_ALLOWED = _transitions()
_INSIDES = np.array([inside(kind) for kind in TYPES])


def best_labels(scores: NDArray[np.float32], breaks: NDArray[np.bool_]) -> list[int]:
    """The likeliest labels of words of which each inside follows its own type (Viterbi 1967).

    Args:
        scores: (words, labels) log-probabilities.
        breaks: (words,) where a line begins.
    """
    if not len(scores):
        return []
    plain = scores.argmax(axis=1)
    if not _is_broken(plain, breaks):
        return [int(label) for label in plain]
    best = scores[0].copy()
    best[_INSIDES] = _NEVER
    came = np.zeros(scores.shape, dtype=np.int64)
    for place in range(1, len(scores)):
        through = best[:, None] + _ALLOWED
        if breaks[place]:
            through[:, _INSIDES] = _NEVER
        came[place] = through.argmax(axis=0)
        best = through.max(axis=0) + scores[place]
    path = [int(best.argmax())]
    for place in range(len(scores) - 1, 0, -1):
        path.append(int(came[place, path[-1]]))
    return path[::-1]


def _is_broken(labels: NDArray[np.int64], breaks: NDArray[np.bool_]) -> bool:
    """Whether an inside follows what it may not: only then the likeliest label of each word is not the likeliest path."""
    insides = (labels > 0) & (labels % 2 == 0)
    before = np.concatenate([[OUTSIDE], labels[:-1]])
    follows = (before == labels) | (before == labels - 1)
    return bool((insides & (~follows | breaks)).any())


def spans(labels: Sequence[int]) -> list[tuple[int, int, str]]:
    """(first word, past the last, type) of each name; an inside without a beginning begins one."""
    found: list[tuple[int, int, str]] = []
    for place, label in enumerate(labels):
        if label == OUTSIDE:
            continue
        kind = TYPES[(label - 1) // 2]
        if label % 2 == 0 and found and found[-1][1] == place and found[-1][2] == kind:
            found[-1] = (found[-1][0], place + 1, kind)
        else:
            found.append((place, place + 1, kind))
    return found
