"""Boilerplate told by its place among its neighbours, in any language: pairs, cards, kickers, lists, tails.

Each mechanism takes a `Story` (the blocks of one article with the reasons known so far) and returns the reasons
that it adds, by index; none takes one away, and each is linear in the number of blocks.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import re2

from transforms.boilerplate.rules import plain
from transforms.boilerplate.shape import (
    ends_sentence,
    in_capitals,
    is_headline,
    is_name,
    is_prose,
    is_quoted,
    is_separator,
    key,
    word_count,
)

# A line in capitals of this many words in mixed-case prose is a link; shorter ones may be acronyms or headings.
CAPITALS_WORDS = 5
# Beside such a link, shorter ones are taken too.
CAPITALS_WORDS_BESIDE = 3
# An article has at least this many paragraphs in mixed case before its capitals mean anything.
MIXED_PARAGRAPHS = 3
# The same short line this often in one article is furniture ("Advertisement").
FURNITURE_TIMES = 3
FURNITURE_WORDS = 6
# A block of this many words that stands a second time is a repeat; the first one stays.
REPEAT_WORDS = 8
# A related-article card: its headline is longer than a sub-heading, its teaser breaks off, and they share words.
CARD_HEADLINE_WORDS = 7
CARD_TEASER_WORDS = 12
CARD_SHARED_WORDS = 2
CARD_PROSE_ABOVE = 4
# Words shorter than this say nothing about sameness of topic.
CONTENT_LETTERS = 4
# A kicker above the story.
KICKER_WORDS = 3
# A caption right above its credit.
CAPTION_WORDS = 60
# A lead-in to a piece that is not there.
LEAD_IN_WORDS = 10
# Items of a navigation list.
NAVIGATION_WORDS = 25
# Headlines under a "Related" head within the article.
RELATED_ITEMS = 6
# A text that stands twice in one block has halves of this length at least.
DOUBLED_CHARACTERS = 12

_CREDIT_IN_BRACKETS = re2.compile(r"(.*\S) ?[(\[]([^()\[\]]+)[)\]]\.?")
_LEAD_IN = re2.compile(
    r"(?i).*\b(?:writes?|reports?|explains?|has (?:the|this|more)(?: (?:story|report|details|full story))?|schreibt|berichtet|écrit|"
    r"raconte|escribe|informa|scrive|racconta|escreve|пишет|сообщает|пише|повідомляє|skriver|schrijft|pisze|yazıyor|menulis) ?(?:here|from [^:]*|for [^:]*)?:",
)
_NAVIGATION_HEAD = re2.compile(
    r"(?i)[^\pL]*(?:here'?s )?what we'?re covering.*|.*\b(?:in this (?:article|story|guide)|table of contents)\b.*",
)
_APPEAL_CUE = re2.compile(
    r"(?i)\b(?:we|our|us|you|your|journalis[mt]s?|report(?:ers?|ing)|paywalls?|newsroom|wir|unsere?|nous|notre|nosotros|nuestr[oa]s?|noi|nostr[oaie]|nós|nossos?|kami|мы|наш\pL*)\b",
)
_WORD = re2.compile(r"\pL+")
_APPEALS = frozenset({"donation", "newsletter", "subscription"})
_TAIL_HEADS = frozenset({"related", "comments"})


@dataclass(frozen=True, slots=True)
class Story:
    """The blocks of one article.

    Args:
        texts: One a block.
        gaps: Blank lines above each.
        marks: The reason known so far, or None, for each.
        title: Of the post, or None.
    """

    texts: Sequence[str]
    gaps: Sequence[int]
    marks: Sequence[str | None]
    title: str | None

    def prose(self) -> list[int]:
        """Indices of the unmarked blocks that are running text."""
        return [i for i, text in enumerate(self.texts) if self.marks[i] is None and is_prose(text)]


Marks = dict[int, str]


def separators(story: Story) -> Marks:
    """Lines without a letter or digit, and page numbers alone between paragraphs."""
    found: Marks = {}
    for i, text in enumerate(story.texts):
        if is_separator(text):
            found[i] = "separator"
        elif text.isdecimal() and _beside_prose(story, i):
            found[i] = "gallery"
    return found


def _beside_prose(story: Story, i: int) -> bool:
    def solid(j: int) -> bool:
        return not 0 <= j < len(story.texts) or story.marks[j] is not None or is_prose(story.texts[j])

    return solid(i - 1) and solid(i + 1)


def repeats(story: Story) -> Marks:
    """Furniture that stands again and again, a paragraph's second copy, and a text that stands twice in one block."""
    keys = [key(text) for text in story.texts]
    times = Counter(keys)
    seen: set[str] = set()
    found: Marks = {}
    for i, name in enumerate(keys):
        words = word_count(story.texts[i])
        if words <= FURNITURE_WORDS and times[name] >= FURNITURE_TIMES and is_headline(story.texts[i]):
            found[i] = "repeated"
        elif words >= REPEAT_WORDS and name in seen:
            found[i] = "repeated"
        elif _is_doubled(story.texts[i]):
            found[i] = "related"
        seen.add(name)
    return found


