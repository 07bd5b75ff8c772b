"""What a file holds is told by its content."""

import gzip
import io
import json
import pickle
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.sniff import refuse_form, refuse_signature, refuse_suffix
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


@pytest.mark.parametrize("data", [gzip.compress(b"text"), _zip(), _tar(), b"WARC/1.0\r\n"])
def test_packed_forms_come_later(data: bytes) -> None:
    """What is packed is not unpacked in this version, so no bomb can go off."""
    with pytest.raises(SkipDocumentError, match="form_not_read_yet"):
        refuse_signature(data)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>Olm</p>",
        '\n <?xml version="1.0"?><rss></rss>',
        "<rss version='2.0'>",
        "<article><h2>Olm</h2><p>Ferry</p></article>",
        "<!-- saved from --><html>",
        json.dumps({"title": "Olm"}),
        '{"title": "Olm"}\n{"title": "Velm"}\n',
        '[\n {"title": "Olm"}\n]',
    ],
)
def test_markup_and_json_are_told_by_content(text: str) -> None:
    """Another form under a text's name is named for what it is."""
    with pytest.raises(SkipDocumentError, match="form_not_read_yet"):
        refuse_form(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tag: OLM\n",
        "",
        "[Photo] The ferry",
        "{a} is not JSON",
        "< 5 boats",
        "<3 this ferry </3",
        "# Olm\n\ntext",
    ],
)
def test_plain_text_is_plain_text(text: str) -> None:
    """A bracket or a heart at the start makes no other form."""
    refuse_form(text)


@pytest.mark.parametrize("name", ["a.html", "b/feed.RSS", "c.jsonl", "d.csv"])
def test_names_that_promise_another_form(name: str) -> None:
    """A suffix of another form is taken at its word."""
    with pytest.raises(SkipDocumentError, match="form_not_read_yet"):
        refuse_suffix(name)


@pytest.mark.parametrize("name", ["a.txt", "b.md", "c.text", "page", "olm.example.com", "v1.2/page"])
def test_names_of_plain_text(name: str) -> None:
    """Any other name may hold text."""
    refuse_suffix(name)
