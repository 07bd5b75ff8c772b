"""The one article of a page: its parts, what in them is furniture, and pages that have none."""

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import FixSettingsError
from transforms.limits import DEFAULT_LIMITS
from transforms.markup.article import ArticleModel, parse_article_model, read_article
from transforms.markup.opinion import MAX_TEXTS, second_opinion
from transforms.markup.texts import TextWalk
from transforms.markup.tree import read_tree
from transforms.records import Block, Role

MODEL_TEXT = (files("transforms") / "markup/article_model.json").read_text("utf-8")
MODEL = parse_article_model(MODEL_TEXT)

STORY = [
    "The ferry to the outer islands will stop running on weekdays from the first of March, the harbour board said on Tuesday.",
    "Fewer than forty people took the early boat on most days last winter, according to figures that the board has published.",
    "Shopkeepers on the largest island said they had not been asked, and that the mail would now arrive two days late.",
    "A public meeting is to be held in the old customs house next week, where the board will answer questions from residents.",
]
RELATED = [
    "Ten walks along the western shore",
    "Lighthouse to open its doors in May",
    "Where to eat when the fog comes in",
]
MENU = ["Home", "News", "Weather", "Tides", "Contact"]


def page(story: str, *, title: str = "Island ferry to stop on weekdays") -> str:
    """A news site's page around a story."""
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in MENU)
    related = "".join(f'<li><a href="/r{at}">{text}</a></li>' for at, text in enumerate(RELATED))
    return (
        f"<html><head><title>{title}</title></head><body><header><nav><ul>{menu}</ul></nav></header>"
        f'<main><article class="post"><h1>{title}</h1><div class="article-body">{story}</div></article>'
        f'<aside class="related"><h3>More stories</h3><ul>{related}</ul></aside></main>'
        "<footer><p>All rights reserved. Written, printed and read on the shore since the year of the great storm.</p></footer>"
        "</body></html>"
    )


def read(html: str, *, title: str | None = None) -> tuple[list[str], list[Block]]:
    """The article's texts, and the furniture in its parts."""
    parts = read_article(read_tree(html, limits=DEFAULT_LIMITS), title=title, model=MODEL)
    blocks = [block for _, own in parts or [] for block in own]
    return [b.text for b in blocks if b.role is None], [b for b in blocks if b.role is not None]


def paragraphs(texts: list[str]) -> str:
    """Texts as paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    "story",
    [
        paragraphs(STORY),
        "<br><br>".join(STORY),
        "".join(f"<div>{text}</div>" for text in STORY),
        f"<section>{paragraphs(STORY[:2])}</section><section>{paragraphs(STORY[2:])}</section>",
    ],
)
def test_the_story_and_nothing_else(story: str) -> None:
    """Paragraphs, line breaks or bare divisions: the story is read, menu, headline, related links and foot are not."""
    assert read(page(story))[0] == STORY


def test_furniture_in_the_story_is_boilerplate() -> None:
    """What stands in the article's own element and is none of it keeps its place, with a reason."""
    caption = '<figure><img src="b.jpg"><figcaption>The early boat. Photo: Shore Agency</figcaption></figure>'
    story = paragraphs(STORY[:2]) + caption + paragraphs(STORY[2:])
    texts, furniture = read(page(story))
    assert texts == STORY
    assert [(b.text, b.role, b.reason) for b in furniture if b.tag != "h1"] == [
        ("The early boat. Photo: Shore Agency", Role.BOILERPLATE, "caption")
    ]


def test_parts_are_apart_and_in_order() -> None:
    """No part stands within another, and their blocks are numbered from 1."""
    html = page(
        paragraphs(STORY[:2])
        + f"<div class='related'><ul>{'<li><a href=x>Read on</a></li>' * 30}</ul></div>"
        + paragraphs(STORY[2:])
    )
    parts = read_article(read_tree(html, limits=DEFAULT_LIMITS), title=None, model=MODEL)
    assert parts is not None
    assert [b.text for _, blocks in parts for b in blocks if b.role is None] == STORY
    marked = [node.html or "" for node, _ in parts]
    assert all(one not in other for one in marked for other in marked if one != other)
    assert all([b.line for b in blocks] == list(range(1, len(blocks) + 1)) for _, blocks in parts)


def test_a_menu_within_a_part_is_kept() -> None:
    """Menus are passed over on the first look; in an element that is taken whole their text is not lost."""
    menu = "<nav><a href=a>Up</a> <a href=b>Down</a></nav>"
    html = page(f"{STORY[0]}{menu}<br>{STORY[1]}<br>{STORY[2]}<br>{STORY[3]}")
    texts, furniture = read(html)
    assert texts == STORY
    assert [block.text for block in furniture] == ["Up Down"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html><body></body></html>",
        "<h1>Not found</h1><p>There is no such page.</p>",
        "<body>"
        + "".join(f'<h2><a href="/{at}">{text}</a></h2>' for at, text in enumerate(RELATED * 5))
        + "</body>",
    ],
)
def test_no_article(html: str) -> None:
    """A blank page, a notice and a list of links have none."""
    assert read_article(read_tree(html, limits=DEFAULT_LIMITS), title=None, model=MODEL) is None


