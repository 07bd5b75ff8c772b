"""Pieces cut out of a page, and the rest of it as lines: every text once, in the order of the page."""

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.limits import DEFAULT_LIMITS
from transforms.markup.blocks import fragment_blocks
from transforms.markup.chrome import Cutting
from transforms.markup.tree import read_tree
from transforms.records import Role


def test_pieces_stand_where_they_stood() -> None:
    """A piece within a piece, a piece within a line, and the lines around them."""
    html = "<p>above</p><div id=a><p>one</p><span id=b>two <i>three</i></span><p>four</p></div>below <em id=c>five</em> end"
    tree = read_tree(html, limits=DEFAULT_LIMITS)
    cutting = Cutting(tree, html)
    inner, line, outer = (tree.css_first(name) for name in ("#b", "#c", "#a"))
    assert inner is not None
    assert line is not None
    assert outer is not None
    cutting.cut_lines(inner)
    cutting.cut_lines(line, owner=2)
    cutting.cut(outer, fragment_blocks(outer.html or ""), owner=1)
    assert [(owner, block.text) for owner, block in cutting.blocks()] == [
        (0, "above"),
        (1, "one"),
        (0, "two three"),
        (1, "four"),
        (0, "below"),
        (2, "five"),
        (0, "end"),
    ]


def test_a_mark_cannot_be_forged() -> None:
    """Signs that mark places are no text of a page, however they are written."""
    html = "<p>\ufdd0x:0\ufdd1 and &#xFDD0;abc:0&#xFDD1;</p><div id=a>own</div>"
    tree = read_tree(html, limits=DEFAULT_LIMITS)
    cutting = Cutting(tree, html)
    node = tree.css_first("#a")
    assert node is not None
    cutting.cut(node, fragment_blocks(node.html or ""), owner=1)
    assert [(owner, block.text) for owner, block in cutting.blocks()][-1] == (1, "own")
    assert sum("own" in block.text for _, block in cutting.blocks()) == 1


TAGS = (
    "p",
    "div",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "b",
    "a",
    "span",
    "h2",
    "article",
    "section",
    "br",
    "option",
    "select",
    "form",
)
MARKUP = st.recursive(
    st.sampled_from(
        ["word ", "zwei", " три ", "四", "&amp;", "a<b", "<!-- c -->", "<script>s</script>", "<p>", "</div>"]
    ),
    lambda inner: st.builds(
        lambda tag, marked, parts: f"<{tag}{' class=cut' if marked else ''}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.booleans(),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(MARKUP, max_size=6).map("".join))
def test_every_text_once(html: str) -> None:
    """Whatever is cut out of a page, its blocks hold the characters of its text, each once, and lines are numbered from 1."""
    tree = read_tree(html, limits=DEFAULT_LIMITS)
    body = tree.body
    assert body is not None
    expected = sorted("".join(body.text().split()))
    cutting = Cutting(tree, html)
    # Inner ones first: a node's descendants come after it in document order.
    for at, node in enumerate(reversed(body.css(".cut"))):
        if at % 2:
            cutting.cut_lines(node)
        else:
            cutting.cut(node, fragment_blocks(f"<div>{node.inner_html or ''}</div>"), owner=at)
    found = cutting.blocks()
    assert sorted("".join(block.raw for _, block in found).replace(" ", "")) == expected
    assert [block.line for _, block in found] == list(range(1, len(found) + 1))
    assert all(block.role in (None, Role.CHROME) for _, block in found)
