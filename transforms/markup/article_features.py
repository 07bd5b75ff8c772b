"""What tells the texts of an article from all else on its page, as figures: one row for each text.

After readability (the container with most running text), boilerpipe (Kohlschütter et al. 2010: length and link share of a text
and its neighbours) and the class names that most sites use.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from transforms.markup.texts import FRAME_TAGS, Frame, Text
from transforms.normalize import CLOSERS, SENTENCE_END, fingerprint

# A text of so many characters that ends as a sentence does is running text, wherever it stands.
PROSE_CHARS = 80
MAX_PROSE_LINKED = 0.3
# A sign of an unspaced script says about as much as this many letters.
UNSPACED_WEIGHT = 2.5
_UNSPACED_FROM = "\u2e80"
# Furniture words of ever more distant elements are one feature: within so many, near.
NEAR = 3
# Looking texts up in what the page tells of its article is capped: both grow with the page.
MAX_LOOKED_UP = 2_000
MAX_TOLD_CHARS = 100_000
# A text is in the article's told body only with so many letters: short ones are in every text.
MIN_TOLD_CHARS = 12
_SEPARATORS = ("|", "»", "›", "•", "·", "→")
_SHORT, _MIDDLE, _LONG = 25, 60, 200

TAGS = ("p", "li", "h1", "h2", "h3", "h4", "div", "td", "blockquote", "figcaption", "dd", "span")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a page tells of its article beside the text that shows.

    Args:
        body: Fingerprint of the articleBody of its JSON-LD, or "".
        leads: Fingerprints of its descriptions.
        title: Fingerprint of the headline.
    """

    body: str = ""
    leads: tuple[str, ...] = ()
    title: str = ""


@dataclass(slots=True)
class Masses:
    """Characters of running text, of all text and of links below each frame; `size` is of texts, by their number."""

    size: list[float] = field(default_factory=list)
    is_prose: list[bool] = field(default_factory=list)
    prose: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    linked: list[float] = field(default_factory=list)
    core: int = 0


def weigh(text: str) -> float:
    """Length in characters of an alphabet."""
    if text.isascii():
        return float(len(text))
    return len(text) + (UNSPACED_WEIGHT - 1) * sum(sign >= _UNSPACED_FROM for sign in text)


def measure(texts: Sequence[Text], frames: Sequence[Frame]) -> Masses:
    """Masses of all frames, in one pass from the inner to the outer."""
    count = len(frames)
    found = Masses(prose=[0.0] * count, total=[0.0] * count, linked=[0.0] * count)
    direct = [0.0] * count
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
        if is_prose and not text.frame.is_hidden:
            found.prose[at] += size
            # As in readability: the element around a paragraph gets its weight, the next one out the half of it.
            for share, frame in ((0.5, text.frame), (1.0, text.frame.above)):
                if frame is not None:
                    direct[frame.number] += share * size
            if text.frame.above is not None and text.frame.above.above is not None:
                direct[text.frame.above.above.number] += size / 2
    for frame in reversed(frames):
        if frame.above is not None:
            found.prose[frame.above.number] += found.prose[frame.number]
            found.total[frame.above.number] += found.total[frame.number]
            found.linked[frame.above.number] += found.linked[frame.number]
    if count:
        found.core = max(
            range(count),
            key=lambda at: (direct[at] * (1 - found.linked[at] / max(1.0, found.total[at])), -at),
        )
    return found


