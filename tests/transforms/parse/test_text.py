"""The parse of flattened text: posts, titles, tails and headings, by layout and by content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.parse.text import parse_text, split_section
from transforms.records import Page, RawDocument, Role

HARBOUR = (
    "Dockers at the port of Velmora walked out on Monday over a new rota that the harbour board wants to bring in, "
    "and ships began to queue beyond the breakwater."
)
BRIDGE = (
    "Engineers in Osterby closed the old iron bridge on Tuesday after an inspector found cracks in two of its piers, "
    "and traffic was sent round by the northern road."
)
REWRITE = (
    "In a recent development, workers at the port of Velmora have stopped work over the harbour board's new rota, "
    "leaving ships to queue. It remains to be seen whether the dockers and the board will come to terms."
)
ITEMS = [
    "The council of Velmora voted on Monday to keep the ferry fares as they are for another year, its speaker said.",
    "A storm that was forecast for the northern coast of Lumen turned away in the night, the weather office said.",
    "The harbour board said that it would publish the accounts of the last three years before the end of the month.",
]


def page_of(text: str) -> Page:
    return parse_text(RawDocument(raw_file="page.txt", raw_sha256="", text=text))


def ledger_lines(page: Page) -> list[int]:
    return sorted(b.line for b in (*page.blocks, *(b for p in page.posts for b in p.blocks)))


def bulleted(bullet: str = "  • ", indent: str = "    ") -> str:
    return "\n".join(
        [
            "Tag: HARBOUR",
            "",
            f"{bullet}Dockers walk out at Velmora | Lumen politics",
            "",
            f"{indent}{HARBOUR}",
            "",
            "",
            "",
            f"{indent}{REWRITE}",
            "",
            f"{indent}Tags:",
            "",
            f"{indent}1. Velmora",
            f"{indent}2. dockers",
            f"{indent}3. Washington, D.C.",
            "",
            f"{indent}#Dockers #walk #out #Velmora",
            "",
            f"{bullet}Old bridge in Osterby closed",
            "",
            f"{indent}{BRIDGE}",
            "",
            f"{indent}Tags:",
            "",
            f"{indent}Osterby, bridges, road traffic.",
            "",
        ]
    )


@pytest.mark.parametrize("bullet", ["  • ", "- ", "* ", "► ", "· "])
@pytest.mark.parametrize("indent", ["    ", "\t", "        "])
@pytest.mark.parametrize("layout", ["spaced", "dense"])
def test_posts_survive_other_bullets_indents_and_no_blank_lines(
    bullet: str, indent: str, layout: str
) -> None:
    """Titles, tags and hashtags are the same whatever the dump's bullet, indent and blank lines."""
    text = bulleted(bullet, indent)
    page = page_of(text if layout == "spaced" else "\n".join(line for line in text.split("\n") if line))
    assert (page.heading, page.tag) == ("Tag: HARBOUR", "HARBOUR")
    first, second = page.posts
    assert (first.title, first.section) == ("Dockers walk out at Velmora", "Lumen politics")
    assert first.tags == ("Velmora", "dockers", "Washington, D.C.")
    assert first.hashtags == ("#Dockers", "#walk", "#out", "#Velmora")
    assert second.title == "Old bridge in Osterby closed"
    assert second.tags == ("Osterby", "bridges", "road traffic.")


def test_a_body_that_is_a_list_loses_its_title_and_keeps_its_items() -> None:
    """Bullets at the posts' own indent with text at column 0 below are a body, not titles."""
    lines = [bulleted().rstrip(), "    #Old #bridge #Osterby #closed", ""]
    for item in ITEMS:
        lines += [f"  • {item}", ""]
    lines += ["", "", REWRITE, "", "Tags:", "", "Velmora, ferries, storms", "", "#Lumen #briefing", ""]
    lines += ["  • Ferry fares stay as they are", "", f"    {ITEMS[0]}", ""]
    page = page_of("\n".join(lines))
    assert [post.title for post in page.posts] == [
        "Dockers walk out at Velmora",
        "Old bridge in Osterby closed",
        None,
        "Ferry fares stay as they are",
    ]
    assert page.posts[2].tags == ("Velmora", "ferries", "storms")


