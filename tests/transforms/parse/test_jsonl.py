"""A record of JSON becomes a raw document by the usual names of its fields."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import SkipRecordError
from transforms.fields import FIELDS
from transforms.parse.jsonl import read_json, read_record, records_in
from transforms.records import RawDocument

RAW = RawDocument(raw_file="posts.jsonl", raw_sha256="0" * 64, text="", record="line 1")
TEXT = "The ferry over the Olm stops on Monday."


def _read(value: object, **fields: str) -> RawDocument:
    return read_record(read_json(json.dumps(value)), raw=RAW, fields=fields)


@pytest.mark.parametrize(
    ("record", "url", "published", "title", "authors"),
    [
        pytest.param(
            {
                "maintext": TEXT, "url": "https://karst.example/olm", "date_publish": "2025-01-23 10:15:00",
                "title": "Olm", "authors": ["Ada Quill", "Bo Reed"], "source_domain": "karst.example",
                "date_download": "2025-02-01 00:00:00", "language": "en",
            },
            "https://karst.example/olm", "2025-01-23T10:15:00+00:00", "Olm", ("Ada Quill", "Bo Reed"),
            id="news-please",
        ),
        pytest.param(
            {"text": TEXT, "timestamp": "2025-01-23T10:15:00Z", "url": "https://karst.example/olm"},
            "https://karst.example/olm", None, None, (),
            id="C4",
        ),
        pytest.param(
            {
                "raw_content": TEXT, "url": "https://karst.example/olm", "date_download": "2025-02-01T00:00:00Z",
                "source_domain": "karst.example", "title": "Olm", "language": "en",
            },
            "https://karst.example/olm", None, "Olm", (),
            id="CC-Net",
        ),
        pytest.param(
            {
                "content": TEXT,
                "warc_headers": {
                    "warc-target-uri": "https://karst.example/olm", "warc-date": "2025-02-01T00:00:00Z",
                },
            },
            "https://karst.example/olm", None, None, (),
            id="OSCAR",
        ),
        pytest.param(
            {
                "link": "https://karst.example/olm", "title": {"rendered": "Olm"}, "date_gmt": "2025-01-23T10:15:00",
                "content": {"rendered": f"<p>{TEXT}</p>", "protected": False},
            },
            "https://karst.example/olm", "2025-01-23T10:15:00+00:00", "Olm", (),
            id="WordPress",
        ),
        pytest.param(
            {
                "id": 5, "url": "https://karst.example/olm", "content_html": f"<p>{TEXT}</p>", "title": "Olm",
                "date_published": "2025-01-23T11:15:00+01:00", "authors": [{"name": "Ada Quill"}], "tags": ["Olm"],
            },
            "https://karst.example/olm", "2025-01-23T10:15:00+00:00", "Olm", ("Ada Quill",),
            id="JSON Feed",
        ),
        pytest.param(
            {"_id": "x", "_source": {"Body": TEXT, "Headline": "Olm", "Byline": "Ada Quill; Bo Reed", "pubDate": 1737627300}},
            None, "2025-01-23T10:15:00+00:00", "Olm", ("Ada Quill", "Bo Reed"),
            id="Elasticsearch",
        ),
        pytest.param(
            {"text": TEXT, "metadata": {"url": "https://karst.example/olm", "title": "Olm", "date": "2025-01-23"}},
            "https://karst.example/olm", "2025-01-23T00:00:00+00:00", "Olm", (),
            id="metadata beside the text",
        ),
    ],
)  # fmt: skip
def test_the_usual_names_are_known(  # a table of cases
    record: dict[str, Any],
    url: str | None,
    published: str | None,
    title: str | None,
    authors: tuple[str, ...],
) -> None:
    """Crawlers, data sets and interfaces of sites are read without being told how."""
    found = _read(record)
    assert TEXT in found.text
    told = found.metadata
    assert (found.url, told.published_at, told.title, told.authors) == (url, published, title, authors)
    assert (told.date_evidence is None) == (published is None)
    assert found.site == ("karst.example" if url else None)
    assert (found.record, found.raw_file) == ("line 1", "posts.jsonl")


def test_scraped_at_is_the_records_else_what_was_known() -> None:
    """The record knows best when it was taken."""
    assert _read({"text": TEXT, "fetch_time": "20250201000000"}).scraped_at == "2025-02-01T00:00:00+00:00"
    known = RawDocument(raw_file="a", raw_sha256="0" * 64, text="", scraped_at="2025-03-01T00:00:00+00:00")
    assert read_record({"text": TEXT}, raw=known).scraped_at == known.scraped_at


def test_markup_is_read_rather_than_text_and_text_where_markup_is_empty() -> None:
    """Markup tells more."""
    html = f"<article><p>{TEXT}</p></article>"
    both = _read({"text": TEXT, "html": html})
    assert (both.text, both.media_type) == (html, "text/html")
    empty = _read({"text": TEXT, "html": " ", "raw_html": None})
    assert (empty.text, empty.media_type) == (TEXT, "text/plain")
    assert _read({"html": "<rss version='2.0'/>"}).media_type == "application/xml"
    assert _read({"content": f"<p>{TEXT}</p>"}).media_type == "text/html"
    assert _read({"content": "2 < 3 and <3"}).media_type == "text/plain"


def test_a_persons_names_come_first() -> None:
    """A field that was named is asked before the usual ones; the text that was named before any markup."""
    record = {
        "text": "a lead",
        "story": {"full": [TEXT, "More."]},
        "when": "2025-01-23",
        "date": "2020-01-01",
    }
    found = _read(record, text="story.full", published="when")
    assert found.text == f"{TEXT}\n\nMore."
    assert found.metadata.published_at == "2025-01-23T00:00:00+00:00"
    assert (
        _read({"text": TEXT, "paper": "The Karst Post"}, publisher="paper").metadata.publisher
        == "The Karst Post"
    )
    assert _read({"text": TEXT, "publisher": "The Karst Post"}).metadata.publisher is None
    assert _read({"html": "<p>x</p>", "lead": TEXT}, text="lead").text == TEXT
    assert _read({"html": "<p>x</p>", "lead": TEXT}, text="lead", html="html").text == "<p>x</p>"
    assert _read({"html": "<p>x</p>", "lead": TEXT}, text="maintext").text == "<p>x</p>"


def test_names_may_be_dotted_or_hold_dots_and_lists() -> None:
    """A path goes through objects and lists; a name with a dot is a name."""
    assert _read({"a.b": TEXT}, text="a.b").text == TEXT
    assert _read({"a": [{"b": TEXT}]}, text="a.b").text == TEXT
    assert _read({"a": [{"b": "x"}, {"b": TEXT}]}, text="a.1.b").text == TEXT


def test_tags_are_terms_from_lists_and_texts() -> None:
    """A list of names, of objects with names, or one text with commas."""
    for tags in (["Olm", "Ferry"], "Olm, Ferry", [{"name": "Olm"}, {"name": "Ferry"}], "Olm;Ferry;"):
        assert _read({"text": TEXT, "tags": tags}).metadata.terms == ("Olm", "Ferry")
    assert _read({"text": TEXT, "section": ["World", "Sea"]}).metadata.section == "World"


@pytest.mark.parametrize(
    ("told", "authors"),
    [
        ("By Ada Quill", ("Ada Quill",)),
        ("Ada Quill and Bo Reed", ("Ada Quill", "Bo Reed")),
        ("['Ada Quill', \"Bo O'Reed\"]", ("Ada Quill", "Bo O'Reed")),
        ('["Ada Quill"]', ("Ada Quill",)),
        (["By Ada Quill", "https://karst.example/authors/bo", 7], ("Ada Quill",)),
        ("https://karst.example/authors/ada", ()),
        (7, ()),
        ({"id": 7, "name": "Ada Quill"}, ("Ada Quill",)),
        ("[]", ()),
    ],
)
def test_authors_are_names(told: object, authors: tuple[str, ...]) -> None:
    """By-lines are taken apart, lists that were printed are read, addresses and numbers are nobody."""
    assert _read({"text": TEXT, "author": told}).metadata.authors == authors


@pytest.mark.parametrize(
    ("told", "terms"),
    [
        ("Quill &amp; Reed, Olm", ("Quill & Reed", "Olm")),
        ("Olm, Karst; Ferry", ("Olm", "Karst", "Ferry")),
        (["Olm, Karst; Ferry"], ("Olm", "Karst", "Ferry")),
        (["Olm, Karst, Ferry"], ("Olm", "Karst", "Ferry")),
        (["Olm, the river"], ("Olm, the river",)),
        ("['Olm', 'Ferry']", ("Olm", "Ferry")),
        ([7, 8], ()),
        ([7, "Ferry"], ("Ferry",)),
        ("7, 8, Ferry", ("Ferry",)),
        (["Olm, the river", "Ferry"], ("Olm, the river", "Ferry")),
    ],
)
def test_tags_are_names(told: object, terms: tuple[str, ...]) -> None:
    """Whatever parts them in a text; names of a list stay whole; numbers are no names."""
    assert _read({"text": TEXT, "tags": told}).metadata.terms == terms


def test_a_field_without_names_leaves_the_next() -> None:
    """Numbers of authors and tags stand beside their names."""
    record = {"text": TEXT, "author": 7, "author_name": "Ada Quill", "tags": [7, 8], "keywords": "Olm, Ferry"}
    told = _read(record).metadata
    assert (told.authors, told.terms) == (("Ada Quill",), ("Olm", "Ferry"))


def test_a_timestamp_beside_text_and_address_alone_is_the_crawls() -> None:
    """With any other field it is the article's; a person's word goes first."""
    crawl = {"text": TEXT, "timestamp": "2025-01-23T10:15:00Z", "url": "https://karst.example/olm"}
    assert _read(crawl).scraped_at == "2025-01-23T10:15:00+00:00"
    assert _read(crawl | {"title": None}).metadata.published_at is None
    for named in (_read(crawl | {"title": "Olm"}), _read(crawl, published="timestamp")):
        assert (named.scraped_at, named.metadata.published_at) == (None, "2025-01-23T10:15:00+00:00")


@pytest.mark.parametrize("told", [20250123, "20250123", 1737590400, 1737590400000])
def test_a_day_may_be_a_number(told: object) -> None:
    """Its digits, or seconds or milliseconds since 1970."""
    assert _read({"text": TEXT, "date": told}).metadata.published_at == "2025-01-23T00:00:00+00:00"


@pytest.mark.parametrize("value", [None, 5, True, "text", [TEXT], [[TEXT]]])
def test_what_is_no_object_is_no_record(value: object) -> None:
    """A line may be JSON and still no record."""
    with pytest.raises(SkipRecordError, match="not_a_record"):
        _read(value)


@pytest.mark.parametrize(
    "value",
    [{}, {"title": "Olm"}, {"text": ""}, {"text": None}, {"text": 5}, {"text": {"x": TEXT}}, {"text": []}],
)
def test_a_record_without_text_is_refused(value: object) -> None:
    """A number, an object and nothing are no text."""
    with pytest.raises(SkipRecordError, match="no_text"):
        _read(value)


@pytest.mark.parametrize(
    "line", ["", "{", "{'text': 'x'}", '{"text": "x"} {"text": "y"}', '{"text": "x\ny"}', "\x00"]
)
def test_a_line_that_is_not_json_is_refused(line: str) -> None:
    """By its own name, with what is wrong."""
    with pytest.raises(SkipRecordError, match="not_json"):
        read_json(line)


def test_deep_brackets_are_refused() -> None:
    """A hundred thousand brackets do not bring the reader down."""
    with pytest.raises(SkipRecordError, match="too_deep"):
        read_json("[" * 100_000)
    with pytest.raises(SkipRecordError, match="too_deep"):
        read_json('{"a":' * 100_000)


def test_numbers_of_any_size_are_read_over() -> None:
    """Python refuses to read 5,000 digits as a number; here they are text, and no date."""
    line = f'{{"text": "{TEXT}", "n": {"9" * 5_000}, "date": {"9" * 5_000}, "x": NaN, "y": -Infinity, "z": 1e999}}'
    found = read_record(read_json(line), raw=RAW)
    assert (found.text, found.metadata.published_at) == (TEXT, None)
    assert found.metadata.date_problem
    assert len(found.metadata.date_problem) < 200


def test_doubled_names_and_half_characters_are_mended() -> None:
    """Of a name that stands twice the last counts, as everywhere; half a character is replaced, a pair joined."""
    assert _text(r'{"text": "one", "text": "two"}') == "two"
    assert _text(r'{"text": "boat \ud83d end \ud83d\udea2 \u0000."}') == "boat \ufffd end 🚢 ."


def _text(line: str) -> str:
    text = read_record(read_json(line), raw=RAW).text
    assert text.encode().decode() == text
    return text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "karst", 5, "http://[", "https://"]
)
def test_addresses_that_are_none_are_dropped(url: object) -> None:
    """Only addresses of the web are kept."""
    found = _read({"text": TEXT, "url": url})
    assert (found.url, found.site) == (None, None)


def test_a_date_that_is_not_believed_says_why() -> None:
    """A date after the scrape is null, with its problem."""
    told = _read({"text": TEXT, "date": "2026-01-01", "crawled": "2025-01-23"}).metadata
    assert (told.published_at, told.date_evidence) == (None, None)
    assert told.date_problem
    assert "future" in told.date_problem


def test_records_of_a_document() -> None:
    """An array's records are numbered; an object may hold them in a list, or be one itself."""
    posts = [{"text": "a"}, {"text": "b"}]
    numbered = [("record 1", posts[0]), ("record 2", posts[1])]
    assert list(records_in(posts)) == numbered
    assert list(records_in({"version": "1", "items": posts})) == numbered
    assert list(records_in({"hits": {"total": 2, "hits": posts}})) == numbered
    assert list(records_in({"id1": posts[0], "id2": posts[1]})) == numbered
    assert list(records_in({"_source": posts[0]})) == [("", {"_source": posts[0]})]
    assert list(records_in({"response": {"total": 2, "results": posts}})) == numbered
    related = {"text": "a", "articles": posts}
    assert list(records_in(related)) == [("", related)]
    apart = {"meta": {"url": "x"}, "article": {"story": "a"}}
    assert list(records_in(apart, fields={"text": "story"})) == [("", apart)]
    assert list(records_in({"text": "a", "tags": ["x"]})) == [("", {"text": "a", "tags": ["x"]})]


def test_no_name_stands_for_two_things() -> None:
    """A name that two fields claim would put one value in both."""
    claimed = [name for names in FIELDS.values() for name in names]
    assert sorted({name for name in claimed if claimed.count(name) > 1}) == []
    assert all(name == name.lower() for name in claimed)


LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20)
NAMES = st.sampled_from(
    [*FIELDS["text"][:6], *FIELDS["published"][:4], *FIELDS["url"][:3], "authors", "tags", "data"]
)
ANY: st.SearchStrategy[object] = st.deferred(
    lambda: LEAVES | st.lists(ANY, max_size=3) | st.dictionaries(NAMES, ANY, max_size=4)
)


@given(ANY)
def test_any_json_is_a_document_or_refused(value: object) -> None:
    """Whatever stands in a field, a text that can be stored comes out, or a refusal."""
    try:
        found = read_record(read_json(json.dumps(value)), raw=RAW)
    except SkipRecordError as error:
        assert error.rule in {"no_text", "not_a_record"}  # noqa: PT017  # either outcome is right
    else:
        assert found.text.encode().decode() == found.text
        assert found.text.strip()
