"""Web pages: one article, none, or several; every text of the page once; hostile ones end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.knowledge import load_knowledge
from transforms.documents import read
from transforms.errors import SkipDocumentError
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.markup.tree import read_tree
from transforms.parse.html import parse_html
from transforms.records import Block, Page, RawDocument, Role

KNOWLEDGE = load_knowledge()
STORY = (
    "<p>The tall crane at the north quay of Velmora has not moved since the storm, and nobody at the port office will say when "
    "the parts are due to arrive from the mainland.</p><p>Ships wait in the bay, and the fishermen have begun to unload their "
    "boxes by hand, as their fathers did before the quay was built.</p><p>“We have done it before,” said one of them, who has "
    "worked on the quay for forty years and does not expect to see a new crane in his time.</p><p>The council will meet on Monday "
    "to speak about the costs, which nobody has counted yet, and about the harbour master’s letter.</p>"
)
CARDS = "".join(
    f'<article class="card"><h3 class="card-title"><a href="/{n}">Another headline number {n}</a></h3><p>A teaser of it.</p></article>'
    for n in range(4)
)
AROUND = (
    '<nav><a href="/">Home</a> <a href="/news">News</a></nav>{}<footer><p>Copyright Velmora Wire</p></footer>'
)
SINGLE = (
    "<!DOCTYPE html><html><head><title>Crane stands still - Velmora Wire</title></head><body>"
    + AROUND.format(
        f'<main><article><h1>Crane stands still</h1><div class="entry-content">{STORY}<p>Tags:</p><p>crane, quay, storm</p>'
        f'<p>#Crane #stands #still</p></div></article></main><section class="related">{CARDS}</section>'
    )
    + "</body></html>"
)


def parse(html: str, *, limits: Limits = DEFAULT_LIMITS) -> Page:
    """The page of a markup."""
    return parse_html(document(html), KNOWLEDGE, limits)


def document(html: str) -> RawDocument:
    """A saved page."""
    return RawDocument(raw_file="page.html", raw_sha256="0" * 64, text=html, media_type="text/html")


def blocks(page: Page) -> list[Block]:
    """Every block of a page in its order."""
    found = [*page.blocks, *(block for post in page.posts for block in post.blocks)]
    return sorted(found, key=lambda block: block.line)


def test_single_article() -> None:
    """One article with related cards below it is one post, with its headline, tags and hashtags."""
    page = parse(SINGLE)
    (post,) = page.posts
    assert (post.title, post.tags) == ("Crane stands still", ("crane", "quay", "storm"))
    assert post.hashtags == ("#Crane", "#stands", "#still")
    assert [block.text for block in post.with_role(Role.TITLE)] == ["Crane stands still"]
    assert sum(block.role is None for block in post.blocks) == 4
    assert "Home News" in [block.text for block in page.blocks]
    assert all(block.role is Role.CHROME for block in page.blocks)


def test_tail_below_the_article() -> None:
    """Hashtags that stand under the article's own element are the post's."""
    html = SINGLE.replace(
        "<p>#Crane #stands #still</p></div>", '</div><p class="hashes">#Crane #stands #still</p>'
    )
    assert parse(html).posts[0].hashtags == ("#Crane", "#stands", "#still")


def test_archive_of_one_post() -> None:
    """A page that calls itself an archive may hold a single post."""
    html = SINGLE.replace("<body>", '<body class="archive tag">').replace(
        "<main>", '<main><h1 class="page-title">Tag: Crane</h1>'
    )
    html = html.replace("<h1>Crane stands still</h1>", '<h2><a href="/crane">Crane stands still</a></h2>')
    page = parse(html.split('<section class="related">')[0])
    assert (page.heading, page.tag, len(page.posts)) == ("Tag: Crane", "Crane", 1)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<html></html>",
        "<frameset><frame src=a></frameset>",
        AROUND.format("<main><h1>Contact</h1><p>Write to us.</p></main>"),
        "<ul>" + "".join(f'<li><a href="/{n}">Page {n}</a></li>' for n in range(50)) + "</ul>",
    ],
)
def test_no_post(html: str) -> None:
    """A page without an article has no posts, and all of its text as furniture."""
    page = parse(html)
    assert page.posts == ()
    assert all(block.role is Role.CHROME for block in page.blocks)


@pytest.mark.parametrize(
    ("body", "classes", "heading", "tag"),
    [
        ("<h1 class='page-title'>Tag: <span>PORT</span></h1>", "archive tag", "Tag: PORT", "PORT"),
        ("<h1>Schlagwort: Hafen</h1>", "", "Schlagwort: Hafen", "Hafen"),
        ("<h4 class='archive-title'>Port</h4>", "archive tag tag-port", "Port", "Port"),
        ("<h1>All our news</h1>", "blog", "All our news", None),
        ("", "archive tag", None, "Port"),
    ],
)
def test_heading(body: str, classes: str, heading: str | None, tag: str | None) -> None:
    """The heading of an archive and what it names, by its words, its class, or the window's title."""
    posts = "".join(
        f'<article class="post"><h2 class="entry-title"><a href="/{n}">Headline number {n}</a></h2><div class="entry-content">{STORY}</div></article>'
        for n in range(3)
    )
    page = parse(
        f"<head><title>Port Archives - Velmora Wire</title></head><body class='{classes}'>{body}{posts}</body>"
    )
    assert (page.heading, page.tag, len(page.posts)) == (heading, tag, 3)
    assert [block.text for block in page.blocks if block.role is Role.PAGE_HEADING] == (
        [heading] if heading else []
    )


