"""What a file holds, told by its content first and by its name second, with a sentence that says why."""

import codecs
from dataclasses import dataclass

from transforms.errors import SkipDocumentError

# What the look at a file's beginning sees; the last signature, that of tar, stands at byte 257.
HEAD_BYTES = 64 * 1024

_LATER = "this form is not read; give the page as HTML, a feed, JSON Lines or plain text"
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
}
_UNREAD = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"{\\rtf": "RTF",
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
    b"wOFF": "web font",
    b"wOF2": "web font",
    b"\x7fELF": "ELF",
    b"\x00asm": "WebAssembly",
    b"bplist00": "property list",
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
# Browsers write the kind of the parts among the first headers.
_HEADER_BYTES = 4096
_WARC = (b"WARC/0.", b"WARC/1.")

# Of random bytes a tenth are control characters (NUL is one), and they are never valid UTF-8. What is valid and still
# machine code has a third and more; a text with some by accident has few.
MAX_CONTROL_SHARE = 0.05
MAX_CONTROL_SHARE_UTF8 = 0.3
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1b\x08")

# What a name promises. The content has the first word; a name decides where the content leaves it open.
_NAMES = {
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".shtml": "HTML",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".xml": "XML",
    ".json": "JSON",
    ".jsonl": "JSON Lines",
    ".ndjson": "JSON Lines",
    ".jl": "JSON Lines",
    ".md": "Markdown",
    ".markdown": "Markdown",
    ".mhtml": "MHTML",
    ".mht": "MHTML",
    ".warc": "WARC",
    ".wet": "WARC",
    ".gz": "gzip",
    ".zst": "zstd",
    ".zip": "zip",
    ".tar": "tar",
    ".txt": "text",
    ".text": "text",
}
# Machine text that no look at the content tells from prose.
_UNREAD_NAMES = {
    ".csv": "CSV",
    ".tsv": "CSV",
    ".css": "CSS",
    ".js": "JavaScript",
    ".mjs": "JavaScript",
    ".map": "source map",
    ".wat": "WAT",
    ".cdx": "CDX",
    ".cdxj": "CDX",
}
MEDIA_TYPES = {
    "text": "text/plain",
    "Markdown": "text/markdown",
    "HTML": "text/html",
    "feed": "application/xml",
    "JSON": "application/json",
    "JSON Lines": "application/x-ndjson",
    "WARC": "application/warc",
    "MHTML": "multipart/related",
    "gzip": "application/gzip",
    "zstd": "application/zstd",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "zip": "application/zip",
    "tar": "application/x-tar",
}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a file is taken for.

    Args:
        name: "gzip", "zip", "WARC", "JSON Lines", "HTML", "feed", "Markdown", "text" and the like.
        why: A sentence: what told it, and where its name says something else.
    """

    name: str
    why: str

    @property
    def media_type(self) -> str:
        """As RawDocument has it."""
        return MEDIA_TYPES[self.name]


def sniff(head: bytes, *, name: str, is_all: bool) -> Form:
    """What a file is, by its beginning.

    Args:
        head: Its first HEAD_BYTES bytes.
        name: Its name, or what an address ends in.
        is_all: Whether that is all of it.

    Raises:
        SkipDocumentError: `binary` or `form_not_read_yet`.
    """
    refuse_signature(head)
    packed = _packed(head)
    if packed:
        return _form(packed, f"its first bytes are those of {packed}", name)
    if head.lstrip(b"\r\n").startswith(_WARC):
        return _form("WARC", "it begins with a WARC version line", name)
    if _is_saved_page(head):
        return _form("MHTML", "it begins with the headers of a page saved as one file", name)
    return _of_text(_head_text(head), name, is_all=is_all)


def refuse_signature(head: bytes) -> None:
    """Nothing, where the first bytes are not those of a form that is never opened.

    Raises:
        SkipDocumentError: They are: `form_not_read_yet` or `binary`.
    """
    for signature, name in _UNREAD.items():
        if head.startswith(signature):
            raise SkipDocumentError("form_not_read_yet", f"A {name} file: {_LATER}.")
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


def refuse_suffix(name: str) -> None:
    """Nothing, where a name does not promise text that only a machine reads.

    Raises:
        SkipDocumentError: `form_not_read_yet`.
    """
    form = _UNREAD_NAMES.get(suffix(name))
    if form:
        raise SkipDocumentError("form_not_read_yet", f"By its name a {form} file: {_LATER}.")


def suffix(name: str) -> str:
    """The last suffix of a name, lower case, with its dot; "" where it has none. A mirror's "index.html?p=3" ends in .html."""
    base = name.rpartition("/")[2].partition("?")[0]
    dot = base.rfind(".")
    return base[dot:].lower() if dot > 0 else ""


