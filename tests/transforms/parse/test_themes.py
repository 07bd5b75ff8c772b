"""Archive pages of themes that mark their posts in other ways, or not at all: each post's text, and nothing else, is its own."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from flows.knowledge import load_knowledge
from transforms.limits import DEFAULT_LIMITS
from transforms.parse.html import parse_html
from transforms.records import Page, RawDocument, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A post as a theme prints it."""

    number: int
    title: str
    text: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://velmora.example/2031/03/0{self.number}/post-{self.number}/"

    @property
    def paragraphs(self) -> str:
        """Its text as markup."""
        return "".join(f"<p>{text}</p>" for text in self.text)

    @property
    def link(self) -> str:
        """Its linked headline."""
        return f'<a href="{self.url}">{self.title}</a>'


POSTS = (
    Told(
        number=1,
        title="Harbour crane stands still for a third week",
        text=(
            "The tall crane at the north quay of Velmora has not moved since the storm, and nobody at the port office will say when "
            "the parts are due.",
            "Ships wait in the bay, and the fishermen have begun to unload by hand.",
        ),
    ),
    Told(
        number=2,
        title="Council votes to plant four hundred lime trees",
        text=(
            "After two years of argument the council of Velmora has voted for lime trees along the ring road, with nine votes against.",
        ),
    ),
    Told(
        number=3,
        title="Night trains return to the mountain line",
        text=(
            "From April a sleeper will leave Velmora at ten in the evening and reach the pass at dawn, the railway said on Monday.",
            "Tickets cost less than a room in either town, and the first month is nearly sold out.",
            "“We had hoped for half of it,” the manager told reporters.",
        ),
    ),
)
TEASERS = tuple(
    Told(number=post.number, title=post.title, text=(post.text[0][:100] + "…",)) for post in POSTS
)


