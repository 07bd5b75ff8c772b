"""Markdown saved from pages: what its marks tell, and that no line is lost."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.knowledge import load_knowledge
from transforms.errors import SkipDocumentError
from transforms.knowledge import Knowledge
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.parse.front_matter import read_front_matter
from transforms.parse.markdown import looks_like_markdown, parse_markdown
from transforms.parse.markdown_blocks import read_markdown
from transforms.records import Page, RawDocument, Role

TITLE = "Bell of Sankt Ruprecht found in a pond"
ARTICLE = """
The bell that was stolen from the chapel of Sankt Ruprecht in 1974 was found on Tuesday in a carp pond, four hundred metres from the tower that it had been taken from, the parish said.
“It was under the reeds the whole time,” said the sexton, Ottokar Brehm. “I have fished there every spring, and I must have cast my line over it a hundred times.”
The bell weighs 310 kilos and was cast in 1688. Its clapper is missing, and the sexton asked whoever has it to leave it at the chapel door, where nobody would ask any questions.
The parish will ring it on Sunday with a hammer that the blacksmith has lent, and the carp are to be moved to another pond until the mud has settled.
""".strip().split("\n")
OTHER = """
The night train to Kelm will run again from April, the railway said on Friday, after two winters in which nobody was found who would drive it for what it pays.
A retired driver and his daughter have taken the post together, and will take turns, so that one of them sleeps while the other drives, as he put it.
""".strip().split("\n")
NAVIGATION = [
    f"- [{name}](https://post.example/{name.casefold()})"
    for name in ("Home", "Valley", "Markets", "Weather", "Sport", "Letters", "Archive", "Shop", "Contact")
]
FRONT = """---
title: "Bell of Sankt Ruprecht found in a pond"
url: https://post.example/2031/bell
date: 2031-02-11T07:30:00+01:00
author: Walburga Stein
tags: [bells, theft]
categories:
  - Valley
  - History
unknown: {a: b}
---
"""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def page_of(text: str, knowledge: Knowledge, *, scraped_at: str | None = "2031-03-01T00:00:00+00:00") -> Page:
    raw = RawDocument(
        raw_file="page.md",
        raw_sha256="",
        text=text,
        media_type="text/markdown",
        url="https://post.example/page",
        scraped_at=scraped_at,
    )
    return parse_markdown(raw, knowledge, DEFAULT_LIMITS)


def held_lines(page: Page) -> list[int]:
    return sorted(b.line for b in (*page.blocks, *(b for post in page.posts for b in post.blocks)))


def texts(page: Page) -> list[str]:
    return [b.text for post in page.posts for b in post.blocks if b.role is None]


def test_one_article_among_links(knowledge: Knowledge) -> None:
    """Links of the site's are chrome; the heading is the title; the text is without its marks."""
    marked = [
        ARTICLE[0].replace("Sankt Ruprecht", "[Sankt Ruprecht](https://post.example/sankt-ruprecht)"),
        ARTICLE[1].replace("whole", "**whole**"),
        *ARTICLE[2:],
    ]
    lines = [*NAVIGATION, "", f"# {TITLE}", "", "\n\n".join(marked), "", "## More", "", *NAVIGATION]
    page = page_of("\n".join(lines), knowledge)
    (post,) = page.posts
    assert post.title == TITLE
    assert texts(page) == ARTICLE
    assert [b.role for b in page.blocks] == [Role.CHROME] * (2 * len(NAVIGATION) + 1)


def test_a_clean_article_keeps_all(knowledge: Knowledge) -> None:
    """Headings of either kind, lists, quotes and tables are blocks of the one post."""
    text = "\n\n".join(
        [
            f"{TITLE}\n======",
            ARTICLE[0],
            "## What is known",
            "1. It weighs 310 kilos.\n2. Its clapper is missing.",
            f"> {ARTICLE[1]}",
            "| Year | Event |\n|------|-------|\n| 1688 | Cast | here |\n",
            *ARTICLE[2:],
        ]
    )
    page = page_of(text, knowledge)
    (post,) = page.posts
    assert post.title == TITLE
    assert texts(page) == [
        ARTICLE[0],
        "What is known",
        "1. It weighs 310 kilos.",
        "2. Its clapper is missing.",
        ARTICLE[1],
        "Year | Event",
        "",
        "1688 | Cast | here",
        *ARTICLE[2:],
    ]
    assert [b.tag for b in post.blocks[2:6]] == ["h2", "li", "li", "blockquote"]


