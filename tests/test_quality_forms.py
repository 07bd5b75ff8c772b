"""Quality floors of the forms beside plain text, on the pages and scrapes with gold where they lie beside the repo."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.extraction import PageWithGold, article_bodies, precision_recall, publishers
from benchmarks.lines import kept_shares, read_page
from benchmarks.markup import FORMS, Tally, document, made, tally_texts
from benchmarks.metadata import cases, folded
from flows.knowledge import load_knowledge
from training.lines_model import char_f1, samples
from transforms.documents import read
from transforms.knowledge import Knowledge
from transforms.records import Post, RawDocument, Role

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "tests" / "quality_floors.toml").read_text("utf-8"))
CEILINGS = {"false_summaries", "chrome_in_posts", "summaries"}

pytestmark = pytest.mark.skipif(
    not (SHARED / "pages").is_dir(),
    reason="needs ../shared beside the repo: the pages with gold are not the project's to ship",
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def check(figures: dict[str, float], floors: dict[str, float], *, errors: list[str]) -> None:
    wrong = {
        name: (figures[name], floor)
        for name, floor in floors.items()
        if (figures[name] > floor if name in CEILINGS else figures[name] < floor)
    }
    assert not wrong, "\n".join([str(wrong), *errors])


@pytest.mark.parametrize("form", sorted(FLOORS["markup"]))
def test_made_pages_in_markup(form: str, knowledge: Knowledge) -> None:
    """Posts, titles, boundaries, tags and hashtags of archives and feeds; the site's furniture is in no post."""
    total = Tally()
    for of, path, gold in made(SHARED):
        if of == form:
            total += tally_texts(document(path, knowledge, media_type=FORMS[form]), gold)
    floors = FLOORS["markup"][form]
    check({name: getattr(total, name) for name in floors}, floors, errors=total.errors)


def posts_of(html: str, knowledge: Knowledge) -> tuple[Post, ...]:
    raw = RawDocument(raw_file="page.html", raw_sha256="0" * 64, text=html, media_type="text/html")
    return read(raw, knowledge=knowledge).page.posts


def body_figures(pages: list[PageWithGold], found: list[tuple[Post, ...]]) -> dict[str, float]:
    """The benchmark's own F1, of mean precision and recall, and how many summaries were found."""
    pairs = []
    for page, posts in zip(pages, found, strict=True):
        body = "\n\n".join(block.text for post in posts for block in post.with_role(Role.ARTICLE))
        pairs.append(precision_recall(page.gold, body))
    precision, recall = np.array(pairs).mean(axis=0)
    return {
        "f1": float(2 * precision * recall / (precision + recall)),
        "summaries": sum(bool(post.with_role(Role.SUMMARY)) for posts in found for post in posts),
    }


def test_article_bodies(knowledge: Knowledge) -> None:
    """The body of a saved article is what people marked as such."""
    pages = article_bodies(SHARED)
    figures = body_figures(pages, [posts_of(page.html, knowledge) for page in pages])
    check(figures, FLOORS["pages"]["article_bodies"], errors=[])


def test_publishers_pages(knowledge: Knowledge) -> None:
    """Body, title, day and authors of news pages of many countries."""
    pages = publishers(SHARED)
    found = [posts_of(page.html, knowledge) for page in pages]
    figures = body_figures(pages, found) | {"titles": 0, "days": 0, "authors": 0}
    for case, posts in zip(cases(SHARED), found, strict=True):
        told = posts[0].metadata if posts else None
        figures["titles"] += bool(posts) and folded(posts[0].title) == folded(case.title)
        figures["days"] += ((told and told.published_at) or "")[:10] == (case.utc_day or "")
        figures["authors"] += told is not None and frozenset(map(folded, told.authors)) == case.authors
    check(figures, FLOORS["pages"]["publishers"], errors=[])


def test_whole_pages_as_text(knowledge: Knowledge) -> None:
    """Of a page flattened with all its furniture, the article's lines are kept."""
    pages = samples(SHARED)
    shares = [
        kept_shares(read_page("\n".join(page.lines), knowledge=knowledge), page.lines) for page in pages
    ]
    english = [at for at, page in enumerate(pages) if page.is_english]
    figures = {
        "english": char_f1([pages[at] for at in english], [shares[at] for at in english])[1],
        "all": char_f1(pages, shares)[1],
    }
    check(figures, FLOORS["lines"], errors=[])
