"""A page with one article → the parts of its tree that hold the article, and each block's role in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.article_features import MAX_TOLD_CHARS, Told, rows
from transforms.markup.article_model import ArticleModel, parse_article_model, probabilities
from transforms.markup.blocks import Piece, fragment_pieces
from transforms.markup.texts import Frame, Text, TextWalk
from transforms.metadata.jsonld import articles, read_things
from transforms.metadata.meta import read_metas
from transforms.normalize import fingerprint
from transforms.records import Block, Role

__all__ = ["ArticleModel", "page_told", "parse_article_model", "read_article"]

# Less is no article: a notice, a teaser beside a list of links.
MIN_ARTICLE_CHARS = 140
# A part of the page is taken as a whole if so much of it is the article's; what else is in it is boilerplate.
MIN_KEPT_SHARE = 0.75
MAX_LEADS = 8
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
    told = {key: None for lead in leads[:MAX_LEADS] if (key := fingerprint(lead[:MAX_TOLD_CHARS]))}
    return Told(
        body=fingerprint(max(bodies, key=len)[:MAX_TOLD_CHARS]) if bodies else "",
        leads=tuple(told),
        title=fingerprint(title) if title else "",
    )


def read_article(
    tree: LexborHTMLParser, *, title: str | None, model: ArticleModel
) -> list[tuple[LexborNode, tuple[Block, ...]]] | None:
    """The parts of the page that hold its article, in document order, none within another; None where it has none.

    A block's role is None where it is the article's text, else BOILERPLATE with a reason. The tree is not changed.
    """
    body = tree.body
    if body is None:
        return None
    walk = TextWalk(groups=model.bits())
    texts = walk.read(body)
    found, masses = rows(texts, walk.frames, told=page_told(tree, title=title), groups=len(model.groups))
    kept = [chance >= model.threshold for chance in probabilities(model, texts, walk.frames, masses, found)]
    if sum(size for size, keep in zip(masses.size, kept, strict=True) if keep) < MIN_ARTICLE_CHARS:
        return None
    parts = _parts(texts, walk.frames, masses.size, kept)
    return _blocks(parts, texts, kept, tuple(model.groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of the page that is taken, and the texts in it: from `first` to before `stop`."""

    node: LexborNode
    first: int
    stop: int


def _parts(
    texts: Sequence[Text], frames: Sequence[Frame], sizes: Sequence[float], kept: Sequence[bool]
) -> list[_Part]:
    """The outermost elements that are mostly the article's."""
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
            is_direct[at] or (frame.above is not None and mass[at] >= MIN_KEPT_SHARE * total[at])
        ):
            taken[at] = True
            found.append(_Part(node=frame.node, first=first[at], stop=stop[at]))
    return found


def _blocks(
    parts: Sequence[_Part], texts: Sequence[Text], kept: Sequence[bool], groups: Sequence[str]
) -> list[tuple[LexborNode, tuple[Block, ...]]]:
    """The parts with their blocks as BeautifulSoup reads them, all parts in one go."""
    html = "".join(f'<div part="{at}">{part.node.html}</div>' for at, part in enumerate(parts))
    pieces = fragment_pieces(html, is_serialised=True)
    if not pieces or not pieces[0].path:
        divided = [fragment_pieces(part.node.html or "", is_serialised=True) for part in parts]
    else:
        divided = _divided(pieces, len(parts))
    return [
        (
            part.node,
            tuple(_with_roles(own, texts[part.first : part.stop], kept[part.first : part.stop], groups)),
        )
        for part, own in zip(parts, divided, strict=True)
    ]


def _divided(pieces: Sequence[Piece], count: int) -> list[list[Piece]]:
    divided: list[list[Piece]] = [[] for _ in range(count)]
    at = 0
    for piece in pieces:
        told = str(piece.path[2].get("part", "")) if len(piece.path) > 2 else ""
        if told.isascii() and told.isdigit() and len(told) < len("1000000") and int(told) < count:
            at = int(told)
        divided[at].append(piece)
    return divided


def _with_roles(
    pieces: Sequence[Piece], texts: Sequence[Text], kept: Sequence[bool], groups: Sequence[str]
) -> Iterator[Block]:
    """Each piece has the role of the text that it is: the two walks go the same way, but lxml may mend markup otherwise."""
    at = 0
    for number, piece in enumerate(pieces, start=1):
        same = next((n for n in range(at, min(at + 3, len(texts))) if texts[n].text == piece.block.raw), None)
        known = same if same is not None else min(at, len(texts) - 1)
        at = known + 1 if same is not None else at
        block = replace(piece.block, line=number)
        if kept[known]:
            yield block
        else:
            yield replace(block, role=Role.BOILERPLATE, reason=_reason(texts[known], groups))


def _reason(text: Text, groups: Sequence[str]) -> str:
    if text.tag == "figcaption":
        return "caption"
    around = text.near | text.frame.words
    for bits in (text.near, around):
        for at, group in enumerate(groups):
            if bits >> at & 1 and group in REASONS:
                return REASONS[group]
    return REASON
