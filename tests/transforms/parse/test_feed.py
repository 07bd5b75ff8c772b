"""Feeds of every kind: items to posts, what they tell, and what is refused."""

import pytest

from flows.knowledge import load_knowledge
from transforms.errors import SkipDocumentError
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.parse.feed import cut_item, parse_feed
from transforms.records import Page, RawDocument, Role

KNOWLEDGE = load_knowledge()
RSS = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
    "<title>Port &#8211; Velmora Wire</title><link>https://velmora.example</link><description>News of the bay</description>"
    '<atom:link href="https://velmora.example/tag/port/feed/" rel="self"/><language>en-GB</language>{items}</channel></rss>'
)
ITEM = (
    "<item><title>Crane &amp;amp; quay: “no parts”</title><link>https://velmora.example/2026/03/01/crane/</link>"
    "<dc:creator><![CDATA[Ada Marl]]></dc:creator><pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate>"
    "<category><![CDATA[Port]]></category><category>Storms</category>"
    "<description><![CDATA[The tall crane … [&#8230;]]]></description>"
    "<content:encoded><![CDATA[<p>The tall crane has not moved.</p><p>Ships wait in the bay.</p>"
    '<div class="sharedaddy"><a href="#">Share</a></div><p>Tags:</p><p>1. crane<br>2. quay</p><p>#Crane #quay</p>'
    "<p>The post <a href='x'>Crane</a> appeared first on Velmora Wire.</p>]]></content:encoded></item>"
)
ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Velmora Wire</title><link href="https://velmora.example/"/>'
    '<entry><title type="html">Lime &lt;b&gt;trees&lt;/b&gt;</title><link href="/lime"/><updated>2026-03-02T08:00:00Z</updated>'
    '<author><name>Bo Tarn</name></author><category term="Parks"/><summary type="text">Four hundred lime trees, and 5 &lt; 6.</summary>'
    "</entry></feed>"
)
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://velmora.example/"><title>Velmora Wire</title>'
    '<link>https://velmora.example/</link></channel><item rdf:about="https://velmora.example/a"><title>Night trains return</title>'
    "<link>https://velmora.example/a</link><description>A sleeper will leave at ten.</description><dc:date>2026-03-03T10:00:00Z</dc:date>"
    "</item></rdf:RDF>"
)


def read(text: str, *, limits: Limits = DEFAULT_LIMITS) -> Page:
    """The page of a feed."""
    raw = RawDocument(raw_file="feed.xml", raw_sha256="0" * 64, text=text, media_type="application/xml")
    return parse_feed(raw, KNOWLEDGE, limits)


def test_item_becomes_post() -> None:
    """Headline, text, tags and hashtags of an item, and what the feed tells of it."""
    page = read(RSS.format(items=ITEM))
    (post,) = page.posts
    assert (page.heading, page.tag) == ("Port – Velmora Wire", "Port")
    assert post.title == "Crane & quay: “no parts”"
    assert [block.text for block in post.blocks if block.role is None] == [
        "The tall crane has not moved.",
        "Ships wait in the bay.",
        "The post Crane appeared first on Velmora Wire.",
    ]
    assert (post.tags, post.hashtags) == (("crane", "quay"), ("#Crane", "#quay"))
    told = post.metadata
    assert (told.url, told.authors) == ("https://velmora.example/2026/03/01/crane/", ("Ada Marl",))
    assert (told.published_at, told.date_evidence) == ("2026-03-01T09:00:00+00:00", "feed")
    assert (told.terms, told.language, told.publisher) == (("Port", "Storms"), "en", None)


def test_channel_and_excerpt_are_furniture() -> None:
    """The channel's words, an excerpt beside a full text and share bars belong to no post; every block has its own number."""
    page = read(RSS.format(items=ITEM))
    assert [(block.role, block.text) for block in page.blocks] == [
        (Role.PAGE_HEADING, "Port – Velmora Wire"),
        (Role.CHROME, "News of the bay"),
        (Role.CHROME, "Share"),
        (Role.CHROME, "The tall crane … […]"),
    ]
    lines = [block.line for block in (*page.blocks, *page.posts[0].blocks)]
    assert sorted(lines) == list(range(1, len(lines) + 1))


def test_atom() -> None:
    """Titles lose their markup; a plain text keeps its signs."""
    (post,) = read(ATOM).posts
    assert post.title == "Lime trees"
    assert [block.text for block in post.blocks if block.role is None] == [
        "Four hundred lime trees, and 5 < 6."
    ]
    assert (post.metadata.url, post.metadata.authors) == ("https://velmora.example/lime", ("Bo Tarn",))
    assert post.metadata.published_at == "2026-03-02T08:00:00+00:00"


def test_rdf() -> None:
    """RSS 1.0, where items stand outside the channel."""
    page = read(RDF)
    assert [post.title for post in page.posts] == ["Night trains return"]
    assert page.tag is None
    assert page.posts[0].metadata.published_at == "2026-03-03T10:00:00+00:00"


