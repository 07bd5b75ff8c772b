"""News that the project wrote for the classifier to learn from, its names marked in place: `[Edith Marlow|PERSON]`."""

import re
from pathlib import Path

from training.entities.passages import Passage, Span

FOLDER = Path(__file__).with_name("written")
"""A file a field of news, a passage a line."""
_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")


def read_marked(line: str) -> tuple[str, tuple[Span, ...]]:
    """A marked passage: its plain text, and its names."""
    text, spans, at = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        spans.append((len(text), len(text) + len(mark.group(1)), mark.group(2)))
        text += mark.group(1)
        at = mark.end()
    return text + line[at:], tuple(spans)


def written_passages(*, known: frozenset[str]) -> list[Passage]:
    """All of it; each passage is a document of its own."""
    found: list[Passage] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.strip():
                text, spans = read_marked(line.strip())
                found.append(
                    Passage(
                        source="written",
                        document=f"{path.stem} {number}",
                        text=text,
                        spans=spans,
                        known=known,
                    )
                )
    return found
