"""Fragments of markup as blocks: every text once, gaps, markers, and fragments that are deeper than lxml reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.markup.blocks import MAX_LXML_DEPTH, fragment_blocks
from transforms.markup.texts import TextWalk

DEEP = 3 * MAX_LXML_DEPTH


def shown(html: str) -> list[tuple[str, int, str, str]]:
    """Text, gap, marker and tag of every block."""
    return [(block.text, block.gap, block.marker, block.tag) for block in fragment_blocks(html)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one</p><p>two</p>", [("one", 1, "", "p"), ("two", 1, "", "p")]),
        ("<p>one<br>two<br><br>three</p>", [("one", 1, "", "p"), ("two", 0, "", "p"), ("three", 1, "", "p")]),
        ("<p>one</p><p>&nbsp;</p><p></p><p>two</p>", [("one", 1, "", "p"), ("two", 3, "", "p")]),
        ("<p>one</p><br><br><br><p>two</p>", [("one", 1, "", "p"), ("two", 3, "", "p")]),
        ("<p>one</p><p><img src=x></p><p>two</p>", [("one", 1, "", "p"), ("two", 1, "", "p")]),
        ("<ul><li>one<li><p>two</p></ul>", [("one", 1, "•", "li"), ("two", 1, "•", "li")]),
        ("<ol start=4><li>one<li value=9>two<li>three</ol>", [
            ("one", 1, "4.", "li"), ("two", 1, "9.", "li"), ("three", 1, "10.", "li"),
        ]),
        ("<ul><li><ul><li>in</ul>out</ul>", [("in", 1, "•", "li"), ("out", 1, "•", "li")]),
        ("<pre>one\n\n  two</pre>", [("one", 1, "", "pre"), ("two", 1, "", "pre")]),
        ("<table><tr><td>a<td><p>b</table>", [("a", 1, "", "td"), ("b", 1, "", "td")]),
        ("<blockquote><p>said</p></blockquote>loose <b>te</b>xt", [
            ("said", 1, "", "blockquote"), ("loose text", 1, "", "div"),
        ]),
        ("<p>a<!-- no --><script>no()</script><style>no{}</style>b<template>no</template></p>", [("ab", 1, "", "p")]),
        ("", []),
        (" \n<p> </p>", []),
    ],
)  # fmt: skip
def test_blocks(html: str, expected: list[tuple[str, int, str, str]]) -> None:
    """What a reader sees as a block is one, with the blank lines and the bullet that he sees."""
    assert shown(html) == expected


def test_both_walks_agree() -> None:
    """The quick walk over a whole page parts texts, counts gaps and sets markers as the careful one does."""
    html = (
        "<div><h2>Tide tables</h2><p>The <b>harbour</b> opens at six.<br>It shuts at ten.</p><p>&nbsp;</p><hr>"
        "<ol start=3><li>Bring a rope<ul><li>a dry one</li></ul>and a hook</li><li value=7><p>Wait</p><p>Leave</p></li></ol>"
        "<pre>low\n\nhigh</pre><figure><img src=a.png><figcaption>The pier</figcaption></figure>tail</div>"
    )
    body = LexborHTMLParser(html).body
    assert body is not None
    quick = [(t.text, t.gap, t.marker, t.frame.tag) for t in TextWalk(groups={}, skips=False).read(body)]
    assert quick == shown(body.html or "")


def test_deep_fragments_lose_nothing() -> None:
    """Lxml drops what stands deeper than some 250 elements."""
    html = "".join(f"<div>word{at}" for at in range(DEEP)) + "</div>" * DEEP
    assert [block.text for block in fragment_blocks(html)] == [f"word{at}" for at in range(DEEP)]


def test_depth_cannot_be_hidden() -> None:
    """End tags in attributes close nothing."""
    html = '<div title="</div></div>">' * DEEP + "at the bottom"
    assert [block.text for block in fragment_blocks(html)] == ["at the bottom"]


PARTS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<ul><li>", "</ul>", "<br>", "<b>", "</b>", "<a href=x>", "<td>", "<table>", "<pre>", "</pre>", "\n",
     "<!--", "-->", "<script>", "</script>", "&nbsp;", "&#0;"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PARTS, st.integers(0, 99)), max_size=30))
def test_every_text_once(parts: list[tuple[str, int]]) -> None:
    """No markup, however broken, makes a word vanish or stand twice: what lexbor shows, the blocks hold."""
    html = "".join(f"{part} w{at}n{number} " for at, (part, number) in enumerate(parts))
    body = LexborHTMLParser(html).body
    assert body is not None
    seen = " ".join(t.text for t in TextWalk(groups={}, skips=False).read(body)).split()
    assert " ".join(block.raw for block in fragment_blocks(body.html or "")).split() == seen
