"""Boilerplate told by its place among its neighbours, in any language: pairs, links, kickers, lists.

Each mechanism takes a `Story` and returns the reasons that it adds, by index; none takes one away, and each is
linear in the number of blocks. The last paragraph and what follows it are in tails.py.
"""

from collections.abc import Callable

import re2

from transforms.boilerplate.rules import plain
from transforms.boilerplate.shape import (
    ends_sentence,
    in_capitals,
    is_name,
    is_prose,
    is_quoted,
    is_separator,
    key,
)
from transforms.boilerplate.story import Marks, Story
from transforms.boilerplate.tails import list_heads, references, tail

# Lines in capitals of this many words (their median) in mixed-case prose are links; headings are shorter (the longest
# median of real ones was 6, the shortest of real links 9).
CAPITALS_WORDS = 8
# A longer line in capitals is a paragraph that shouts.
CAPITALS_MOST_WORDS = 20
# Beside such a link, shorter ones are taken too.
CAPITALS_WORDS_BESIDE = 3
# An article has at least this many paragraphs in mixed case before its capitals mean anything.
MIXED_PARAGRAPHS = 3
# The same short line this often in one article is furniture ("Advertisement").
FURNITURE_TIMES = 3
FURNITURE_WORDS = 3
# A credit in brackets.
CREDIT_WORDS = 8
# "More from the river desk".
HEAD_WORDS = 6
# What stands above a story is this short; a first paragraph further down means prose that does not look it.
HEAD_BLOCKS = 8
# A kicker above the story.
KICKER_WORDS = 3
# A caption right above its credit.
CAPTION_WORDS = 60
# And without any other sign, one that is longer than a sub-heading.
CAPTION_LEAST_WORDS = 8
# A lead-in to a piece that is not there.
LEAD_IN_WORDS = 10
# Items of a navigation list.
NAVIGATION_WORDS = 25
# Headlines under a "Related" head within the article; sub-headings are shorter.
ITEM_WORDS = 5
RELATED_ITEMS = 6
# A text that stands twice in one block has halves of this length at least.
DOUBLED_CHARACTERS = 12
# A caption whose beginning of this length comes again after its credit.
CAPTION_OPENING = 30

