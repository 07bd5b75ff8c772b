"""The labelled corpora beside the repository, read into passages; each with what is held out of it."""

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from training.entities.passages import Passage, Span, of_tokens

ALL = frozenset({"PERSON", "ORG", "LOC", "NORP", "EVENT", "MISC"})
TOKEN_SETS = ("crossner_politics", "crossner_other", "wikigold", "uner_ewt", "news_relabelled")
_HELD_OUT = 10  # one document in ten


def is_held_out(document: str) -> bool:
    """Whether a document is for validation: told by its name's hash, one in ten."""
    return int(sha256(document.encode()).hexdigest()[:8], 16) % _HELD_OUT == 0


def is_test(passage: Passage) -> bool:
    """Whether a passage is for testing only: the test rows of CrossNER politics."""
    return passage.source == "crossner_politics" and "-test-" in passage.document


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file, packed or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            yield json.loads(line)


def token_set(shared: Path, name: str) -> list[Passage]:
    """A corpus of token lists."""
    path = shared / "ner" / f"{name}.jsonl"
    return [
        of_tokens(
            row["tokens"],
            row["tags"],
            source=name,
            document=row["doc"],
            known=frozenset("PERSON" if kind == "PER" else kind for kind in row["known"]),
        )
        for row in rows(path if path.exists() else path.with_suffix(".jsonl.gz"))
    ]


def real_scrape(shared: Path) -> list[Passage]:
    """The labelled posts of the real scrape, each part of a post one text: for testing only.

    Raises:
        ValueError: The labels are of another text.
    """
    lines = (shared / "scrapes" / "putin.txt").read_text("utf-8").split("\n")
    parts: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows(shared / "ner" / "putin_entities.jsonl"):
        parts.setdefault((row["post"], row["part"]), []).append(row)
    found: list[Passage] = []
    for (post, part), marked in sorted(parts.items()):
        numbers = [row["line"] for row in marked]
        text, offset = "", {}
        for number in range(min(numbers), max(numbers) + 1):
            offset[number] = len(text)
            text += lines[number - 1] + "\n"
        spans: dict[bool, list[Span]] = {True: [], False: []}
        for row in marked:
            start, end = offset[row["line"]] + row["start"], offset[row["line"]] + row["end"]
            if text[start:end] != row["mention"]:
                raise ValueError(f"the gold does not fit: {row}")
            spans[bool(row["optional"])].append((start, end, row["type"]))
        found.append(
            Passage(
                source="real scrape",
                document=f"{post} {part}",
                text=text,
                spans=tuple(spans[False]),
                known=ALL,
                optional=tuple(spans[True]),
                names=tuple(row["canonical"] for row in marked if not row["optional"]),
            )
        )
    return found
