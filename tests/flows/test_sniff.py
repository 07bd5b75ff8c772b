"""What a file holds is told by its content."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from flows.sniff import HEAD_BYTES, Form, refuse_signature, refuse_suffix, sniff
from transforms.errors import SkipDocumentError


def _parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), sink)
    return sink.getvalue()


def _arrow() -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, pa.schema([("a", pa.int32())])):
        pass
    return sink.getvalue()


def _zip() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("../page.txt", "text")
    return sink.getvalue()


def _tar() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as file:
        file.addfile(tarfile.TarInfo("page.txt"))
    return sink.getvalue()


@pytest.mark.parametrize(
    "data", [_parquet(), _arrow(), pickle.dumps({"a": 1}), b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"]
)
def test_binary_forms_are_never_opened(data: bytes) -> None:
    """Parquet, Arrow, pickles, documents and pictures are told by their first bytes."""
    with pytest.raises(SkipDocumentError, match="binary"):
        refuse_signature(data)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (gzip.compress(b"text", mtime=0), "gzip"),
        (zstandard.compress(b"text"), "zstd"),
        (bz2.compress(b"text"), "bzip2"),
        (lzma.compress(b"text"), "xz"),
        (_zip(), "zip"),
        (_tar(), "tar"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n", "WARC"),
    ],
)
def test_packed_forms_are_told_by_their_first_bytes(data: bytes, form: str) -> None:
    """What is packed needs no suffix."""
    assert _sniff(data, name="page").name == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("<!DOCTYPE html><p>Olm</p>", "HTML"),
        ("<article><h2>Olm</h2><p>Ferry</p></article>", "HTML"),
        ("<!-- saved from -->\n<html>", "HTML"),
        ("<p>Olm", "HTML"),
        ('<?xml version="1.0"?><html xmlns="x"><body/></html>', "HTML"),
        ("\ufeff <div class='post'>Olm</div> <b>x</b>", "HTML"),
        ('\n <?xml version="1.0"?><rss></rss>', "feed"),
        ("<rss version='2.0'>", "feed"),
        ("<?xml version='1.0'?><!-- made by hand --><?xml-stylesheet href='x'?><feed xmlns='y'>", "feed"),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", "feed"),
        ("<rdf:RDF xmlns:rdf='x'>", "feed"),
        (json.dumps({"title": "Olm"}), "JSON Lines"),
        ('{"title": "Olm"}\n{"title": "Velm"}\n', "JSON Lines"),
        ('{broken\n{"title": "Olm"}\n{"title": "Velm"}\n', "JSON Lines"),
        ('[\n {"title": "Olm"}\n]', "JSON"),
        ('{\n "title": "Olm"\n}', "JSON"),
        ('[{"title": "Olm"},\n{"title": "Velm"}]', "JSON"),
    ],
)
def test_markup_and_json_are_told_by_content(text: str, form: str) -> None:
    """A text's name does not make it one, and the name's word is mentioned where it says something else."""
    found = _sniff(text.encode(), name="page.txt")
    assert found.name == form
    assert "though its name says text" in found.why


@pytest.mark.parametrize(
    "text",
    [
        "Tag: OLM\n",
        "",
        "[Photo] The ferry",
        "[1] The ferry",
        "{a} is not JSON",
        '{"Ferry," she said} and left',
        "< 5 boats",
        "<3 this ferry </3",
        "<b>this far",
        "<Olm> the ferry stops",
        "# Olm\n\ntext",
    ],
)
@pytest.mark.parametrize(
    "name", ["a.txt", "page", "olm.example.com", "v1.2/page", "a.html", "feed.RSS", "a.jsonl"]
)
def test_plain_text_is_plain_text(text: str, name: str) -> None:
    """A bracket or a heart at the start makes no other form, nor does a name."""
    if (name, text) in {("a.jsonl", "{a} is not JSON"), ("a.jsonl", '{"Ferry," she said} and left')}:
        assert _sniff(text.encode(), name=name).name == "JSON Lines"
        return
    if name == "a.jsonl" and text.startswith("["):
        assert _sniff(text.encode(), name=name).name == "JSON Lines"
        return
    assert _sniff(text.encode(), name=name).name == "text"


def test_a_page_that_begins_with_text_is_told_by_its_name() -> None:
    """A name decides what the content leaves open."""
    assert _sniff(b"Ferry stops<br>for nine days", name="a.html").name == "HTML"
    assert _sniff(b"Ferry stops<br>for nine days", name="index.html?p=3&x=.txt").name == "HTML"
    assert _sniff(b"Ferry stops<br>for nine days", name="a.txt").name == "text"


@pytest.mark.parametrize("name", ["a.md", "a.txt", "page"])
def test_markdown_is_told_by_its_marks(name: str) -> None:
    """Headings and links make it, whatever it is called."""
    text = b"# The ferry stops\n\nThe ferry over the Olm [stops](https://karst.example/olm).\n\n## Why\n\nIts **engine**.\n"
    assert _sniff(text, name=name).name == "Markdown"


def test_a_text_that_is_called_markdown_is_a_text() -> None:
    """A name makes no headings; but one that stands first is taken for what the name says."""
    assert _sniff(b"Tag: OLM\n\n  * Ferry stops\n\n    The ferry stops.\n", name="a.md").name == "text"
    assert _sniff(b"# Olm\n\nThe ferry stops.\n", name="a.md").name == "Markdown"
    assert _sniff(b"# Olm\n\nThe ferry stops.\n", name="a.txt").name == "text"


@pytest.mark.parametrize("text", ["<?xml version='1.0'?><urlset><url/></urlset>", "<svg><g></g></svg>"])
def test_other_xml_is_refused_by_its_root(text: str) -> None:
    """A site map and a drawing hold no posts."""
    with pytest.raises(SkipDocumentError, match="form_not_read_yet"):
        _sniff(text.encode(), name="a.xml")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_markup_is_told_in_wide_text_too(encoding: str) -> None:
    """The look sees characters, not bytes."""
    assert _sniff("<!doctype html><p>Olm</p>".encode(encoding), name="page").name == "HTML"


@pytest.mark.parametrize("name", ["d.csv", "style.css", "app.js"])
def test_names_of_what_only_machines_read(name: str) -> None:
    """A suffix is taken at its word where no look at the content could tell."""
    with pytest.raises(SkipDocumentError, match="form_not_read_yet"):
        refuse_suffix(name)


@pytest.mark.parametrize("name", ["a.txt", "b.md", "c.text", "page", "olm.example.com", "v1.2/page", ".css"])
def test_names_of_text(name: str) -> None:
    """Any other name may hold text."""
    refuse_suffix(name)


def _sniff(data: bytes, *, name: str) -> Form:
    return sniff(data[:HEAD_BYTES], name=name, is_all=len(data) <= HEAD_BYTES)
