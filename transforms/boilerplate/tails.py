"""Boilerplate below the story: related cards and lists, comments, references, names beside a life."""

import re2

from transforms.boilerplate.rules import plain
from transforms.boilerplate.shape import ends_sentence, is_name
from transforms.boilerplate.story import Marks, Story

# A related-article card: its headline is longer than a sub-heading, its teaser breaks off and says the same again.
CARD_HEADLINE_WORDS = 7
CARD_TEASER_WORDS = 12
CARD_SHARED = 0.4
CARD_PARAGRAPHS_ABOVE = 4
# Words of a sentence that breaks off (fewer are an agency's code or a signature).
BROKEN_WORDS = 4
# Words shorter than this say nothing about sameness of topic.
CONTENT_LETTERS = 4
# A label of one word to three, with or without a full stop.
LABEL_WORDS = 3
# A life says its name within this many characters.
LIFE_OPENING = 60
# Cards under a head that closes an article: a headline and a teaser each, this many blocks at most.
CARD_BLOCKS = 8
# References and comments come in the second half.
LATE = 0.5

_WORD = re2.compile(r"\pL+")
_TAIL_HEADS = frozenset({"related", "comments"})
_CLOSING_HEAD = re2.compile(
    r"(?i)(?:you (?:may|might)(?: also)? like|recommended(?: for you| stories)?|more (?:from|in) .*|more for you|most (?:read|"
    r"popular)|related (?:posts|articles|stories)|(?:our )?latest (?:stories|news|posts)|recent (?:stories|posts)|"
    r"mehr (?:aus|von) .*|auch interessant|potrebbe interessarti|te puede interesar|dans la même rubrique|baca juga|"
    r"читайте также|читайте також)[ :]*",
)
_COMMENT_BY = re2.compile(r"(?i).*\d.*(?:said|says|wrote|schrieb|a dit|dijo|пишет)[ :|]*(?:reply)?")


def tail(story: Story) -> Marks:
    """After the last paragraph: what follows a head of related pieces or of comments, names beside a life, and cards."""
    last = story.paragraphs[-1] if story.paragraphs else -1
    found: Marks = {}
    head: str | None = None
    for i in range(last + 1, len(story.texts)):
        mark = story.marks[i]
        if mark is not None:
            head = mark if mark in _TAIL_HEADS else head
        elif head is not None and (story.headline[i] or story.words[i] <= LABEL_WORDS):
            found[i] = head
        elif _stands_by_bio(story, i):
            found[i] = "byline"
    return found | _card(story)


def _stands_by_bio(story: Story, i: int) -> bool:
    """Whether it is a name above a life, or one that the boilerplate below it takes up."""
    if not is_name(story.texts[i]):
        return False
    if any(0 <= j < len(story.texts) and story.marks[j] == "bio" for j in (i - 1, i + 1)):
        return True
    below = story.texts[i + 1][:LIFE_OPENING] if i + 1 < len(story.texts) and story.marks[i + 1] else ""
    return any(word in below for word in story.texts[i].split() if len(word) >= CONTENT_LETTERS)


def _card(story: Story) -> Marks:
    """The headline of another article at the end, then its teaser that breaks off in mid-sentence."""
    last = max((i for i, mark in enumerate(story.marks) if mark is None), default=0)
    if last < 1 or sum(i < last for i in story.paragraphs) < CARD_PARAGRAPHS_ABOVE:
        return {}
    headline, teaser = story.texts[last - 1], story.texts[last]
    if (
        story.marks[last - 1] is not None
        or not story.headline[last - 1]
        or ends_sentence(headline)
        or story.words[last - 1] < CARD_HEADLINE_WORDS
        or story.words[last] < CARD_TEASER_WORDS
        or not _breaks_off(teaser)
        or _has_headings(story, last - 1)
    ):
        return {}
    topic = _content(headline)
    if len(topic & _content(teaser)) < CARD_SHARED * len(topic):
        return {}
    return {last - 1: "related", last: "related"}


def _has_headings(story: Story, before: int) -> bool:
    """Whether the article has sub-headings of its own; then its last line may be one over a copy that breaks off."""
    return any(
        story.marks[i] is None and story.headline[i] and not story.prose[i]
        for i in range(story.paragraphs[0] + 1, before)
    )


def _breaks_off(text: str) -> bool:
    """Whether it ends within a sentence."""
    if ends_sentence(text) or not text[-1].isalpha():
        return False
    return text[max(text.rfind(stop) for stop in (". ", "! ", "? ", "。")) + 1 :].count(" ") >= BROKEN_WORDS


def _content(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text) if len(word) >= CONTENT_LETTERS}


def list_heads(story: Story) -> Marks:
    """Cards under a head that closes the article: headlines, and teasers that break off or stand under a doubled headline."""
    count = len(story.texts)
    for i in range(max(0, count - CARD_BLOCKS - 1), count):
        if story.marks[i] != "related" or _CLOSING_HEAD.fullmatch(plain(story.texts[i])) is None:
            continue
        found: Marks = {}
        for j in range(i + 1, count):
            if story.marks[j] is not None:
                continue
            teased = j > i + 1 and (story.marks[j - 1] == "related" or j - 1 in found)
            is_teaser = (
                teased
                and not story.prose[j - 1]
                and (_breaks_off(story.texts[j]) or story.marks[j - 1] == "related")
            )
            if is_teaser or (story.headline[j] and not story.prose[j]):
                found[j] = "related"
            else:
                return {}
        return found
    return {}


def references(story: Story) -> Marks:
    """The items under a "References" head in the second half, and comments from the first one's signature on."""
    count = len(story.texts)
    found: Marks = {}
    for i, mark in enumerate(story.marks):
        if i < LATE * count:
            continue
        if mark == "references":
            items = story.run(i + 1, lambda j: not (story.prose[j] and ends_sentence(story.texts[j])))
            found.update(dict.fromkeys(items, "references"))
        elif mark == "comments" and _COMMENT_BY.fullmatch(story.texts[i]) is not None:
            found.update(dict.fromkeys((j for j in range(i, count) if story.marks[j] is None), "comments"))
            break
    return found
