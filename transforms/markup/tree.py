"""Markup → tree: depth is bounded before the parser sees it, and what a reader does not see is taken out."""

import re
from collections import Counter
from typing import Final

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from transforms.errors import SkipDocumentError
from transforms.limits import Limits

# Elements whose text nobody reads on the page, or that stand in for something that is no text. `noscript` repeats what scripts
# set, mostly a picture; the fallback text of players is for browsers without them.
UNSEEN: Final = (
    "style", "template", "noscript", "svg", "object", "embed", "canvas", "video", "audio", "map", "datalist",
    "noframes", "noembed", "input", "param",
)  # fmt: skip
# Elements that hold nothing, and those that the next of their kind closes: neither makes a tree deeper by itself.
_FLAT: Final = frozenset(
    {
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "image", "input", "keygen", "link",
        "meta", "param", "source", "track", "wbr", "a", "p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot",
        "option", "optgroup", "colgroup", "caption", "rp", "rt", "rb", "rtc", "nobr", "button", "head", "body", "html",
        "h1", "h2", "h3", "h4", "h5", "h6",
    }
)  # fmt: skip
# What stands between these tags is no markup, whatever it looks like.
_RAW: Final = frozenset(
    {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"}
)
_RAW_ENDS: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in sorted(_RAW)}
# Unclosed, these are opened again in every block that follows: each stays open for good.
_FORMATTING: Final = frozenset(
    {"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"}
)
# This many unclosed ones are a mistake of the page's; each more costs an element in every block that follows.
MAX_UNCLOSED: Final = 20
MAX_REOPENED: Final = 2_000_000
# So few elements are never nested too deep, and reopen at most a quarter of the square of it.
FEW: Final = 2_000
# What an `svg` holds to draw with: only there does "/>" close an element, and only as long as nothing else stands in it.
_DRAWN: Final = frozenset(
    {
        "circle", "clippath", "defs", "ellipse", "fegaussianblur", "feoffset", "filter", "g", "line", "lineargradient",
        "marker", "mask", "path", "pattern", "polygon", "polyline", "radialgradient", "rect", "stop", "symbol", "text",
        "textpath", "tspan", "use", "animate", "animatetransform",
    }
)  # fmt: skip
# These hold text, and what else stands in them is no drawing.
_DRAWN_TEXTS: Final = frozenset({"title", "style"})
_DRAWINGS: Final = frozenset({"svg", "math"})
# A tag as the HTML standard's tokenizer reads it: what stands in a quoted attribute is no tag. Every loop is possessive and
# over a class, so it is linear, at many times re2's speed. (Python 3.11.2 misreads a look-ahead in a possessive group.)
_TAG = re.compile(
    r"""<(?:!--|(/?)([a-zA-Z][^\t\n\f\r />]*+)(?:/*+[\t\n\f\r ]++|/*+[^\t\n\f\r />][^\t\n\f\r />=]*+"""
    r"""(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+"?+|'[^']*+'?+|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?+)?+)*+(?:(/?)/*+>)?+)"""
)
# Characters that no text has (Unicode's noncharacters): they mark places in the tree, see chrome.py.
MARKS: Final = ("\ufdd0", "\ufdd1", "\ufdd2")


def read_tree(text: str, *, limits: Limits) -> LexborHTMLParser:
    """The tree of a page, without what a reader does not see.

    `script[type*="ld+json"]` is kept, in `head`; the body holds text that shows, and no comments are counted as such.

    Raises:
        SkipDocumentError: Its elements stand deeper in one another than `limits.max_depth` ("too_deep"). lexbor needs time
            with the square of the depth: 21 s for 100,000 nested elements.
    """
    for mark in MARKS:
        text = text.replace(mark, "\ufffd")
    # As lexbor would, which takes text or bytes.
    data = text.encode("utf-8", "ignore")
    most = limits.max_depth
    # Most pages have so few elements that counting them is enough.
    if _started(data) > min(FEW, most) and markup_depth(text, most=most) > most:
        raise SkipDocumentError("too_deep", f"its elements are nested more than {limits.max_depth} deep")
    tree = LexborHTMLParser(data)
    head = tree.head
    for script in tree.css("script"):
        kind = script.attributes.get("type") or ""
        if "ld+json" in kind.casefold() and head is not None:
            if script.parent is not None and script.parent.tag != "head":
                head.insert_child(script)
                script.decompose()
        else:
            script.decompose()
    for frame in tree.css("iframe"):
        # A frame shows like a picture: a paragraph that holds one is not blank.
        frame.replace_with(tree.create_node("img"))
    tree.strip_tags(list(UNSEEN), recursive=True)
    return tree


def _started(data: bytes) -> int:
    """How many elements are started, at most: the number of "<" that no "/" follows. Five times the speed of bytes.count."""
    signs = np.frombuffer(data + b" ", dtype=np.uint8)
    return int(np.count_nonzero((signs[:-1] == ord("<")) & (signs[1:] != ord("/"))))


def markup_depth(text: str, *, most: int) -> int:
    """An estimate, from above, of how deep elements are nested; it stops counting above `most`.

    One pass over the tags, no tree: an end tag closes the nearest element of its name and all within it, as the HTML
    standard's stack of open elements does. Unclosed formatting elements, which each following block opens again, count as deep
    where they would make more than MAX_REOPENED elements.
    """
    opened = _Opened()
    deepest = at = 0
    while (found := _TAG.search(text, at)) is not None:
        is_end, name, is_closed = found.groups()
        at = found.end()
        if name is None:
            # "<!-->" is a whole comment.
            at = text.find("-->", found.start() + len("<!"))
        elif is_end:
            opened.end(name.lower())
        elif (name := name.lower()) in _RAW and not opened.is_drawing:
            end = _RAW_ENDS[name].search(text, at)
            at = end.start() if end else -1
        else:
            opened.start(name, is_closed=bool(is_closed))
            deepest = max(deepest, len(opened.stack))
            if deepest > most or opened.reopened > MAX_REOPENED:
                return most + 1
        if at < 0:
            # Never closed: the rest of the page is a comment, or a script.
            break
    return deepest


class _Opened:
    """The elements that are open at a place of the text."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.counts: Counter[str] = Counter()
        self.formatting = 0
        self.reopened = 0
        # In an `svg` that held nothing but what is drawn so far.
        self.is_drawing = False

    def start(self, name: str, *, is_closed: bool) -> None:
        if self.is_drawing:
            self.is_drawing = (name in _DRAWN or name in _DRAWN_TEXTS) and self.stack[-1] not in _DRAWN_TEXTS
        if is_closed and (self.is_drawing or name in _DRAWINGS):
            return
        self.is_drawing = self.is_drawing or name == "svg"
        if self.formatting > MAX_UNCLOSED:
            self.reopened += self.formatting
        if name not in _FLAT:
            self.stack.append(name)
            self.counts[name] += 1
            self.formatting += name in _FORMATTING

    def end(self, name: str) -> None:
        self.is_drawing = self.is_drawing and (name in _DRAWN or name in _DRAWN_TEXTS)
        if not self.counts[name]:
            return
        closed = ""
        while closed != name:
            closed = self.stack.pop()
            self.counts[closed] -= 1
            self.is_drawing = self.is_drawing and closed != "svg"
            # One that something else closes is opened again behind it.
            self.formatting -= closed in _FORMATTING and closed == name
