"""What a text is by the look of its beginning: markup, a feed, JSON, or plain text."""

import json

import re2

# What a look at the beginning looks at.
HEAD_CHARS = 64 * 1024
# An opening bracket alone may be an author's; with closing tags after it, it is markup.
_CLOSING_TAGS = 2

_FEED_ROOTS = frozenset({"rss", "feed", "rdf:rdf", "channel"})
_ROOT = re2.compile(r"(?i)^<([a-z][a-z0-9:_-]*)(?:[\s/>]|$)")
_HTML_ELEMENT = (
    r"(?:html|head|body|title|meta|link|script|style|div|p|span|a|b|i|em|strong|br|hr|img|ul|ol|li|table|tbody|"
    r"tr|td|th|thead|h[1-6]|article|section|main|header|footer|nav|aside|figure|figcaption|blockquote|pre|form|"
    r"iframe|center|font|picture|time|noscript|template|amp-[a-z-]+)"
)
_HTML_START = re2.compile(rf"(?i)^<{_HTML_ELEMENT}(?:[\s/>]|$)")
_BLOCK_TAG = re2.compile(
    r"(?i)<(?:p|div|br|h[1-6]|ul|ol|li|article|section|figure|blockquote|table|img)(?:\s[^<>]*)?/?>"
)
_CLOSING = re2.compile(rf"(?i)</{_HTML_ELEMENT}\s*>")
_OBJECT = re2.compile(r'^\s*\{\s*"(?:[^"\\\n]|\\.)*"\s*:')
_ARRAY = re2.compile(r'^\s*\[\s*(?:\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\})|\[|\])')


def markup_root(head: str) -> str | None:
    """The name of a document's outermost element, lower case: "html", "rss", "svg"; None where it is no markup.

    Declarations and comments before it are passed over. "html" stands for any element of HTML, too.
    """
    rest, declared = _after_prolog(head)
    found = _ROOT.match(rest)
    if found is None:
        return declared
    name = str(found[1]).lower()
    if name in _FEED_ROOTS or name == "html":
        return name
    if _HTML_START.match(rest):
        is_markup = declared or name in {"head", "body"} or rest.count("</") >= _CLOSING_TAGS
        return "html" if is_markup or _BLOCK_TAG.match(rest) else None
    if declared == "html":
        return declared
    return name if declared or rest.count("</") >= _CLOSING_TAGS else None


def is_feed_root(root: str | None) -> bool:
    """Whether it is the outermost element of RSS, Atom or RDF."""
    return root in _FEED_ROOTS


def has_markup(text: str) -> bool:
    """Whether a field's value is HTML: it holds an element that parts blocks, or begins and ends like one."""
    head = text[:HEAD_CHARS]
    if "<" not in head:
        return False
    return _BLOCK_TAG.search(head) is not None or len(_CLOSING.findall(head)) >= _CLOSING_TAGS


def json_form(head: str, *, is_all: bool) -> str | None:
    """Which JSON it is: "lines", or "document" for one value over several lines or an array; None for anything else.

    Args:
        head: The beginning of the text.
        is_all: Whether that is all of it.
    """
    lines = head.strip("\ufeff \t\r\n").split("\n")
    if not is_all and len(lines) > 1:
        lines.pop()
    looks = [line for line in lines if line.lstrip()[:1] in {"{", "["}]
    if not looks:
        return None
    objects = sum(1 for line in looks if _is_object(line))
    # One line in ten may be broken, as long as there are whole ones.
    if objects and objects * 2 >= sum(1 for line in lines if line.strip()):
        return "lines"
    if _ARRAY.match(head):
        return "document"
    if not _OBJECT.match(head):
        return None
    return "lines" if len(lines) == 1 and not is_all else "document"


def _is_object(line: str) -> bool:
    if not _OBJECT.match(line):
        return line.strip() == "{}"
    try:
        value = json.loads(line, parse_int=str)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict)


def _after_prolog(head: str) -> tuple[str, str | None]:
    """What follows the declarations and comments of a document, and what they say that it is."""
    rest = head[:HEAD_CHARS].lstrip("\ufeff \t\r\n\f")
    declared = None
    while True:
        start = rest[:16].lower()
        if start.startswith("<?"):
            declared = declared or ("xml" if start.startswith("<?xml") else None)
            end, mark = rest.find(">"), 1
        elif start.startswith("<!--"):
            end, mark = rest.find("-->", 4), 3
            declared = declared or "html"
        elif start.startswith("<!doctype"):
            named = rest[9:64].strip().lower()
            declared = "html" if named.startswith("html") else declared or "xml"
            end, mark = _doctype_end(rest), 1
        else:
            return rest, declared
        if end < 0:
            return "", declared
        rest = rest[end + mark :].lstrip()


def _doctype_end(text: str) -> int:
    """Where a document type's ">" stands, beyond what it declares in brackets."""
    close, bracket = text.find(">"), text.find("[")
    if 0 <= bracket < close:
        inner = text.find("]", bracket)
        return text.find(">", inner) if inner >= 0 else -1
    return close
