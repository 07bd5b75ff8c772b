"""Archive pages of themes that mark their posts in other ways, or not at all: each post's text, and nothing else, is its own.

The pages in `themes/` are invented, after the markup of real themes; `expected.json` says what stands in them.
"""

import json
from pathlib import Path

import pytest

from flows.knowledge import load_knowledge
from transforms.limits import DEFAULT_LIMITS
from transforms.parse.html import parse_html
from transforms.records import RawDocument, Role

THEMES = Path(__file__).parent / "themes"
KNOWLEDGE = load_knowledge()
EXPECTED = json.loads((THEMES / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("theme", sorted(EXPECTED))
def test_posts_of_a_theme(theme: str) -> None:
    """Every post has its headline and its text; site name, menu, dates, labels and sidebar are furniture of the page."""
    raw = RawDocument(
        raw_file="page.html",
        raw_sha256="0" * 64,
        text=(THEMES / f"{theme}.html").read_text("utf-8"),
        media_type="text/html",
        url="https://velmora.example/news",
    )
    found = parse_html(raw, KNOWLEDGE, DEFAULT_LIMITS)
    posts = EXPECTED[theme]["posts"]
    assert [post.title for post in found.posts] == [post["title"] for post in posts]
    bodies = [[block.text for block in post.blocks if block.role is None] for post in found.posts]
    assert bodies == [post["text"] for post in posts]
    assert [list(post.tags) for post in found.posts] == [post.get("tags", []) for post in posts]
    assert [list(post.hashtags) for post in found.posts] == [post.get("hashtags", []) for post in posts]
    assert all(block.role in (Role.CHROME, Role.PAGE_HEADING) for block in found.blocks)
    assert [post.metadata.url for post in found.posts] == [post["url"] for post in posts]
