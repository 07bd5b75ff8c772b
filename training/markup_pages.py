"""The labelled pages and feeds that the split model learns from, read as the pipeline reads them.

All of it lies in ../shared: the made pages as web pages, feeds and single pages of their posts; the real feeds and pages, and
the single articles of many sites, none of which has a rewrite.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.markup import FORMS, single_pages
from training.examples import Example
from transforms.documents import bodies
from transforms.knowledge import Knowledge
from transforms.normalize import clean, words
from transforms.parse import parse
from transforms.records import Page, RawDocument
from transforms.split import Body

# A made article's identifier is this and the first digits of the page's that it was taken from.
BODY_ID = "aeb_"
ID_DIGITS = 10
# Articles of no made page are left out of training in two halves, by the first digit of their page's identifier.
FIRST_HALF = "01234567"


def made_markup(shared: Path, knowledge: Knowledge) -> Iterator[Example]:
    """The posts of made pages in each form, and of each as a page of its own."""
    folder = shared / "scrapes" / "made"
    for form in FORMS:
        for path in sorted((folder / "gold").glob(f"*_{form}.json")):
            gold = json.loads(path.read_text("utf-8"))
            source = folder / f"{path.stem}.{form}"
            page = _page(source.read_text("utf-8"), FORMS[form], knowledge)
            yield from _of_page(page, gold, kind=form, name=path.stem, knowledge=knowledge)
            if form == "html":
                for number, text in enumerate(single_pages(source)):
                    single = _page(text, FORMS[form], knowledge)
                    name = f"{path.stem}/{number}"
                    yield from _of_page(
                        single, gold[number : number + 1], kind="single", name=name, knowledge=knowledge
                    )


def _page(text: str, media_type: str, knowledge: Knowledge) -> Page:
    raw = RawDocument(raw_file="", raw_sha256="", text=text, media_type=media_type)
    return parse(raw, knowledge=knowledge)


def _of_page(
    page: Page, gold: Sequence[Mapping[str, Any]], *, kind: str, name: str, knowledge: Knowledge
) -> Iterator[Example]:
    for body, post in zip(bodies(page, rules=knowledge.rules), gold, strict=True):
        summary = [word for text in post["summary"] for word in words(clean(text))]
        start = _start(body, summary) if summary else None
        if not summary or start is not None:
            yield Example(group=name[:6], kind=kind, page=name, body=body, start=start)


def _start(body: Body, summary: Sequence[str]) -> int | None:
    """The block from which on a body holds the summary's words."""
    below: list[str] = []
    for at in range(len(body.blocks) - 1, -1, -1):
        below = [*words(body.blocks[at].text), *below]
        if below[: len(summary)] == summary:
            return at
    return None


def raw_feeds(shared: Path, knowledge: Knowledge) -> Iterator[Example]:
    """The posts of real feeds and pages, none of which has a rewrite."""
    for path in sorted((shared / "scrapes").iterdir()):
        if path.suffix[1:] in FORMS:
            page = _page(path.read_text("utf-8"), FORMS[path.suffix[1:]], knowledge)
            for body in bodies(page, rules=knowledge.rules):
                if body.blocks:
                    yield Example(
                        group=path.stem,
                        kind="raw",
                        page=f"{path.stem}/raw",
                        body=body,
                        start=None,
                        weight=0.5,
                    )


def single_articles(shared: Path, knowledge: Knowledge) -> Iterator[Example]:
    """Real articles on their sites' own pages, some with the site's tags below them."""
    made = {
        post["id"].removeprefix(BODY_ID)[:ID_DIGITS]: path.stem[:6]
        for path in sorted((shared / "scrapes" / "made" / "gold").glob("*_html.json"))
        for post in json.loads(path.read_text("utf-8"))
    }
    for path in sorted((shared / "pages" / "article_bodies" / "html").iterdir()):
        text = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        half = "bodies/1" if path.name[0] in FIRST_HALF else "bodies/2"
        for body in bodies(_page(text, FORMS["html"], knowledge), rules=knowledge.rules):
            if body.blocks:
                yield Example(
                    group=made.get(path.name[:ID_DIGITS], half),
                    kind="single_article",
                    page=path.name,
                    body=body,
                    start=None,
                    weight=0.25,
                )
