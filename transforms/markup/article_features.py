"""What tells the texts of an article from all else on its page, as figures: one row for each text.

After readability (the container with most running text), boilerpipe (Kohlschütter et al. 2010: length and link share of a text
and its neighbours) and the class names that most sites use.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.markup.masses import LONG, MAX_LINKED, MIDDLE, SHORT, Flags, Floats, Look
from transforms.markup.texts import FRAME_TAGS, Frame, Text

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
_TAG_ROWS = {tag: [float(tag == other) for other in TAGS] for tag in TAGS}
_NO_TAG = [0.0] * len(TAGS)

Column = Floats | Flags


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
    texts = [look.texts[at] for at in look.chosen]
    own = np.array([_signs(text.text) for text in texts], dtype=float)
    agrees = np.array(_told(texts, told), dtype=float)
    page = _Page(look, texts, told)
    columns = [*page.sizes(), *own.T, *page.marks(), *agrees.T, *page.places(), *page.frames()]
    # By rows again: the order in which a product sums up depends on it.
    found = np.array(columns, dtype=float).T.copy()
    tags = np.array([_TAG_ROWS.get(text.frame.name, _NO_TAG) for text in texts])
    words = np.array([text.frame.words for text in texts], dtype=np.uint64)
    near = np.array([text.near for text in texts], dtype=np.uint64)
    masks = np.column_stack([words, look.masses.small[page.frame], near])
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


def _signs(text: str) -> tuple[float, ...]:
    """What its own signs tell."""
    letters = len(text)
    return (
        text.endswith(":"), sum(map(str.isdigit, text)) / letters if letters < LONG else 0.0, text.isupper(), text[0].islower(),
        any(map(text.__contains__, _SEPARATORS)), "©" in text, text[0] in _QUOTES,
        min(4, text.count(",") + text.count("，") + text.count("、")) / 4,
    )  # fmt: skip


def _told(texts: Sequence[Text], told: Told) -> list[tuple[bool, ...]]:
    """How each text agrees with what the page tells of its article."""
    seen: set[str] = set()
    found: list[tuple[bool, ...]] = []
    for at, text in enumerate(texts):
        key = text.text.casefold() if at < MAX_LOOKED_UP else ""
        is_long = len(key) >= MIN_TOLD_CHARS
        in_body = bool(told.body) and is_long and key in told.body
        found.append((
            bool(key) and key in seen, in_body, bool(told.body) and is_long and not in_body, bool(key) and key == told.title,
            is_long and key != told.title and key in told.title, is_long and key in told.leads,
            is_long and any(key in lead or lead in key for lead in told.leads),
        ))  # fmt: skip
        seen.add(key)
    return found


class _Page:
    """A page's chosen texts, and figures that take all of them together: a column for each."""

    def __init__(self, look: Look, texts: Sequence[Text], told: Told) -> None:
        masses = look.masses
        chosen = np.array(look.chosen)
        self.texts = texts
        self.masses = masses
        self.size, self.is_prose, self.ends = (
            masses.size[chosen],
            masses.is_prose[chosen],
            masses.ends[chosen],
        )
        self.letters = np.array([len(text.text) for text in texts], dtype=float)
        self.linked = np.array([text.linked for text in texts], dtype=float)
        self.is_link = self.linked > MAX_LINKED * self.letters
        self.frame = masses.frame[chosen]
        core = look.frames[masses.core]
        self.in_core = (core.before <= chosen) & (chosen < core.after)
        self.all_prose = max(1.0, float(masses.likely[0]))
        self.title = _title(texts, told)
        self.holds_title = np.zeros(len(look.frames), dtype=bool)
        holds = texts[self.title].frame if self.title is not None else None
        while holds is not None:
            self.holds_title[holds.number] = True
            holds = holds.above
        self.is_article = np.array([bool(frame.near & _ARTICLE) for frame in look.frames])
        self.has_body = any(frame.is_body for frame in look.frames)

    def sizes(self) -> list[Column]:
        """How long it is, how much of it is links, whether it is running text."""
        size = self.size
        return [
            np.array([math.log1p(one) for one in size.tolist()]) / 5, size < SHORT, size < MIDDLE, size >= LONG,
            np.minimum(1.0, self.linked / self.letters), self.is_link, self.ends, self.is_prose,
        ]  # fmt: skip

    def marks(self) -> list[Column]:
        """How much of it is in bold type, whether a line break stands before it."""
        emphasised = np.array([text.emphasised for text in self.texts], dtype=float)
        return [
            np.minimum(1.0, emphasised / self.letters),
            np.array([text.is_broken for text in self.texts]),
        ]

    def places(self) -> list[Column]:
        """Where it stands among the running text, the headline and the container that holds the most."""
        at = np.arange(len(self.texts))
        is_body = np.array([text.frame.is_body for text in self.texts])
        mass = self.size * (self.is_prose & self.in_core)
        running = mass > 0
        before, after = np.zeros_like(running), np.zeros_like(running)
        before[1:], after[:-1] = running[:-1], running[1:]
        share = (np.cumsum(mass) - mass) / max(1.0, float(mass.sum()))
        amid = (share > 0.0) & (share < ALL_PASSED)
        title = len(at) if self.title is None else self.title
        in_core = self.in_core
        return [
            ~is_body & self.has_body, is_body, at < title if self.title is not None else np.zeros_like(running),
            (title < at) & (at <= title + NEAR_TITLE), in_core, in_core & running, in_core & self.is_link,
            in_core & (self.size < SHORT), in_core & self.ends, share <= 0.0, share >= ALL_PASSED, amid, in_core & amid,
            before, after, before & after, self.masses.hidden[self.frame], self._makes(),
        ]  # fmt: skip

    def _makes(self) -> Column:
        """The share of the running text that is in elements of its make."""
        makes = [_make(text) for text in self.texts]
        known: dict[str, float] = {}
        for make, size in zip(makes, (self.size * self.is_prose).tolist(), strict=True):
            known[make] = known.get(make, 0.0) + size
        return np.minimum(1.0, np.array([known[make] for make in makes]) / self.all_prose)

    def frames(self) -> list[Column]:
        """What is in the elements around it, one by one; how far out half of the running text is, and the headline."""
        masses, above = self.masses, self.masses.above
        likely = masses.likely / self.all_prose
        linked = masses.linked / np.maximum(1.0, masses.total)
        around = [self.frame]
        for _ in range(NEAR):
            around.append(above[around[-1]])
        climb, at, goes_on = np.zeros(len(self.texts)), self.frame, np.ones(len(self.texts), dtype=bool)
        for _ in range(MAX_CLIMB):
            goes_on = goes_on & (masses.likely[at] < self.all_prose / 2)
            climb += goes_on
            goes_on &= at > 0
            at = above[at]
        far, joint, other = np.zeros(len(self.texts)), self.frame, np.zeros(len(self.texts), dtype=bool)
        for _ in range(MAX_CLIMB):
            goes_on = (joint > 0) & ~self.holds_title[joint]
            far += goes_on
            other |= goes_on & self.is_article[joint]
            joint = np.where(goes_on, above[joint], joint)
        return [
            *(likely[one] for one in around), *(np.minimum(1.0, linked[one]) for one in around[1:]), climb / MAX_CLIMB,
            far / MAX_CLIMB, likely[joint], linked[joint], other,
        ]  # fmt: skip


def _title(texts: Sequence[Text], told: Told) -> int | None:
    """Where the headline stands: the first main heading that is it, else the first."""
    headings = [at for at, text in enumerate(texts) if text.frame.name == "h1"]
    same = (at for at in headings[:MAX_LOOKED_UP] if told_key(texts[at].text) == told.title)
    return next(same, headings[0] if headings else None)


def _make(text: Text) -> str:
    """Name and class of its element and of the one around: paragraphs of one article are of one make."""
    frame = text.frame
    return f"{_signature(frame)}<{_signature(frame.above) if frame.above else ''}"


def _signature(frame: Frame) -> str:
    return frame.name if frame.class_name is None else f"{frame.name}.{frame.class_name}"
