"""Tags in elements of their own."""

import time

import pytest

from transforms.markup.blocks import fragment_blocks
from transforms.parse.tails import find_tails


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<p><strong>Tags:</strong> <span>bridge</span> <span>vote 0</span></p>", ("bridge", "vote 0")),
        ("<div>Метки: <a href=x>мост</a>\n<a href=x><b>новый порт</b></a> </div>", ("мост", "новый порт")),
        ("<p>Tags: <a>bridge</a>, <a>vote 0</a></p>", ("bridge", "vote 0")),
        ("<p>Tags: <a>New</a> harbour</p>", ("New harbour",)),
        ("<p>Tags: <a>New</a> <b>harbour</b></p>", ("New harbour",)),
    ],
)
def test_tags_parted_by_a_space(html: str, tags: tuple[str, ...]) -> None:
    """An element each is a tag each; where anything else stands among them the text is read as it is."""
    blocks = fragment_blocks(f"<p>Ships wait.</p>{html}<p>#bridge #vote</p>")
    assert [block.line for block in blocks] == list(range(1, len(blocks) + 1))
    (tail,) = find_tails(blocks)
    assert (tail.tags, tail.hashtags) == (tags, ("#bridge", "#vote"))


def test_prose_stays_whole() -> None:
    """Without a label, links in a row are one text."""
    (block,) = fragment_blocks("<p>Ships: <a>wait</a> <a>here</a></p>")
    assert block.text == "Ships: wait here"


def test_many_labels_in_one_element() -> None:
    """The time is linear in the labels that one element holds."""
    html = "<div>" + "Tags: <a>x</a> <a>y</a><br>" * 20_000 + "</div>"
    start = time.process_time()
    assert len(fragment_blocks(html)) == 20_000
    assert time.process_time() - start < 20
