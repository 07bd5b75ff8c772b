"""The split: where a rewrite begins by layout and by content, and that there may be none."""

import json
from importlib.resources import files

import pytest

from flows.knowledge import load_knowledge
from transforms.documents import read
from transforms.errors import FixSettingsError
from transforms.knowledge import Knowledge
from transforms.records import Block, Post, RawDocument, Role
from transforms.split import parse_phrases, parse_split_model, tail_share
from transforms.split.choose import page_share

ARTICLE = [
    "Dockers at the port of Velmora walked out on Monday over a new rota that the harbour board wants to bring in by June.",
    "“We will not be moved about like crates,” said Ilse Marrow, who speaks for the 1,400 dockers of the eastern quays.",
    "Eleven ships lay at anchor beyond the breakwater by nightfall, the pilots’ office said, among them two grain carriers.",
    "The board’s chairman, Teodor Quist, told reporters that the rota would save four million crowns a year.",
    "He added that night shifts would be paid as before and that nobody would be sent home.",
    "Talks are to go on at the customs house on Thursday, with a mediator from the ministry in the chair.",
]
REWRITE = [
    (
        "In a recent development, dockers at the port of Velmora have walked out over the harbour board’s new rota. The "
        "strike, led by Ilse Marrow, has left eleven ships waiting beyond the breakwater and raised concerns about grain."
    ),
    (
        "It remains to be seen whether Teodor Quist and the harbour board will find common ground with the dockers of "
        "Velmora. Stay tuned for more updates on this developing story."
    ),
]
TAGS = ["Tags:", "1. Velmora port\n2. dockers strike\n3. harbour board", "#Dockers #walk #Velmora #rota"]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def read_post(parts: list[str], knowledge: Knowledge, *, separator: str = "\n\n") -> Post:
    text = separator.join(["Tag: HARBOUR", "Dockers walk out at Velmora over new rota", *parts])
    document = read(RawDocument(raw_file="a.txt", raw_sha256="", text=text), knowledge=knowledge)
    (post,) = document.page.posts
    return post


def summary_of(post: Post) -> list[str]:
    return [block.text for block in post.with_role(Role.SUMMARY)]


@pytest.mark.parametrize("separator", ["\n\n", "\n", "\n\n\n\n"])
def test_a_rewrite_is_found_by_what_it_says(separator: str, knowledge: Knowledge) -> None:
    """With even blank lines, or none, the restart of the story tells."""
    assert summary_of(read_post([*ARTICLE, *REWRITE, *TAGS], knowledge, separator=separator)) == REWRITE


def test_a_rewrite_is_found_after_the_gap(knowledge: Knowledge) -> None:
    """Three blank lines before it set it off."""
    assert summary_of(read_post([*ARTICLE, "\n\n" + REWRITE[0], REWRITE[1], *TAGS], knowledge)) == REWRITE


@pytest.mark.parametrize("tail", [TAGS, []])
def test_an_article_without_a_rewrite_keeps_its_end(tail: list[str], knowledge: Knowledge) -> None:
    """Nothing is cut off a real article, with tags under it or without."""
    post = read_post([*ARTICLE, *tail], knowledge)
    assert summary_of(post) == []
    assert [b.text for b in post.with_role(Role.ARTICLE)] == ARTICLE


def test_a_gap_inside_an_article_is_no_boundary(knowledge: Knowledge) -> None:
    """Of two gaps, the one before the rewrite counts."""
    parts = [*ARTICLE[:3], "\n\n" + ARTICLE[3], *ARTICLE[4:], "\n\n" + REWRITE[0], REWRITE[1], *TAGS]
    assert summary_of(read_post(parts, knowledge)) == REWRITE


