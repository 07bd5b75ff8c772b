"""What tells where a rewrite begins: one row of figures for every place where it could.

A rewrite retells the story from its start: its first words share names, numbers and title words with the
article's lead and not with the paragraphs right above it, its words are the article's, its manner is another. Layout
(blank lines, indent) is one kind of evidence among these, for half of the scrapes have none.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import re2

from transforms.normalize import ends_sentence, word_count, words
from transforms.parse.cohesion import content_words
from transforms.parse.shape import is_prose, is_sentence
from transforms.records import Block

# A rewrite has 1 to 8 paragraphs and list items in the pages looked at; twice that is left for others.
MAX_SUMMARY_BLOCKS = 16
MAX_SUMMARY_WORDS = 1_200
# An excerpt of an article has a sentence or two.
MIN_ARTICLE_WORDS = 20
# How much of the article is its lead, and how much text right above a place is its neighbourhood, in blocks.
LEAD = 4
NEAR = 4
HEAD = 2
# A key term of an article stands in more blocks than this.
KEY_BLOCKS = 2
# Pages of the kind close nearly all of their posts with tags or hashtags; 0.5 leaves room for what was lost.
MIN_TAIL_SHARE = 0.5

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"[^\W\d_][\w’'-]*")
_OPENING_QUOTES = frozenset("“\"«„‘'「『")
_QUOTED = re2.compile(r"[“\"«„][^“”\"«»„]{1,600}[”\"»“]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Phrases, casefolded: of rewrites at the start of a block and anywhere in one; and what goes on with a story."""

    opening: tuple[str, ...]
    closing: tuple[str, ...]
    continuing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A post's body with what the features need, worked out once.

    Args:
        blocks: Body blocks in order: the article's, then perhaps the summary's.
        title: The headline, or "".
        is_furniture: For each block, whether it is known boilerplate.
        has_tags: Whether a tag list closes the post.
        has_hashtags: Whether a hashtag line does.
        tail_share: Share of the page's posts that are closed by either.
        usual_gap: Blank lines between two blocks of a body on this page, mostly.
    """

    blocks: tuple[Block, ...]
    title: str
    is_furniture: tuple[bool, ...]
    has_tags: bool
    has_hashtags: bool
    tail_share: float
    usual_gap: int


# Names of the features, in the order of a row. Those of "no summary" are in NONE_FEATURES.
FEATURES = (
    "gap", "big_gap", "only_gap", "indent_change", "after_furniture", "furniture_above", "furniture_inside", "resumes",
    "short_inside", "head_is_prose", "lower_start", "above_unfinished",
    "lead_overlap", "near_overlap", "restart", "title_head", "title_rise", "coverage", "coverage_rise", "key_terms", "trigrams",
    "lead_covered", "lead_gain",  "names_back", "names_known", "numbers_known",
    "opening", "continuing", "closing", "closing_head", "quote_start", "quotes", "quotes_fall", "other_quotes",
    "length_ratio", "block_ratio", "log_words", "log_blocks", "log_share", "short_summary", "past_prose",
)  # fmt: skip
NONE_FEATURES = (
    "none",
    "none_without_tail",
    "none_hashtags",
    "none_tailless_page",
    "none_long_article",
    "none_best_gap",
)


def candidates(body: Body) -> tuple[int, ...]:
    """Places (indices of blocks) where a summary could begin: near enough to the end, with an article above.

    Furniture alone is no article: a by-line and a date under a title are above the article, not the article.
    """
    counts = [word_count(b.text) for b in body.blocks]
    first = _first_below_article(body, counts)
    places: list[int] = []
    total = 0
    for at in range(len(counts) - 1, first - 1, -1):
        total += counts[at]
        if total > MAX_SUMMARY_WORDS or len(counts) - at > MAX_SUMMARY_BLOCKS:
            break
        if not body.is_furniture[at]:
            places.append(at)
    return tuple(reversed(places))


def _first_below_article(body: Body, counts: Sequence[int]) -> int:
    """The first place with an article above it: a sentence that is no furniture, and words enough."""
    words_above = 0
    has_sentence = False
    for at, block in enumerate(body.blocks):
        if has_sentence and words_above >= MIN_ARTICLE_WORDS:
            return at
        if not body.is_furniture[at]:
            words_above += counts[at]
            has_sentence = has_sentence or is_sentence(block)
    return len(counts)


def is_plausible(body: Body, at: int) -> bool:
    """Whether the page allows a summary at a place.

    A page on which few posts have tags or hashtags is no autoblog's of the kind, or hides it well: there, blank lines must
    set the summary off, whatever its words say.
    """
    return body.tail_share >= MIN_TAIL_SHARE or body.blocks[at].gap > body.usual_gap


def rows(body: Body, places: Sequence[int], *, phrases: Phrases) -> list[list[float]]:
    """A row of FEATURES for every place."""
    read = _Reading(body, phrases)
    return [read.row(at) for at in places]


def none_row(body: Body, places: Sequence[int]) -> list[float]:
    """The row of NONE_FEATURES: what speaks for "no summary" before any place is looked at."""
    best_gap = max((body.blocks[at].gap - body.usual_gap for at in places), default=0)
    return [
        1.0,
        0.0 if body.has_tags or body.has_hashtags else 1.0,
        1.0 if body.has_hashtags else 0.0,
        1.0 - body.tail_share,
        math.log1p(sum(word_count(b.text) for b in body.blocks)) / 5,
        1.0 if best_gap > 0 else 0.0,
    ]


class _Reading:
    """A body's words, names and numbers, block by block."""

    def __init__(self, body: Body, phrases: Phrases) -> None:
        self.body = body
        self.blocks = body.blocks
        self.phrases = phrases
        self.counts = [word_count(b.text) for b in self.blocks]
        self.prose = [is_prose(b) for b in self.blocks]
        self.content = [content_words(b.text) for b in self.blocks]
        self.names = [_names(b.text) for b in self.blocks]
        self.numbers = [frozenset(_NUMBER.findall(b.text)) for b in self.blocks]
        self.trigrams = [_trigrams(b.text) for b in self.blocks]
        self.quoted = [sum(len(q) for q in _QUOTED.findall(b.text)) for b in self.blocks]
        spread = Counter(word for content in self.content for word in content)
        self.frequent = {word: count for word, count in spread.items() if count > KEY_BLOCKS}
        self.title = content_words(body.title)
        self.usual_gap = body.usual_gap
        self.max_gap = max((b.gap for b in self.blocks[1:]), default=0)
        self.lower = [" ".join(b.text.casefold().replace("’", "'").split()) for b in self.blocks]

    def row(self, at: int) -> list[float]:
        """The figures of one place."""
        return [*self._layout(at), *self._words(at), *self._manner(at), *self._size(at)]

    def _layout(self, at: int) -> list[float]:
        block, above = self.blocks[at], self.blocks[at - 1]
        extra = block.gap - self.usual_gap
        furniture = self.body.is_furniture
        run = 0
        while run < at and (furniture[at - 1 - run] or not self.prose[at - 1 - run]):
            run += 1
        inside = range(at, len(self.blocks))
        short = sum(1 for i in inside if self.counts[i] < 4)  # noqa: PLR2004  # a label or a stray word
        starts_lower = block.text[:1].islower()
        return [
            float(min(max(extra, 0), 1)),
            1.0 if extra >= 2 else 0.0,  # noqa: PLR2004  # the double gap of the main kind of page
            1.0 if extra > 0 and block.gap == self.max_gap and self._is_last_gap(at) else 0.0,
            1.0 if block.indent != above.indent and not block.marker and not above.marker else 0.0,
            1.0 if furniture[at - 1] else 0.0,
            min(run, 4) / 4,
            sum(1.0 for i in inside if furniture[i]),
            min(run, 4) / 4 if not any(furniture[at:]) else 0.0,
            short / len(inside),
            1.0 if self.prose[at] else 0.0,
            1.0 if starts_lower and ends_sentence(above.text) else 0.0,
            1.0 if self.prose[at - 1] and not ends_sentence(above.text) else 0.0,
        ]

    def _is_last_gap(self, at: int) -> bool:
        return all(b.gap < self.blocks[at].gap for b in self.blocks[at + 1 :])

    def _words(self, at: int) -> list[float]:
        article = frozenset().union(*self.content[:at])
        summary = frozenset().union(*self.content[at:])
        head = frozenset().union(*self.content[at : at + HEAD])
        above = self._prose_content(range(at))
        most = _part(len(above))
        lead = self.title.union(*above[:most])
        near = (
            frozenset().union(*above[max(most, len(above) - NEAR) :])
            if len(above) > 1
            else frozenset().union(*above)
        )
        lead_overlap = _share(head & lead, head)
        near_overlap = _share(head & near, head)
        title_head = _share(head & self.title, self.title)
        later = [_share(c & self.title, self.title) for c in self.content[_part(at) : at]] or [0.0]
        last = self.content[max(0, at - 1)]
        before = frozenset().union(*self.content[: max(0, at - 1)])
        below = Counter(word for content in self.content[at:] for word in content)
        key = frozenset(word for word, count in self.frequent.items() if count - below[word] > KEY_BLOCKS)
        grams = frozenset().union(*self.trigrams[at:])
        article_grams = frozenset().union(*self.trigrams[:at])
        coverage = _share(summary & article, summary)
        return [
            lead_overlap,
            near_overlap,
            lead_overlap - near_overlap,
            title_head,
            title_head - sum(later) / len(later),
            coverage,
            coverage - _share(last & before, last),
            _share(key & summary, key),
            _share(grams & article_grams, grams),
            _share(summary & lead, lead),
            _share((summary & lead) - frozenset().union(*self.content[at + 1 :]), lead),
        ]

    def _prose_content(self, order: range) -> list[frozenset[str]]:
        return [self.content[i] for i in order if self.counts[i] > 8 and not self.body.is_furniture[i]]  # noqa: PLR2004

    def _manner(self, at: int) -> list[float]:
        names = frozenset().union(*self.names[at : at + HEAD])
        most = _part(at)
        lead_names = frozenset(_names(self.body.title)).union(*self.names[:most])
        near_names = frozenset().union(*self.names[max(most, at - NEAR) : at])
        numbers = frozenset().union(*self.numbers[at:])
        known = frozenset().union(*self.numbers[:at])
        all_names = frozenset().union(*self.names[at:])
        known_names = frozenset().union(*self.names[:at]) | _names(self.body.title)
        opening = self.lower[at].startswith(self.phrases.opening)
        closing = sum(1 for p in self.phrases.closing for text in self.lower[at:] if p in text)
        quotes = self._quote_share(range(at, len(self.blocks)))
        above = self._quote_share(range(at))
        return [
            min(len((names & lead_names) - near_names), 4) / 4,
            _share(all_names & known_names, all_names) if all_names else 0.5,
            _share(numbers & known, numbers) if numbers else 0.5,
            1.0 if opening else 0.0,
            1.0 if self.lower[at].startswith(self.phrases.continuing) else 0.0,
            min(closing, 3) / 3,
            1.0 if any(p in self.lower[at] for p in self.phrases.closing) else 0.0,
            1.0 if self.blocks[at].text[:1] in _OPENING_QUOTES else 0.0,
            quotes,
            above - quotes,
            self._other_quotes(at),
        ]

    def _quote_share(self, span: range) -> float:
        total = sum(len(self.blocks[i].text) for i in span)
        return sum(self.quoted[i] for i in span) / total if total else 0.0

    def _other_quotes(self, at: int) -> float:
        """Whether the one part sets straight quotes and apostrophes and the other typographic ones."""
        above = _quote_style("".join(b.text for b in self.blocks[:at]))
        below = _quote_style("".join(b.text for b in self.blocks[at:]))
        return 1.0 if above * below < 0 else 0.0

    def _size(self, at: int) -> list[float]:
        prose_above = sorted(self.counts[i] for i in range(at) if self.prose[i]) or [1]
        inside = self.counts[at:]
        total = sum(inside)
        typical = prose_above[len(prose_above) // 2]
        mean = total / len(inside)
        return [
            math.log((mean + 1) / (typical + 1)),
            math.log((inside[0] + 1) / (typical + 1)),
            math.log1p(total) / 5,
            math.log(len(inside)),
            math.log((total + 1) / (sum(self.counts[:at]) + 1)),
            1.0 if total < 25 else 0.0,  # noqa: PLR2004  # too short for a rewrite
            1.0 if any(self.prose[:at]) else 0.0,
        ]


def _part(count: int) -> int:
    """How many of an article's blocks are its lead: the first half of a short one's, so that lead and neighbourhood differ."""
    return min(LEAD, (count + 1) // 2)


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _names(text: str) -> frozenset[str]:
    """Capitalised words that do not open a sentence, and pairs of them: "Vladimir Putin"."""
    found = set()
    previous = ""
    for match in _NAME.finditer(text):
        word = match.group().removesuffix("’s").removesuffix("'s")
        if word[0].isupper() and len(word) > 1:
            if previous:
                found.add(f"{previous} {word}")
            previous = word
        else:
            previous = ""
    return frozenset(found)


def _trigrams(text: str) -> frozenset[str]:
    tokens = words(text)
    return frozenset(" ".join(tokens[i : i + 3]) for i in range(len(tokens) - 2))


def _quote_style(text: str) -> int:
    curly = sum(text.count(c) for c in "“”’‘")
    straight = text.count('"') + text.count("'")
    return (curly > straight) - (straight > curly)
