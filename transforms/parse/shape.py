"""What a block looks like, whatever it says: a headline, prose, a tag."""

import re2

from transforms.normalize import ends_sentence, word_count
from transforms.records import Block

# Headlines of news sites end below these (the longest of 1,000 looked at had 31 words); a list of tags has shorter items.
MAX_HEADLINE_WORDS = 40
MAX_HEADLINE_CHARS = 280
MAX_TAG_WORDS = 8
MAX_TAG_CHARS = 80
# From here on, a block that ends like a sentence is prose and not a headline that happens to end in a full stop.
MIN_PROSE_WORDS = 16
# The shortest sentence that makes a page of short lines a text.
MIN_SENTENCE_WORDS = 5
# Headlines are often questions, and may then be longer.
MAX_QUESTION_WORDS = 28

_NUMBERED = re2.compile(r"^\(?(\d{1,3})\s?(?:[.):]|\s[-–])\s+\S")


def is_prose(block: Block) -> bool:
    """Whether a block reads like running text."""
    count = word_count(block.text)
    if block.text.endswith(("?", "？", "؟")):
        return count > MAX_QUESTION_WORDS
    return count > MAX_HEADLINE_WORDS or (count >= MIN_PROSE_WORDS and ends_sentence(block.text))


def is_sentence(block: Block) -> bool:
    """Whether a block is a sentence at least: text that a page of navigation alone does not have."""
    count = word_count(block.text)
    return count >= MIN_PROSE_WORDS or (count >= MIN_SENTENCE_WORDS and ends_sentence(block.text))


def is_headline(block: Block) -> bool:
    """Whether a block could be a headline: not long, and not ended like a sentence of some length, nor like a lead-in."""
    text = block.text
    if not text or len(text) > MAX_HEADLINE_CHARS or text.endswith((":", ",", ";")):
        return False
    return 0 < word_count(text) <= MAX_HEADLINE_WORDS and not is_prose(block)


def is_short(block: Block) -> bool:
    """Whether a block is short enough for a tag on a line of its own."""
    return len(block.text) <= MAX_TAG_CHARS and word_count(block.text) <= MAX_TAG_WORDS


def list_number(block: Block) -> int | None:
    """The number that a block begins with as an item of a numbered list, else None."""
    found = _NUMBERED.match(block.text)
    return int(found.group(1)) if found else None
