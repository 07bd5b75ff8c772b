"""How a page's text is spread over its elements: running text, links, and the element that holds the most of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from selectolax.lexbor import LexborNode

from transforms.markup.texts import FRAME_TAGS, Frame, Text, TextWalk
from transforms.normalize import CLOSERS, SENTENCE_END

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
Bits = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]

# A text of so many characters that ends as a sentence does is running text, wherever it stands.
PROSE_CHARS = 80
MAX_PROSE_LINKED = 0.3
# A sign of an unspaced script says about as much as this many letters.
UNSPACED_WEIGHT = 2.5
_UNSPACED_FROM = "\u2e80"
# A container with so much of a page's running text is no piece of its furniture.
MAX_SMALL_SHARE = 0.9
# A text with so many of its characters in links is a link.
MAX_LINKED = 0.8
SHORT, MIDDLE, LONG = 25, 60, 200
# Of more texts the figures would need a gigabyte; the longest pages that were measured have some thousand.
MAX_CHOSEN = 20_000
# Small containers of these hold no article.
_NEVER = sum(1 << at for at, tag in enumerate(FRAME_TAGS) if tag in ("nav", "footer", "button"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Masses:
    """How a page's text is spread over its elements.

    Args:
        size: Of each text, see `weigh`.
        ends: Whether each text ends as a sentence does.
        is_prose: Whether each text is running text.
        frame: The number of each text's frame.
        above: For each frame, the number of the one around it; the first is around itself.
        prose: Size of the running text in each frame.
        total: Size of all text in each.
        linked: Characters of links in each.
        likely: Size of its running text, in no container that speaks against an article.
        small: The bits of each and of all around it, where they are not said of the whole page.
        hidden: Whether it or one around it does not show.
        core: The number of the frame that holds the most running text.
    """

    size: Floats
    ends: Flags
    is_prose: Flags
    frame: Numbers
    above: Numbers
    prose: Floats
    total: Floats
    linked: Floats
    likely: Floats
    small: Bits
    hidden: Flags
    core: int


def weigh(text: str) -> float:
    """Length in characters of an alphabet."""
    if text.isascii() or max(text) < _UNSPACED_FROM:
        return float(len(text))
    return len(text) + (UNSPACED_WEIGHT - 1) * sum(sign >= _UNSPACED_FROM for sign in text)


def measure(texts: Sequence[Text], frames: Sequence[Frame], *, unlikely: int) -> Masses:
    """Masses of all texts and frames; the first frame is around all others.

    Args:
        texts: Of the page.
        frames: Of the page.
        unlikely: The bits of word groups whose containers are no article's.
    """
    size = np.array([weigh(text.text) for text in texts], dtype=float)
    linked = np.array([text.linked for text in texts], dtype=float)
    letters = np.array([len(text.text) for text in texts], dtype=float)
    ends = np.array([text.text.rstrip(CLOSERS).endswith(SENTENCE_END) for text in texts], dtype=bool)
    is_prose = (size >= PROSE_CHARS) & (linked < MAX_PROSE_LINKED * letters) & ends
    at = np.array([text.frame.number for text in texts], dtype=np.int64)
    above = np.array([frame.above.number if frame.above else 0 for frame in frames], dtype=np.int64)
    prose, total = below(frames, size * is_prose), below(frames, size)
    small, hidden = _look_down(frames, prose)
    is_likely = is_prose & ((small[at] & np.uint64(unlikely)) == 0) & ~hidden[at]
    links = below(frames, linked)
    direct = _direct(at[is_likely], size[is_likely], above)
    return Masses(
        size=size,
        ends=ends,
        is_prose=is_prose,
        frame=at,
        above=above,
        prose=prose,
        total=total,
        linked=links,
        likely=below(frames, size * is_likely),
        small=small,
        hidden=hidden,
        core=int(np.argmax(direct * (1 - links / np.maximum(1.0, total)))),
    )


def below(frames: Sequence[Frame], values: Floats) -> Floats:
    """For each frame, the sum over the texts in it. Sizes are multiples of a half: no digit is lost."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    found: Floats = sums[[frame.after for frame in frames]] - sums[[frame.before for frame in frames]]
    return found


def _direct(at: Numbers, size: Floats, above: Numbers) -> Floats:
    """As in readability: the element around a paragraph gets its weight, the next one out the half of it."""
    found = np.zeros(len(above))
    for share in (0.5, 1.0, 0.5):
        found += share * np.bincount(at, weights=size, minlength=len(above))
        at, size = above[at[at > 0]], size[at > 0]
    return found


def _look_down(frames: Sequence[Frame], prose: Floats) -> tuple[Bits, Flags]:
    """Names and hiding count where they do not hold for nearly all of the page's running text.

    "has-sidebar" is said of a whole page, and some show only when their scripts have run.
    """
    is_small = ((prose < MAX_SMALL_SHARE * prose[0]) | (prose <= 0)).tolist()
    bits: list[int] = []
    hidden: list[bool] = []
    for frame, small in zip(frames, is_small, strict=True):
        own, hides = (frame.near, frame.hides) if small else (0, False)
        if frame.above is not None:
            own |= bits[frame.above.number]
            hides = hides or hidden[frame.above.number]
        bits.append(own)
        hidden.append(hides)
    return np.array(bits, dtype=np.uint64), np.array(hidden, dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A page looked over.

    Args:
        texts: In document order.
        frames: The elements around them, in document order.
        masses: How its text is spread over them.
        chosen: The numbers of the texts that may be the article's: none of a menu or a foot, no bare short link.
    """

    texts: Sequence[Text]
    frames: Sequence[Frame]
    masses: Masses
    chosen: Sequence[int]


def look_over(body: LexborNode, *, groups: Mapping[str, int], unlikely: int) -> Look:
    """A page's body looked over.

    Args:
        body: The element.
        groups: Which bits a word of a class or id has.
        unlikely: The bits of elements that hold no article's running text.
    """
    walk = TextWalk(groups=groups)
    texts = walk.read(body)
    masses = measure(texts, walk.frames, unlikely=unlikely)
    may_be = (masses.small[masses.frame] & np.uint64(_NEVER)) == 0
    is_long = masses.size >= MIDDLE
    chosen = [
        at
        for at in np.flatnonzero(may_be).tolist()
        if is_long[at] or texts[at].linked <= MAX_LINKED * len(texts[at].text)
    ]
    return Look(texts=texts, frames=walk.frames, masses=masses, chosen=chosen[:MAX_CHOSEN])
