"""Archive pages of themes that mark their posts in other ways, or not at all: each post's text, and nothing else, is its own."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from flows.knowledge import load_knowledge
from transforms.limits import DEFAULT_LIMITS
from transforms.parse.html import parse_html
from transforms.records import Page, RawDocument, Role


KNOWLEDGE = load_knowledge()


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
    def day(self) -> str:
        """Its day."""
        return f"2031-03-0{self.number}"

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


CHINESE = (
    Told(
        number=1,
        title="港口吊车停工进入第三周",
        text=(
            "维尔莫拉北码头的高大吊车自风暴以来一直没有移动，港务局没有人愿意说明零件何时到达，船只在海湾等待，渔民开始用手卸货。",
        ),
    ),
    Told(
        number=2,
        title="议会投票决定种植四百棵椴树",
        text=(
            "经过两年的争论，维尔莫拉议会以九票反对通过了沿环路种植椴树的决定，工程将于春天开始，预计需要三年才能完成。",
        ),
    ),
    Told(
        number=3,
        title="夜间列车重返山区线路",
        text=(
            "从四月起，卧铺列车将于晚上十点从维尔莫拉出发，黎明时分抵达山口，铁路公司周一表示，票价低于两地的旅馆房间。",
        ),
    ),
)


def tumblr() -> str:
    """Tumblr: a section named post within an article, tags as linked hashtags."""
    return page(
        '<section id="posts" class="content clearfix">'
        + each(
            lambda p: (
                f'<article class="text not-page post-{p.number}"><div class="post-wrapper clearfix"><section class="post"><h2 class="title">{p.link}</h2><div class="body-text">{p.paragraphs}</div></section><section class="inline-meta date-notes"><div class="date-note-wrapper"><a href="{p.url}" class="meta-item post-date">March {p.number}, 2031</a><a href="{p.url}#notes" class="meta-item post-notes">{p.number * 7} notes</a></div></section><section class="panel"><ul class="tags"><li><a href="/tagged/x">#velmora</a></li></ul></section></div></article>'
            )
        )
        + "</section>",
        classes="index-page",
    )


def medium() -> str:
    """Medium-like: classes that say nothing, a by-line above, a whole link."""
    return page(
        '<div class="ab cd"><div>'
        + each(
            lambda p: (
                f'<article><div class="x y"><div class="ae"><a href="/@ada">Ada Marl</a></div><a href="{p.url}"><h2 class="be bf">{p.title}</h2><div class="bg"><h3 class="be">{p.text[0]}</h3></div></a><div class="bh"><span>Mar {p.number}</span><span>·</span><span>3 min read</span></div></div></article>'
            )
        )
        + "</div></div>"
    )


def joomla() -> str:
    """Joomla: a details list, "Read more"."""
    return page(
        '<div class="blog" itemscope itemtype="https://schema.org/Blog"><div class="page-header"><h1>News</h1></div>'
        + each(
            lambda p: (
                f'<div class="items-row cols-1 row-{p.number - 1} row"><div class="col-sm-12"><div class="item column-1" itemprop="blogPost" itemscope itemtype="https://schema.org/BlogPosting"><div class="page-header"><h2 itemprop="name">{p.link}</h2></div><dl class="article-info muted"><dt class="article-info-term">Details</dt><dd class="createdby">Written by <span>Ada Marl</span></dd><dd class="published"><time datetime="{p.day}">Published: {p.day}</time></dd><dd class="hits">Hits: 33</dd></dl>{p.paragraphs}<p class="readmore"><a class="btn" href="{p.url}">Read more</a></p></div></div></div>'
            )
        )
        + '<div class="pagination"><p class="counter">Page 1 of 4</p></div></div>',
        classes="site com_content view-category layout-blog",
    )


def jekyll() -> str:
    """Jekyll: a list whose items hold the text."""
    return page(
        '<div class="home"><h2 class="post-list-heading">Posts</h2><ul class="post-list">'
        + each(
            lambda p: (
                f'<li><span class="post-meta">Mar {p.number}, 2031</span><h3><a class="post-link" href="{p.url}">{p.title}</a></h3>{p.paragraphs}</li>'
            )
        )
        + '</ul><p class="rss-subscribe">subscribe <a href="/feed.xml">via RSS</a></p></div>'
    )


def tagdiv() -> str:
    """A magazine theme of named divisions."""
    return page(
        '<div class="td-main-content-wrap"><div class="td-ss-main-content"><div class="td-page-header"><h1 class="entry-title td-page-title"><span>Tag: Velmora</span></h1></div>'
        + each(
            lambda p: (
                f'<div class="td_module_10 td_module_wrap td-animation-stack"><div class="td-module-thumb"><a href="{p.url}" rel="bookmark" title="x"><img src="a.jpg"></a><a href="/category/news" class="td-post-category">News</a></div><div class="item-details"><h3 class="entry-title td-module-title"><a href="{p.url}" rel="bookmark">{p.title}</a></h3><div class="td-module-meta-info"><span class="td-post-author-name"><a href="/author/ada">Ada</a> <span>-</span></span> <span class="td-post-date"><time class="entry-date updated td-module-date" datetime="{p.day}T10:00:00+00:00">March {p.number}, 2031</time></span><div class="td-module-comments"><a href="#">0</a></div></div><div class="td-excerpt">{p.text[0]}</div></div></div>'
            )
        )
        + '<div class="page-nav td-pb-padding-side"><span class="current">1</span><a href="/page/2">2</a><span class="pages">Page 1 of 2</span></div></div></div>',
        classes="archive tag tag-velmora",
    )


def divi() -> str:
    """A builder theme whose text has no element of its own."""
    return page(
        '<div id="main-content"><div class="container"><div id="content-area" class="clearfix"><div id="left-area">'
        + each(
            lambda p: (
                f'<article id="post-{p.number}" class="et_pb_post post-{p.number} post type-post hentry"><h2 class="entry-title">{p.link}</h2><p class="post-meta">by <span class="author vcard"><a href="/a">Ada</a></span> | <span class="published">Mar {p.number}, 2031</span> | <a href="/c" rel="category tag">News</a></p>{p.paragraphs}</article>'
            )
        )
        + '<div class="pagination clearfix"><div class="alignleft"><a href="/p2">« Older Entries</a></div></div></div><div id="sidebar"><div id="search-2" class="et_pb_widget"><form><label>Search for:</label></form></div></div></div></div></div>',
        classes="archive category",
    )


def deflist() -> str:
    """A definition list."""
    return page("<dl>" + each(lambda p: f"<dt><h4>{p.link}</h4></dt><dd>{p.paragraphs}</dd>") + "</dl>")


def portal_cn() -> str:
    """A portal of another script: linked titles without headings."""
    return page(
        '<div class="list"><ul class="news">'
        + each(
            lambda p: (
                f'<li class="clear"><a href="{p.url}" class="title">{p.title}</a><p>{p.text[0]}</p><span class="time">2031年03月0{p.number}日 10:20</span></li>'
            ),
            CHINESE,
        )
        + "</ul></div>"
    )


def titles_div_flat() -> str:
    """Named divisions one after another."""
    return page(
        '<div class="blog">'
        + each(
            lambda p: (
                f'<div class="post-header-title">{p.link}</div><div class="meta">March {p.number}, 2031</div><div class="text">{p.paragraphs}</div><hr>'
            )
        )
        + "</div>"
    )


def with_comments() -> str:
    """Share bar and related posts within the text, comments below."""
    return page(
        "<main>"
        + each(
            lambda p: (
                f'<article class="hentry"><h2 class="entry-title">{p.link}</h2><div class="entry-content">{p.paragraphs}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="#">Twitter</a></li></ul></div><div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><div><a href="/z">Another headline of the same site here</a></div></div></div></article>'
            )
        )
        + '<section id="comments"><ol class="commentlist"><li><article class="comment-body"><h4>Zed</h4><div class="comment-content"><p>I have seen this crane myself and it is really not moving at all, dear editors of the paper.</p></div></article></li><li><article class="comment-body"><h4>Yan</h4><p>Nor have I ever seen it move in all of the years that I have lived here.</p></article></li></ol></section></main>'
    )


def featured() -> str:
    """A lead of another kind above the list."""
    a, rest = POSTS[0], POSTS[1:]
    return page(
        f'<main><div class="featured"><article class="hero"><h2 class="hero-title">{a.link}</h2><div class="hero-text">{a.paragraphs}</div></article></div><div class="grid">'
        + each(
            lambda p: (
                f'<article class="card"><h3 class="card-title">{p.link}</h3><div class="card-text">{p.paragraphs}</div></article>'
            ),
            rest,
        )
        + "</div></main>",
        classes="home blog",
    )


def font_tables() -> str:
    """Tables and fonts within one form, line breaks for paragraphs."""
    return page(
        '<form id="aspnetForm"><table><tr><td><table>'
        + each(
            lambda p: (
                f'<tr><td><font size="4"><b><a class="newstitle" href="{p.url}">{p.title}</a></b></font><br><font size="1">3/{p.number}/2031 10:00 AM</font><br>{"<br><br>".join(p.text)}<br><br></td></tr>'
            )
        )
        + "</table></td></tr></table></form>"
    )


def unlinked() -> str:
    """Whole posts whose headlines link nowhere."""
    return page(
        "<main>"
        + each(
            lambda p: (
                f'<article><h2>{p.title}</h2><p class="date">March {p.number}, 2031</p>{p.paragraphs}{p.paragraphs}</article>'
            )
        )
        + "</main>"
    )


def deep_wrap() -> str:
    """Generated class names."""
    return page(
        '<div id="root"><div class="css-1"><div class="css-2">'
        + each(
            lambda p: (
                f'<div class="css-abc{p.number}"><div class="css-x"><a href="{p.url}"><div class="css-t"><h3 class="css-h">{p.title}</h3></div><div class="css-p"><p>{p.text[0]}</p></div></a><div class="css-m"><span>3h ago</span><span>Ada Marl</span></div></div></div>'
            )
        )
        + "</div></div></div>"
    )


FIRST_ONLY = tuple(Told(number=p.number, title=p.title, text=p.text[:1]) for p in POSTS)
MORE = tuple(Told(number=p.number, title=p.title, text=(*p.text, "Read more")) for p in POSTS)
TWICE = tuple(Told(number=p.number, title=p.title, text=p.text * 2) for p in POSTS)
THEMES: dict[Callable[[], str], tuple[Told, ...]] = {
    block_theme: POSTS,
    blogger: POSTS,
    cards: FIRST_ONLY,
    deep_wrap: FIRST_ONLY,
    deflist: POSTS,
    divi: POSTS,
    drupal: POSTS,
    featured: POSTS,
    flat: POSTS,
    font_tables: POSTS,
    ghost: TEASERS,
    hugo: POSTS,
    jekyll: POSTS,
    joomla: MORE,
    medium: FIRST_ONLY,
    portal: TEASERS,
    portal_cn: CHINESE,
    read_more: TEASERS,
    soup: POSTS,
    squarespace: POSTS,
    table: POSTS,
    tagdiv: FIRST_ONLY,
    titles_div_flat: POSTS,
    tumblr: POSTS,
    unlinked: TWICE,
    with_comments: POSTS,
}


def read(html: str, *, url: str | None = "https://velmora.example/news") -> Page:
    """The page of a markup."""
    raw = RawDocument(raw_file="page.html", raw_sha256="0" * 64, text=html, media_type="text/html", url=url)
    return parse_html(raw, KNOWLEDGE, DEFAULT_LIMITS)


def bodies(found: Page) -> list[tuple[str | None, tuple[str, ...]]]:
    """Headline and text of each post."""
    return [
        (post.title, tuple(block.text for block in post.blocks if block.role is None)) for post in found.posts
    ]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_posts_of_a_theme(theme: Callable[[], str]) -> None:
    """Every post has its headline and its text; site name, menu, dates, labels and sidebar are furniture of the page."""
    found = read(theme())
    expected = THEMES[theme]
    assert bodies(found) == [(post.title, post.text) for post in expected]
    assert all(block.role in (Role.CHROME, Role.PAGE_HEADING) for block in found.blocks)
    if theme is not unlinked:
        assert [post.metadata.url for post in found.posts] == [post.url for post in expected]