def rows(
    texts: Sequence[Text], frames: Sequence[Frame], *, told: Told, groups: int
) -> tuple[list[list[float]], Masses]:
    """A row of figures for each text, as in `feature_names`."""
    masses = measure(texts, frames)
    page_prose = max(1.0, masses.prose[0]) if masses.prose else 1.0
    inside = _inside(frames, masses.core)
    signatures: dict[str, float] = {}
    keys = []
    for text, size, is_prose in zip(texts, masses.size, masses.is_prose, strict=True):
        above = text.frame.above
        key = f"{text.frame.signature}<{above.signature if above else ''}"
        keys.append(key)
        if is_prose:
            signatures[key] = signatures.get(key, 0.0) + size
    shared = [_frame_row(frame, masses, page_prose, inside, groups) for frame in frames]
    core_prose = [
        s if p and inside[t.frame.number] else 0.0
        for t, s, p in zip(texts, masses.size, masses.is_prose, strict=True)
    ]
    core_total = max(1.0, sum(core_prose))
    has_body = any(frame.is_body for frame in frames)
    passed = 0.0
    seen: set[str] = set()
    title_at = _title_place(texts, told)
    found = []
    for at, text in enumerate(texts):
        raw = text.text
        size = masses.size[at]
        letters = len(raw)
        share_linked = min(1.0, text.linked / letters)
        is_core = inside[text.frame.number]
        ends = raw.rstrip(CLOSERS).endswith(SENTENCE_END)
        key = fingerprint(raw) if at < MAX_LOOKED_UP else ""
        in_body = bool(told.body) and len(key) >= MIN_TOLD_CHARS and key in told.body
        is_prose = masses.is_prose[at]
        before = core_prose[at - 1] > 0 if at else False
        after = core_prose[at + 1] > 0 if at + 1 < len(texts) else False
        share_passed = passed / core_total
        row = [
            math.log1p(size) / 5,
            float(size < _SHORT),
            float(size < _MIDDLE),
            float(size >= _LONG),
            share_linked,
            float(share_linked > 0.8),
            float(ends),
            float(is_prose),
            float(raw.endswith(":")),
            sum(c.isdigit() for c in raw) / letters,
            float(raw.isupper()),
            float(raw[0].islower()),
            float(any(sign in raw for sign in _SEPARATORS)),
            float("©" in raw),
            float(raw[0] in "\"“„«»‘'「"),
            min(4, raw.count(",") + raw.count("，") + raw.count("、")) / 4,
            min(1.0, text.emphasised / letters),
            float(text.is_broken),
            float(key in seen and len(key) > 0),
            float(bool(told.body) and in_body),
            float(bool(told.body) and not in_body and len(key) >= MIN_TOLD_CHARS),
            float(has_body and not text.frame.is_body),
            float(has_body and text.frame.is_body),
            float(bool(key) and key == told.title),
            float(bool(key) and key != told.title and len(key) >= MIN_TOLD_CHARS and key in told.title),
            float(len(key) >= MIN_TOLD_CHARS and key in told.leads),
            float(len(key) >= MIN_TOLD_CHARS and any(key in lead or lead in key for lead in told.leads)),
            float(title_at is not None and at < title_at),
            float(title_at is not None and title_at < at <= title_at + 4),
            float(is_core),
            float(is_core and is_prose),
            float(is_core and share_linked > 0.8),
            float(is_core and size < _SHORT),
            float(is_core and ends),
            float(share_passed <= 0.0),
            float(share_passed >= 0.999),
            float(0.0 < share_passed < 0.999),
            float(is_core and 0.0 < share_passed < 0.999),
            float(before),
            float(after),
            float(before and after),
            float(text.frame.is_hidden),
            min(1.0, signatures.get(keys[at], 0.0) / page_prose),
            *(float(text.tag == tag) for tag in TAGS),
            *shared[text.frame.number],
            *(float(bool(text.near >> group & 1)) for group in range(groups)),
        ]
        found.append(row)
        seen.add(key)
        passed += core_prose[at]
    return found, masses


def feature_names(groups: Sequence[str]) -> list[str]:
    """The names of a row's figures."""
    return [
        "log_size", "short", "middle", "long", "linked", "all_linked", "ends", "prose", "colon", "digits", "upper", "lower",
        "separator", "copyright", "quote", "commas", "emphasised", "broken", "seen", "in_told", "not_in_told", "out_of_body",
        "in_body", "is_title", "in_title", "is_lead", "in_lead", "above_title", "below_title", "core", "core_prose", "core_linked",
        "core_short", "core_ends", "first", "last", "amid", "core_amid", "prose_before", "prose_after", "prose_around", "hidden",
        "signature",
        *(f"tag_{tag}" for tag in TAGS),
        *(f"in_{tag}" for tag in FRAME_TAGS),
        *(f"around_{group}" for group in groups),
        "share_0", "share_1", "share_2", "share_3", "linked_1", "linked_2", "linked_3",
        "climb",
        *(f"near_{group}" for group in groups),
    ]  # fmt: skip


def _frame_row(
    frame: Frame, masses: Masses, page_prose: float, inside: Sequence[bool], groups: int
) -> list[float]:
    """What all texts right in a frame share."""
    chain = [frame]
    while len(chain) <= NEAR and chain[-1].above is not None:
        chain.append(chain[-1].above)
    chain += [chain[-1]] * (NEAR + 1 - len(chain))
    climb = 0
    at: Frame | None = frame
    while at is not None and climb < 8 and masses.prose[at.number] < 0.5 * page_prose:
        climb += 1
        at = at.above
    return [
        *(float(bool(frame.tags >> bit & 1)) for bit in range(len(FRAME_TAGS))),
        *(float(bool(frame.words >> group & 1)) for group in range(groups)),
        *(masses.prose[one.number] / page_prose for one in chain),
        *(min(1.0, masses.linked[one.number] / max(1.0, masses.total[one.number])) for one in chain[1:]),
        climb / 8,
    ]


def _inside(frames: Sequence[Frame], core: int) -> list[bool]:
    found = [False] * len(frames)
    for frame in frames:
        found[frame.number] = frame.number == core or (frame.above is not None and found[frame.above.number])
    return found


def _title_place(texts: Sequence[Text], told: Told) -> int | None:
    """Where the headline stands: the last heading of the first rank that is it, else the first."""
    headings = [at for at, text in enumerate(texts) if text.tag == "h1"]
    for at in headings[:MAX_LOOKED_UP]:
        if told.title and fingerprint(texts[at].text) == told.title:
            return at
    return headings[0] if headings else None