def page(body: str, *, classes: str = "", head: str = "") -> str:
    """A page around its main part: site name, menu, sidebar, footer."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>Velmora Wire</title>{head}</head><body class="{classes}">'
        '<header class="site-header"><div class="site-title"><a href="https://velmora.example/">Velmora Wire</a></div>'
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav></header>'
        f"{body}"
        '<aside class="sidebar"><h3>Recent posts</h3><ul><li><a href="/x">Ten facts about tea</a></li>'
        '<li><a href="/y">Why the sky is blue</a></li></ul></aside>'
        "<footer><p>Copyright 2031 Velmora Wire. All rights reserved by the owners of this small site.</p></footer></body></html>"
    )


def each(template: Callable[[Told], str], posts: tuple[Told, ...] = POSTS) -> str:
    """The template for every post."""
    return "".join(template(post) for post in posts)


def block_theme() -> str:
    """WordPress block theme: a query loop."""
    return page(
        '<main class="wp-block-group"><h1 class="wp-block-query-title">Tag: Velmora</h1><div class="wp-block-query">'
        '<ul class="wp-block-post-template">'
        + each(
            lambda p: (
                f'<li class="wp-block-post post-{p.number} post type-post tag-velmora"><h2 class="wp-block-post-title">{p.link}</h2>'
                f'<div class="wp-block-post-date"><time datetime="2031-03-0{p.number}T10:00:00+00:00">March {p.number}, 2031</time></div>'
                f'<div class="entry-content wp-block-post-content">{p.paragraphs}</div>'
                '<div class="taxonomy-post_tag wp-block-post-terms"><a href="/tag/velmora" rel="tag">Velmora</a></div></li>'
            )
        )
        + '</ul><nav class="wp-block-query-pagination"><a href="/page/2">Next Page</a></nav></div></main>',
        classes="archive tag tag-velmora",
    )


def blogger() -> str:
    """Blogger: outer and inner wrappers, schema.org."""
    return page(
        '<div class="main section" id="main"><div class="widget Blog" id="Blog1"><div class="blog-posts hfeed">'
        + each(
            lambda p: (
                f'<div class="date-outer"><h2 class="date-header"><span>Monday, March {p.number}, 2031</span></h2><div class="date-posts">'
                '<div class="post-outer"><div class="post hentry uncustomized-post-template" itemscope itemtype="http://schema.org/BlogPosting">'
                f'<h3 class="post-title entry-title" itemprop="name">{p.link}</h3>'
                f'<div class="post-body entry-content" itemprop="description articleBody">{p.paragraphs}<div style="clear: both;"></div></div>'
                '<div class="post-footer"><span class="post-author vcard">Posted by <span class="fn">Ada</span></span>'
                '<span class="post-labels">Labels: <a href="/search/label/port" rel="tag">port</a></span></div></div></div></div></div>'
            )
        )
        + "</div></div></div>"
    )


def ghost() -> str:
    """Ghost: cards with excerpts."""
    return page(
        '<main id="site-main" class="site-main"><div class="post-feed">'
        + each(
            lambda p: (
                f'<article class="post-card post"><a class="post-card-image-link" href="{p.url}"><img src="/{p.number}.jpg" alt=""></a>'
                f'<div class="post-card-content"><a class="post-card-content-link" href="{p.url}"><header class="post-card-header">'
                f'<div class="post-card-tags"><span class="post-card-primary-tag">News</span></div><h2 class="post-card-title">{p.title}</h2>'
                f'</header><div class="post-card-excerpt">{p.text[0]}</div></a><footer class="post-card-meta">'
                f'<time class="post-card-meta-date" datetime="2031-03-0{p.number}">Mar {p.number}, 2031</time>'
                '<span class="post-card-meta-length">2 min read</span></footer></div></article>'
            ),
            TEASERS,
        )
        + "</div></main>"
    )


def hugo() -> str:
    """Hugo list: sections without a class."""
    return page(
        "<main><h1>Posts tagged “Velmora”</h1>"
        + each(
            lambda p: (
                f"<section><h2>{p.link}</h2><p><small>2031-03-0{p.number}</small></p><div>{p.paragraphs}</div></section>"
            )
        )
        + '<ul class="pagination"><li><a href="/2">2</a></li></ul></main>'
    )


def drupal() -> str:
    """Drupal views."""
    return page(
        '<div class="region region-content"><div class="view view-taxonomy-term"><div class="view-content">'
        + each(
            lambda p: (
                f'<div class="views-row views-row-{p.number}"><div class="views-field views-field-title"><h3 class="field-content">{p.link}</h3>'
                f'</div><div class="views-field views-field-created"><span class="field-content">Mon, 03/0{p.number}/2031</span></div>'
                f'<div class="views-field views-field-body"><div class="field-content">{p.paragraphs}</div></div></div>'
            )
        )
        + "</div></div></div>"
    )


def table() -> str:
    """An old table layout: a row for the headline, a row for the text."""
    return page(
        '<table width="600"><tbody>'
        + each(lambda p: f"<tr><td><h2>{p.link}</h2></td></tr><tr><td>{p.paragraphs}</td></tr>")
        + "</tbody></table>"
    )


def soup() -> str:
    """Divisions without names."""
    return page(
        "<div><div>"
        + each(lambda p: f"<div><div><h3>{p.link}</h3></div><div>{p.paragraphs}</div></div>")
        + "</div></div>"
    )


def flat() -> str:
    """Headlines and paragraphs one after another, nothing around each post."""
    return page("<div id='content'>" + each(lambda p: f"<h2>{p.link}</h2>{p.paragraphs}") + "</div>")


def portal() -> str:
    """A news portal: named divisions, a lead of another class, teasers."""
    return page(
        '<div class="news-list">'
        + each(
            lambda p: (
                f'<div class="news-item item-{p.number}"><div class="news-item__pic"><a href="{p.url}"><img src="/p.jpg" alt=""></a></div>'
                f'<div class="news-item__title">{p.link}</div><div class="news-item__date">0{p.number}.03.2031</div>'
                f'<div class="news-item__lead">{p.text[0]}</div></div>'
            ),
            TEASERS,
        )
        + "</div>"
    )


def read_more() -> str:
    """Excerpts with a link to the rest, which stays with the post."""
    return page(
        '<main><h1 class="page-title">Category: News</h1>'
        + each(
            lambda p: (
                f'<article class="post"><h2 class="entry-title">{p.link}</h2><div class="entry-summary"><p>{p.text[0]}</p></div>'
                '<div class="share-buttons"><a href="#">Facebook</a> <a href="#">X</a></div></article>'
            ),
            TEASERS,
        )
        + "</main>",
        classes="archive category",
    )


def squarespace() -> str:
    """Squarespace: microformats and a wrapper for everything."""
    return page(
        '<div class="BlogList sqs-blog-list hfeed">'
        + each(
            lambda p: (
                f'<article class="hentry BlogList-item category-news post-type-text" id="post-{p.number}"><div class="Blog-meta BlogList-item-meta">'
                f'<time class="Blog-meta-item Blog-meta-item--date" datetime="2031-03-0{p.number}">March {p.number}, 2031</time></div>'
                f'<h1 class="BlogList-item-title">{p.link}</h1><div class="sqs-layout"><div class="sqs-block html-block"><div class="sqs-block-content">'
                f"{p.paragraphs}</div></div></div></article>"
            )
        )
        + "</div>"
    )


def cards() -> str:
    """A grid of columns and rows, the whole card a link."""
    rows = [POSTS[:2], POSTS[2:]]
    return page(
        '<div class="container">'
        + "".join(
            '<div class="row">'
            + each(
                lambda p: (
                    f'<div class="col-md-6"><a class="card" href="{p.url}"><div class="card-body"><h4 class="card-heading">{p.title}</h4>'
                    f'<p class="card-text">{p.text[0]}</p></div></a></div>'
                ),
                row,
            )
            + "</div>"
            for row in rows
        )
        + "</div>"
    )


THEMES = {
    theme.__name__: theme
    for theme in (
        block_theme, blogger, ghost, hugo, drupal, table, soup, flat, portal, read_more, squarespace, cards,
    )
}  # fmt: skip
SHORT = {"ghost": TEASERS, "portal": TEASERS, "read_more": TEASERS}


def read(html: str, *, url: str | None = "https://velmora.example/news") -> Page:
    """The page of a markup."""
    raw = RawDocument(raw_file="page.html", raw_sha256="0" * 64, text=html, media_type="text/html", url=url)
    return parse_html(raw, load_knowledge(), DEFAULT_LIMITS)


def bodies(found: Page) -> list[tuple[str | None, tuple[str, ...]]]:
    """Headline and text of each post."""
    return [
        (post.title, tuple(block.text for block in post.blocks if block.role is None)) for post in found.posts
    ]


@pytest.mark.parametrize("name", sorted(THEMES))
def test_posts_of_a_theme(name: str) -> None:
    """Every post has its headline and its text; site name, menu, dates, labels and sidebar are furniture of the page."""
    found = read(THEMES[name]())
    expected = SHORT.get(name, POSTS)
    if name in ("cards",):
        expected = tuple(Told(number=p.number, title=p.title, text=p.text[:1]) for p in POSTS)
    assert bodies(found) == [(post.title, post.text) for post in expected]
    assert all(block.role in (Role.CHROME, Role.PAGE_HEADING) for block in found.blocks)
    assert [post.metadata.url for post in found.posts] == [post.url for post in expected]