@pytest.mark.parametrize(
    "furniture", ["By Helen Crabtree", "Posted by admin on March 4, 2025 in World | 0 comments"]
)
def test_furniture_under_a_title_is_no_article(furniture: str, knowledge: Knowledge) -> None:
    """A by-line above an article leaves the article an article, with a rewrite under it or without."""
    post = read_post([furniture, *ARTICLE, *REWRITE, *TAGS], knowledge)
    assert summary_of(post) == REWRITE
    alone = read_post([furniture, *REWRITE, *TAGS], knowledge)
    assert summary_of(alone) == []
    assert [b.text for b in alone.with_role(Role.ARTICLE)] == REWRITE


def test_a_feeds_foot_is_no_part_of_a_rewrite(knowledge: Knowledge) -> None:
    """What the feed sets under a rewrite is boilerplate."""
    post = read_post(
        [*ARTICLE, *REWRITE, "The post Dockers walk out appeared first on Lumen Daily.", *TAGS], knowledge
    )
    assert summary_of(post) == REWRITE


@pytest.mark.parametrize(
    "cut", ["Eleven ships lay at anchor", " ".join([*ARTICLE, "and the harbour board […]"])]
)
def test_excerpts_are_no_posts_without_a_tail(cut: str) -> None:
    """Of a page with one whole post, which tags close, and excerpts of others, all whole posts have tags."""
    whole = [Block(line=at, raw=text, text=text) for at, text in enumerate(ARTICLE, start=1)]
    excerpt = [Block(line=9, raw=cut, text=cut), Block(line=10, raw="Read more", text="Read more")]
    assert tail_share([True, False], [whole, excerpt]) == 1.0
    assert tail_share([True, False], [whole, whole]) == 0.5
    assert tail_share([False], [excerpt]) == 0.0


def test_a_whole_post_among_excerpts_is_split(knowledge: Knowledge) -> None:
    """On a page of excerpts, the one post that stands in full is read as if it stood alone."""
    body = "".join(f"<p>{text}</p>" for text in [*ARTICLE, *REWRITE])
    tags = "<p>Tags:</p><ol><li>Velmora port</li><li>dockers strike</li><li>harbour board</li></ol>"
    full = f"{body}{tags}<p>#Dockers #walk #Velmora #rota</p>"
    cut = "<p>A short word on other things that happened by the sea this week, and no more than that […]</p>"
    posts = "".join(
        f'<article class="post"><h2 class="entry-title"><a href="/{at}">{title}</a></h2><div class="entry-content">{text}</div></article>'
        for at, (title, text) in enumerate(
            [
                ("Dockers walk out at Velmora over new rota", full),
                *((f"Small news of the harbour, part {n}", cut) for n in range(3)),
            ]
        )
    )
    page = f"<html><body class='archive'><main><h1>Harbour</h1>{posts}</main></body></html>"
    raw = RawDocument(raw_file="a.html", raw_sha256="", text=page, media_type="text/html")
    read_posts = read(raw, knowledge=knowledge).page.posts
    assert [summary_of(post) for post in read_posts] == [REWRITE, [], [], []]


def test_the_model_is_readable_data() -> None:
    """The weights are JSON by name; other names are refused with the next act."""
    text = (files("transforms") / "split/model.json").read_text("utf-8")
    data = json.loads(text)
    assert parse_split_model(text).place == tuple(data["place"].values())
    data["place"]["unheard_of"] = 1.0
    with pytest.raises(FixSettingsError, match="make train"):
        parse_split_model(json.dumps(data))


def test_phrases_must_be_lists_of_texts() -> None:
    """A phrases file without a list is refused."""
    with pytest.raises(FixSettingsError, match="closing"):
        parse_phrases('opening = ["in a recent development"]')


def test_a_pages_share_follows_its_posts() -> None:
    """Where most posts surely have a summary, the share of posts without one is small, and the other way round."""
    assert page_share([0.01] * 9 + [0.6], prior=0.5, weight=1) < 0.15
    assert page_share([0.99] * 9 + [0.4], prior=0.5, weight=1) > 0.85
