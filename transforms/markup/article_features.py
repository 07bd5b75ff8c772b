"""What tells the texts of an article from all else on its page, as figures: one row for each text.

After readability (the container with most running text), boilerpipe (Kohlschütter et al. 2010: length and link share of a text
and its neighbours) and the class names that most sites use.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from transforms.markup.masses import LONG, MAX_LINKED, MIDDLE, SHORT, Floats, Look
from transforms.markup.texts import FRAME_TAGS, Frame, Text
from transforms.normalize import CLOSERS, SENTENCE_END

# Elements around it that are told one by one: so many.
NEAR = 3
# Looking texts up in what the page tells of its article is capped: both grow with the page.
MAX_LOOKED_UP = 2_000
MAX_TOLD_CHARS = 100_000
# A text is in the article's told body only with so many letters: short ones are in every text.
MIN_TOLD_CHARS = 12
_SEPARATORS = ("|", "»", "›", "•", "·", "→")
_QUOTES = "\"“„«»‘'「"
ALL_PASSED = 0.999
NEAR_TITLE = 4
MAX_CLIMB = 8

_ARTICLE = 1 << FRAME_TAGS.index("article")
TAGS = ("p", "li", "h1", "h2", "h3", "h4", "div", "td", "blockquote", "figcaption", "dd", "span")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a page tells of its article beside the text that shows.

    Args:
        body: Key of the articleBody of its JSON-LD, or "".
        leads: Keys of its descriptions.
        title: Key of the headline.
    """

    body: str = ""
    leads: tuple[str, ...] = ()
    title: str = ""


def told_key(text: str) -> str:
    """The form in which texts are looked up in what is told: white space and case do not count."""
    return " ".join(text.split()).casefold()


def rows(look: Look, *, told: Told, width: int) -> Floats:
    """A row of figures for each chosen text, as in `feature_names`; `width` is the number of bits in names."""
    if not look.chosen:
        return np.zeros((0, len(feature_names([""] * width))))
    page = _Page(look, told)
    found = np.array([page.row(at) for at in range(len(look.chosen))], dtype=float)
    texts = [look.texts[at] for at in look.chosen]
    tags = np.array([[text.frame.name == tag for tag in TAGS] for text in texts], dtype=float)
    masks = np.array(
        [(text.frame.words, look.masses.small[text.frame.number], text.near) for text in texts],
        dtype=np.uint64,
    )
    bits = (masks[:, :, None] >> np.arange(width, dtype=np.uint64)) & np.uint64(1)
    matrix: Floats = np.hstack([found, tags, bits.reshape(len(texts), -1).astype(float)])
    return matrix


def feature_names(bits: Sequence[str]) -> list[str]:
    """The names of a row's figures; `bits` are the names of the bits of elements' tags and names."""
    return [
        "log_size", "short", "middle", "long", "linked", "all_linked", "ends", "prose", "colon", "digits", "upper", "lower",
        "separator", "copyright", "quote", "commas", "emphasised", "broken",
        "seen", "in_told", "not_in_told", "is_title", "in_title", "is_lead", "in_lead",
        "out_of_body", "in_body", "above_title", "below_title", "core", "core_prose", "core_linked", "core_short", "core_ends",
        "first", "last", "amid", "core_amid", "prose_before", "prose_after", "prose_around", "hidden", "signature",
        "share_0", "share_1", "share_2", "share_3", "linked_1", "linked_2", "linked_3", "climb", "title_climb", "title_share",
        "title_linked", "other_article",
        *(f"tag_{tag}" for tag in TAGS),
        *(f"around_{bit}" for bit in bits),
        *(f"small_{bit}" for bit in bits),
        *(f"near_{bit}" for bit in bits),
    ]  # fmt: skip