def _is_doubled(text: str) -> bool:
    half = len(text) // 2
    if half < DOUBLED_CHARACTERS or " " not in text[:half].strip():
        return False
    return text[:half].strip() == text[len(text) - half :].strip()


def repeated_title(story: Story) -> Marks:
    """The title standing again in the body."""
    if not story.title:
        return {}
    title = key(story.title)
    if not title:
        return {}
    return {i: "repeated_title" for i, text in enumerate(story.texts) if key(text) == title}


def caption_pairs(story: Story) -> Marks:
    """A caption that stands twice, once with its credit in brackets: both, wherever they stand."""
    places: dict[str, list[int]] = {}
    for i, text in enumerate(story.texts):
        places.setdefault(key(text), []).append(i)
    found: Marks = {}
    for i, text in enumerate(story.texts):
        match = _CREDIT_IN_BRACKETS.fullmatch(text)
        if match is None or word_count(match.group(2)) > FURNITURE_WORDS:
            continue
        twins = places.get(key(match.group(1)), [])
        if twins and key(match.group(1)):
            found[i] = "caption"
            found.update(dict.fromkeys(twins, "caption"))
    return found


def captions_over_credits(story: Story) -> Marks:
    """The line right above a credit that stands alone: a headline-like one, or one set closer than paragraphs are."""
    spaced = sum(gap > 0 for gap in story.gaps) * 2 > len(story.gaps)
    found: Marks = {}
    for i in range(1, len(story.texts)):
        above = story.texts[i - 1]
        if story.marks[i] != "credit" or story.marks[i - 1] is not None or word_count(above) > CAPTION_WORDS:
            continue
        close = spaced and story.gaps[i] == 0
        bracketed = story.texts[i].startswith(("(", "["))
        if close or (is_headline(above) and (bracketed or word_count(above) >= KICKER_WORDS) and not is_name(above)):
            found[i - 1] = "caption"
    return found


def capitals(story: Story) -> Marks:
    """Links set in capitals in the midst of mixed-case prose."""
    mixed = sum(1 for i in story.prose() if not in_capitals(story.texts[i]))
    if mixed < MIXED_PARAGRAPHS:
        return {}
    lines = [
        i
        for i, text in enumerate(story.texts)
        if story.marks[i] is None
        and in_capitals(text)
        and not text[0].isdecimal()
        and not ends_sentence(text)
        and not text.endswith(":")
        and not is_quoted(text)
    ]
    if not any(word_count(story.texts[i]) >= CAPITALS_WORDS for i in lines):
        return {}
    return {i: "related" for i in lines if word_count(story.texts[i]) >= CAPITALS_WORDS_BESIDE}


def above_the_story(story: Story) -> Marks:
    """Before the first paragraph: a kicker, a name, or a video's title, directly followed by boilerplate."""
    prose = story.prose()
    end = prose[0] if prose else 0
    found: Marks = {}
    for i in range(end - 1, -1, -1):
        text = story.texts[i]
        after = story.marks[i + 1] or found.get(i + 1)
        if story.marks[i] is not None or after is None or not is_label(text):
            continue
        if is_name(text) and after in {"byline", "timestamp", "bio", "share"}:
            found[i] = "byline"
        elif word_count(text) <= KICKER_WORDS:
            found[i] = "series"
        elif after not in {"byline", "timestamp", "repeated_title"}:
            found[i] = "caption"
    return found


def is_label(text: str) -> bool:
    """A headline, or a word or three with or without a full stop."""
    return is_headline(text) or word_count(text) <= KICKER_WORDS


