"""What a file holds, told by its content: text that this version reads, another form, or no text at all."""

import json

from transforms.errors import SkipDocumentError

# Enough for every signature; the tar one stands at byte 257.
HEAD_BYTES = 4096

_LATER = "this form comes with a later version; give the page as plain text for now"
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"{\\rtf": "RTF",
    b"WARC/": "WARC",
}
_BINARY = {
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"FEA1": "Feather",
    b"ORC\x0a": "ORC",
    b"Obj\x01": "Avro",
    b"\x93NUMPY": "NumPy",
    b"\x89HDF": "HDF5",
    b"SQLite format 3\x00": "SQLite",
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"RIFF": "RIFF",
    b"OggS": "Ogg",
    b"\x7fELF": "ELF",
    b"\x00asm": "WebAssembly",
    b"\xd0\xcf\x11\xe0": "old Office",
    b"\xca\xfe\xba\xbe": "Java class",
    b"\xff\xff\xff\xff": "Arrow",  # of a stream; no text begins so in any encoding
    b"(lp0\n": "pickle",  # of protocol 0, which is ASCII
    b"(dp0\n": "pickle",
    b"ccopy_reg\n": "pickle",
}
_PICKLE_PROTOCOLS = range(2, 6)
_BZIP2 = (b"BZh", b"1AY&SY", 4)
_TAR = (b"ustar", 257)

# Of random bytes a tenth are control characters (NUL is one), and they are never valid UTF-8. What is valid and still
# machine code has a third and more; a text with some by accident has few.
MAX_CONTROL_SHARE = 0.05
MAX_CONTROL_SHARE_UTF8 = 0.3
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1b\x08")

_OTHER_FORMS = {
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".rss": "RSS",
    ".atom": "Atom",
    ".xml": "XML",
    ".json": "JSON",
    ".jsonl": "JSON Lines",
    ".ndjson": "JSON Lines",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".warc": "WARC",
}
_MARKUP_STARTS = (
    ("<!doctype html", "HTML"),
    ("<html", "HTML"),
    ("<head", "HTML"),
    ("<body", "HTML"),
    ("<rss", "RSS"),
    ("<feed", "Atom"),
    ("<rdf:rdf", "RSS"),
    ("<?xml", "XML"),
    ("<!doctype", "XML"),
    ("<!--", "HTML"),
)
_START_CHARS = 4096
# An opening bracket alone may be an author's; with closing tags after it, it is markup.
_CLOSING_TAGS = 2
_JSON_STARTS = ('{"', "{}", '[{"', '["', "[[")


def refuse_signature(head: bytes) -> None:
    """Nothing, where the first bytes are not those of a packed or binary form.

    Raises:
        SkipDocumentError: They are: `form_not_read_yet` or `binary`.
    """
    for signature, name in _PACKED.items():
        if head.startswith(signature):
            raise SkipDocumentError("form_not_read_yet", f"A {name} file: {_LATER}.")
    start, follow, at = _BZIP2
    if head.startswith(start) and head.startswith(follow, at):
        raise SkipDocumentError("form_not_read_yet", f"A bzip2 file: {_LATER}.")
    mark, at = _TAR
    if head.startswith(mark, at):
        raise SkipDocumentError("form_not_read_yet", f"A tar file: {_LATER}.")
    for signature, name in _BINARY.items():
        if head.startswith(signature):
            raise SkipDocumentError(
                "binary", f"The first bytes are those of a {name} file, which is no text."
            )
    if head[:1] == b"\x80" and head[1:2] and head[1] in _PICKLE_PROTOCOLS:
        raise SkipDocumentError("binary", "The first bytes are those of a pickle, which is never opened.")


def refuse_binary(data: bytes, *, is_utf8: bool) -> None:
    """Nothing, where the bytes (without those of UTF-16 and UTF-32) may be text.

    Raises:
        SkipDocumentError: `binary`: too many control characters.
    """
    if not data:
        return
    controls = (len(data) - len(data.translate(None, _CONTROLS))) / len(data)
    if controls > (MAX_CONTROL_SHARE_UTF8 if is_utf8 else MAX_CONTROL_SHARE):
        raise SkipDocumentError(
            "binary", f"{controls:.0%} of its bytes are control characters: this is no text."
        )


def refuse_suffix(raw_file: str) -> None:
    """Nothing, where a name does not promise another form than plain text.

    Raises:
        SkipDocumentError: `form_not_read_yet`.
    """
    dot = raw_file.rfind(".")
    form = _OTHER_FORMS.get(raw_file[dot:].lower()) if dot >= 0 else None
    if form:
        raise SkipDocumentError("form_not_read_yet", f"By its name a {form} file: {_LATER}.")


def refuse_form(text: str) -> None:
    """Nothing, where a decoded text is plain text.

    Raises:
        SkipDocumentError: `form_not_read_yet`: HTML, a feed, WARC or JSON.
    """
    form = _form(text)
    if form:
        raise SkipDocumentError("form_not_read_yet", f"The file holds {form}: {_LATER}.")


def _form(text: str) -> str | None:
    start = text[:_START_CHARS].lstrip().lower()
    for opening, name in _MARKUP_STARTS:
        if start.startswith(opening):
            return name
    if start[:1] == "<" and start[1:2].isalpha() and start.count("</") >= _CLOSING_TAGS:
        return "HTML"
    if start.startswith(("warc/0.", "warc/1.")):
        return "WARC"
    if "".join(start[:64].split()).startswith(_JSON_STARTS) and _is_json(text):
        return "JSON"
    return None


def _is_json(text: str) -> bool:
    stripped = text.strip()
    line = stripped.partition("\n")[0]
    if stripped[-1:] in "}]" and "\n" in stripped:
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
