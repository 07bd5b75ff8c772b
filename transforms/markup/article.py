"""A page with one article → the parts of its tree that hold the article, and each block's role in them."""

from collections.abc import Iterator, Sequence

import numpy as np
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.article_features import MAX_TOLD_CHARS, Told, rows, told_key
from transforms.markup.article_model import ArticleModel, parse_article_model, probabilities
from transforms.markup.masses import MAX_LINKED, Floats, Look, below, look_over
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
_TABLE_HEADS = frozenset({"caption", "th"})
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
    sizes = look.masses.size[look.chosen]
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
        look.masses.size[at]
        for at, text in enumerate(look.texts)
        if kept[at] and text.linked <= MAX_LINKED * len(text.text)
    )
    if running < MIN_ARTICLE_CHARS:
        return None
    _keep_tables(look, kept)
    names = model.names()
    parts = []
    for frame in _parts(look, kept):
        own, own_kept = look.texts[frame.before : frame.after], kept[frame.before : frame.after]
        if frame.skips:
            own, own_kept = _whole(frame, own, own_kept)
        parts.append((frame.node, tuple(_blocks(own, own_kept, names))))
    return parts


def _keep_tables(look: Look, kept: list[bool]) -> None:
    """A table with a caption or headings of its own, and the article right above and below it, is the article's."""
    for frame in look.frames:
        first, stop = frame.before, frame.after
        if frame.name != "table" or not 0 < first < stop < len(kept) or not (kept[first - 1] and kept[stop]):
            continue
        texts = look.texts[first:stop]
        linked = sum(text.linked for text in texts)
        is_headed = any(text.frame.name in _TABLE_HEADS for text in texts)
        if is_headed and linked <= MAX_LINKED * sum(len(text.text) for text in texts):
            kept[first:stop] = [True] * len(texts)


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


def _parts(look: Look, kept: Sequence[bool]) -> list[Frame]:
    """The outermost elements that are mostly the article's."""
    mass = below(look.frames, look.masses.size * np.array(kept, dtype=bool))
    is_most = (mass > 0) & (mass >= MIN_KEPT_SHARE * look.masses.total)
    is_direct = np.zeros(len(look.frames), dtype=bool)
    is_direct[look.masses.frame[kept]] = True
    found: list[Frame] = []
    for at in np.flatnonzero(is_direct | is_most).tolist():
        frame = look.frames[at]
        is_part = is_direct[at] or (frame.above is not None and not frame.skips)
        if is_part and (not found or frame.before >= found[-1].after):
            found.append(frame)
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