class _Page:
    """What the rows of a page's texts share, worked out once."""

    def __init__(self, look: Look, told: Told) -> None:
        self.look = look
        self.told = told
        masses, frames = look.masses, look.frames
        self.prose = max(1.0, masses.likely[0])
        self.inside = [False] * len(frames)
        for frame in frames:
            above = frame.above
            self.inside[frame.number] = frame.number == masses.core or (
                above is not None and self.inside[above.number]
            )
        self.has_body = any(frame.is_body for frame in frames)
        self.seen: set[str] = set()
        self.shared: dict[int, list[float]] = {}
        self.makes: dict[str, float] = {}
        self.core: list[float] = []
        for at in look.chosen:
            text, size = look.texts[at], masses.size[at]
            is_prose = masses.is_prose[at]
            if is_prose:
                self.makes[_make(text)] = self.makes.get(_make(text), 0.0) + size
            self.core.append(size if is_prose and self.inside[text.frame.number] else 0.0)
        self.passed = [0.0, *accumulate(self.core)]
        self.title = self._title()
        self.holds_title = [False] * len(frames)
        holds = look.texts[look.chosen[self.title]].frame if self.title is not None else None
        while holds is not None:
            self.holds_title[holds.number] = True
            holds = holds.above

    def _title(self) -> int | None:
        """Where the headline stands: the first main heading that is it, else the first."""
        texts = [self.look.texts[at] for at in self.look.chosen]
        headings = [at for at, text in enumerate(texts) if text.frame.name == "h1"]
        same = (at for at in headings[:MAX_LOOKED_UP] if told_key(texts[at].text) == self.told.title)
        return next(same, headings[0] if headings else None)

    def row(self, at: int) -> list[float]:
        """The figures of one chosen text but those of its tags and names; to be asked in order."""
        number = self.look.chosen[at]
        text = self.look.texts[number]
        frame = text.frame
        if frame.number not in self.shared:
            self.shared[frame.number] = _frame_row(frame, self)
        own = _own(text, self.look.masses.size[number], is_prose=self.look.masses.is_prose[number])
        return [*own, *self._told(text, at), *self._place(at, number), *self.shared[frame.number]]

    def _told(self, text: Text, at: int) -> list[float]:
        """How it agrees with what the page tells of its article."""
        told = self.told
        key = told_key(text.text) if at < MAX_LOOKED_UP else ""
        is_long = len(key) >= MIN_TOLD_CHARS
        in_body = bool(told.body) and is_long and key in told.body
        is_seen = bool(key) and key in self.seen
        self.seen.add(key)
        return [
            is_seen, in_body, bool(told.body) and is_long and not in_body, bool(key) and key == told.title,
            is_long and key != told.title and key in told.title, is_long and key in told.leads,
            is_long and any(key in lead or lead in key for lead in told.leads),
        ]  # fmt: skip

    def _place(self, at: int, number: int) -> list[float]:
        """Where it stands among the running text, the headline and the container that holds the most."""
        text, size = self.look.texts[number], self.look.masses.size[number]
        frame = text.frame
        is_core = self.inside[frame.number]
        before = at > 0 and self.core[at - 1] > 0
        after = at + 1 < len(self.core) and self.core[at + 1] > 0
        share = self.passed[at] / max(1.0, self.passed[-1])
        amid = 0.0 < share < ALL_PASSED
        return [
            self.has_body and not frame.is_body, self.has_body and frame.is_body,
            self.title is not None and at < self.title, self.title is not None and self.title < at <= self.title + NEAR_TITLE,
            is_core, is_core and self.core[at] > 0, is_core and text.linked > MAX_LINKED * len(text.text),
            is_core and size < SHORT, is_core and text.text.rstrip(CLOSERS).endswith(SENTENCE_END), share <= 0.0,
            share >= ALL_PASSED, amid, is_core and amid, before, after, before and after, self.look.masses.hidden[frame.number],
            min(1.0, self.makes.get(_make(text), 0.0) / self.prose),
        ]  # fmt: skip


def _own(text: Text, size: float, *, is_prose: bool) -> list[float]:
    """What its own signs tell."""
    raw = text.text
    letters = len(raw)
    return [
        math.log1p(size) / 5, size < SHORT, size < MIDDLE, size >= LONG, min(1.0, text.linked / letters),
        text.linked > MAX_LINKED * letters, raw.rstrip(CLOSERS).endswith(SENTENCE_END), is_prose, raw.endswith(":"),
        sum(map(str.isdigit, raw)) / letters if letters < LONG else 0.0, raw.isupper(), raw[0].islower(),
        any(sign in raw for sign in _SEPARATORS), "©" in raw, raw[0] in _QUOTES,
        min(4, raw.count(",") + raw.count("，") + raw.count("、")) / 4, min(1.0, text.emphasised / letters), text.is_broken,
    ]  # fmt: skip


def _make(text: Text) -> str:
    """Name and class of its element and of the one around: paragraphs of one article are of one make."""
    above = text.frame.above
    return f"{text.frame.signature}<{above.signature if above else ''}"


def _frame_row(frame: Frame, page: _Page) -> list[float]:
    """What all texts right in a frame share."""
    masses = page.look.masses
    chain = [frame]
    while len(chain) <= NEAR and chain[-1].above is not None:
        chain.append(chain[-1].above)
    chain += [chain[-1]] * (NEAR + 1 - len(chain))
    climb = 0
    at: Frame | None = frame
    while at is not None and climb < MAX_CLIMB and masses.likely[at.number] < page.prose / 2:
        climb += 1
        at = at.above
    far, joint = 0, frame
    between = []
    while joint.above is not None and far < MAX_CLIMB and not page.holds_title[joint.number]:
        between.append(joint)
        joint = joint.above
        far += 1
    return [
        *(masses.likely[one.number] / page.prose for one in chain),
        *(min(1.0, masses.linked[one.number] / max(1.0, masses.total[one.number])) for one in chain[1:]),
        climb / MAX_CLIMB,
        far / MAX_CLIMB,
        masses.likely[joint.number] / page.prose,
        masses.linked[joint.number] / max(1.0, masses.total[joint.number]),
        float(any(one.near & _ARTICLE for one in between)),
    ]
