"""Trees of pages: bounded depth, what is not seen taken out."""

import pytest

from transforms.errors import SkipDocumentError
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.markup.chrome import text_lines
from transforms.markup.tree import markup_depth, read_tree


def lines(html: str) -> list[str]:
    """What shows of a page, line by line."""
    body = read_tree(html, limits=DEFAULT_LIMITS).body
    assert body is not None
    return text_lines(body)


@pytest.mark.parametrize(
    ("html", "depth"),
    [
        ("<div><div><div></div></div></div>", 3),
        ("<p>one<p>two<p>three", 0),
        ("<ul><li>a<li>b</ul>" * 50, 1),
        ("<table><tr><td><table><tr><td>x</table></table>", 2),
        ("<img><br><input>" * 20, 0),
        ("<!-- <div><div><div> --><div>", 1),
        ("<script>'<div><div><div>'</script><div>", 1),
        ("<SCRIPT><div><div></SCRIPT ><DIV>", 1),
        ("<div><span><em></div>" * 30, 3),
        ("<textarea><div><div>", 0),
        ("<!--" * 5_000, 0),
        ("<!-->" + "<div>" * 30, 30),
        ('<div title="</div>">' * 30, 30),
        ("<noscript>" + "<div>" * 30, 31),
        (
            '<svg viewBox="0 0 9 9"><title>A > B</title><g>' + '<path d="M0 0"/>' * 9_000 + "</g></svg><div>",
            2,
        ),
        ("<svg><path/></svg>" * 9_000, 1),
        ("<svg/><math/>" * 9_000, 0),
        ("<svg><svg><path/></svg></svg>" * 900, 2),
        # Here "/>" closes nothing.
        ("<path/>" * 30, 30),
        ("<svg></svg>" + "<path/>" * 30, 30),
        ("<svg><path d=x/>" * 30, 60),
        ("<svg><p>" + "<path/>" * 30, 31),
        ("<svg><title>" + "<path/>" * 30, 32),
        ("<svg><title>" + "<div>" * 30, 32),
        ("<g><svg></g>" + "<path/>" * 30, 30),
        ("<div><svg></div>" + "<path/>" * 30, 30),
        ("<svg><foreignObject>" + "<div/>" * 30, 32),
    ],
)
def test_depth(html: str, depth: int) -> None:
    """Void elements, closed ones, and what stands in comments and scripts do not count."""
    assert markup_depth(html, most=5_000) == depth


def test_deep_page_is_refused() -> None:
    """Above the cap a page is refused before it is parsed; below it no text is lost."""
    with pytest.raises(SkipDocumentError, match="too_deep"):
        read_tree("<div>" * 100_000 + "x", limits=DEFAULT_LIMITS)
    assert lines("<div>" * 4_000 + "deep down") == ["deep down"]
    with pytest.raises(SkipDocumentError, match="too_deep"):
        read_tree("<div>" * 11, limits=Limits(max_depth=10))


def test_unclosed_formatting_is_refused() -> None:
    """Elements of formatting that are never closed are opened anew in every block: their number grows with the square."""
    with pytest.raises(SkipDocumentError, match="too_deep"):
        read_tree("".join(f"<p><font id={n}>x</p>" for n in range(4_000)), limits=DEFAULT_LIMITS)
    assert len(lines("<p><b>one</p><p>two</p>" * 200)) == 400


def test_what_does_not_show() -> None:
    """Scripts, styles, templates, attributes and comments are no text; buttons and hidden elements keep theirs."""
    assert lines(
        "<body><style>p{}</style><script>var a = 1</script><template><p>no</p></template><noscript><p>no</p></noscript><iframe>no</iframe>"
        "<!-- no --><svg><text>no</text></svg><p title='no'>One<br>two <b>th</b>ree</p><button>Go</button><p hidden>Four</p>"
    ) == ["One", "two three", "Go", "Four"]


def test_linked_data_is_kept() -> None:
    """JSON-LD stays, in the head, and is no text."""
    tree = read_tree(
        '<body><p>x</p><script type="application/ld+json">{"@type": "Article"}</script></body>',
        limits=DEFAULT_LIMITS,
    )
    assert [node.text() for node in tree.css("head script")] == ['{"@type": "Article"}']
    assert tree.body is not None
    assert tree.body.text() == "x"


@pytest.mark.parametrize(
    "html",
    [
        "<a b='" * 20_000,
        "<!--" * 200_000,
        "<p>" * 200_000,
        "<" * 500_000,
        "<script>" * 50_000,
        "</div>" * 200_000,
    ],
    ids=("attributes", "comments", "paragraphs", "signs", "scripts", "ends"),
)
def test_hostile_markup_is_read(html: str) -> None:
    """Broken markup of some size is read, in time that a test can wait for."""
    assert sum(map(len, lines(html))) <= len(html)
