"""What a page of one article tells."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.metadata import page_metadata, page_site
from transforms.publishers import PublisherCues, parse_publishers
from transforms.records import Metadata

CUES_FILE = Path(__file__).parents[3] / "transforms" / "publishers" / "cues.toml"
URL = "https://www.wren.example/2031/01/22/otters"
SCRAPED = "2031-02-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def cues() -> PublisherCues:
    """The project's own names of publishers."""
    return parse_publishers(CUES_FILE.read_text("utf-8"))


def told(html: str, *, url: str | None = None, cues: PublisherCues | None = None) -> Metadata:
    """The metadata of a page."""
    return page_metadata(LexborHTMLParser(html), url=url, scraped_at=SCRAPED, cues=cues)


WHOLE = """<!DOCTYPE html><html lang="en-GB"><head><title>Otters return to the Wye | The Wren</title>
<link rel="canonical" href="/2031/01/22/otters"><meta property="og:site_name" content="The Wren">
<meta property="og:title" content="Otters return to the Wye"><meta property="article:published_time" content="2031-01-22T09:00:00Z">
<meta property="article:section" content="Nature"><meta property="article:tag" content="otters"><meta property="article:tag" content="Wye">
<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Otters return to the Wye",
"datePublished":"2031-01-22T08:30:00+02:00","author":{"@id":"#jane"},"publisher":{"name":"The Wren"},"articleSection":["Wildlife"]},
{"@type":"Person","@id":"#jane","name":"Jane Roe"}]}</script></head>
<body><h1>Otters return to the Wye</h1><p>By <a rel="author" href="/jane">John Doe</a></p>
<a rel="tag" href="/tag/rivers">#Rivers</a><aside class="related"><a rel="tag" href="/x">Elsewhere</a></aside></body></html>"""


def test_everything_in_order_of_trust() -> None:
    """JSON-LD goes before OpenGraph, and both before what is printed."""
    assert told(WHOLE, url=URL) == Metadata(
        title="Otters return to the Wye",
        url=URL,
        authors=("Jane Roe",),
        published_at="2031-01-22T06:30:00+00:00",
        date_evidence="html",
        section="Wildlife",
        terms=("otters", "Wye", "Rivers"),
        language="en",
    )


DATES = {
    "jsonld": '<script type="application/ld+json">{"@type":"Article","datePublished":"2031-01-01"}</script>',
    "og": '<meta property="article:published_time" content="2031-01-02">',
    "time": '<body><time class="updated" datetime="2031-01-30"></time><time datetime="2031-01-29"></time>'
    '<time class="entry-date published" datetime="2031-01-03">3 January</time>',
    "meta": '<meta name="dc.date.issued" content="2031-01-04">',
    "address": '<link rel="canonical" href="https://wren.example/2031/01/05/otters">',
    "printed": '<h1>Otters</h1><p class="article-date">Published: 6 January 2031</p>',
}


@pytest.mark.parametrize("start", range(len(DATES)))
def test_date_by_trust(start: int) -> None:
    """Of all that tell a date the most trusted is believed, and its kind is told."""
    found = told("".join(list(DATES.values())[start:]))
    assert found.published_at == f"2031-01-0{start + 1}T00:00:00+00:00"
    assert found.date_evidence == ("html", "html", "html", "html", "url", "text")[start]
    assert found.date_problem is None


@pytest.mark.parametrize(
    "date", ["2087-01-01", "0001-01-01T00:00:00Z", "1970-01-01", "soon", "2031-01-22" * 10_000]
)
def test_dates_that_cannot_be(date: str) -> None:
    """Faults 34 and 35: an implausible date is null and flagged; one that is plausible is taken in its place."""
    bad = f'<meta property="article:published_time" content="{date}">'
    found = told(bad)
    assert (found.published_at, found.date_evidence) == (None, None)
    assert found.date_problem is not None
    assert len(found.date_problem) < 200
    assert told(bad + DATES["meta"]).published_at == "2031-01-04T00:00:00+00:00"


def test_contradicting_printed_dates_tell_nothing() -> None:
    """Two different days of two teasers are nobody's date of publication."""
    html = "<h1>Otters</h1>" + "".join(f'<span class="date">{day} January 2031</span>' for day in (3, 4))
    assert told(html).published_at is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "http://[", "/no/base"])
def test_links_that_are_no_addresses(link: str) -> None:
    """Fault 38: a `javascript:` link is dropped wherever it stands."""
    html = f'<base href="{link}"><link rel="canonical" href="{link}"><meta property="og:url" content="{link}"><a rel="home" href="{link}">'
    assert told(html).url is None
    assert page_site(LexborHTMLParser(html), url=None) is None


def test_site() -> None:
    """The address tells the site; else what the page links itself by."""
    html = '<link rel="canonical" href="https://copies.example/a"><meta property="og:url" content="https://other.example/">'
    assert page_site(LexborHTMLParser(html), url=URL) == "www.wren.example"
    assert page_site(LexborHTMLParser(html), url=None) == "copies.example"
    assert (
        page_site(
            LexborHTMLParser('<p class="site-title"><a href="https://Copies.example:8080/">x</a>'), url=None
        )
        == "copies.example"
    )


