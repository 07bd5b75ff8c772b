"""The labelled pages that the split model learns from: bodies of posts, each with the place of its summary.

All of it lies in ../shared and none of it is in the repo: ten made pages of real articles under rewrites, in three
layouts and as markup; one real tag archive, also with its blank lines folded and gone; real feeds and articles without rewrites.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.examples import Example, shortened, without_summary
from training.markup_pages import made_markup, raw_feeds, single_articles
from transforms.boilerplate import RulePack
from transforms.documents import bodies, furniture
from transforms.knowledge import Knowledge
from transforms.parse.blocks import read_blocks
from transforms.parse.text import parse_text
from transforms.records import Page, RawDocument
from transforms.split import Body, tail_share, usual_gap

LAYOUTS = ("bullets", "plain", "tight")
# Lines of furniture below an article that are left on it, as an autoblog's copy has some.
FURNITURE_BELOW = 12
MIN_ARTICLE_LINES = 4
# What is also shown with most of its article gone, with 2 to 6 of its blocks.
SHORTENED = frozenset({"html", "tight"})
SHORT_LEAST = 2
SHORT_KINDS = 5
SHORT_WEIGHT = 0.25
# What a post without its rewrite counts, with all of its tail and with tags alone. Who sets hashtags made of the title's
# words has a rewrite mostly: a site of copies has tags alone. With less than 0.4 for the whole tail, posts that have none are cut.
BARE_WEIGHT = 0.4
BARE_TAGS_WEIGHT = 0.3
# Posts on a page, to see what is found where the page tells little.
FEW = (2, 3)


def examples(shared: Path, *, knowledge: Knowledge) -> list[Example]:
    """Every example, in a fixed order."""
    rules = knowledge.rules
    found = [
        *_made(shared, rules),
        *_real(shared, rules),
        *_feeds(shared, rules),
        *_plain_feeds(shared, rules),
        *made_markup(shared, knowledge),
        *raw_feeds(shared, knowledge),
    ]
    short = [
        cut
        for number, example in enumerate(e for e in found if e.kind in SHORTENED)
        if (cut := shortened(example, most=SHORT_LEAST + number % SHORT_KINDS, weight=SHORT_WEIGHT))
    ]
    whole = [*found, *short]
    copies = [
        copy
        for weight, has_hashtags in ((BARE_WEIGHT, True), (BARE_TAGS_WEIGHT, False))
        for example in whole
        if (copy := without_summary(example, weight=weight, has_hashtags=has_hashtags))
    ]
    few = [copy for size in FEW for copy in _few(found, size)]
    return [*whole, *copies, *few, *_articles(shared, rules), *single_articles(shared, knowledge)]


def _few(found: Sequence[Example], size: int) -> Iterator[Example]:
    """The posts of web pages as pages of so many, to test on: what a page says of its posts is then little."""
    pages: dict[str, list[Example]] = {}
    for example in found:
        if example.kind == "html":
            pages.setdefault(example.page, []).append(example)
    for name, posts in pages.items():
        for first in range(0, len(posts), size):
            part = posts[first : first + size]
            tailed = [e.body.has_tags or e.body.has_hashtags for e in part]
            share = tail_share(tailed, [e.body.blocks for e in part])
            for example in part:
                yield replace(
                    example,
                    kind=f"html_by_{size}",
                    page=f"{name}/{size}/{first}",
                    body=replace(example.body, tail_share=share),
                    weight=0.0,
                )


def _made(shared: Path, rules: RulePack) -> Iterator[Example]:
    folder = shared / "scrapes" / "made"
    for layout in LAYOUTS:
        for gold in sorted((folder / "gold").glob(f"*_{layout}.json")):
            text = (folder / f"{gold.stem}.txt").read_text("utf-8")
            yield from _of_page(
                text, json.loads(gold.read_text("utf-8")), group=gold.stem[:6], kind=layout, rules=rules
            )


def _real(shared: Path, rules: RulePack) -> Iterator[Example]:
    text = (shared / "scrapes" / "putin.txt").read_text("utf-8")
    gold = json.loads((shared / "scrapes" / "gold" / "putin.json").read_text("utf-8"))
    for kind, most in (("real", None), ("real_folded", 1), ("real_dense", 0)):
        lines, moved = fold_blanks(text, most=most)
        yield from _of_page(lines, [_moved(p, moved) for p in gold], group="real", kind=kind, rules=rules)


def _feeds(shared: Path, rules: RulePack) -> Iterator[Example]:
    for gold in sorted((shared / "scrapes" / "gold").glob("*.json")):
        data = json.loads(gold.read_text("utf-8"))
        if isinstance(data, dict):
            text = (shared / "scrapes" / data["file"]).read_text("utf-8")
            yield from _of_page(text, data["posts"], group=gold.stem, kind="feed", rules=rules)


def _plain_feeds(shared: Path, rules: RulePack) -> Iterator[Example]:
    """Feeds and archives of ordinary sites: no post has a rewrite, so that no gold is needed."""
    for path in sorted((shared / "scrapes" / "flat").glob("wp*.txt")):
        page = parse_text(RawDocument(raw_file="", raw_sha256="", text=path.read_text("utf-8")))
        for body in bodies(page, rules=rules):
            if body.blocks:
                yield Example(
                    group=path.stem, kind="plain_feed", page=path.stem, body=body, start=None, weight=0.5
                )


def fold_blanks(text: str, *, most: int | None) -> tuple[str, dict[int, int]]:
    """A text with at most so many blank lines together (None: as it is), and where each line went, 1-based."""
    kept: list[str] = []
    moved: dict[int, int] = {}
    blanks = 0
    for number, line in enumerate(text.split("\n"), start=1):
        blanks = 0 if line.strip() else blanks + 1
        if most is not None and blanks > most:
            continue
        kept.append(line)
        moved[number] = len(kept)
    return "\n".join(kept), moved


def _moved(post: Mapping[str, Any], moved: Mapping[int, int]) -> dict[str, Any]:
    spans = {
        key: [moved[line] for line in post[key]]
        for key in ("article_lines", "summary_lines")
        if post.get(key)
    }
    return {"summary_lines": None, **spans}


def _of_page(
    text: str, gold: Sequence[Mapping[str, Any]], *, group: str, kind: str, rules: RulePack
) -> Iterator[Example]:
    page: Page = parse_text(RawDocument(raw_file="", raw_sha256="", text=text))
    for body in bodies(page, rules=rules):
        if not body.blocks:
            continue
        lines = [block.line for block in body.blocks]
        post = next(
            (p for p in gold if p["article_lines"][0] <= lines[-1] and lines[0] <= p["article_lines"][1]),
            None,
        )
        if post is None:
            continue
        summary = post["summary_lines"]
        start = next((i for i, line in enumerate(lines) if summary and line >= summary[0]), None)
        yield Example(group=group, kind=kind, page=f"{group}/{kind}", body=body, start=start)


def _articles(shared: Path, rules: RulePack) -> Iterator[Example]:
    """Real articles of many publishers and languages with furniture, no rewrite; in two layouts, with and without a tail."""
    lines = (shared / "lines" / "publisher_lines.jsonl").read_text("utf-8").splitlines()
    for entry in map(json.loads, lines):
        inside = [i for i, is_article in enumerate(entry["is_article"]) if is_article]
        if len(inside) < MIN_ARTICLE_LINES:
            continue
        text = entry["lines"][inside[0] : inside[-1] + FURNITURE_BELOW]
        title = entry["lines"][inside[0] - 1] if inside[0] else ""
        for separator in ("\n\n", "\n"):
            blocks = tuple(b for b in read_blocks(separator.join(text)) if b.text)
            for tailed in (False, True):
                body = Body(
                    blocks=blocks,
                    title=title,
                    is_furniture=furniture(blocks, rules=rules),
                    has_tags=tailed,
                    has_hashtags=False,
                    tail_share=float(tailed),
                    usual_gap=usual_gap([blocks]),
                )
                name = f"{entry['country']}/{entry['publisher']}"
                yield Example(
                    group=f"articles/{entry['country']}",
                    kind="article_with_tail" if tailed else "article",
                    page=f"{name}/{len(separator)}/{tailed}",
                    body=body,
                    start=None,
                    weight=0.125,
                )
