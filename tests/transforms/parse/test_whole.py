"""Plain text of a page that was saved whole: the article is the post, the site around it is chrome."""

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.lines import parse_lines_model
from transforms.parse.text import FURNITURE, parse_text
from transforms.records import Page, RawDocument, Role

MODEL = parse_lines_model((files("transforms") / "lines" / "model.json").read_text("utf-8"))
TOP = ["Skip to content", "Subscribe", "Log in", "Home", "Valley", "Markets", "Weather", "Sport", "Letters"]
TITLE = "Clockmaker of Unterfels stops the town hall clock and will not say why"
HEAD = ["By Henrike Falk", "4 November 2030, 08:15", "Share this article", "Print"]
ARTICLE = """
The town hall clock of Unterfels has stood at eleven minutes to four since Sunday, and the only man who can start it again will not say why he stopped it, the mayor told the council on Monday.
“I have asked him three times,” said the mayor, Ansgar Pohl. “The first time he said that it was a private matter between himself and the clock.”
The clockmaker, Veit Amsel, who is 81, has wound the clock every Saturday for 56 years. He is paid two sacks of coal a year, and has never sent a bill.
Shopkeepers have begun to open and close when they like, and the train to Oberfels left on Wednesday with nobody on it, since everyone had gone by the clock on the church, which is slow.
“It was peaceful,” the guard said.
The council decided by six votes to five to send Mr. Amsel a third sack of coal, and to meet again when it is known what time it is.
""".strip().split("\n")
BELOW = [
    "Most read",
    "Goat wins seat on school board",
    "Bridge to be painted after all",
    "About us",
    "Privacy",
    "© 2030",
]
CARDS = ["Advertisement", "Read more", "The coal that nobody weighed", "Get our newsletter"]


def page_of(lines: list[str], *, separator: str = "\n", with_model: bool = True) -> Page:
    raw = RawDocument(raw_file="page.txt", raw_sha256="", text=separator.join(lines))
    return parse_text(raw, lines=MODEL if with_model else None)


def texts(page: Page, role: Role | None) -> list[str]:
    return [block.text for post in page.posts for block in post.blocks if block.role is role]


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\r\n"])
@pytest.mark.parametrize("bullet", ["", "• ", "  * "])
def test_navigation_and_footer_are_chrome(separator: str, bullet: str) -> None:
    """The post begins with its headline and ends with its text, however menus and blank lines are printed."""
    lines = [*(bullet + line for line in TOP), TITLE, *HEAD, *ARTICLE, *(bullet + line for line in BELOW)]
    page = page_of(lines, separator=separator)
    (post,) = page.posts
    assert post.title == TITLE
    assert [block.text for block in page.blocks] == [*TOP, *BELOW]
    assert {block.role for block in page.blocks} == {Role.CHROME}
    assert texts(page, None) == ARTICLE


def test_cards_within_the_article_are_its_furniture() -> None:
    """What stands between two paragraphs and is surely no text of theirs is boilerplate of the post."""
    page = page_of([*TOP, TITLE, *HEAD, *ARTICLE[:3], *CARDS, *ARTICLE[3:], *BELOW])
    assert set(ARTICLE) <= set(texts(page, None))
    furniture = [b for b in page.posts[0].blocks if b.role is Role.BOILERPLATE]
    assert {b.reason for b in furniture} == {FURNITURE}
    assert {b.text for b in furniture} >= {"Share this article", "Read more"}


def test_a_sentence_right_below_is_the_articles_own_foot() -> None:
    """Whom to write to is the post's, for the rules to judge; the lists below are not."""
    foot = "Do you know what time it is? Write to our valley desk."
    page = page_of([*TOP, TITLE, *HEAD, *ARTICLE, foot, *BELOW])
    assert foot in [block.text for block in page.posts[0].blocks]
    assert "Most read" in [block.text for block in page.blocks]


def test_tags_below_the_text_close_the_post() -> None:
    """A tag list under the article is read as one, and what stands below it is chrome."""
    page = page_of([*TOP, TITLE, *HEAD, *ARTICLE, "Tags:", "clocks, Unterfels, Veit Amsel", *BELOW])
    (post,) = page.posts
    assert post.tags == ("clocks", "Unterfels", "Veit Amsel")
    assert [block.text for block in page.blocks][-len(BELOW) :] == BELOW


def test_hashtags_made_of_the_title_hold_a_post_together() -> None:
    """Between a title and its hashtags all is the post's, a list that ends the article included; the site around it is not."""
    stops = [
        f"{hour} o'clock: stop {hour}, {name} road" for hour, name in enumerate(["Mill", "Fen", "Elm"] * 6, 1)
    ]
    hashtags = "#Clockmaker #Unterfels #stops #the #town #hall #clock"
    page = page_of([*TOP, "Ferry cards", TITLE, *ARTICLE, *stops, hashtags, *BELOW])
    (post,) = page.posts
    assert (post.title, post.hashtags[:2]) == (TITLE, ("#Clockmaker", "#Unterfels"))
    assert texts(page, None) == [*ARTICLE, *stops]
    assert [block.text for block in page.blocks][-len(BELOW) :] == BELOW


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE, *HEAD[:2], *ARTICLE],
        [TITLE, *ARTICLE, "What the council ate", "Soup", "Bread", "Pears", "Cheese", "Plums", "Cake", "Tea", "Coffee"],
        ARTICLE,
    ],
)  # fmt: skip
def test_a_clean_copy_stays_whole(lines: list[str]) -> None:
    """Without a site's navigation above it nothing is cut, lists at the end included."""
    assert page_of(lines) == page_of(lines, with_model=False)


def test_an_archive_of_posts_is_none_of_its_business() -> None:
    """Several posts with tails of their own, or a page's heading, are read as before."""
    tail = ["Tags:", "clocks, Unterfels, coal"]
    posts = [TITLE, *ARTICLE, *tail, "Goat wins a seat on the school board of Unterfels", *ARTICLE, *tail]
    for lines in (["Tag: CLOCKS", *TOP, *posts], [*TOP, *posts]):
        assert page_of(lines) == page_of(lines, with_model=False)


def test_navigation_alone_is_no_post() -> None:
    """A page of menus has no article, whatever the likeliest of its lines."""
    assert page_of([*TOP, *BELOW]).posts == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from([*TOP, TITLE, *HEAD, *ARTICLE, *CARDS, "Tags:"]), st.text(max_size=60)),
        max_size=50,
    )
)
def test_every_line_stands_once(lines: list[str]) -> None:
    """Whatever the page, each line that is not blank is in one post or in the page's own blocks, once."""
    text = "\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines)
    page = parse_text(RawDocument(raw_file="page.txt", raw_sha256="", text=text), lines=MODEL)
    held = sorted(b.line for b in (*page.blocks, *(b for post in page.posts for b in post.blocks)))
    assert held == [number for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