_CREDIT_IN_BRACKETS = re2.compile(r"(.*\S) ?[(\[]([^()\[\]]+)[)\]]\.?")
_PHOTO_WORD = re2.compile(r"(?i)\b(?:photo|image|credit|picture|foto|getty|bild|фото)\b")
_LEAD_IN = re2.compile(
    r"(?i).*\b(?:writes?|reports?|explains?|has (?:the|this|more)(?: (?:story|report|details|full story))?|schreibt|"
    r"berichtet|écrit|raconte|escribe|informa|scrive|racconta|escreve|пишет|сообщает|пише|повідомляє|skriver|schrijft|"
    r"pisze|yazıyor|menulis) ?(?:here|from [^:]*|for [^:]*)?:",
)
_DATED_CAPTION = re2.compile(r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day, \p{L}+\.? \d{1,2}, \d{4}")
_NAVIGATION_HEAD = re2.compile(
    r"(?i)[^\pL]*(?:here'?s )?what we'?re covering.*|.*\b(?:in this (?:article|story|guide)|table of contents)\b.*",
)
_APPEAL_CUE = re2.compile(
    r"(?i)\b(?:we|our|us|you|your|journalis[mt]s?|report(?:ers?|ing)|paywalls?|newsroom|wir|unsere?|nous|notre|"
    r"nosotros|nuestr[oa]s?|noi|nostr[oaie]|nós|nossos?|kami|мы|наш\pL*)\b",
)
# What follows a video's title at the top; a deck is followed by a by-line, share buttons or a picture.
_AFTER_A_VIDEO = frozenset({"donation", "newsletter", "subscription", "video", "cookie", "app"})
_APPEALS = frozenset({"donation", "newsletter", "subscription"})


def separators(story: Story) -> Marks:
    """Lines without a letter or digit beside boilerplate, and page numbers alone between paragraphs.

    A row of stars between two paragraphs is a section break and stays.
    """
    found: Marks = {}
    for i, text in enumerate(story.texts):
        if is_separator(text):
            if i in {0, len(story.texts) - 1} or story.marks[i - 1] or story.marks[i + 1]:
                found[i] = "separator"
        elif text.isdecimal() and story.is_solid(i - 1) and story.is_solid(i + 1):
            found[i] = "gallery"
    return found


def repeats(story: Story) -> Marks:
    """Furniture that stands again and again between paragraphs, and a headline that stands twice in one block."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(story.keys):
        if name and story.words[i] <= FURNITURE_WORDS and story.headline[i] and "?" not in story.texts[i]:
            places.setdefault(name, []).append(i)
    found: Marks = {}
    for where in places.values():
        if len(where) >= FURNITURE_TIMES and all(
            story.is_solid(i - 1) and story.is_solid(i + 1) for i in where
        ):
            found.update(dict.fromkeys(where, "repeated"))
    for i, text in enumerate(story.texts):
        if _is_doubled(text):
            found[i] = "related"
        elif _is_doubled_caption(text):
            found[i] = "caption"
    return found


def _is_doubled(text: str) -> bool:
    half = len(text) // 2
    if half < DOUBLED_CHARACTERS or text[:half].strip() != text[len(text) - half :].strip():
        return False
    return " " in text[:half].strip() and not is_prose(text[:half])


def _is_doubled_caption(text: str) -> bool:
    opening = text[:CAPTION_OPENING]
    again = text.find(opening, CAPTION_OPENING)
    return len(opening) == CAPTION_OPENING and again > 0 and _PHOTO_WORD.search(text[:again]) is not None


def repeated_title(story: Story) -> Marks:
    """The title standing again in the body."""
    title = key(story.title or "")
    return {i: "repeated_title" for i, name in enumerate(story.keys) if title and name == title}


def caption_pairs(story: Story) -> Marks:
    """A caption that stands twice, once with its credit in brackets: both, wherever they stand."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(story.keys):
        places.setdefault(name, []).append(i)
    found: Marks = {}
    for i, text in enumerate(story.texts):
        match = _CREDIT_IN_BRACKETS.fullmatch(text) if text.endswith((")", "]", ").")) else None
        if match is None or match.group(2).count(" ") >= CREDIT_WORDS or not key(match.group(2)):
            continue
        caption = key(match.group(1))
        if caption and caption in places:
            # In Markdown the brackets hold an address: a link and its text.
            reason = "navigation" if "://" in match.group(2) else "caption"
            found.update(dict.fromkeys((i, *places[caption]), reason))
    return found


def captions_over_credits(story: Story) -> Marks:
    """The line right above a credit that stands alone: a headline-like or dated one, or one set closer than paragraphs."""
    spaced = sum(gap > 0 for gap in story.gaps) * 2 > len(story.gaps)
    found: Marks = {}
    for i in range(1, len(story.texts)):
        above = story.texts[i - 1]
        if story.marks[i] not in {"credit", "caption"} or story.marks[i - 1] is not None:
            continue
        bracketed = story.texts[i].startswith(("(", "["))
        if (story.marks[i] == "caption" and not bracketed) or story.words[i - 1] > CAPTION_WORDS:
            continue
        if (
            (spaced and story.gaps[i] == 0)
            or _DATED_CAPTION.search(above) is not None
            or (
                story.headline[i - 1]
                and story.words[i - 1] >= CAPTION_LEAST_WORDS
                and not ends_sentence(above)
            )
        ):
            found[i - 1] = "caption"
    return found


def capitals(story: Story) -> Marks:
    """Links set in capitals in the midst of mixed-case prose."""
    if sum(1 for i in story.paragraphs if not in_capitals(story.texts[i])) < MIXED_PARAGRAPHS:
        return {}
    lines = [
        i
        for i, text in enumerate(story.texts)
        if story.marks[i] is None
        and in_capitals(text)
        and not text[0].isdecimal()
        and not text.endswith(("%", ":"))
        and not ends_sentence(text)
        and not is_quoted(text)
    ]
    lengths = sorted(story.words[i] for i in lines)
    if not lengths or lengths[len(lengths) // 2] < CAPITALS_WORDS:
        return {}
    return {i: "related" for i in lines if CAPITALS_WORDS_BESIDE <= story.words[i] <= CAPITALS_MOST_WORDS}


def above_the_story(story: Story) -> Marks:
    """Before the first paragraph: a kicker, a name, or a video's title, directly followed by boilerplate."""
    end = min(story.paragraphs[0], HEAD_BLOCKS) if story.paragraphs else 0
    found: Marks = {}
    for i in range(end - 1, -1, -1):
        text = story.texts[i]
        after = story.marks[i + 1] or found.get(i + 1)
        short = story.words[i] <= KICKER_WORDS
        if story.marks[i] is not None or not (story.headline[i] or short):
            continue
        if is_name(text) and (
            i in {0, story.paragraphs[0] - 1} or after in {"byline", "timestamp", "bio", "share"}
        ):
            found[i] = "byline"
        elif after is None:
            continue
        elif short:
            found[i] = "series"
        elif story.marks[i + 1] in _AFTER_A_VIDEO:
            found[i] = "video"
    return found


def lead_ins(story: Story) -> Marks:
    """A lead-in to a linked piece ("X writes:") that boilerplate or the end follows."""
    last = len(story.texts) - 1
    return {
        i: "related"
        for i, text in enumerate(story.texts)
        if story.marks[i] is None
        and text.endswith(":")
        and (i == last or story.marks[i + 1] is not None)
        and story.words[i] <= LEAD_IN_WORDS
        and _LEAD_IN.fullmatch(plain(text)) is not None
    }


def between(story: Story) -> Marks:
    """A paragraph of an appeal between two of its own kind, and a video's title between its label and its length."""
    found: Marks = {}
    for i in range(1, len(story.texts) - 1):
        above, below = story.marks[i - 1], story.marks[i + 1]
        if story.marks[i] is not None or above is None or below is None:
            continue
        if above in _APPEALS and above == below and _APPEAL_CUE.search(story.texts[i]) is not None:
            found[i] = above
        elif above == "video" and below in {"video", "timestamp"} and story.headline[i]:
            found[i] = "video"
    return found


def under_heads(story: Story) -> Marks:
    """The first headline under a "Related" head within the article; the items of a navigation list."""
    found: Marks = {}
    for i, mark in enumerate(story.marks):
        if mark == "related" and story.words[i] <= HEAD_WORDS:
            items = story.run(i + 1, lambda j: story.headline[j] and not story.prose[j])
            if 0 < len(items) <= RELATED_ITEMS and all(story.words[j] >= ITEM_WORDS for j in items):
                found[items[0]] = "related"
        elif mark == "navigation" and _NAVIGATION_HEAD.fullmatch(plain(story.texts[i])):
            items = story.run(i + 1, lambda j: story.gaps[j] == 0 and story.words[j] <= NAVIGATION_WORDS)
            found.update(dict.fromkeys(items, "navigation"))
    return found


# In this order: what tells most comes first, what leans on its neighbours' reasons last.
MECHANISMS: tuple[Callable[[Story], Marks], ...] = (
    caption_pairs,
    repeated_title,
    repeats,
    captions_over_credits,
    capitals,
    between,
    lead_ins,
    under_heads,
    above_the_story,
    references,
    list_heads,
    tail,
    separators,
)