def lead_ins(story: Story) -> Marks:
    """A lead-in to a linked piece ("X writes:") that boilerplate or the end follows."""
    last = len(story.texts) - 1
    return {
        i: "related"
        for i, text in enumerate(story.texts)
        if story.marks[i] is None
        and (i == last or story.marks[i + 1] is not None)
        and word_count(text) <= LEAD_IN_WORDS
        and _LEAD_IN.fullmatch(plain(text)) is not None
    }


def appeals(story: Story) -> Marks:
    """A paragraph of an appeal, between two of its own kind, that speaks of us and you."""
    found: Marks = {}
    for i in range(1, len(story.texts) - 1):
        mark = story.marks[i - 1]
        if (
            story.marks[i] is None
            and mark in _APPEALS
            and story.marks[i + 1] == mark
            and _APPEAL_CUE.search(story.texts[i]) is not None
        ):
            found[i] = str(mark)
    return found


def under_heads(story: Story) -> Marks:
    """Headlines under a "Related" head, up to the next paragraph; the items of a navigation list."""
    found: Marks = {}
    count = len(story.texts)
    for i in range(count):
        if story.marks[i] == "related" and word_count(story.texts[i]) <= FURNITURE_WORDS:
            items = _run(story, i + 1, lambda j: is_headline(story.texts[j]) and not is_prose(story.texts[j]))
            if 0 < len(items) <= RELATED_ITEMS and all(word_count(story.texts[j]) > KICKER_WORDS for j in items):
                found.update(dict.fromkeys(items[:1] if items[-1] + 1 < count else items, "related"))
        elif story.marks[i] == "navigation" and _NAVIGATION_HEAD.fullmatch(plain(story.texts[i])):
            items = _run(
                story,
                i + 1,
                lambda j: story.gaps[j] == 0 and word_count(story.texts[j]) <= NAVIGATION_WORDS,
            )
            found.update(dict.fromkeys(items, "navigation"))
    return found


def _run(story: Story, start: int, wanted: Callable[[int], bool]) -> list[int]:
    """Indices of the unmarked blocks from `start` on for which it holds, up to the first for which it does not."""
    run: list[int] = []
    for j in range(start, len(story.texts)):
        if story.marks[j] is not None or not wanted(j):
            break
        run.append(j)
    return run


def tail(story: Story) -> Marks:
    """After the last paragraph: what follows a head of related pieces or of comments, names beside a life, and cards."""
    prose = story.prose()
    last = prose[-1] if prose else -1
    found: Marks = {}
    head: str | None = None
    for i in range(last + 1, len(story.texts)):
        mark = story.marks[i]
        if mark is not None:
            head = mark if mark in _TAIL_HEADS else head
        elif head is not None and is_label(story.texts[i]):
            found[i] = head
        elif _stands_by_bio(story, i):
            found[i] = "byline"
    return found | _card(story, last)


def _stands_by_bio(story: Story, i: int) -> bool:
    if not is_name(story.texts[i]):
        return False
    near = (i - 1, i + 1)
    return any(0 <= j < len(story.texts) and story.marks[j] == "bio" for j in near)


def _card(story: Story, last: int) -> Marks:
    """The headline of another article at the end, then its teaser that breaks off."""
    prose = story.prose()
    if last < 1 or len(prose) < CARD_PROSE_ABOVE + 1 or any(mark is None for mark in story.marks[last + 1 :]):
        return {}
    headline, teaser = story.texts[last - 1], story.texts[last]
    if (
        story.marks[last - 1] is not None
        or ends_sentence(teaser)
        or ends_sentence(headline)
        or not is_headline(headline)
        or word_count(headline) < CARD_HEADLINE_WORDS
        or word_count(teaser) < CARD_TEASER_WORDS
        or len(_content(headline) & _content(teaser)) < CARD_SHARED_WORDS
    ):
        return {}
    return {last - 1: "related", last: "related"}


def _content(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text) if len(word) >= CONTENT_LETTERS}


# In this order: what tells most comes first, what leans on its neighbours' reasons last.
MECHANISMS: tuple[Callable[[Story], Marks], ...] = (
    separators,
    caption_pairs,
    repeated_title,
    repeats,
    captions_over_credits,
    capitals,
    appeals,
    lead_ins,
    under_heads,
    above_the_story,
    tail,
)