def test_front_matter_tells_of_the_post(knowledge: Knowledge) -> None:
    """Scalars, bracketed and dashed lists are read; the fences and fields are chrome, each line once."""
    page = page_of(f"{FRONT}\n" + "\n\n".join(ARTICLE), knowledge)
    (post,) = page.posts
    told = post.metadata
    assert post.title == told.title == TITLE
    assert (told.url, told.authors) == ("https://post.example/2031/bell", ("Walburga Stein",))
    assert told.published_at == "2031-02-11T06:30:00+00:00"
    assert told.terms == ("bells", "theft", "Valley", "History")
    assert [b.line for b in page.blocks] == list(range(1, FRONT.count("\n") + 1))


def test_a_date_that_cannot_be_is_not_believed(knowledge: Knowledge) -> None:
    """A date after the scrape is said and left out."""
    page = page_of(FRONT.replace("2031-02", "2087-02") + "\n".join(ARTICLE), knowledge)
    assert page.posts[0].metadata.published_at is None
    assert "2087" in (page.posts[0].metadata.date_problem or "")


def test_a_list_of_fields_above_the_page_tells_of_it(knowledge: Knowledge) -> None:
    """What a crawler writes above its dump is metadata and no text."""
    head = "# post.example\n\n## Metadata\n\n- **URL**: https://post.example/bell\n- **Domain**: post.example\n- **Author**: Walburga Stein\n"
    page = page_of(f"{head}\n## Content\n\n# {TITLE}\n\n" + "\n".join(ARTICLE), knowledge)
    (post,) = page.posts
    assert (post.title, post.metadata.url) == (TITLE, "https://post.example/bell")
    assert texts(page)[-len(ARTICLE) :] == ARTICLE


@pytest.mark.parametrize("title", [f"# {TITLE}", f"{TITLE}\n====", f"# {TITLE}\n\n[Home](/)\n\n# {TITLE}"])
def test_a_readers_head_tells_of_the_post(title: str, knowledge: Knowledge) -> None:
    """The lines that a reading service puts above the page are metadata and chrome."""
    head = (
        f"Title: {TITLE}\n\nURL Source: https://post.example/bell\n\n"
        "Published Time: 2031-02-11T07:30:00Z\n\nMarkdown Content:\n"
    )
    page = page_of(f"{head}{title}\n\n" + "\n\n".join(ARTICLE), knowledge)
    (post,) = page.posts
    told = post.metadata
    assert (post.title, told.title, told.url) == (TITLE, TITLE, "https://post.example/bell")
    assert (told.published_at, told.date_evidence) == ("2031-02-11T07:30:00+00:00", "text")
    assert {1, 3, 5, 7} <= {b.line for b in page.blocks if b.role is Role.CHROME}
    assert texts(page)[-len(ARTICLE) :] == ARTICLE


@pytest.mark.parametrize(
    "source",
    ["<https://post.example/bell>", "https://post.example/bell", "[The Post](https://post.example/bell)"],
)
def test_lines_of_fields_below_the_title(source: str, knowledge: Knowledge) -> None:
    """An address on a line of its own below the title is the post's; a name alone or a sentence with a colon is none."""
    text = "\n\n".join(ARTICLE)
    (post,) = page_of(f"# {TITLE}\n\nSource: {source}\n\n---\n\n{text}", knowledge).posts
    assert (post.title, post.metadata.url) == (TITLE, "https://post.example/bell")
    assert texts(page_of(f"# {TITLE}\n\nSource: {source}\n\n{text}", knowledge)) == ARTICLE
    for line in ("Source: The Post", "Found: the bell of https://post.example/bell"):
        page = page_of(f"# {TITLE}\n\n{line}\n\n{text}", knowledge)
        assert page.posts[0].metadata.url is None
        assert page.blocks == ()


def test_a_dated_by_line_below_each_title(knowledge: Knowledge) -> None:
    """A date and who signed below a linked heading are that post's; a date with other words is not."""
    posts = [
        (TITLE, "*February 11, 2031* by Walburga Stein", ARTICLE),
        ("Night train to Kelm runs again", "February 12, 2031 in Valley", OTHER),
    ]
    lines = ["# Tag: VALLEY", ""]
    for number, (title, line, text) in enumerate(posts):
        lines += [f"## [{title}](/{number})", "", line, "", "\n\n".join(text), ""]
    first, second = page_of("\n".join(lines), knowledge).posts
    assert first.metadata.authors == ("Walburga Stein",)
    assert (first.metadata.published_at, first.metadata.date_evidence) == (
        "2031-02-11T00:00:00+00:00",
        "text",
    )
    assert (second.metadata.authors, second.metadata.published_at) == ((), None)
    (early,) = page_of(
        f"# {TITLE}\n\nFebruary 11, 2087 by Walburga Stein\n\n" + "\n\n".join(ARTICLE), knowledge
    ).posts
    assert early.metadata.published_at is None
    assert "2087" in (early.metadata.date_problem or "")


