"""What stands around a line: its neighbours, the page's main stretch of prose, its echo elsewhere on the page."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from transforms.lines.features import MAX_CHARS
from transforms.normalize import words

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

# Lines on each side that a mean is taken over.
WINDOWS = (1, 2, 4, 8, 16)
# From here on, a line is more likely the article's than not.
LIKELY = 0.5
# Words that so many lines of the page's stretch hold are its vocabulary.
COMMON = 3
MIN_STEM = 4
STEM = 6
SPAN_FEATURES = (
    *(f"above_{size}" for size in WINDOWS),
    *(f"below_{size}" for size in WINDOWS),
    "both_near",
    "either_near",
    "inside",
    "log_before",
    "log_after",
    "is_first_inside",
    "share_above",
    "share_below",
    "log_from_best_above",
    "log_from_best_below",
)
PAGE_FEATURES = (
    "repeated",
    "repeated_near",
    "page_place",
    "shared_words",
    "known_words",
    "common_words",
    "title_words",
)


def span_features(prose: Floats, weight: Floats) -> Floats:
    """How the likely prose of a page lies around each line.

    Args:
        prose: For each line how much it looks like the article's, 0 to 1.
        weight: Its length, in any unit.

    Returns:
        Lines × SPAN_FEATURES.
    """
    size = len(prose)
    mass = prose * weight
    total = np.concatenate([[0.0], np.cumsum(mass)])
    place = np.arange(size)
    columns: list[Floats] = []
    counted = np.concatenate([[0.0], np.cumsum(prose)])
    for side in (-1, 1):
        for window in WINDOWS:
            low = np.maximum(0, place - window) if side < 0 else np.minimum(size, place + 1)
            high = place if side < 0 else np.minimum(size, place + 1 + window)
            columns.append((counted[high] - counted[low]) / window)
    near = len(WINDOWS)
    columns.append(np.sqrt(columns[2] * columns[near + 2]))
    columns.append(np.maximum(columns[1], columns[near + 1]))
    first, last = densest(prose, weight)
    columns.append(((place >= first) & (place <= last)).astype(float))
    columns.append(np.log1p(np.maximum(0, first - place)))
    columns.append(np.log1p(np.maximum(0, place - last)))
    columns.append((place == first).astype(float))
    whole = max(total[-1], 1e-9)
    columns.append(total[:-1] / whole)
    columns.append((total[-1] - total[1:]) / whole)
    columns.extend(_from_best(prose))
    return np.stack(columns, axis=1)


def _from_best(prose: Floats) -> list[Floats]:
    """Lines since the last, and to the next, that is more likely the article's than not."""
    size = len(prose)
    place = np.arange(size)
    likely = prose >= LIKELY
    last = np.maximum.accumulate(np.where(likely, place, -64))
    ahead = np.minimum.accumulate(np.where(likely, place, size + 64)[::-1])[::-1]
    above = np.concatenate([[-64], last[:-1]])
    below = np.concatenate([ahead[1:], [size + 64]])
    return [np.log1p(np.minimum(64, place - above)), np.log1p(np.minimum(64, below - place))]


def densest(prose: Floats, weight: Floats) -> tuple[int, int]:
    """First and last line of the stretch with most prose for its furniture (Kadane's maximal segment)."""
    gain = prose * weight - (1 - prose) * np.minimum(weight, 12.0) - 2.0 * (1 - prose)
    best, best_span = -math.inf, (0, len(prose) - 1)
    running, start = 0.0, 0
    for at, value in enumerate(gain.tolist()):
        if running <= 0:
            running, start = 0.0, at
        running += value
        if running > best:
            best, best_span = running, (start, at)
    return best_span


def stems(text: str) -> frozenset[str]:
    """The words of a line that carry meaning, cut to a stem; pairs of signs where words are not parted."""
    found = set()
    for word in words(text):
        if word.isascii() or len(word) >= MIN_STEM:
            if len(word) >= MIN_STEM:
                found.add(word[:STEM])
        else:
            found.add(word)
    return frozenset(found)


def page_features(lines: Sequence[str], prose: Floats, weight: Floats) -> Floats:
    """What each line has to do with the rest of the page: lines × PAGE_FEATURES."""
    folded = [" ".join(line.split()).casefold() for line in lines]
    times = Counter(folded)
    first, last = densest(prose, weight)
    held = [stems(line[:MAX_CHARS]) for line in lines]
    counts = Counter(word for at in range(first, last + 1) if prose[at] >= LIKELY for word in held[at])
    small = Counter(
        word
        for at in range(first, last + 1)
        if prose[at] >= LIKELY
        for word in set(words(lines[at][:MAX_CHARS]))
    )
    titles = held[0] if lines else frozenset()
    inner = max(1, last - first)
    rows = []
    for at, line in enumerate(lines):
        mine = held[at]
        own = 1 if first <= at <= last and prose[at] >= LIKELY else 0
        known = sum(1 for word in mine if counts[word] > own)
        tokens = words(line[:MAX_CHARS])
        rows.append(
            [
                float(times[folded[at]] > 1),
                float(min(4, times[folded[at]] - 1)),
                min(2.0, max(-1.0, (at - first) / inner)),
                known / max(1, len(mine)),
                math.log1p(known),
                sum(1 for token in tokens if small[token] >= COMMON + own) / max(1, len(tokens)),
                len(mine & titles) / max(1, len(mine)),
            ]
        )
    return np.array(rows).reshape(len(lines), len(PAGE_FEATURES))
