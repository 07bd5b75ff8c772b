"""What a text looks like at its beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.forms import has_markup, json_form, markup_root


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("<!doctype html>", "html"),
        ("<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><div>", "html"),
        ("<HTML>", "html"),
        ("<?php echo 1 ?><html>", "html"),
        ("<!-- a > b --><!-- c --><body>", "html"),
        ("<!-- never closed <rss>", "html"),
        ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><rss>", "rss"),
        ("<?xml version='1.0'?><FEED>", "feed"),
        ("<rdf:RDF>", "rdf:rdf"),
        ("<?xml version='1.0'?><urlset>", "urlset"),
        ("<?xml version='1.0'?>", "xml"),
        ("<urlset><url></url></urlset>", "urlset"),
        ("<p>one", "html"),
        ("<a href='x'>one</a> <b>two</b>", "html"),
        ("<a href='x'>one", None),
        ("<i>one</i> and no more", None),
        ("<Olm> is a river", None),
        ("<3", None),
        ("Olm <p>x</p>", None),
        ("", None),
    ],
)
def test_the_outermost_element(text: str, root: str | None) -> None:
    """Declarations and comments before it are passed over; a word in brackets is no element."""
    assert markup_root(text) == root


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One<br>two", True),
        ("<p class='x'>One", True),
        ("<em>One</em> and <b>two</b>", True),
        ("One & two", False),
        ("1 < 2 > 0, <3 and <Olm>", False),
        ("<em>One</em>", False),
        ("<" * 100_000, False),
        ("<p " * 50_000, False),
    ],
)
def test_markup_in_a_value(text: str, expected: bool) -> None:  # noqa: FBT001  # a table of cases
    """An element that parts blocks, or several that close."""
    assert has_markup(text) == expected


@pytest.mark.parametrize(
    ("head", "is_all", "form"),
    [
        ('{"a": 1}', True, "lines"),
        ('{"a": 1}\n{"b": 2}', True, "lines"),
        ('{"a": 1}\n{"b": "cut off her', False, "lines"),
        ('{"a": "a very long line that is cut off her', False, "lines"),
        ('{"a": 1}\n\n{oops\n{"b": 2}', True, "lines"),
        ('{\n "a": 1\n}', True, "document"),
        ('[{"a": 1}]', True, "document"),
        ("[]", True, "document"),
        ('["one", "two"]', True, None),
        ('{"Ferry," he said}', True, None),
        ('The ferry\n{"a": 1}\nstops', True, None),
        ("{", True, None),
        ("", True, None),
    ],
)
def test_json_by_its_lines(head: str, is_all: bool, form: str | None) -> None:  # noqa: FBT001  # a table of cases
    """Objects in lines, one value over several lines, or something else."""
    assert json_form(head, is_all=is_all) == form


@given(st.text(alphabet="<>!?-[]{}\"':/aprs htmldoc\n", max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    """No beginning brings the look down, and what is markup has a name of small letters."""
    root = markup_root(text)
    assert root is None or root == root.lower()
    has_markup(text)
    json_form(text, is_all=True)
