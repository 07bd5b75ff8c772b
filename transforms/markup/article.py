"""A page with one article → the parts of its tree that hold the article, and each block's role in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.article_features import MAX_TOLD_CHARS, Told, rows, told_key
from transforms.markup.article_model import ArticleModel, parse_article_model, probabilities
from transforms.markup.masses import MAX_LINKED, Floats, Look, look_over
from transforms.markup.opinion import second_opinion
from transforms.markup.texts import Frame, Text, TextWalk
from transforms.metadata.jsonld import articles, read_things
from transforms.metadata.meta import read_metas
from transforms.normalize import clean
from transforms.records import Block, Role

__all__ = ["ArticleModel", "page_told", "parse_article_model", "read_article"]

# Less, links aside, is no article: a notice, a teaser beside a list of links.
MIN_ARTICLE_CHARS = 140
# A part of the page is taken as a whole if so much of it is the article's; what else is in it is boilerplate.
MIN_KEPT_SHARE = 0.75
# Cross-validated, 6 of 100 pages are above; there trafilatura's F1 was 0.92 and the model's own 0.80.
MAX_DOUBT = 0.2
MAX_LEADS = 8
MAX_LEAD_CHARS = 4_000
REASON = "rule:markup"
# Why a text is none of the article's, where the names around it say so; the first that holds.
REASONS = {
    "caption": "caption", "byline": "byline", "share": "share", "newsletter": "newsletter", "related": "related", "promo": "promo",
    "comment": "comment", "tags": "navigation", "navigation": "navigation",
}  # fmt: skip


def page_told(tree: LexborHTMLParser, *, title: str | None) -> Told:
    """What the page's JSON-LD and meta elements tell of its article."""
    things = articles(read_things(tree))
    bodies = [thing["articleBody"] for thing in things if isinstance(thing.get("articleBody"), str)]
    leads = [thing["description"] for thing in things if isinstance(thing.get("description"), str)]
    metas = read_metas(tree)
    for name in ("og:description", "description", "twitter:description"):
        leads.extend(metas.get(name, ()))
    told = {key: None for lead in leads[:MAX_LEADS] if (key := told_key(lead[:MAX_LEAD_CHARS]))}
    titles = [title] if title else list(metas.get("og:title", ()))
    return Told(
        body=told_key(max(bodies, key=len)[:MAX_TOLD_CHARS]) if bodies else "",
        leads=tuple(told),
        title=told_key(titles[0]) if titles else "",
    )


def doubt(look: Look, chances: Floats) -> float:
    """How much text the model expects to call wrongly, by how much it expects to be the article's."""
    sizes = np.array([look.masses.size[at] for at in look.chosen])
    article = float(sizes @ chances)
    return float(sizes @ np.minimum(chances, 1.0 - chances)) / article if article > 0 else 0.0


def read_article(
    tree: LexborHTMLParser, *, title: str | None, model: ArticleModel
) -> list[tuple[LexborNode, tuple[Block, ...]]] | None:
    """The parts of the page that hold its article, in document order, none within another; None where it has none.

    A block's role is None where it is the article's text, else BOILERPLATE with a reason. The tree is not changed.
    """
    body = tree.body
    if body is None:
        return None
    look = look_over(body, groups=model.bits(), unlikely=model.unlikely())
    matrix = rows(look, told=page_told(tree, title=title), width=len(model.names()))
    chances = probabilities(model, matrix, look)
    kept = [False] * len(look.texts)
    for at, chance in zip(look.chosen, chances.tolist(), strict=True):
        kept[at] = chance >= model.threshold
    if doubt(look, chances) > MAX_DOUBT:
        kept = second_opinion(tree.html or "", look.texts) or kept
    running = sum(
        size
        for text, size, keep in zip(look.texts, look.masses.size, kept, strict=True)
        if keep and text.linked <= MAX_LINKED * len(text.text)
    )
    if running < MIN_ARTICLE_CHARS:
        return None
    names = model.names()
    parts = []
    for part in _parts(look, kept):
        own, own_kept = look.texts[part.first : part.stop], kept[part.first : part.stop]
        if part.frame.skips:
            own, own_kept = _whole(part.frame, own, own_kept)
        parts.append((part.frame.node, tuple(_blocks(own, own_kept, names))))
    return parts


def _whole(frame: Frame, texts: Sequence[Text], kept: Sequence[bool]) -> tuple[list[Text], list[bool]]:
    """All texts of an element in which something was passed over; what was is none of the article's."""
    whole = TextWalk(groups={}, skips=False).read(frame.node)
    whole_kept = []
    at = 0
    for text in whole:
        is_known = at < len(texts) and texts[at].text == text.text
        whole_kept.append(is_known and kept[at])
        at += is_known
    return whole, whole_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of the page that is taken, and the texts in it: from `first` to before `stop`."""

    frame: Frame
    first: int
    stop: int


def _parts(look: Look, kept: Sequence[bool]) -> list[_Part]:
    """The outermost elements that are mostly the article's."""
    texts, frames, sizes = look.texts, look.frames, look.masses.size
    count = len(frames)
    mass, total = [0.0] * count, [0.0] * count
    first, stop = [len(texts)] * count, [0] * count
    is_direct = [False] * count
    for at, (text, size, keep) in enumerate(zip(texts, sizes, kept, strict=True)):
        number = text.frame.number
        total[number] += size
        mass[number] += size if keep else 0.0
        is_direct[number] = is_direct[number] or keep
        first[number] = min(first[number], at)
        stop[number] = at + 1
    for frame in reversed(frames):
        if frame.above is not None:
            above = frame.above.number
            total[above] += total[frame.number]
            mass[above] += mass[frame.number]
            first[above] = min(first[above], first[frame.number])
            stop[above] = max(stop[above], stop[frame.number])
    taken = [False] * count
    found = []
    for frame in frames:
        at = frame.number
        if frame.above is not None and taken[frame.above.number]:
            taken[at] = True
        elif mass[at] and (
            is_direct[at]
            or (frame.above is not None and mass[at] >= MIN_KEPT_SHARE * total[at] and not frame.skips)
        ):
            taken[at] = True
            found.append(_Part(frame=frame, first=first[at], stop=stop[at]))
    return found


def _blocks(texts: Sequence[Text], kept: Sequence[bool], names: Sequence[str]) -> Iterator[Block]:
    for line, (text, keep) in enumerate(zip(texts, kept, strict=True), start=1):
        yield Block(
            line=line,
            raw=text.text,
            text=clean(text.text),
            marker=text.marker,
            gap=text.gap,
            tag=text.frame.tag,
            role=None if keep else Role.BOILERPLATE,
            reason=None if keep else _reason(text, names),
        )


def _reason(text: Text, groups: Sequence[str]) -> str:
    if text.frame.name == "figcaption":
        return "caption"
    around = text.near | text.frame.words
    for bits in (text.near, around):
        for at, group in enumerate(groups):
            if bits >> at & 1 and group in REASONS:
                return REASONS[group]
    return REASON