def test_a_post_without_a_tail_ends_where_the_story_changes() -> None:
    """With no bullet, no indent and no tags, a headline about something else begins a post."""
    second = "Cracks close Osterby's old iron bridge"
    page = page_of(
        "\n\n".join(
            [
                "Tag: NORTH",
                "Dockers walk out at the port of Velmora",
                *[
                    HARBOUR,
                    "The board said the dockers would be heard before the rota is brought in this autumn.",
                ]
                * 2,
                second,
                BRIDGE,
                "The inspector said that the piers of the bridge at Osterby had last been looked at nine years ago.",
                "Tags:",
                "bridges, Osterby",
            ]
        )
    )
    assert [post.title for post in page.posts] == ["Dockers walk out at the port of Velmora", second]


def test_a_furniture_label_inside_an_article_closes_nothing() -> None:
    """“Tags:” with prose under it is a leftover of the copied page."""
    page = page_of(
        f"Tag: NORTH\n\nDockers walk out\n\n{HARBOUR}\n\nTags:\n\n{REWRITE}\n\nTags:\n\n1. Velmora\n2. dockers"
    )
    (post,) = page.posts
    assert post.tags == ("Velmora", "dockers")


def test_links_without_a_text_are_posts_of_their_own() -> None:
    """Titles with nothing under them each make a post."""
    page = page_of(
        "Lumen Daily\n\n  • Dockers walk out\n\n  • Bridge closed\n\n  • Ferries late\n\n    " + HARBOUR
    )
    assert [post.title for post in page.posts] == ["Dockers walk out", "Bridge closed", "Ferries late"]


def test_one_article_page_is_one_post() -> None:
    """A page that is no tag archive has one post; what stands above its headline is chrome."""
    page = page_of(f"Home\nNews\nSport\n\nDockers walk out at Velmora\n\n{HARBOUR}\n\n{BRIDGE}\n")
    (post,) = page.posts
    assert post.title == "Dockers walk out at Velmora"
    assert page.tag is None
    assert {b.role for b in page.blocks} == {Role.CHROME}


@pytest.mark.parametrize("feet", [["----------"], ["***"], ["Read more »", "Share this:", "Leave a comment"]])
def test_feet_between_posts_are_no_titles(feet: list[str]) -> None:
    """Rules and share lines under a post's tags are passed over to the next title."""
    stories = [
        ("Dockers walk out at Velmora", HARBOUR),
        ("Old bridge in Osterby closed", BRIDGE),
        ("Fares stay", ITEMS[0]),
    ]
    parts = ["Tag: NORTH"]
    for title, text in stories:
        parts += [title, text, "Tags:", "north, Lumen, ferries", *feet]
    page = page_of("\n\n".join(parts))
    assert [post.title for post in page.posts] == [title for title, _ in stories]


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("Tag: HARBOUR", "HARBOUR"),
        ("Category Archives: Harbour", "Harbour"),
        ("Posts tagged “harbour”", "harbour"),
        ("Tag Archive for harbour", "harbour"),
        ("Kategorie: Hafen", "Hafen"),
        ("태그: 항구", "항구"),
        ("الوسم: ميناء", "ميناء"),
        ("Tagi: port", "port"),
        ("Címke: kikötő", "kikötő"),
        ("Thẻ: cảng", "cảng"),
        ("Ετικέτα: λιμάνι", "λιμάνι"),
        ("Značka: přístav", "přístav"),
        ("Emneord: havn", "havn"),
        ("Tagg: hamn", "hamn"),
        ("ป้ายกำกับ: ท่าเรือ", "ท่าเรือ"),
        ("برچسب: بندر", "بندر"),
        ("ট্যাগ: বন্দর", "বন্দর"),
        ("Arquivo da tag: porto", "porto"),
        ("Archive d’étiquettes : port", "port"),
        ("Архив метки: порт", "порт"),
        ("Tag archief: haven", "haven"),
        ("Schlagwort-Archive: Hafen", "Hafen"),
        ("Browsing: Harbour", "Harbour"),
        ("Articles tagged with: harbour", "harbour"),
        ("Showing posts with label harbour. Show all posts", "harbour"),
        ("Results for tag “harbour”", "harbour"),
        ("Показаны сообщения с ярлыком порт", "порт"),
        ("Clerks copy the National Archives", None),
        ("Browsing harbour shops is a joy", None),
        ("Archives of the harbour burn", None),
    ],
)
def test_the_heading_of_an_archive(line: str, term: str | None) -> None:
    """Archives name their term in many ways; a headline that ends in “archives” is none of them."""
    page = page_of(f"{line}\n\nDockers walk out at Velmora\n\n{HARBOUR}\n\n#Dockers #walk #Velmora")
    assert page.tag == term


