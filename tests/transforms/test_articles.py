"""Copies of articles: their text, their id, and whether they break off."""

import pytest

from transforms.articles import body_of, is_truncated, whole_blocks
from transforms.records import Block, Role

SENTENCE = (
    "The harbour board of Velmora said on Monday that the new rota would come in the winter and not before."
)


def blocks(*parts: tuple[str, Role]) -> tuple[Block, ...]:
    return tuple(Block(line=n, raw=text, text=text, role=role) for n, (text, role) in enumerate(parts, 1))


@pytest.mark.parametrize(
    ("last", "below", "expected"),
    [
        (SENTENCE, None, False),
        (SENTENCE, "Share this:", False),
        (SENTENCE, "Read more »", True),
        (SENTENCE, "Continue reading Dockers walk out →", True),
        (SENTENCE, "Read more: Old bridge in Osterby closed", False),
        (SENTENCE, "Leggi tutto", True),
        (SENTENCE, "続きを読む", True),
        (f"{SENTENCE} Ships began to […]", None, True),
        (f"{SENTENCE} Ships began to…", None, True),
        (f"{SENTENCE} Ships began to queue beyond the", None, True),
        ("In the harbour", None, False),
        (
            "“Nobody will be sent home, whatever the board decides about its rota on Thursday,” he said to the men.”",
            None,
            False,
        ),
    ],
)
def test_a_copy_that_breaks_off_is_told(last: str, below: str | None, expected: bool) -> None:  # noqa: FBT001  # a case's answer
    """An ellipsis, a sentence without its end, or a link to the rest; a sub-heading at the end is none of these."""
    parts = [(SENTENCE, Role.ARTICLE), (last, Role.ARTICLE)]
    if below:
        parts.append((below, Role.BOILERPLATE))
    assert is_truncated(blocks(*parts)) is expected


def test_a_body_is_its_article_blocks() -> None:
    """Boilerplate is out, paragraphs are a blank line apart, and pieces of a line make the line again."""
    cut = (
        Block(line=1, raw="One.", text="One.", role=Role.ARTICLE),
        Block(line=2, raw="Two. ", text="Two. ", role=Role.ARTICLE, part=1),
        Block(line=2, raw="(AP)", text="(AP)", role=Role.BOILERPLATE, reason="credit", part=2),
    )
    assert body_of(cut) == "One.\n\nTwo."
    assert [block.text for block in whole_blocks(cut)] == ["One.", "Two. (AP)"]
