"""Which of the lines above an article's text is its headline.

A conditional logit (McFadden 1974) over the lines: the score of each is the weighted sum of its features.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence

from transforms.lines.context import LIKELY, stems
from transforms.lines.features import LINE_FEATURES, line_features

# A headline's length, as other measures of headlines have it (transforms.parse.shape).
MAX_CHARS = 280
# Lines further above are of another matter; the nearest ones only are looked at.
MAX_ABOVE = 200
# How much a mark of a heading adds to a line's score; the pages that the weights were learned from have no marks.
HEADING_SCORE = 4.0
_OWN = (
    "words_to_1", "words_to_2", "words_to_4", "words_to_7", "words_to_11", "words_to_16", "words_to_24", "log_words", "ends_sentence",
    "ends_colon", "ends_question", "starts_lower", "starts_digit", "starts_quote", "starts_bracket", "has_quote", "digits", "all_capitals",
    "capitalised", "signs", "has_link", "has_time", "has_bar", "glued", "inner_ends", "letters",
)  # fmt: skip
_COLUMNS = tuple(LINE_FEATURES.index(name) for name in _OWN)
HEADLINE_FEATURES = (
    *_OWN,
    "log_distance",
    "is_in_text",
    "likely",
    "shared",
    "log_shared",
    "lead_shared",
    "repeated",
    "echoed",
    "long_below",
    "short_above",
    "long_above",
    "short_below",
    "in_brackets",
)


def find_headline(
    lines: Sequence[str],
    likely: Sequence[float],
    span: range,
    *,
    weights: Sequence[float],
    headings: Collection[int] = frozenset(),
) -> int | None:
    """The line that is likeliest the headline of the text in `span`; None where no line could be.

    Args:
        lines: The page's.
        likely: That each is the article's, as `score_lines` gives it.
        span: Where the text stands.
        weights: One for each of HEADLINE_FEATURES.
        headings: Lines that are marked as headings.
    """
    places, rows = headline_rows(lines, likely, span)
    scores = [
        (sum(w * v for w, v in zip(weights, row, strict=True)) + HEADING_SCORE * (at in headings), at)
        for at, row in zip(places, rows, strict=True)
    ]
    return max(scores)[1] if scores else None


def headline_rows(
    lines: Sequence[str], likely: Sequence[float], span: range
) -> tuple[list[int], list[list[float]]]:
    """The lines that could be the headline of the text in `span`, and a row of HEADLINE_FEATURES for each."""
    places = [
        at
        for at in range(max(0, span.start - MAX_ABOVE), span.start + 1)
        if 0 < len(lines[at]) <= MAX_CHARS and any(map(str.isalpha, lines[at]))
    ]
    body = frozenset(word for at in span if likely[at] >= LIKELY for word in stems(lines[at]))
    lead = stems(lines[span.start])
    times = Counter(line.casefold() for line in lines)
    held = {at: stems(lines[at]) for at in range(max(0, span.start - MAX_ABOVE), span.start + 1)}
    alone = line_features([lines[at] for at in places])
    rows = []
    for at, own in zip(places, alone, strict=True):
        mine = held[at]
        both = len(mine & body)
        above = lines[at - 1] if at else ""
        below = lines[at + 1] if at + 1 < len(lines) else ""
        size = len(lines[at])
        rows.append(
            [
                *(own[column] for column in _COLUMNS),
                math.log1p(span.start - at),
                float(at == span.start),
                likely[at],
                both / max(1, len(mine)),
                math.log1p(both),
                len(mine & lead) / max(1, len(mine)) if at != span.start else 0.0,
                float(times[lines[at].casefold()] > 1),
                _echo(mine, [other for place, other in held.items() if place != at]),
                float(len(below) > size),
                float(len(above) < size / 2),
                float(len(above) > size),
                float(len(below) < size / 2),
                float("(" in lines[at] or "[" in lines[at]),
            ]
        )
    return places, rows


def _echo(mine: frozenset[str], others: Collection[frozenset[str]]) -> float:
    """The largest share of a line's words that another line above the text has as well."""
    return max((len(mine & other) for other in others), default=0) / len(mine) if mine else 0.0