def test_headings_that_are_links_are_an_archives_titles(knowledge: Knowledge) -> None:
    """Each becomes a post with its address; navigation above and below is the page's."""
    lines = [*NAVIGATION, "", "# Tag: VALLEY", "", f"## [{TITLE}](/2031/bell)", "", *ARTICLE, ""]
    lines += [
        "## [Night train to Kelm runs again](https://post.example/2031/train)",
        "",
        *OTHER,
        "",
        *NAVIGATION,
    ]
    page = page_of("\n".join(lines), knowledge)
    assert (page.heading, page.tag) == ("Tag: VALLEY", "VALLEY")
    assert [(post.title, post.metadata.url) for post in page.posts] == [
        (TITLE, "https://post.example/2031/bell"),
        ("Night train to Kelm runs again", "https://post.example/2031/train"),
    ]
    assert texts(page) == [*ARTICLE, *OTHER]


def test_cards_below_an_article_make_no_archive(knowledge: Knowledge) -> None:
    """Linked headings of other articles with a teaser each are the site's."""
    cards = [f"### [Other news {n}](/{n})\n\nA short teaser of another story." for n in range(4)]
    page = page_of("\n\n".join([*NAVIGATION, f"# {TITLE}", *ARTICLE, "## Related", *cards]), knowledge)
    assert [post.title for post in page.posts] == [TITLE]
    assert not [text for text in texts(page) if text.startswith("Other news")]


def test_posts_with_tails_are_read_as_in_text(knowledge: Knowledge) -> None:
    """A tag page's posts, each with its tag list and hashtags, are told by them."""
    tail = "Tags:\n\n1. bells\n2. ponds\n3. theft\n\n#Bell #Sankt #Ruprecht #pond"
    other = "Tags:\n\n1. trains\n2. Kelm\n3. nights\n\n#Night #train #Kelm"
    text = "\n\n".join(
        [
            "\n".join(NAVIGATION),
            "# Tag: VALLEY",
            f"## {TITLE}",
            *ARTICLE,
            tail,
            "## Night train to Kelm runs again",
            *OTHER,
            other,
        ]
    )
    page = page_of(text, knowledge)
    assert [(post.title, post.tags, post.hashtags[:1]) for post in page.posts] == [
        (TITLE, ("bells", "ponds", "theft"), ("#Bell",)),
        ("Night train to Kelm runs again", ("trains", "Kelm", "nights"), ("#Night",)),
    ]


def test_lines_of_a_paragraph_stay_apart_unless_it_was_wrapped() -> None:
    """A dump's lines are blocks; a paragraph that was filled up to a width is one."""
    dump = "Home\nWeather\nThe bell was found in a pond on Tuesday."
    assert [b.block.text for b in read_markdown(dump, limits=DEFAULT_LIMITS)] == dump.split("\n")
    words = " ".join(ARTICLE).split()
    lines, line = [], ""
    for word in words:
        if len(line) + 1 + len(word) > 60:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    wrapped = "\n".join([*lines, line])
    (block,) = read_markdown(wrapped, limits=DEFAULT_LIMITS)
    assert block.block.text == " ".join(words)
    assert (block.block.line, block.last) == (1, len(lines) + 1)