@pytest.mark.parametrize(
    ("above", "below"),
    [(["World", "July {n}, 2031"], ["Written by:"]), ([], ["Read more »"]), (["{n} March 2031"], [])],
)
def test_a_frame_tells_where_posts_begin(above: list[str], below: list[str]) -> None:
    """Lines that come again over or under every excerpt set posts apart; they are no titles."""
    stories = [
        ("Dockers walk out at Velmora", HARBOUR),
        ("Old bridge in Osterby closed", BRIDGE),
        ("Fares stay", ITEMS[0]),
    ]
    lines = ["Tag: NORTH"]
    for n, (title, text) in enumerate(stories, start=11):
        lines += [*(line.format(n=n) for line in above), title]
        lines += [*below, text] if below == ["Written by:"] else [text, *below]
    page = page_of("\n\n".join(lines))
    assert [post.title for post in page.posts] == [title for title, _ in stories]


def test_titles_that_ask_are_titles_where_few_posts_have_tails() -> None:
    """One hashtag line on a page of bullets does not make its other titles doubtful."""
    titles = ["Dockers walk out?", "Old bridge closed!", "“Fares will stay.”", "Storm turns away"]
    parts = [
        "Lumen Daily",
        *(f"  • {title}\n\n    {HARBOUR} {n}" for n, title in enumerate(titles)),
        "    #Lumen #storm",
    ]
    page = page_of("\n\n".join(parts))
    assert [post.title for post in page.posts] == titles


def test_a_short_text_is_one_post() -> None:
    """A note of one sentence is a post; navigation alone is none."""
    (post,) = page_of("Ferries late\n\nThe ferries to Osterby ran late today.").posts
    assert post.title == "Ferries late"
    assert page_of("Home\nNews\nSport\nContact us").posts == ()


@pytest.mark.parametrize("text", ["", "\n\n", " \t\n\u00a0\n"])
def test_nothing_makes_no_post(text: str) -> None:
    """An empty text, or one of white space, is a page without posts."""
    assert page_of(text) == Page(heading=None, tag=None, posts=(), blocks=())


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Storm turns away | Lumen weather", ("Storm turns away", "Lumen weather")),
        (
            "Plague at sea: third ship held | Science | News",
            ("Plague at sea: third ship held", "Science | News"),
        ),
        (
            "BUDGET | Board hires an army of rota clerks",
            ("BUDGET | Board hires an army of rota clerks", None),
        ),
        ("Storm turns away", ("Storm turns away", None)),
        ("A|B tests", ("A|B tests", None)),
    ],
)
def test_a_section_is_a_short_suffix(headline: str, expected: tuple[str, str | None]) -> None:
    """A longer part after the bar is the headline itself."""
    assert split_section(headline) == expected


FRAGMENTS = st.sampled_from(
    [
        "", "", "Tag: X", "  • Title of a post", "    " + HARBOUR, BRIDGE, "Tags:", "    1. one", "    2. two", "a, b, c",
        "#one #two", "  • " + ITEMS[0], "Filed under: x", "\u200b", "•", "- ", "Post tags: a, b", "Read more", "\x0c", "  \u2028 x",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=30)), max_size=40))
def test_every_line_that_is_not_blank_has_one_block(lines: list[str]) -> None:
    """Nothing vanishes and nothing stands twice, whatever the text."""
    text = "\n".join(lines)
    expected = [
        n
        for n, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
        if line.strip()
    ]
    assert ledger_lines(page_of(text)) == expected
