"""What a removed line is called in the dictionary of boilerplate, told from the line as it stood in its scrape."""

import re2

from transforms.normalize import clean, fingerprint, text_id

# Marks and entities of Markdown and of markup in it: a line that has one may read otherwise when they are taken for what they are.
_MARKS = re2.compile(r"[\[\](){}*_#`<>\\|~&!^=]")


def piece_id(line: str) -> str | None:
    """The `text_hash` of a line; None for one that shows nothing, which is in no dictionary."""
    text = clean(line)
    return text_id(fingerprint(text)) if text else None


def is_plain(line: str) -> bool:
    """Whether a line reads as it stands in every form, so that its `piece_id` is certain."""
    return not _MARKS.search(line)
