"""What the markup of one post on an archive page tells."""

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.metadata import entry_metadata
from transforms.records import Metadata

PAGE = "https://copies.example/tag/rivers/"
TOLD = Metadata(
    title="Otters return to the Wye",
    url="https://copies.example/2031/01/22/otters/",
    authors=("Jane Roe",),
    published_at="2031-01-22T09:00:00+00:00",
    date_evidence="html",
    terms=("Nature", "otters", "Wye"),
)
CLASSIC = """<article class="post"><h2 class="entry-title"><a rel="bookmark" href="/2031/01/22/otters/">Otters return to the Wye</a></h2>
<span class="posted-on"><time class="updated" datetime="2031-01-23T09:00:00Z">x</time><time class="entry-date published"
datetime="2031-01-22T09:00:00Z">22 January</time></span><span class="byline">by <span class="author vcard"><a class="url fn n"
href="/author/jane">Jane Roe</a></span></span><div class="entry-content"><h3>Not this</h3><p><a href="https://other.example/">x</a></p></div>
<footer class="entry-footer"><span class="cat-links"><a rel="category tag" href="/c/nature">Nature</a></span>
<span class="tags-links"><a rel="tag" href="/t/otters">otters</a>, <a rel="tag" href="/t/wye">Wye</a></span></footer></article>"""
BLOCKS = """<li class="wp-block-post"><h2 class="wp-block-post-title"><a href="https://copies.example/2031/01/22/otters/">Otters return to the
Wye</a></h2><div class="wp-block-post-date"><time datetime="2031-01-22T10:00:00+01:00">22</time></div>
<div class="wp-block-post-author"><p class="wp-block-post-author__name">Jane Roe</p></div>
<div class="taxonomy-category wp-block-post-terms"><a href="/c/nature">Nature</a></div>
<div class="taxonomy-post_tag wp-block-post-terms"><a href="/t/otters">otters</a><a href="/t/wye">Wye</a></div></li>"""
MICROFORMAT = """<div class="h-entry"><h1 class="p-name">Otters return to the Wye</h1><a class="u-url" href="/2031/01/22/otters/">
<time class="dt-published" datetime="2031-01-22 09:00:00+00:00">then</time></a><span class="p-author">Jane Roe</span>
<a class="p-category" href="#">Nature</a><a class="p-category" href="#">otters</a><a class="p-category" href="#">Wye</a></div>"""
MICRODATA = """<div itemscope><h3 itemprop="headline"><a href="../../2031/01/22/otters/">Otters return to the Wye</a></h3>
<meta itemprop="datePublished" content="2031-01-22T09:00:00Z"><span itemprop="author"><span itemprop="name">Jane Roe</span></span>
<a rel="tag">Nature</a> <a rel="tag">otters</a> <a rel="tag">Wye</a></div>"""


def node(html: str) -> LexborNode:
    """The first element of the markup's body."""
    found = LexborHTMLParser(f"<html><body><main>{html}</main></body></html>").css_first("main > *")
    assert found is not None
    return found


@pytest.mark.parametrize(
    "html", [CLASSIC, BLOCKS, MICROFORMAT, MICRODATA], ids=["classic", "blocks", "microformat", "microdata"]
)
def test_themes(html: str) -> None:
    """Classic and block themes, microformats and microdata tell the same."""
    assert entry_metadata(node(html), page_url=PAGE, scraped_at="2031-03-01T00:00:00Z") == TOLD


def test_day_of_the_address() -> None:
    """Where no time is told the permalink's day is."""
    found = entry_metadata(
        node('<div><h2><a href="https://copies.example/2025/01/22/otters">Otters</a></h2></div>'),
        page_url=None,
        scraped_at=None,
    )
    assert (found.published_at, found.date_evidence) == ("2025-01-22T00:00:00+00:00", "url")


def test_javascript_link() -> None:
    """Fault 38: a `javascript:` headline has no address, and the marked permalink is taken in its place."""
    html = '<div><h2><a href="javascript:open()">Otters</a></h2>{}</div>'
    assert entry_metadata(node(html.format("")), page_url=PAGE, scraped_at=None).url is None
    more = '<a class="more-link" href="/otters">more</a>'
    assert (
        entry_metadata(node(html.format(more)), page_url=PAGE, scraped_at=None).url
        == "https://copies.example/otters"
    )


def test_headline_within_a_link() -> None:
    """A card whose whole head is a link has that address."""
    html = '<li><a href="/otters"><h3>Otters</h3></a><p>Text</p></li>'
    assert entry_metadata(node(html), page_url=PAGE, scraped_at=None).url == "https://copies.example/otters"


def test_nothing_told() -> None:
    """A bare paragraph tells nothing."""
    assert entry_metadata(node("<div><p>Otters</p></div>"), page_url=PAGE, scraped_at=None) == Metadata()


def test_author_is_told_as_printed() -> None:
    """A system's user name is an author as printed."""
    html = '<div><h2>Otters</h2><span class="byline">by <a href="/author/admin">admin</a></span></div>'
    assert entry_metadata(node(html), page_url=PAGE, scraped_at=None).authors == ("admin",)


@pytest.mark.parametrize(
    "mark",
    [
        '<span class="elementor-post-author">Jane Roe</span>',
        '<span class="td-post-author-name"><a href="/a">Jane Roe</a> <span>-</span></span>',
        '<div class="card__author"><span class="card__author-name">By Jane Roe</span></div>',
        '<div class="has-author"><h3>Otters swim</h3></div><i class="x-author y">Jane Roe</i>',
    ],
)
def test_author_by_a_class_of_a_theme(mark: str) -> None:
    """A class name that ends in "author" marks one, whatever the theme puts before it; what holds a headline is no name."""
    html = f"<div><h2>Otters</h2>{mark}<p>Otters swim.</p></div>"
    assert entry_metadata(node(html), page_url=PAGE, scraped_at=None).authors == ("Jane Roe",)


def test_printed_date() -> None:
    """Where neither markup nor address tells a time, the date that the post prints is taken, and is said to be text."""
    html = '<div><h2>Otters</h2><p class="entry-meta">Posted on January 22, 2025 by admin</p><p>On 3 May 1999 it rained.</p></div>'
    found = entry_metadata(node(html), page_url=PAGE, scraped_at=None)
    assert (found.published_at, found.date_evidence) == ("2025-01-22T00:00:00+00:00", "text")
