"""The project's own labels of news: names in passages of the shared pages, whose text stays where it is and is found by its hash."""

import gzip
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from training.entities.passages import Passage, Span, joined

LABELS = Path(__file__).with_name("labels.jsonl.gz")
"""A row a passage: source, document, hash of the text, (start, end, type) of its names; the passages of a document in order."""
_HASH = 16


def hash_of(text: str) -> str:
    """The first 16 hex digits of a text's SHA-256."""
    return sha256(text.encode()).hexdigest()[:_HASH]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)


def _texts(shared: Path) -> Iterator[str]:
    """Every passage that may have been labelled: paragraphs of pages, lines of scrapes, sentences of the news corpus."""
    bodies = json.loads((shared / "pages/article_bodies/ground-truth.json").read_text("utf-8"))
    for body in bodies.values():
        yield from body["articleBody"].split("\n")
    for path in sorted((shared / "pages/publishers").glob("*/*.json")):
        yield from _strings(json.loads(path.read_text("utf-8")))
    for path in sorted([*(shared / "scrapes/flat").glob("*.txt"), *(shared / "scrapes").glob("*.md")]):
        yield from path.read_text("utf-8").split("\n")
    for line in (shared / "lines/publisher_lines.jsonl").read_text("utf-8").splitlines():
        yield from json.loads(line)["lines"]
    with gzip.open(shared / "ner/gmb.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield " ".join(json.loads(line)["tokens"])


def _of_sentence(text: str, spans: Iterable[Span]) -> tuple[str, tuple[Span, ...]]:
    """A sentence of the news corpus, whose marks stand apart, as it is printed."""
    tokens = text.split(" ")
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token) + 1)
    printed, places = joined(tokens)
    moved: list[Span] = []
    for start, end, kind in spans:
        first = max(at for at in range(len(tokens)) if starts[at] <= start)
        last = max(at for at in range(len(tokens)) if starts[at] < end)
        moved.append((places[first][0] + start - starts[first], places[last][0] + end - starts[last], kind))
    return printed, tuple(moved)


def own_passages(shared: Path, *, known: frozenset[str]) -> list[Passage]:
    """What the project labelled, with the text out of the shared folder; what is not there any more is left out."""
    texts = {hash_of(text.strip()): text.strip() for text in _texts(shared)}
    found: list[Passage] = []
    with gzip.open(LABELS, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = texts.get(row["text"])
            if text is None:
                continue
            spans: tuple[Span, ...] = tuple((start, end, kind) for start, end, kind in row["spans"])
            if row["source"] == "gmb":
                text, spans = _of_sentence(text, spans)
            found.append(
                Passage(
                    source=f"own {row['source']}",
                    document=row["document"],
                    text=text,
                    spans=spans,
                    known=known,
                    context=True,
                )
            )
    return found
