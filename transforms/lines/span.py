"""The stretch of a page that its article takes up: one run of lines, holes of furniture and all."""

from collections.abc import Sequence

from transforms.lines.context import LIKELY
from transforms.lines.features import MAX_CHARS

# What a doubtful line costs of what a likely one gains: cards of other articles, forms and share lines stand inside
# an article for dozens of lines, and the article goes on below (best of 0.25 to 1, cross-validated by publisher).
HOLE_COST = 0.25
# A longer line that is not the article's costs no more.
MAX_HOLE_CHARS = 120


def article_span(probabilities: Sequence[float], lines: Sequence[str]) -> range | None:
    """The lines from the article's first to its last (Kadane's maximal segment), or None where no line is likely its own.

    Args:
        probabilities: That each line is the article's, as `score_lines` gives them.
        lines: The lines.
    """
    best, span = 0.0, None
    running, start = 0.0, 0
    for at, (likely, line) in enumerate(zip(probabilities, lines, strict=True)):
        if running <= 0:
            running, start = 0.0, at
        running += _gain(likely, len(line))
        if running > best:
            best, span = running, range(start, at + 1)
    return span


def _gain(likely: float, size: int) -> float:
    lean = 2 * likely - 1
    if likely >= LIKELY:
        return lean * min(size, MAX_CHARS)
    return lean * min(size, MAX_HOLE_CHARS) * HOLE_COST
