"""Posts of an archive that stand in a frame: the same short lines above or below each of them.

Block themes print a section, a date, "Written by:" over every excerpt, or "Read more" under it. Flattened, nothing else
marks where a post begins: the frame does, for it comes again and again at the same place.
"""

from collections import Counter
from collections.abc import Sequence

import re2

from transforms.normalize import word_count
from transforms.parse.cohesion import content_words
from transforms.parse.outline import Outline
from transforms.parse.shape import is_headline
from transforms.records import Block

# Twice may be chance; three times is a frame.
MIN_RECORDS = 3
MAX_FRAME_WORDS = 6
# The lines of a frame above a title: section, date, author, reading time.
MAX_LINES_ABOVE = 5
# A record is a headline and an excerpt at least, and with all its frame no more than this: whole articles are longer, and
# what comes again in them is furniture.
MIN_LINES = 2
MAX_LINES = 12
# An excerpt has a dozen words at least; most records must have one.
MIN_TEXT_WORDS = 12
MIN_WITH_TEXT = 0.8

_DIGITS = re2.compile(r"\d+")
_LETTERS = re2.compile(r"\p{L}+")

Start = tuple[int, int | None]


def framed_starts(page: Outline, *, first: int) -> tuple[Start, ...]:
    """Where posts begin: (index, index of the title or None), in order; nothing where there is no frame.

    Args:
        page: The page.
        first: Index of the first block below the page's heading.
    """
    keys = [_key(block) for block in page.blocks]
    counts = Counter(key for key in keys[first:] if key)
    places: dict[str, list[int]] = {key: [] for key, count in counts.items() if count >= MIN_RECORDS}
    for at in range(first, len(keys)):
        if keys[at] in places:
            places[keys[at]].append(at)
    for key in sorted(places, key=lambda k: (places[k][0], k)):
        for starts in (_below(places[key], first=first), _above(places[key], first=first, count=len(keys))):
            if starts and _is_regular(page, starts):
                frame = frozenset(places)
                return tuple(
                    (a, _title(page, range(a, b), keys, frame)) for a, b in _spans(starts, len(keys))
                )
    return ()


def _below(places: Sequence[int], *, first: int) -> list[int]:
    """Starts where the line stands in the head of each post, as far down as in the first one."""
    depth = places[0] - first
    return [at - depth for at in places] if depth <= MAX_LINES_ABOVE else []


def _above(places: Sequence[int], *, first: int, count: int) -> list[int]:
    """Starts where the line closes each post."""
    return [first, *(at + 1 for at in places if at + 1 < count)]


def _is_regular(page: Outline, starts: Sequence[int]) -> bool:
    """Whether the stretches are posts: each with a headline near its top, most with a text."""
    spans = _spans(starts, len(page.blocks))
    if len(spans) < MIN_RECORDS or not all(MIN_LINES <= b - a <= MAX_LINES for a, b in spans):
        return False
    heads = all(any(is_headline(b) for b in page.blocks[a : min(b, a + MAX_LINES_ABOVE)]) for a, b in spans)
    texts = sum(any(_is_text(block) for block in page.blocks[a + 1 : b]) for a, b in spans)
    return heads and texts >= MIN_WITH_TEXT * len(spans)


def _spans(starts: Sequence[int], count: int) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], count], strict=True))


def _title(page: Outline, record: range, keys: Sequence[str], frame: frozenset[str]) -> int | None:
    """The line above the text that the text shares most words with; frame lines are none."""
    text = next(
        (at for at in record[1:] if _is_text(page.blocks[at]) and not is_headline(page.blocks[at])), None
    )
    stop = text if text is not None else record.stop
    body = content_words(" ".join(page.blocks[at].text for at in range(stop, record.stop)))
    heads = [
        at
        for at in record[: min(stop - record.start, 2 * MAX_LINES_ABOVE)]
        if is_headline(page.blocks[at]) and keys[at] not in frame
    ]
    return max(
        heads,
        key=lambda at: (
            len(content_words(page.blocks[at].text) & body),
            word_count(page.blocks[at].text),
            -at,
        ),
        default=None,
    )


def _is_text(block: Block) -> bool:
    return word_count(block.text) >= MIN_TEXT_WORDS


def _key(block: Block) -> str:
    """What a line of a frame has in common with the same line over another post; "" for what is no such line."""
    if not block.text or word_count(block.text) > MAX_FRAME_WORDS:
        return ""
    text = block.text.casefold()
    digits: str = _DIGITS.sub("0", text)
    shape: str = _LETTERS.sub("a", digits)
    return text if digits == text else shape
