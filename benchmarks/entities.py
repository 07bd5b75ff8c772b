"""How well and how fast the entities are found: exact span and type, against hand-labelled sets.

Usage: python benchmarks/entities.py SHARED_FOLDER [--show N]

Sets: the real scrape's three labelled posts, each part of a post one text (article with its title), optional mentions
neither asked for nor counted against; the test rows of CrossNER politics; the relabelled news
sentences, every fourth (whose errors were looked at while the rules were written) apart from the rest; Wikigold. All but the
first are token lists: they are joined to plain text, and a mention counts with the whole tokens that it touches,
because their hyphenated tokens are labelled whole.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from transforms.entities.find import Recognizer, find  # noqa: E402  # the path is set above
from transforms.entities.lexicon import parse_lexicon  # noqa: E402
from transforms.entities.rules import recognizer  # noqa: E402

LEXICON = ROOT / "transforms" / "entities" / "lexicon.toml"
NO_SPACE_BEFORE = frozenset(".,;:!?)]}'’”%") | {"'s", "’s", "n't", "'re", "'ve", "'ll", "'d", "'m"}
Spans = set[tuple[int, int, str]]


def joined(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Plain text of a token list, and the place of each token in it."""
    text, places = "", []
    for token in tokens:
        if text and token not in NO_SPACE_BEFORE and text[-1] not in "([{$“‘":
            text += " "
        places.append((len(text), len(text) + len(token)))
        text += token
    return text, places


def bio_spans(tags: list[str]) -> Spans:
    """(first token, past the last, type) of BIO labels, PER called PERSON."""
    spans: Spans = set()
    start, kind = -1, ""
    for place, tag in enumerate([*tags, "O"]):
        goes_on = tag.startswith("I-") and kind == tag[2:]
        if start >= 0 and not goes_on:
            spans.add((start, place, "PERSON" if kind == "PER" else kind))
            start = -1
        if tag != "O" and not goes_on:
            start, kind = place, tag[2:]
    return spans


def token_spans(text: str, places: list[tuple[int, int]], recognise: Recognizer) -> Spans:
    """What is found, in tokens."""
    spans: Spans = set()
    for mention in find(text, recognizer=recognise):
        touched = [i for i, (start, end) in enumerate(places) if start < mention.end and end > mention.start]
        if touched:
            spans.add((touched[0], touched[-1] + 1, mention.type))
    return spans


def rows(path: Path) -> list[dict[str, object]]:
    """A JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def without_optional(want: Spans, got: Spans, optional: Spans) -> Spans:
    """What counts of the spans found: those that only touch an optional mention do not."""
    return got - {span for span in got - want if any(span[0] < o[1] and o[0] < span[1] for o in optional)}


def report(name: str, pairs: Iterable[tuple[str, Spans, Spans, Spans]], *, show: int) -> None:
    """Print precision, recall and F1 by type, and the commonest misses."""
    hit: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for text, want, got, optional in pairs:
        counted = got - {
            span for span in got - want if any(span[0] < o[1] and o[0] < span[1] for o in optional)
        }
        for kind in ("PERSON", "ORG", "LOC", "NORP", "EVENT", "MISC"):
            for bag in (kind, "all"):
                hit[bag] += sum(1 for span in want & counted if span[2] == kind)
                gold[bag] += sum(1 for span in want if span[2] == kind)
                found[bag] += sum(1 for span in counted if span[2] == kind)
        words = text.split("\0")
        sep = " " if len(words) > 1 else ""
        source = words if len(words) > 1 else list(text)
        missed.update(f"{sep.join(source[a:b])} {k}" for a, b, k in want - counted)
        wrong.update(f"{sep.join(source[a:b])} {k}" for a, b, k in counted - want)
    for kind in ("all", "PERSON", "ORG", "LOC", "NORP", "EVENT", "MISC"):
        if gold[kind] or found[kind]:
            precision = hit[kind] / found[kind] if found[kind] else 0.0
            recall = hit[kind] / gold[kind] if gold[kind] else 0.0
            score = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            print(f"{name:18} {kind:7} P {precision:.3f} R {recall:.3f} F1 {score:.3f} of {gold[kind]}")
    if show:
        print("  missed:", missed.most_common(show))
        print("  wrong: ", wrong.most_common(show))


def score(pairs: Iterable[tuple[str, Spans, Spans, Spans]]) -> float:
    """F1 over all types."""
    hit = gold = found = 0
    for _, want, got, optional in pairs:
        counted = without_optional(want, got, optional)
        hit, gold, found = hit + len(want & counted), gold + len(want), found + len(counted)
    return 2 * hit / (gold + found)


def token_set(
    items: list[dict[str, object]], recognise: Recognizer
) -> Iterable[tuple[str, Spans, Spans, Spans]]:
    """Gold and found spans of each sentence."""
    for item in items:
        tokens, tags = list(map(str, item["tokens"])), list(map(str, item["tags"]))  # type: ignore[call-overload]  # JSON lists
        text, places = joined(tokens)
        yield "\0".join(tokens), bio_spans(tags), token_spans(text, places, recognise), set()


def scrape_set(shared: Path, recognise: Recognizer) -> Iterable[tuple[str, Spans, Spans, Spans]]:
    """Gold and found spans of each part of the real scrape's labelled posts, as offsets into the part's text."""
    lines = (shared / "scrapes" / "putin.txt").read_text("utf-8").split("\n")
    parts: dict[tuple[int, str], list[dict[str, object]]] = {}
    for row in rows(shared / "ner" / "putin_entities.jsonl"):
        parts.setdefault((int(str(row["post"])), str(row["part"])), []).append(row)
    for marked in parts.values():
        numbers = sorted({int(str(row["line"])) for row in marked})
        text, offset = "", {}
        for number in range(numbers[0], numbers[-1] + 1):
            offset[number] = len(text)
            text += lines[number - 1] + "\n"
        spans: dict[bool, Spans] = {True: set(), False: set()}
        for row in marked:
            base = offset[int(str(row["line"]))]
            start, end = base + int(str(row["start"])), base + int(str(row["end"]))
            if text[start:end] != row["mention"]:
                sys.exit(f"the gold does not fit: {row}")
            spans[bool(row["optional"])].add((start, end, str(row["type"])))
        got = {(m.start, m.end, m.type) for m in find(text, recognizer=recognise)}
        yield text, spans[False], got, spans[True]


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("shared", type=Path)
    options.add_argument("--show", type=int, default=0, help="commonest misses to print")
    given = options.parse_args()
    recognise = recognizer(parse_lexicon(LEXICON.read_text("utf-8")))
    ner = given.shared / "ner"
    politics = [row for row in rows(ner / "crossner_politics.jsonl") if "-test-" in str(row["doc"])]
    news = rows(ner / "news_relabelled.jsonl")
    sets = {
        "crossner politics": politics,
        "news, looked at": news[::4],
        "news, unseen": [row for place, row in enumerate(news) if place % 4],
        "wikigold": rows(ner / "wikigold.jsonl"),
    }
    report("real scrape", scrape_set(given.shared, recognise), show=given.show)
    for name, items in sets.items():
        report(name, token_set(items, recognise), show=given.show)
    text = (given.shared / "scrapes" / "putin.txt").read_text("utf-8")
    words = len(text.split())
    began = time.process_time()
    times = 10
    for _ in range(times):
        find(text, recognizer=recognise)
    print(f"speed: {times * words / (time.process_time() - began):,.0f} words per CPU-second")


if __name__ == "__main__":
    main()