@pytest.mark.parametrize(
    ("source", "publisher"),
    [
        ('<source url="https://other.example/feed">The Other Paper</source>', "The Other Paper"),
        ('<source url="https://velmora.example/feed">Velmora Wire</source>', None),
    ],
)
def test_source_is_the_publisher(source: str, publisher: str | None) -> None:
    """An item that names another site as its source was copied from there."""
    page = read(RSS.format(items=ITEM.replace("</item>", source + "</item>")))
    assert page.posts[0].metadata.publisher == publisher


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>',
        '<!DOCTYPE foo SYSTEM "file:///etc/passwd" [ <!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE foo [\n<!ELEMENT foo ANY>]>",
        "<!-- <rss> " + "x" * 30_000 + " -->" + '<!DOCTYPE lolz [<!ENTITY lol "lol">]>',
    ],
)
def test_entities_are_refused(prolog: str) -> None:
    """No feed that declares entities is parsed at all."""
    with pytest.raises(SkipDocumentError, match="xml_entities"):
        read(prolog + RSS.format(items=ITEM))


def test_plain_doctype_is_read() -> None:
    """Old RSS names its document type, which declares nothing."""
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    assert (
        len(
            read(doctype + RSS.format(items=ITEM)[len('<?xml version="1.0" encoding="ISO-8859-1"?>') :]).posts
        )
        == 1
    )


@pytest.mark.parametrize(
    ("told", "authors"),
    [
        ("<author>news@velmora.media (Jo Parr)</author>", ("Jo Parr",)),
        ("<author>news@velmora.com (Jo Parr)</author>", ("Jo Parr",)),
        ("<dc:creator>jo@velmora.example (Jo Parr)</dc:creator>", ("Jo Parr",)),
        ("<dc:creator><![CDATA[Jo Parr <jo@velmora.technology>]]></dc:creator>", ("Jo Parr",)),
        ("<author>Jo Parr &lt;jo@velmora.media&gt;</author>", ("Jo Parr",)),
        (
            "<dc:creator>Bo Tarn</dc:creator><dc:creator>jo@velmora.media (Jo Parr)</dc:creator>",
            ("Bo Tarn", "Jo Parr"),
        ),
        ("<author>jo@velmora.media</author>", ()),
        ("<author>Ада Марль (Порт)</author>", ("Ада Марль",)),
    ],
)
def test_an_address_beside_a_name_is_no_name(told: str, authors: tuple[str, ...]) -> None:
    """RSS asks for an address and a name in brackets; the name is told, under every domain."""
    item = ITEM.replace("<dc:creator><![CDATA[Ada Marl]]></dc:creator>", told)
    (post,) = read(RSS.format(items=item)).posts
    assert post.metadata.authors == authors


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_half_written_feed(share: float) -> None:
    """Whole items are read; the one that is cut off is left out and told."""
    whole = RSS.format(items=ITEM * 3)
    start = whole.rindex("<item>")
    cut = whole[: start + round(share * len(ITEM))]
    page = read(cut)
    assert len(page.posts) == 2
    assert cut_item(cut) == start
    assert cut_item(whole) is None
    (left_out,) = page.left_out
    assert (left_out.rule, left_out.place) == ("cut_item", f"character {start + 1}")
    assert not read(whole).left_out


def test_broken_xml_is_read() -> None:
    """A bare ampersand and an unclosed element cost no item."""
    broken = RSS.format(items=ITEM + ITEM.replace("Storms", "Storms & <tides"))
    assert len(read(broken).posts) == 2


def test_numbers_that_are_no_characters_are_replaced() -> None:
    """Surrogates, zero and numbers beyond Unicode cost no item."""
    odd = ITEM.replace("Storms", "Storms &#xD800; &#0; &#99999999999; &#x41;").replace(
        "<p>Ships", "]]>&#xDFFF;<![CDATA[<p>Ships"
    )
    (post,) = read(RSS.format(items=odd)).posts
    assert "Storms � � � A" in post.metadata.terms


def test_limits() -> None:
    """A feed with too many blocks, or an item nested too deep, is refused."""
    with pytest.raises(SkipDocumentError, match="too_many_blocks"):
        read(RSS.format(items=ITEM * 30), limits=Limits(max_blocks=100))
    with pytest.raises(SkipDocumentError, match="too_deep"):
        read(RSS.format(items=ITEM.replace("<p>Ships", "<div>" * 9_000 + "Ships")))


def test_text_that_is_an_address_is_not_fetched() -> None:
    """Feedparser would take a string for an address or a file's name."""
    for text in ("https://velmora.example/feed", "file:///etc/hostname", "pyproject.toml"):
        with pytest.raises(SkipDocumentError, match="not_a_feed"):
            read(text)
