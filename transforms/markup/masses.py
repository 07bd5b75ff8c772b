"""How a page's text is spread over its elements: running text, links, and the element that holds the most of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from selectolax.lexbor import LexborNode

from transforms.markup.texts import FRAME_TAGS, Frame, Text, TextWalk
from transforms.normalize import CLOSERS, SENTENCE_END

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

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


@dataclass(slots=True)
class Masses:
    """Characters of running text, of all text and of links below each frame; `size` is of texts, by their number."""

    size: list[float] = field(default_factory=list)
    is_prose: list[bool] = field(default_factory=list)
    prose: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    linked: list[float] = field(default_factory=list)
    likely: list[float] = field(default_factory=list)
    small: list[int] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    core: int = 0


def weigh(text: str) -> float:
    """Length in characters of an alphabet."""
    if text.isascii() or max(text) < _UNSPACED_FROM:
        return float(len(text))
    return len(text) + (UNSPACED_WEIGHT - 1) * sum(sign >= _UNSPACED_FROM for sign in text)


def measure(texts: Sequence[Text], frames: Sequence[Frame], *, unlikely: int) -> Masses:
    """Masses of all frames, in passes from the inner to the outer and back.

    Args:
        texts: Of the page.
        frames: Of the page.
        unlikely: The bits of word groups whose containers are no article's.
    """
    count = len(frames)
    found = Masses(prose=[0.0] * count, total=[0.0] * count, linked=[0.0] * count, likely=[0.0] * count)
    for text in texts:
        size = weigh(text.text)
        at = text.frame.number
        is_prose = (
            size >= PROSE_CHARS
            and text.linked < MAX_PROSE_LINKED * len(text.text)
            and text.text.rstrip(CLOSERS).endswith(SENTENCE_END)
        )
        found.size.append(size)
        found.is_prose.append(is_prose)
        found.total[at] += size
        found.linked[at] += text.linked
        if is_prose:
            found.prose[at] += size
    _sum_up(frames, found.prose, found.total, found.linked)
    _look_down(frames, found)
    direct = [0.0] * count
    for text, size, is_prose in zip(texts, found.size, found.is_prose, strict=True):
        frame = text.frame
        if not is_prose or found.small[frame.number] & unlikely or found.hidden[frame.number]:
            continue
        found.likely[frame.number] += size
        # As in readability: the element around a paragraph gets its weight, the next one out the half of it.
        for share in (0.5, 1.0, 0.5):
            direct[frame.number] += share * size
            if frame.above is None:
                break
            frame = frame.above
    _sum_up(frames, found.likely)
    if count:
        found.core = max(
            range(count),
            key=lambda at: (direct[at] * (1 - found.linked[at] / max(1.0, found.total[at])), -at),
        )
    return found


def _sum_up(frames: Sequence[Frame], *sums: list[float]) -> None:
    """Each frame's sum goes into the frame above it."""
    for frame in reversed(frames):
        if frame.above is not None:
            for one in sums:
                one[frame.above.number] += one[frame.number]


def _look_down(frames: Sequence[Frame], masses: Masses) -> None:
    """Names and hiding count where they do not hold for nearly all of the page's running text.

    "has-sidebar" is said of a whole page, and some show only when their scripts have run.
    """
    most = MAX_SMALL_SHARE * masses.prose[0] if frames else 0.0
    for frame in frames:
        is_small = masses.prose[frame.number] < most or masses.prose[frame.number] <= 0
        above = frame.above
        masses.small.append((frame.near if is_small else 0) | (masses.small[above.number] if above else 0))
        masses.hidden.append((frame.hides and is_small) or (masses.hidden[above.number] if above else False))


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
    chosen = [
        at
        for at, text in enumerate(texts)
        if not masses.small[text.frame.number] & _NEVER
        and (masses.size[at] >= MIDDLE or text.linked <= MAX_LINKED * len(text.text))
    ]
    return Look(texts=texts, frames=walk.frames, masses=masses, chosen=chosen[:MAX_CHOSEN])
