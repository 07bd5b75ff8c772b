"""A teacher's labels of news that nobody labelled, or only a program did: how likely each label is, window by window."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch.nn import functional

from training.entities.examples import NO_WORD, Example, outside_of
from training.entities.fit import collate
from training.entities.network import Network
from transforms.entities.find import TYPES
from transforms.entities.windows import Tokenizer, windows

_TOGETHER = 16  # windows


def _bare(texts: Iterable[str], tokenizer: Tokenizer) -> Iterator[Example]:
    outside = outside_of(frozenset(TYPES))
    for text in texts:
        for window in windows(text, tokenizer):
            labels = np.full(len(window.ids), NO_WORD, dtype=np.int64)
            labels[window.heads] = 0
            yield Example(ids=window.ids, cases=window.cases, labels=labels, outside=outside)


def taught_by(teachers: Sequence[Network], texts: Iterable[str], tokenizer: Tokenizer) -> list[Example]:
    """Windows of texts with the mean of what teachers take each label's likelihood to be (Hinton et al. 2015)."""
    left = sorted(_bare(texts, tokenizer), key=lambda one: len(one.ids))
    found: list[Example] = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for at in range(0, len(left), _TOGETHER):
            together = left[at : at + _TOGETHER]
            ids, cases, mask, *_ = collate(together)
            shares = sum(
                functional.softmax(teacher(ids, cases, mask).float(), -1) for teacher in teachers
            ) / len(teachers)
            for row, one in enumerate(together):
                found.append(
                    Example(
                        ids=one.ids,
                        cases=one.cases,
                        labels=one.labels,
                        outside=one.outside,
                        soft=np.asarray(shares[row, : len(one.ids)]).astype(np.float32),
                    )
                )
    return found