def _packed(head: bytes) -> str | None:
    for signature, name in _PACKED.items():
        if head.startswith(signature):
            return name
    start, follow, at = _BZIP2
    if head.startswith(start) and head.startswith(follow, at):
        return "bzip2"
    mark, at = _TAR
    return "tar" if head.startswith(mark, at) else None


def _is_saved_page(head: bytes) -> bool:
    """Whether it begins with mail headers, of parts that belong together."""
    start = head[:_HEADER_BYTES].lower()
    first = start.partition(b":")[0].strip()
    return (
        first.replace(b"-", b"").isalpha()
        and b"\nmime-version:" in b"\n" + start
        and b"multipart/related" in start
    )


def _head_text(head: bytes) -> str:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head.decode(encoding, "ignore")
    return head.decode("utf-8", "replace").replace("\0", "")


def _of_text(text: str, name: str, *, is_all: bool) -> Form:
    from transforms.forms import is_feed_root, json_form, markup_root  # noqa: PLC0415  # compiles patterns

    root = markup_root(text)
    if is_feed_root(root):
        return _form("feed", f"its outermost element is <{root}>", name)
    if root == "html":
        return _form("HTML", "it begins with markup of a page", name)
    if root:
        raise SkipDocumentError("form_not_read_yet", f"An XML file of <{root}>: {_LATER}.")
    found = json_form(text, is_all=is_all)
    if found == "lines":
        return _form("JSON Lines", "its lines are JSON objects", name)
    if found == "document":
        return _form("JSON", "it begins as a JSON array or object", name)
    return _by_name(text, name)


def _by_name(text: str, name: str) -> Form:
    from transforms.forms import has_markup  # noqa: PLC0415  # compiles patterns
    from transforms.parse.markdown_signs import looks_like_markdown  # noqa: PLC0415  # brings every parser

    refuse_suffix(name)
    promised = _NAMES.get(suffix(name), "text")
    if promised == "HTML" and has_markup(text):
        return Form(name="HTML", why=f"its name ends in {suffix(name)} and it holds elements of a page")
    if promised == "JSON Lines" and text.lstrip().startswith(("{", "[")):
        return Form(
            name="JSON Lines", why=f"its name ends in {suffix(name)}, though its first lines are no JSON"
        )
    if looks_like_markdown(text):
        return _form("Markdown", "it has the marks of Markdown: headings, links, emphasis", name)
    if promised == "Markdown" and text.lstrip("\ufeff \r\n").startswith("#"):
        return Form(name="Markdown", why=f"its name ends in {suffix(name)} and it begins with a heading")
    return _form("text", "it is text without the marks of any other form", name)


def _form(name: str, why: str, file_name: str) -> Form:
    promised = _NAMES.get(suffix(file_name))
    aside = {"XML": {"feed", "HTML"}, "JSON": {"JSON Lines"}, "JSON Lines": {"JSON"}}
    if promised and promised != name and name not in aside.get(promised, ()):
        why = f"{why}, though its name says {promised}"
    return Form(name=name, why=why)
