"""What stands beside an article."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from transforms.metadata.beside import is_beside


@pytest.mark.parametrize(
    ("html", "beside"),
    [
        ("<article><footer><i>x</i></footer></article>", False),
        ("<article><div class='entry-footer'><i>x</i></div></article>", False),
        ("<div><footer class='post-footer'><i>x</i></footer></div>", False),
        ("<footer><p><i>x</i></p></footer>", True),
        ("<div id='colophon'><i>x</i></div>", True),
        ("<article><aside><i>x</i></aside></article>", True),
        ("<div class='comment-list'><p><i>x</i></p></div>", True),
        ("<div class='related-posts'><article><i>x</i></article></div>", False),
        ("<div><div><i>x</i></div></div>", False),
    ],
)
def test_places(html: str, beside: bool) -> None:  # noqa: FBT001  # a parameter of the test's table
    """A post's own foot belongs to it; the page's foot, comments and sidebars do not."""
    node = LexborHTMLParser(html).css_first("i")
    assert node is not None
    assert is_beside(node) is beside
