"""What changed, as Markdown: strangers' texts stand in it as their characters and do nothing."""

import unicodedata
from dataclasses import replace
from html import unescape

import pytest
import re2
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from transforms.changes import (
    Changes,
    Headline,
    LeftOut,
    Moved,
    Rows,
    cut,
    escape,
    render_changes,
    shown,
    visible,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[free](https://bad.example)",
    "![pic](https://bad.example/track.png)",
    "https://bad.example and www.bad.example and WWW.bad.example, a@bad.example",
    "a | b || c",
    "`code` ``more`` \\` \\| \\",
    "*em* **strong** __u__ ~~gone~~ ==mark== $x^2$",
    "# heading\n## next\n\n- list\n1. one\n> quote\n```\nfence",
    "line one\r\nline two\u2028three\x0bfour\x85five",
    "right\u202eleft \u2066in\u2069 zero\u200bwidth \x1b[31mred\x00",
    "&lt;b&gt; &amp; &#60; <!-- hidden -->",
    "---",
    "| --- | --- |",
    "[x]: https://bad.example",
    ":smile: #12 @somebody",
)
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join)
# Tables and strikes, as GitHub and Prefect's pages have them, and markup as it stands.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What GitHub makes a link of without brackets.
BARE_ADDRESS = re2.compile(r"(?i)[a-z]://|www\.|[\w.+-]@\w")
_TAG = re2.compile(r"<[^>]*>")


def _cells(markdown: str) -> list[str]:
    """Texts of a table's body cells, as a page shows them; fails on any other element than a table's."""
    html = READER.render(markdown)
    tags = {tag.strip("</>").split(" ")[0] for tag in _TAG.findall(html)}
    assert tags <= {"table", "thead", "tbody", "tr", "th", "td"}
    return [unescape(cell.partition("</td>")[0]) for cell in html.split("<td>")[1:]]


@given(text=TEXTS)
@example(text=HOSTILE[4])
@example(text="\\|")
@example(text="a\\")
def test_a_text_is_shown_as_its_characters(text: str) -> None:
    """In a cell of a table it makes no markup, link, cell or line, and a page shows what can be seen of it."""
    said = shown(text)
    assert "\n" not in said
    cells = _cells(f"| a | b |\n| --- | --- |\n| x{said}x | end |\n")
    assert cells == [f"x{cut(visible(text))}x", "end"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_do_nothing_anywhere(text: str) -> None:
    """Wherever a page names something, strangers' words make the same elements as plain words do."""

    def page(word: str) -> str:
        moved = (Moved(name=word, before=1, now=3, share_before=0.1, share_now=0.2),)
        return render_changes(
            Changes(
                now=2,
                before=1,
                is_first=False,
                counts=(Moved(name=word, before=1, now=2),),
                articles=Rows(new=2, updated=1, rewritten=1, gone=1),
                newest=(Headline(article_id="0" * 32, title=word, publisher=word, site=word),),
                tags=moved,
                entities=moved,
                sites=moved,
                publishers=moved,
                raw_new=(word,),
                raw_gone=(word,),
                left_out=(LeftOut(raw_file=word, rule=word, place=word),),
                left_out_now=1,
            )
        )

    assert _TAG.findall(READER.render(page(text))) == _TAG.findall(READER.render(page("plain")))


@given(text=TEXTS)
def test_no_bare_address_is_left(text: str) -> None:
    """An address without brackets is parted by a backslash, by which no reader takes it for one."""
    assert not BARE_ADDRESS.search(shown(text))


@given(text=TEXTS)
def test_nothing_that_cannot_be_seen_is_left(text: str) -> None:
    """No control, no mark of direction, one line; twice is the same as once."""
    seen = visible(text)
    assert all(unicodedata.category(char)[0] != "C" or char in "\u200c\u200d" for char in seen)
    assert visible(seen) == seen
    assert seen == " ".join(seen.split())


@given(text=st.text(max_size=400), limit=st.integers(min_value=3, max_value=50))
def test_a_cut_text_keeps_its_ends(text: str, limit: int) -> None:
    """No longer than the limit, and whole where it fits."""
    assert len(cut(text, limit=limit)) <= limit
    if len(text) <= limit:
        assert cut(text, limit=limit) == text


def test_texts_of_all_scripts_stay() -> None:
    """Letters, marks and joiners of words are not touched."""
    for text in (
        "Überfahrt nach Ærø",
        "می‌خواهم",
        "한국어 기사",
        "क्षत्रिय",
        "日本語の記事",
        "family 👨‍👩‍👧",
        "עברית",
    ):
        assert escape(visible(text)) == text


def test_a_heap_of_marks_is_cut_down() -> None:
    """A letter under a hundred accents keeps some."""
    assert len(visible("e" + "\u0301" * 100)) < 20


CHANGES = Changes(
    now=7,
    before=6,
    is_first=False,
    counts=(Moved(name="articles", before=1_200, now=1_250),),
    articles=Rows(new=60, gone=10, updated=3, rewritten=1),
    summaries=Rows(new=5, gone=2),
    newest=(
        Headline(article_id="0" * 32, title="Ferry stops", publisher=None, site="velm.example"),
        Headline(article_id="1" * 32, title=None, publisher="The Karst Post", site=None),
    ),
    tags=(Moved(name="ferry", before=5, now=1, share_before=0.25, share_now=None),),
    raw_new=tuple(f"page{n:02}.html" for n in range(23)),
    left_out=(LeftOut(raw_file="odd.bin", rule="binary"),),
    left_out_now=4,
)


def test_a_page_says_all_of_it() -> None:
    """Counts with their change, articles with the rest counted, what moved with shares, files with the rest counted."""
    page = render_changes(CHANGES)
    for line in (
        "# Snapshot 7",
        "What changed since snapshot 6.",
        "| articles | 1,200 | 1,250 | +50 |",
        "Articles: 60 new, 3 updated (1 of them with another title or body), 10 gone. Summaries: 5 new, 2 gone.",
        "| “Ferry stops” | – | velm.example |",
        "| – | The Karst Post | – |",
        "And 58 more new articles.",
        "| “ferry” | 5 | 1 | -4 | 25.0 % | – |",
        "## New raw files (23)",
        "- “page19.html”",
        "- and 3 more",
        "| binary | “odd.bin” |  |",
        "4 in all: unspun quarantine lists them.",
    ):
        assert line in page.split("\n")
    assert "Forgotten" not in page
    assert "page20" not in page


def test_without_an_earlier_snapshot() -> None:
    """The first one says that it is; where none is kept, that is said; both have what there is now."""
    alone = Changes(now=1, before=None, is_first=True, counts=(Moved(name="articles", before=None, now=3),))
    page = render_changes(alone)
    assert "The first snapshot." in page
    assert "| articles | 3 |" in page
    assert "No earlier snapshot is kept" in render_changes(replace(alone, now=9, is_first=False))
