"""Fits the token classifier: marginal likelihood on labelled corpora, and on a teacher's labels of more news."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.entities.examples import (
    NO_WORD,
    Example,
    examples,
    joined_runs,
    names_of,
    recased,
    swapped,
)
from training.entities.network import Network
from training.entities.passages import Passage
from transforms.entities.labels import LABELS, OUTSIDE
from transforms.entities.windows import OTHER, Tokenizer

_WARM_UP = 0.06  # of the steps
_CLIP = 1.0
_DECAY = 0.01
_JITTER = 16  # pieces: windows of a batch are of about one length, and not always the same ones together
_NEVER = -1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how hard.

    Args:
        steps: Batches.
        pieces: Pieces of a batch, padding and all.
        rate: Highest learning rate of AdamW (Loshchilov & Hutter 2019); it rises over the warm-up, then falls to nothing.
        seed: Of everything that is drawn.
    """

    steps: int
    pieces: int = 2048
    rate: float = 2e-4
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Passages, and how often they are read in a round.

    Args:
        passages: Of one corpus, in order.
        times: Readings a round; of a broken number the rest is a chance.
    """

    passages: Sequence[Passage]
    times: float


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def collate(chosen: Sequence[Example]) -> Batch:
    """(ids, cases, mask, labels, outside, soft) of windows, padded to the longest."""
    size = -(-max(len(one.ids) for one in chosen) // 8) * 8
    ids = np.zeros((len(chosen), size), dtype=np.int64)
    cases = np.full((len(chosen), size), OTHER, dtype=np.int64)
    mask = np.zeros((len(chosen), size), dtype=np.int64)
    labels = np.full((len(chosen), size), NO_WORD, dtype=np.int64)
    soft = np.zeros((len(chosen), size, len(LABELS)), dtype=np.float32)
    for row, one in enumerate(chosen):
        length = len(one.ids)
        ids[row, :length], cases[row, :length], mask[row, :length] = one.ids, one.cases, 1
        labels[row, :length] = one.labels
        if one.soft is not None:
            soft[row, :length] = one.soft
    outside = np.stack([one.outside for one in chosen])
    parts = (ids, cases, mask, labels, outside, soft)
    return tuple(torch.from_numpy(part) for part in parts)


def loss_of(
    scores: torch.Tensor, labels: torch.Tensor, outside: torch.Tensor, soft: torch.Tensor
) -> torch.Tensor:
    """Mean loss of words: of the label, of any that "no name" may stand for, or against a teacher's shares."""
    chosen = labels >= 0
    logs = functional.log_softmax(scores[chosen].float(), -1)
    want, taught = labels[chosen], soft[chosen]
    may = outside[chosen.nonzero()[:, 0]]
    none = logs.masked_fill(~may, _NEVER).logsumexp(-1)
    named = logs.gather(1, want[:, None])[:, 0]
    hard = torch.where(want == OUTSIDE, none, named)
    told = taught.sum(-1) > 0
    return -torch.where(told, (taught * logs).sum(-1), hard).mean()


def _batches(read: Sequence[Example], pieces: int, drawn: random.Random) -> list[list[Example]]:
    order = sorted(read, key=lambda one: len(one.ids) + _JITTER * drawn.random())
    batches: list[list[Example]] = [[]]
    longest = 0
    for one in order:
        longest = max(longest, len(one.ids))
        if batches[-1] and longest * (len(batches[-1]) + 1) > pieces:
            batches.append([])
            longest = len(one.ids)
        batches[-1].append(one)
    drawn.shuffle(batches)
    return batches


def _rounds(
    corpora: Mapping[str, Corpus], soft: Sequence[Example], schedule: Schedule, tokenizer: Tokenizer
) -> Iterator[list[Example]]:
    """Batches without end, each round drawn anew."""
    drawn = random.Random(schedule.seed)  # noqa: S311  # no secret
    names = names_of(passage for _, corpus in sorted(corpora.items()) for passage in corpus.passages)
    while True:
        read = list(soft)
        for _, corpus in sorted(corpora.items()):
            whole = int(corpus.times)
            for _ in range(whole + (drawn.random() < corpus.times - whole)):
                for passage in joined_runs(corpus.passages, drawn):
                    read += examples(recased(swapped(passage, names, drawn), drawn), tokenizer)
        yield from _batches(read, schedule.pieces, drawn)


def fit(
    network: Network,
    corpora: Mapping[str, Corpus],
    *,
    schedule: Schedule,
    tokenizer: Tokenizer,
    soft: Sequence[Example] = (),
) -> None:
    """Teach a network in place; says how it goes."""
    torch.manual_seed(schedule.seed)
    taught = [weights for weights in network.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [weights for weights in taught if weights.ndim > 1], "weight_decay": _DECAY},
            {"params": [weights for weights in taught if weights.ndim == 1], "weight_decay": 0.0},
        ],
        lr=schedule.rate,
        fused=True,
    )
    losses: list[float] = []
    network.train()
    rounds = _rounds(corpora, soft, schedule, tokenizer)
    for step in range(schedule.steps):
        warm = min(1.0, (step + 1) / (_WARM_UP * schedule.steps))
        for group in optimizer.param_groups:
            group["lr"] = schedule.rate * warm * (1 - step / schedule.steps)
        ids, cases, mask, labels, outside, shares = collate(next(rounds))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = network(ids, cases, mask)
        loss = loss_of(scores, labels, outside, shares)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(taught, _CLIP)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} of {schedule.steps}: loss {np.mean(losses[-100:]):.4f}", flush=True)
    network.eval()