def test_marks_tell_what_is_no_text() -> None:
    """Images, rules, fences, comments, scripts and link definitions have no text; code and HTML's words have."""
    text = (
        "![a bell](b.png)\n\n---\n\n```\nring\n```\n\n<!-- not\nread -->\n\n<div>\nread &amp; kept\n</div>\n\n<script>\nvar x\n</script>\n\n"
        "[x]: https://post.example\n\n[see `this`][x]"
    )
    read = read_markdown(text, limits=DEFAULT_LIMITS)
    assert [b.block.text for b in read if b.block.text] == ["ring", "read & kept", "see this"]
    assert (read[-1].linked, read[-1].url) == (1.0, "https://post.example")


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        (f"# {TITLE}\n\n{ARTICLE[0]}\n", True),
        (f"{FRONT}\n{ARTICLE[0]}", True),
        ("\n".join([*NAVIGATION, *ARTICLE]), True),
        (f"{TITLE}\n\n{ARTICLE[0]}\n\n## The pond\n\n{ARTICLE[1]}\n\n**Read also**\n\n{ARTICLE[2]}", True),
        ("Tag: VALLEY\n\n  • " + TITLE + "\n\n    " + "\n\n    ".join(ARTICLE), False),
        ("\n\n".join([TITLE, *ARTICLE, "Tags:", "1. bells", "2. ponds", "# bells # ponds # theft"]), False),
        ("\n\n".join([TITLE, *ARTICLE, "#Bell #Sankt #Ruprecht", "# bell", "# pond", "# theft"]), False),
        ("- milk\n- bread\n* salt\n\n5 * 3 ** 2 = 45\n----\nend", False),
        ("\n".join(ARTICLE), False),
        ("", False),
    ],
)  # fmt: skip
def test_markdown_is_told_by_its_marks(text: str, is_markdown: bool) -> None:  # noqa: FBT001  # pytest passes it by name
    """Headings, links, emphasis and front matter tell; bullets, stars and hashtags do not."""
    assert looks_like_markdown(text) is is_markdown


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "*" * 50_000,
        ">" * 50_000,
        "- " * 25_000,
        "![" * 25_000,
        "`a" * 25_000,
        "".join("  " * depth + "- a\n" for depth in range(300)),
        "a\n" * 25_000,
        "|a" * 10_000 + "\n" + "|-" * 10_000,
        "<!-- " * 10_000,
        "[a](" * 10_000,
    ],
    ids=lambda text: text[:4],
)
def test_hostile_marks_take_linear_time(text: str, knowledge: Knowledge) -> None:
    """Fifty thousand signs are read in seconds, and nothing of them is lost."""
    before = time.process_time()
    page = page_of(text, knowledge)
    looks_like_markdown(text)
    assert time.process_time() - before < 10
    assert held_lines(page) == [n for n, line in enumerate(text.split("\n"), start=1) if line.strip()]


def test_caps_are_kept() -> None:
    """A line or a number of lines above the limits is refused by name."""
    with pytest.raises(SkipDocumentError, match="line_too_long"):
        read_markdown("a" * 11, limits=Limits(max_line_chars=10))
    with pytest.raises(SkipDocumentError, match="too_many_blocks"):
        read_markdown("a\n" * 11, limits=Limits(max_blocks=10))


PIECES = st.sampled_from(
    [
        "# head", "## [a](b)", "- item", "  - deep", "1. one", "> quote", "```", "~~~", "---", "===", "| a | b |", "|---|---|",
        "<div>", "</div>", "<!--", "-->", "[x]: y", "![i](u)", "text *em* `code`", "", "    code", "\t- tab", "+++", "Tags:", "#one #two",
        "- **URL**: https://post.example/", "\u00a0", "\x0b", "a\\", "a  ", "a  b",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25).map("\n".join))
def test_every_line_is_within_one_block(text: str) -> None:
    """Whatever the marks, each line that is not blank is within exactly one block, and each block begins on one."""
    filled = [n for n, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1) if line.strip()]
    read = read_markdown(text, limits=DEFAULT_LIMITS)
    covered = [n for held in read for n in range(held.block.line, held.last + 1)]
    assert len(covered) == len(set(covered))
    assert set(filled) <= set(covered)
    assert {held.block.line for held in read} <= set(filled)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(PIECES, st.sampled_from(ARTICLE), st.text(max_size=20)), max_size=25).map("\n".join)
)
def test_every_block_stands_once_in_the_page(text: str) -> None:
    """Whatever the page, posts and page hold every block that was read, and every line of front matter, once."""
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    front = read_front_matter(lines)
    head = front.lines if front else 0
    rest = read_markdown("\n".join([*[""] * head, *lines[head:]]), limits=DEFAULT_LIMITS)
    expected = [n for n, line in enumerate(lines[:head], start=1) if line.strip()]
    assert held_lines(page_of(text, load_knowledge_once())) == [*expected, *(b.block.line for b in rest)]


def load_knowledge_once(held: list[Knowledge] = []) -> Knowledge:  # noqa: B006  # one for all examples
    if not held:
        held.append(load_knowledge())
    return held[0]
