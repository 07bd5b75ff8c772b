"""JSON-LD in every shape, whole and broken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.metadata.jsonld import articles, main_article, names_of, read_things, strings


def things(*scripts: str) -> list[object]:
    """The objects of a page with these scripts."""
    page = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return list(read_things(LexborHTMLParser(f"<html><head>{page}</head><body></body></html>")))


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Otters return"}',
        '[{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "Otters return"}]',
        '{"@graph": [{"@type": ["Thing", "ReportageNewsArticle"], "headline": "Otters return"}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "http://schema.org/BlogPosting", "headline": "Otters return"}}',
        '{"@type": "Article", "headline": "Otters\n\treturn"}',
        '<!-- {"@type": "Article", "headline": "Otters return"} -->',
        '{"@type": "Article", "headline": "Otters return"};',
    ],
)
def test_shapes(script: str) -> None:
    """An article is found in lists, graphs, pages and between comment signs."""
    tree = LexborHTMLParser(f'<script type="application/ld+json">{script}</script>')
    found = articles(read_things(tree))
    assert [strings(one["headline"]) for one in found] == [["Otters return"]]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "[" * 100_000,
        '{"a":' * 50_000,
        "nonsense",
        "\x00",
        '"text"',
        "12",
        "null",
        "9" * 10_000,
        "{" + " " * 2_000_000 + "}",
    ],
)
def test_what_is_no_json_is_left_out(script: str) -> None:
    """Broken, endless and nested scripts tell nothing, and stop nobody; the next script is read."""
    assert things(script, '{"@type": "Article"}') == [{"@type": "Article"}]


def test_main_article_is_the_one_of_the_page() -> None:
    """Where a page describes what it links to, the one that the page's title names is taken."""
    tree = LexborHTMLParser(
        '<script type="application/ld+json">[{"@type":"Article","headline":"Other news"},'
        '{"@type":"Article","headline":"Otters &amp; geese return","datePublished":"2031-01-22"}]</script>'
    )
    found = main_article(read_things(tree), told_titles=("Otters & geese return – The Wren",))
    assert found["datePublished"] == "2031-01-22"


def test_authors_are_looked_up() -> None:
    """A reference to a person elsewhere on the page gives the name."""
    people = [{"@id": "#p1", "@type": "Person", "name": "Jane Roe"}]
    assert names_of([{"@id": "#p1"}, "John Doe", [{"name": "Ann Poe"}], {"@id": "#none"}], things=people) == [
        "Jane Roe",
        "John Doe",
        "Ann Poe",
    ]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["@type", "@graph", "@id", "headline", "author", "name", "publisher", "keywords", "url"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_value_is_walked(value: object) -> None:
    """Values of any type in any place give objects, strings and names, never an error."""
    script = json.dumps(value).replace("<", "\\u003c")
    found = read_things(LexborHTMLParser(f'<script type="application/ld+json">{script}</script>'))
    article = main_article(found, told_titles=("x",))
    for key in ("headline", "author", "publisher", "keywords"):
        assert all(isinstance(text, str) for text in strings(article.get(key)))
        assert all(isinstance(text, str) for text in names_of(article.get(key), things=found))
