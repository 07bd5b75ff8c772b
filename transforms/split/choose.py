"""The choice of a page: for each of its posts, the place where its summary begins, or none.

How many of a page's posts have a summary says much about each of them: a site rewrites nearly all of its posts or none.
The model's probabilities are therefore adjusted to the page's own share, estimated from the page itself
(Saerens, Latinne and Decaestecker 2002, Adjusting the outputs of a classifier to new a priori probabilities).
"""

from collections.abc import Sequence

from transforms.split.features import Body, Phrases, candidates, is_plausible, none_row, rows
from transforms.split.model import SplitModel, probabilities
from transforms.split.page import is_excerpt

# The adjustment settles within a few rounds; this many always suffice at the table's precision.
ROUNDS = 20
# A summary is surely there but its place is not: below this probability no place is better than none.
MIN_PLACE = 0.15


def find_summaries(bodies: Sequence[Body], *, model: SplitModel, phrases: Phrases) -> tuple[int | None, ...]:
    """For every body of one page, the index of the block at which its summary begins, or None."""
    places = [candidates(body) for body in bodies]
    odds = [
        probabilities(model, rows(body, at, phrases=phrases), none_row(body, at))
        for body, at in zip(bodies, places, strict=True)
    ]
    telling = [p[-1] for p, body in zip(odds, bodies, strict=True) if not is_excerpt(body.blocks)]
    share = page_share(telling, prior=model.none_share, weight=model.prior_weight)
    return tuple(
        choose(body, at, p, share=share, model=model)
        for body, at, p in zip(bodies, places, odds, strict=True)
    )


def page_share(none: Sequence[float], *, prior: float, weight: float) -> float:
    """The share of posts without a summary on a page.

    Args:
        none: Each post's probability of having none, as the model gives it.
        prior: The share in the model's training data.
        weight: How many posts the prior counts for.
    """
    share = prior
    for _ in range(ROUNDS):
        up, down = share / prior, (1 - share) / (1 - prior)
        expected = sum(p * up / (p * up + (1 - p) * down) for p in none)
        share = (expected + weight * prior) / (len(none) + weight)
    return share


def choose(
    body: Body, places: Sequence[int], odds: Sequence[float], *, share: float, model: SplitModel
) -> int | None:
    """The place of one post's summary, or None.

    Args:
        body: The post's body.
        places: Where it could begin.
        odds: The probability of each, and last that of "no summary", under the training data's share.
        share: The page's own share of posts without a summary, which takes that one's place.
        model: Whose thresholds hold.
    """
    if not places:
        return None
    up, down = share / model.none_share, (1 - share) / (1 - model.none_share)
    weighed = [p * down for p in odds[:-1]]
    total = sum(weighed) + odds[-1] * up
    best = max(range(len(places)), key=lambda i: (weighed[i], i))
    is_sure = sum(weighed) >= model.min_probability * total and weighed[best] >= MIN_PLACE * total
    return places[best] if is_sure and is_plausible(body, places[best]) else None
