"""Which addresses are kept, and the day that one carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.metadata.urls import day_in_url, host_of, is_same_site, join_url

BASE = "https://wren.example/news/today/"


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("https://wren.example/a", "https://wren.example/a"),
        ("/a?b=1", "https://wren.example/a?b=1"),
        ("../a", "https://wren.example/news/a"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("  /a\n", "https://wren.example/a"),
    ],
)
def test_links_are_joined(link: str, whole: str) -> None:
    """A relative link is made whole."""
    assert join_url(link, base=BASE) == whole


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "mailto:jane@wren.example",
        "ftp://wren.example/",
        "http://[::1",
        "http://",
        "",
        None,
        "https://wren.example/" + "a" * 10_000,
    ],
)
def test_what_is_no_address_of_the_web_is_dropped(link: str | None) -> None:
    """Fault 38: `javascript:` and its like, broken and endless links are dropped."""
    assert join_url(link, base=BASE) is None


def test_a_relative_link_without_a_base_is_none() -> None:
    """Nothing tells whose it is."""
    assert join_url("/a", base=None) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://wren.example/2031/01/22/a-title", "2031-01-22"),
        ("https://wren.example/2031/1/2/a-title", "2031-01-02"),
        ("https://wren.example/news/2031-01-22/a", "2031-01-22"),
        ("https://wren.example/a-title-20310122.html", "2031-01-22"),
        ("https://wren.example/2031/02/31/no-such-day", None),
        ("https://wren.example/2031/01/a-month-is-no-day", None),
        ("https://wren.example/item/120310122999", None),
        ("http://[", None),
        (None, None),
    ],
)
def test_day_in_url(url: str | None, day: str | None) -> None:
    """An address tells a day only where it has year, month and day."""
    found = day_in_url(url)
    assert (found.date().isoformat() if found else None) == day


def test_same_site() -> None:
    """A host within another is the same site; a look-alike is not."""
    assert is_same_site("www.wren.example", "wren.example")
    assert is_same_site("amp.wren.example", "www.wren.example")
    assert not is_same_site("notwren.example", "wren.example")
    assert not is_same_site(None, "wren.example")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_is_too_strange(link: str, base: str) -> None:
    """Whatever stands in a link, what is kept is an address with a host."""
    for told in (join_url(link, base=base), join_url(link, base=BASE)):
        assert told is None or (
            told.lower().startswith(("http://", "https://")) and "javascript" not in told[:11]
        )
    day_in_url(link)
    host_of(link)