def test_other_scripts() -> None:
    """Scripts without spaces and without capitals are read by the same signs."""
    story = [
        "島の連絡船は三月一日から平日の運航を取りやめると、港湾局が火曜日に発表した。冬の早朝便の利用者は一日平均四十人に満たなかったという。",
        "最も大きな島の商店主らは、事前の相談がなかったと話している。郵便物の到着も二日ほど遅れる見通しで、住民の間に不安が広がっている。",
        "来週には旧税関で説明会が開かれ、港湾局の担当者が住民の質問に答える予定だ。署名活動を始める動きも出ており、議論は続きそうだ。",
    ]
    assert read(page(paragraphs(story), title="島の連絡船、平日運休へ"))[0] == story


def test_the_second_opinion_finds_the_story() -> None:
    """Trafilatura's article as a mark on each of the page's texts."""
    tree = read_tree(page(paragraphs(STORY)), limits=DEFAULT_LIMITS)
    body = tree.body
    assert body is not None
    texts = TextWalk(groups={}).read(body)
    kept = second_opinion(tree.html or "", texts)
    assert kept is not None
    assert [
        text.text for text, keep in zip(texts, kept, strict=True) if keep and text.frame.name == "p"
    ] == STORY
    assert second_opinion("<p>x</p>", texts) is None


def test_a_page_of_very_many_texts_gets_no_second_opinion() -> None:
    """Trafilatura takes seconds for it."""
    tree = read_tree(page(paragraphs(STORY)), limits=DEFAULT_LIMITS)
    body = tree.body
    assert body is not None
    texts = TextWalk(groups={}).read(body)
    many = texts * (MAX_TEXTS // len(texts) + 1)
    assert second_opinion(tree.html or "", many[:MAX_TEXTS]) is not None
    assert second_opinion(tree.html or "", many[: MAX_TEXTS + 1]) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(f"<p>{text}" for text in STORY),
                "<div>",
                "</div>",
                "<nav>x",
                "</nav>",
                "<table><td>y",
                "<br>",
                "<pre>z\n",
                "<ol><li>n",
                "<b>",
            ]
        ),
        max_size=25,
    )
)
def test_parts_hold_all_that_is_in_them(pieces: list[str]) -> None:
    """Whatever the markup, a part's blocks hold exactly the words that its element shows."""
    tree = read_tree("".join(pieces), limits=DEFAULT_LIMITS)
    for node, blocks in read_article(tree, title=None, model=MODEL) or []:
        shown = node.text(separator=" ").split()
        assert "".join("".join(b.raw.split()) for b in blocks) == "".join(shown)


def test_a_model_for_other_features_is_refused() -> None:
    """Weights that were learned for another version's figures would be nonsense."""
    data = json.loads(MODEL_TEXT)
    data["first"]["new_figure"] = 1.0
    with pytest.raises(FixSettingsError, match="other features"):
        parse_article_model(json.dumps(data))


def test_every_group_has_its_bit() -> None:
    """Each word of class names sets the bits of its groups, and no other word sets one."""
    bits = MODEL.bits()
    assert isinstance(MODEL, ArticleModel)
    for at, group in enumerate(MODEL.names()):
        assert {word for word, bit in bits.items() if bit >> at & 1} == set(MODEL.groups.get(group, ()))


def test_a_table_within_the_story_is_the_story_s() -> None:
    """A table with a caption or headings, between two paragraphs that are kept, stays; a table of links does not make one."""
    rows = "<tr><th>Year</th><th>Sailings</th></tr><tr><td>2023</td><td>412</td></tr><tr><td>2024</td><td>377</td></tr>"
    table = f"<table><caption>Sailings in each year (source: harbour board)</caption>{rows}</table>"
    kept, _ = read(page(paragraphs(STORY[:2]) + table + paragraphs(STORY[2:])))
    assert {"Sailings in each year (source: harbour board)", "2023", "377", STORY[2]} <= set(kept)
    linked = "<table><tr><th><a href='/a'>Ten walks along the shore</a></th></tr><tr><td><a href='/b'>Where to eat in fog</a></td></tr></table>"
    kept, _ = read(page(paragraphs(STORY[:2]) + linked + paragraphs(STORY[2:])))
    assert STORY[2] in kept
    assert "Where to eat in fog" not in kept