PARTS = st.lists(
    st.sampled_from(
        [
            STORY, CARDS, "<h1>Crane stands still</h1>", "<h2><a href='/a'>One</a></h2>", "<div class='entry-content'>", "</div>", "<article>",
            "</article>", "<ul><li>", "</ul>", "<br>", "word <b>bo</b>ld", "<time>1 March 2026</time>", "<p class='meta'>by Ada</p>", "<aside>side</aside>",
            "<table><tr><td>", "</table>", "<form>", "<p>Tags:</p><p>a, b, c</p>", "<p>#One #Two</p>", "<script>x</script>", "<!-- c -->", "<select><option>o",
            "<h1 class='page-title'>Tag: <i>X</i></h1>", "<body class='archive tag'>", "<a class='more' href='/a'>Read more</a>", "\ufdd0:1\ufdd1", "&#xFDD0;",
        ]
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PARTS.map("".join))
def test_every_text_once(html: str) -> None:
    """The ledger's promise: whatever the page, its blocks hold the characters of its text, each once, with their numbers."""
    body = read_tree(html, limits=DEFAULT_LIMITS).body
    expected = sorted("".join(body.text().split())) if body is not None else []
    found = blocks(parse(html))
    assert sorted("".join("".join(block.raw for block in found).split())) == expected
    assert [block.line for block in found] == list(range(1, len(found) + 1))
    whole = read(document(html), knowledge=KNOWLEDGE)
    assert {block.line for block in blocks(whole.page)} == set(range(1, len(found) + 1))
    assert all(block.role is not None for block in blocks(whole.page))


@pytest.mark.parametrize(
    "html",
    [
        "<a b='" * 20_000,
        "<!--" * 200_000,
        "<p>" * 100_000,
        "<article>" * 4_000 + "<h2>x</h2>",
        "<article><h2><a href=x>t</a></h2></article>" * 3_000,
        "<h2><a href=/x>title</a></h2><p>text</p>" * 3_000,
        "<div class='comment related share date'>x</div>" * 5_000,
    ],
    ids=("attributes", "comments", "paragraphs", "nested", "articles", "headings", "names"),
)
def test_hostile_page_ends(html: str) -> None:
    """Large pages of nothing are read, or refused, in time that a test can wait for."""
    try:
        page = parse(html)
    except SkipDocumentError:
        return
    assert sum(len(block.raw) for block in blocks(page)) <= len(html)


def test_limits() -> None:
    """A page with more blocks or a longer one than allowed is refused."""
    with pytest.raises(SkipDocumentError, match="too_many_blocks"):
        parse("<p>x</p>" * 30, limits=Limits(max_blocks=20))
    with pytest.raises(SkipDocumentError, match="line_too_long"):
        parse("word " * 30, limits=Limits(max_line_chars=50))
    with pytest.raises(SkipDocumentError, match="too_deep"):
        parse("<div>" * 100_000)


NOTICE = "The ferry to Osk will not sail on Sunday, the harbour office said."
SAYS = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry stays in port"}</script>',
    '<meta property="og:type" content="article">',
)
TEASERS = "".join(
    f'<li><a href="/{n}">The ferry sailed again on day {n}, they said.</a></li>' for n in range(20)
)


@pytest.mark.parametrize(
    "html",
    [
        *(f"<head>{says}</head><main><h1>Ferry stays in port</h1><p>{NOTICE}</p></main>" for says in SAYS),
        f"<main><article><header><h1>Ferry stays in port</h1></header><div><p>{NOTICE}</p></div></article></main>",
        f"<head>{SAYS[0]}</head><h1>Velmora Wire</h1><main><h2>Ferry stays in port</h2><p>{NOTICE}</p></main>",
        f"<head>{SAYS[0]}</head><main><h1>Ferry stays in port</h1><p>{NOTICE}</p><h2>More</h2><p>Read what else we wrote of it.</p></main>",
    ],
)
def test_article_of_one_sentence(html: str) -> None:
    """A page that says that it is an article is one, however short, and what stands below the next heading is not in it."""
    (post,) = parse(AROUND.format(html)).posts
    assert post.title == "Ferry stays in port"
    assert [block.text for block in post.blocks if block.role is None] == [NOTICE]


@pytest.mark.parametrize(
    "html",
    [
        f"<main><h1>Ferry stays in port</h1><p>{NOTICE}</p></main>",
        "<main><article><h1>404</h1><p>We looked for this page in every boat and did not see it.</p></article></main>",
        "<main class='error-404'><article><h1>Oh dear</h1><p>We looked for it in every boat we have.</p></article></main>",
        "<body class='page'><article><h1>Contact</h1><p>Write to us at the harbour, we like letters.</p></article></body>",
        f"<head>{SAYS[1]}</head><main><h1>Velmora Wire</h1><ul>{TEASERS}</ul></main>",
        f"<head>{SAYS[1]}</head><main><h1>Velmora Wire</h1><p><a href='/1'>{NOTICE}</a></p></main>",
        f"<head>{SAYS[0]}</head><main><h1>Velmora</h1><h3><a href='/1'>One</a></h3><p>{NOTICE}</p></main>",
    ],
)
def test_short_page_is_no_article(html: str) -> None:
    """Standing pages, error pages and lists of links are no articles, even where their metadata says so by mistake."""
    assert parse(AROUND.format(html)).posts == ()


def test_live_blog() -> None:
    """The updates of a live blog are one post."""
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Storm: as it happens"}</script>'
    updates = "".join(
        f"<article><h2>Update {n}</h2>{STORY.replace('crane', f'crane {n}')}</article>" for n in range(4)
    )
    body = AROUND.format(f"<main><h1>Storm: as it happens</h1>{updates}</main>")
    (post,) = parse(f"<head>{live}</head>{body}").posts
    assert post.title == "Storm: as it happens"
    assert sum("has not moved since the storm" in block.text for block in post.blocks) == 4
    assert len(parse(f"<head></head>{body}").posts) == 4
