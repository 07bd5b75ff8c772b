"""What a record tells goes to the one post that its text holds."""

import pytest

from transforms.parse.text import parse_text
from transforms.parse.told import with_told
from transforms.records import NOTHING_TOLD, Block, Metadata, Page, Post, RawDocument, Role

TOLD = Metadata(
    title="Ferry stops | Travel",
    url="https://karst.example/olm",
    authors=("Ada Quill",),
    published_at="2025-01-23T00:00:00+00:00",
    date_evidence="feed",
    terms=("Olm",),
)
FIRST = "The ferry over the Olm stops on Monday, the harbour office of Karst said."
SECOND = "Its engine needs a part that has to come from abroad, and nobody has one."


def _raw(text: str, *, told: Metadata = TOLD, media_type: str = "text/plain") -> RawDocument:
    return RawDocument(raw_file="a", raw_sha256="0" * 64, text=text, metadata=told, media_type=media_type)


def _read(text: str, *, told: Metadata = TOLD) -> Page:
    raw = _raw(text, told=told)
    return with_told(parse_text(raw), raw)


def _roles(post: Post) -> list[Role | None]:
    return [block.role for block in post.blocks]


@pytest.mark.parametrize("text", [f"{FIRST}\n\n{SECOND}\n", f"{FIRST}\n", "Short.", f"Karst\n\n{FIRST}\n"])
def test_a_text_has_the_title_that_is_told(text: str) -> None:
    """Its first sentence is the article's, however short the text; nothing of it is lost."""
    page = _read(text)
    (post,) = page.posts
    assert (post.title, post.section, post.metadata.published_at) == (
        "Ferry stops",
        "Travel",
        TOLD.published_at,
    )
    assert len(post.blocks) + len(page.blocks) == sum(1 for line in text.splitlines() if line)
    assert all(
        role is None for role, block in zip(_roles(post), post.blocks, strict=True) if block.text == FIRST
    )
    assert None in _roles(post)


def test_a_title_that_is_printed_is_the_title() -> None:
    """A text that begins with its headline keeps it as that."""
    (post,) = _read(f"Ferry stops | Travel\n\n{FIRST}\n\n{SECOND}\n").posts
    assert _roles(post) == [Role.TITLE, None, None]
    assert post.title == "Ferry stops"


def test_a_tail_is_a_tail() -> None:
    """Tags and hashtags under a text are read as anywhere."""
    (post,) = _read(f"{FIRST}\n\n{SECOND}\n\nTags: Karst, Olm, Ferry\n\n#Ferry #stops #Olm\n").posts
    assert post.tags == ("Karst", "Olm", "Ferry")
    assert post.hashtags == ("#Ferry", "#stops", "#Olm")
    assert post.metadata.terms == ("Olm",)


def test_a_page_of_several_posts_has_nothing_told() -> None:
    """A record may hold a whole archive page."""
    text = f"Tag: OLM\n\n  • Ferry stops\n\n\n    {FIRST}\n\n\n  • Garden opens\n\n\n    {SECOND}\n"
    page = _read(text)
    assert [(post.title, post.metadata) for post in page.posts] == [
        ("Ferry stops", NOTHING_TOLD), ("Garden opens", NOTHING_TOLD),
    ]  # fmt: skip


def test_nothing_told_changes_nothing() -> None:
    """A text that is no record's is as it was."""
    raw = _raw(f"{FIRST}\n\n{SECOND}\n", told=NOTHING_TOLD)
    assert with_told(parse_text(raw), raw) == parse_text(raw)


def test_what_the_markup_tells_stands() -> None:
    """A record fills what a post does not say; a date with its evidence, never half of it."""
    own = Metadata(authors=("Bo Reed",), published_at="2025-01-22T00:00:00+00:00", date_evidence="html")
    blocks = (Block(line=1, raw=FIRST, text=FIRST),)
    page = Page(
        heading=None,
        tag=None,
        posts=(
            Post(number=1, title="Ferry", section=None, tags=(), hashtags=(), blocks=blocks, metadata=own),
        ),
        blocks=(),
    )
    (post,) = with_told(page, _raw("<p>", media_type="text/html")).posts
    told = post.metadata
    assert (post.title, told.authors, told.published_at, told.date_evidence, told.terms, told.url) == (
        "Ferry", ("Bo Reed",), "2025-01-22T00:00:00+00:00", "html", ("Olm",), TOLD.url,
    )  # fmt: skip


def test_markup_without_a_post_is_one_unless_it_is_a_page() -> None:
    """An article's markup alone is an article; a page that has none has none."""
    blocks = (
        Block(line=1, raw="Ferry stops | Travel", text="Ferry stops | Travel", role=Role.CHROME),
        Block(line=2, raw=FIRST, text=FIRST, role=Role.CHROME),
    )
    page = Page(heading=None, tag=None, posts=(), blocks=blocks)
    read = with_told(page, _raw(f"<p>{FIRST}</p>", media_type="text/html"))
    assert read.blocks == ()
    assert [_roles(post) for post in read.posts] == [[Role.TITLE, None]]
    assert with_told(page, _raw(f"<html><BODY><p>{FIRST}</p>", media_type="text/html")) == page
    empty = Page(heading=None, tag=None, posts=(), blocks=())
    assert with_told(empty, _raw("")) == empty