ORIGINS: Mapping[str, tuple[str, str | None]] = {
    "canonical link to a publisher": (
        '<link rel="canonical" href="https://www.theguardian.com/x">',
        "The Guardian",
    ),
    "og:url of a publisher": (
        '<meta property="og:url" content="https://www.theguardian.com/x">',
        "The Guardian",
    ),
    "canonical link to nobody known": ('<link rel="canonical" href="https://nobody.example/x">', None),
    "its own name": (
        '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"The Wren"}}</script>',
        None,
    ),
    "a publisher's name": (
        '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"The Guardian"}}</script>',
        "The Guardian",
    ),
    "based on another site's": (
        '<script type="application/ld+json">{"@type":"BlogPosting","isBasedOn":"https://www.reuters.com/x"}</script>',
        "Reuters",
    ),
    "based on an article of a paper nobody knows": (
        """<script type="application/ld+json">{"@type":"BlogPosting","isBasedOn":{"@type":"NewsArticle","name":"Otters",
        "url":"https://pike.example/x","publisher":{"name":"The Pike Gazette"}}}</script>""",
        "The Pike Gazette",
    ),
    "based on itself": (
        '<script type="application/ld+json">{"@type":"BlogPosting","isBasedOn":{"name":"Otters","url":"https://wren.example/x"}}</script>',
        None,
    ),
    "a source link": (
        '<p>Text <a rel="nofollow" href="https://apnews.com/x">Source link</a></p>',
        "The Associated Press",
    ),
    "a link in the text": (
        '<p>as <a rel="nofollow" href="https://apnews.com/x">officials said on Monday</a></p>',
        None,
    ),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_publisher_is_the_article_s_own(name: str, cues: PublisherCues) -> None:
    """The publisher is whoever wrote what was copied, with the words that tell it; never the copying site."""
    html, publisher = ORIGINS[name]
    found = told(html, url=URL, cues=cues)
    assert found.publisher == publisher
    assert bool(found.publisher_evidence) == bool(publisher)


def test_a_publisher_s_own_page(cues: PublisherCues) -> None:
    """A page saved from a publisher's own site is that publisher's."""
    assert told("<h1>Otters</h1>", url="https://www.bbc.co.uk/news/1", cues=cues).publisher == "BBC News"


def test_url_stays_on_the_scraped_site() -> None:
    """A canonical link to the original is not the post's address on the copying site."""
    html = '<link rel="canonical" href="https://www.theguardian.com/x">'
    assert told(html, url=URL).url == URL


def test_own_name_gives_way_to_a_printed_person() -> None:
    """Where markup names the site as author and a by-line prints a person, the person signed."""
    html = (
        '<meta property="og:site_name" content="The Wren"><meta name="author" content="The Wren"><h1>Otters</h1>'
        '<div class="post__author-line">By Jane Roe</div>'
    )
    assert told(html).authors == ("Jane Roe",)
    assert told(html.replace("By Jane Roe", "Share")).authors == ("The Wren",)


def test_commenters_are_no_authors() -> None:
    """A name in a comment signs the comment."""
    assert told('<div id="comments"><span class="author">Troll</span></div>').authors == ()


def test_nothing_told() -> None:
    """An empty page tells nothing."""
    assert told("") == Metadata()


PIECES = st.sampled_from(
    [
        "<meta ", 'property="og:title" ', 'content="', "article:published_time", '"', ">", "<time datetime=", "<h1>", "</h1>", "<h2>",
        '<script type="application/ld+json">', '{"@type":"Article","author":', "[", "{", "}", "]", "</script>", "<title>", "<base href=",
        "//", "https://", "javascript:", "2031-01-22", "By ", "\x00", "\u202e", "&#0;", "<a rel=tag>", "<link rel=canonical href=", "é", "１",
    ]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40))
def test_any_markup(pieces: list[str]) -> None:
    """No markup stops it, and what it tells is short, clean and of the web."""
    found = told("".join(pieces), url=None)
    assert found.title is None or (found.title.strip() == found.title and len(found.title) <= 1_000)
    assert found.url is None or found.url.lower().startswith(("http://", "https://"))
    assert all(name == " ".join(name.split()) for name in (*found.authors, *found.terms))
    assert (found.published_at is None) == (found.date_evidence is None)


@pytest.mark.parametrize(
    "html",
    [
        "<h1>" + "<div class=date>" * 3_000 + "1 January 2031",
        '<meta name="author" content="' + "a, " * 500_000 + '">',
        '<meta property="og:title" content="x">' * 20_000,
        '<script type="application/ld+json">' + '{"@graph":[' * 20_000 + "</script>",
        '<script type="application/ld+json">['
        + '{"@type":"Article","author":[{"@id":"#x"}]},' * 20_000
        + "{}]</script>",
        '<time datetime="' + "2031-01-22 " * 100_000 + '">' * 5,
        "<title>" + " - x" * 100_000 + "</title>",
        '<a rel="author">' + "by " * 200_000 + "</a>",
    ],
    ids=[
        "nested dates",
        "endless author",
        "many metas",
        "deep json",
        "many articles",
        "endless times",
        "many bars",
        "endless by",
    ],
)
def test_hostile_pages_cost_little(html: str) -> None:
    """Pages that are built to cost time are read, and what is told stays short."""
    found = told(html)
    assert len(found.authors) <= 30
    assert all(len(name) <= 120 for name in found.authors)
    assert len(found.title or "") <= 1_000


def test_zone_of_another() -> None:
    """A time without zone that another part of the page tells with its zone has that zone."""
    html = (
        '<script type="application/ld+json">{"@type":"Article","datePublished":"2031-01-22 00:30:00"}</script>'
        '<meta name="date" content="2031-01-22T00:30:00+02:00">'
    )
    assert told(html).published_at == "2031-01-21T22:30:00+00:00"
    assert told(html.replace("00:30:00+02:00", "09:30:00+02:00")).published_at == "2031-01-22T00:30:00+00:00"
