"""Random and broken raw files of every form: no crash, and in the ledger every non-blank block once.

`make fuzz` runs the same with more examples (UNSPUN_FUZZ_EXAMPLES).
"""

import gzip
import io
import json
import os
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.door import check_tables
from flows.knowledge import load_knowledge
from flows.opened import RawFile, hash_steady
from flows.quarantine import Refusal
from flows.records import read_records
from flows.settings import Caps
from transforms.documents import last_line, read, renumber
from transforms.errors import SkipDocumentError
from transforms.knowledge import Knowledge
from transforms.records import Document, Role
from transforms.tables import compose

EXAMPLES = int(os.environ.get("UNSPUN_FUZZ_EXAMPLES", "40"))
CAPS = Caps(max_record_bytes=1_000_000, max_unpacked_bytes=4_000_000, max_members=50, max_depth=300)

PROSE = (
    "The ferry over the Olm stops on Monday for nine days, the harbour office of Karst said.",
    "Its engine needs a part that has to come from abroad, and nobody on the coast has such a boat.",
    "La barca no sale el lunes, dijo la oficina del puerto de Karst a los pasajeros.",
    "Паром через Ольм не пойдёт в понедельник, сообщили в порту Карста.",
    "フェリーは月曜日から九日間運休すると港湾局が発表した。",
    "Read more",
    "Tags:",
    "1. Karst",
    "#Ferry #Olm #stops",
    "Tag: KARST",
    "• Ferry stops | Travel",
    "By Ada Krill",
    "January 5, 2025",
    "\u202eevil\u200b \x1b[31mred\x07",
    "=cmd()|' /C calc'!A0",
    "a" * 300,
    "",
    " \t ",
    "&amp;&lt;b&gt;&#0;&#xD800;&nbsp;",
)
TAGS = ("article", "p", "div", "h1", "h2", "li", "ul", "ol", "a", "span", "b", "table", "tr", "td", "time", "main", "nav", "footer",
        "script", "style", "template", "noscript", "svg", "pre", "br", "img", "blockquote", "figure", "figcaption", "title", "body",
        "head", "html", "form", "select", "option", "textarea", "iframe", "item", "entry")  # fmt: skip
ATTRIBUTES = ("", ' class="post hentry"', ' class="entry-title"', ' class="entry-content"', ' href="javascript:x"', ' href="/2025/01/05/ferry"',
              ' datetime="0001-01-01"', ' datetime="2099-13-45"', ' id="x', " hidden", ' style="display:none"', ' rel="tag"',
              ' itemprop="articleBody"', ' class="' + "x " * 50 + '"')  # fmt: skip
JUNK = ("<", ">", "</", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE html>", "<?xml", "\x00", "\ufeff", "\ue000", "'", '"', "&", "\r", "\n\n\n", "</p>",
        "</article>", "<a b='", '<script type="application/ld+json">{"@type":"NewsArticle","headline":', "[1](", "**", "```", "---\ntitle: x\n---\n")  # fmt: skip

texts = st.sampled_from(PROSE) | st.text(max_size=40)
opened = st.builds(
    lambda tag, attributes: f"<{tag}{attributes}>", st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)
)
closed = st.sampled_from(TAGS).map(lambda tag: f"</{tag}>")
pieces = texts | texts.map(lambda text: f"<p>{text}</p>\n") | opened | closed | st.sampled_from(JUNK)
markup = st.lists(pieces, max_size=60).map("".join)
posts = st.lists(markup, max_size=4).map(
    lambda bodies: "".join(
        f'<article class="post"><h2 class="entry-title"><a href="/p/{n}">Title {n} of it</a></h2><div class="entry-content">{b}</div></article>'
        for n, b in enumerate(bodies)
    )
)
pages = (markup | posts).map(
    lambda body: f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>"
)
feeds = st.lists(markup, max_size=4).map(
    lambda bodies: (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>C</title>'
        + "".join(
            f"<item><title>Title {n}</title><pubDate>Wed, 01 Jan 2025 10:00:00 +0000</pubDate><content:encoded><![CDATA[{b}]]></content:encoded></item>"
            for n, b in enumerate(bodies)
        )
        + "</channel></rss>"
    )
)
lines = st.lists(texts | st.sampled_from(JUNK), max_size=60).map("\n".join)
markdown = st.lists(
    texts.map(lambda t: f"## [{t}](https://example.org/x)")
    | texts
    | st.sampled_from(("* a", "> b", "    c", "| a | b |\n|---|---|", "[x]: <y>", "<div>")),
    max_size=40,
).map("\n\n".join)
records = st.lists(
    st.fixed_dictionaries({}, optional={"text": texts | lines, "html": pages, "url": st.sampled_from(("https://example.org/a", "javascript:x", "http://[", 5, None)), "date": st.sampled_from(("2025-01-05", "9" * 500, -1, 1e300, None, [])), "title": texts, "tags": st.lists(texts, max_size=3)}),
    max_size=5,
).map(lambda rows: "\n".join(json.dumps(row) for row in rows))  # fmt: skip
WHOLE = {
    "page.html": pages,
    "page.txt": lines,
    "feed.xml": feeds,
    "page.md": markdown,
    "rows.jsonl": records,
    "anything": markup,
}


def warc(page: bytes) -> bytes:
    """One response record."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\nWARC-Date: 2025-01-05T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def zipped(data: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("in/page.html", data)
        archive.writestr("in/page.txt", data)
    return sink.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gz": gzip.compress,
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
    "zip": zipped,
    "warc": lambda data: warc(data) * 2,
    "utf-16": lambda data: data.decode("utf-8", "replace").encode("utf-16"),
}


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


def documents(path: Path) -> list[Document]:
    """Every document of a raw file, numbered on, as a run reads them; what is refused is left out."""
    digest, size = hash_steady(str(path), CAPS)
    file = RawFile(raw_file=path.name, path=str(path), sha256=digest, size=size)
    found: list[Document] = []
    line = post = 0
    for raw in read_records(file, caps=CAPS):
        if isinstance(raw, Refusal) or not raw.text.strip():
            continue
        try:
            document = read(raw, knowledge=knowledge(), limits=CAPS.limits)
        except SkipDocumentError:
            continue
        found.append(renumber(document, lines=line, posts=post))
        line, post = max(line, last_line(found[-1])), post + len(document.page.posts)
    return found


def check(found: list[Document]) -> None:
    """The ledger's invariants, and tables that break none of their rules."""
    places: Counter[tuple[int, int | None]] = Counter()
    for document in found:
        page = document.page
        for block in (*page.blocks, *(block for post in page.posts for block in post.blocks)):
            places[block.line, block.part] += 1
            assert block.raw.strip()
            assert block.role is not None
            assert "\x00" not in block.raw
        assert all(post.blocks for post in page.posts)
        assert all(block.role in {Role.CHROME, Role.PAGE_HEADING} for block in page.blocks)
    assert max(places.values(), default=1) == 1
    _, refused = check_tables(compose(found, knowledge=knowledge()))
    assert not refused


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_raw_file_breaks_the_reading_or_the_ledger(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """Whatever stands in a file of any form, packed or whole, cut or with changed bytes: it is read or refused."""
    content = data.draw(WHOLE[name]).encode("utf-8", "surrogatepass")
    content = PACKINGS[data.draw(st.sampled_from(sorted(PACKINGS)))](content)
    if content and data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255)), max_size=3)):
        if content:
            content = content[: at % len(content)] + bytes([byte]) + content[at % len(content) + 1 :]
    path = tmp_path / name
    path.write_bytes(content)
    try:
        found = documents(path)
    except SkipDocumentError:
        return
    check(found)
