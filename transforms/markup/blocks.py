"""HTML fragment → blocks: the careful walk, by BeautifulSoup with lxml, of what has been chosen.

Every text that is not blank comes out exactly once. Scripts, styles, templates, comments and attributes are no text.
A block is what stands between two borders: the start or end of a block element, or a line break (HTML Living
Standard, "Rendering", 15.3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from selectolax.lexbor import LexborHTMLParser

from transforms.markup.listed import listed_texts
from transforms.normalize import clean
from transforms.records import Block

# lxml loses text below about 250 elements (libxml2's xmlParserMaxDepth is 256, and it sets html and body around).
MAX_LXML_DEPTH = 200
BULLET = "•"
BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "plaintext",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "xmp",
    ]
)
# A plain paragraph or division in one of these is a part of it.
TELLING_TAGS = frozenset([
    "blockquote", "caption", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "li", "option", "pre", "summary", "td", "th",
])  # fmt: skip
_UNTELLING = frozenset(("p", "div", "section", "center", "article"))
_ROOTS = frozenset(("html", "body"))
SILENT_TAGS = frozenset(("script", "style", "template"))
PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext", "textarea"))
# Elements that hold nothing. Others that begin alike ("colgroup", "header") are none: a name ends at a space or ">".
_VOID = tuple(
    f"{name}{end}"
    for name in (
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta",
        "param", "source", "track", "wbr",
    )
    for end in " >"
)  # fmt: skip
# Blank ones of these show as a blank line, or were meant to.
SPACERS = frozenset(("p", "li"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A block and where it stands.

    Args:
        block: The block; `line` is its number in the fragment.
        path: The elements around it, outermost first.
        linked: Its characters that stand in links, white space folded.
        emphasised: Its characters that stand in bold or italic type.
    """

    block: Block
    path: tuple[Tag, ...]
    linked: int = 0
    emphasised: int = 0


def fragment_blocks(html: str) -> list[Block]:
    """The fragment's blocks in document order, numbered from 1, roles not known.

    A block's `raw` is its text with white space folded, `marker` "•" in a list and "1." in a numbered one, `gap` 1 for a
    block element, 0 after a line break, and more where blank paragraphs, rules or several line breaks stand before it.
    Fragments that are deeper than lxml reads are taken as lexbor's texts, one block each.
    """
    return [piece.block for piece in fragment_pieces(html)]


def fragment_pieces(html: str, *, is_serialised: bool = False) -> list[Piece]:
    """The same with the elements around each block.

    Args:
        html: The fragment.
        is_serialised: Whether it was written by lexbor, which escapes "<" in attributes.
    """
    # Only end tags make a difference: without them, more start tags than this are needed to go deep.
    if html.count("<") - html.count("</") > MAX_LXML_DEPTH:
        if not is_serialised:
            body = LexborHTMLParser(html).body
            html = body.html or "" if body is not None else ""
        if _depth(html) > MAX_LXML_DEPTH:
            return [Piece(block=block, path=()) for block in _flat_blocks(html)]
    pieces: list[Piece] = []
    for piece in _Walk().read(BeautifulSoup(html, "lxml")):
        texts = listed_texts(piece.path[-1], piece.block.raw) if piece.path else ()
        pieces.extend(_parted(piece, texts) if texts else (piece,))
    return [
        piece if piece.block.line == line else replace(piece, block=replace(piece.block, line=line))
        for line, piece in enumerate(pieces, start=1)
    ]


def _parted(piece: Piece, texts: Sequence[str]) -> Iterator[Piece]:
    for at, raw in enumerate(texts):
        gap = 0 if at else piece.block.gap
        yield Piece(block=replace(piece.block, raw=raw, text=clean(raw), gap=gap), path=piece.path)


def _depth(html: str) -> int:
    """How deep the elements of what lexbor wrote stand within each other; nothing but tags begins with "<" there."""
    deepest = level = 0
    for tag in html.split("<"):
        if tag[:1] == "/":
            level -= 1
        elif tag[:1].isalpha() and not tag.startswith(_VOID):
            level += 1
            deepest = max(deepest, level)
    return deepest


def _flat_blocks(html: str) -> Iterator[Block]:
    tree = LexborHTMLParser(html)
    tree.strip_tags(sorted(SILENT_TAGS))
    root = tree.body or tree.root
    text = root.text(deep=True, separator="\n") if root is not None else ""
    number = 0
    for line in text.split("\n"):
        raw = " ".join(line.split())
        if raw:
            number += 1
            yield Block(line=number, raw=raw, text=clean(raw), gap=1, tag="div")


@dataclass(slots=True)
class _Open:
    """An element whose end has not been reached."""

    element: Tag
    tag: str
    count: int = 0
    texts: int = 0
    pictures: int = 0
    breaks: int = 0
    marker: str = ""


@dataclass(slots=True)
class _Walk:
    """The blocks so far, the text of the one that is open, and what stands between it and the last."""

    pieces: list[Piece] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    linked: int = 0
    emphasised: int = 0
    in_link: int = 0
    in_emphasis: int = 0
    in_pre: int = 0
    border: bool = True
    breaks: int = 0
    blanks: int = 0
    pictures: int = 0

    def read(self, soup: BeautifulSoup) -> list[Piece]:
        """Walk the whole tree, with a stack of our own: depth costs nothing."""
        self.stack.append(_Open(element=soup, tag="div"))
        ways = [iter(soup.contents)]
        while ways:
            node = next(ways[-1], None)
            if node is None:
                ways.pop()
                self._leave()
            elif isinstance(node, Tag):
                if node.name not in SILENT_TAGS:
                    self._enter(node)
                    ways.append(iter(node.contents))
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self._text(str(node))
        self._flush()
        return self.pieces

    def _enter(self, element: Tag) -> None:
        name = element.name
        above = self.stack[-1].tag
        self.pictures += name == "img"
        if name == "br":
            self._break()
        elif name in BLOCK_TAGS:
            self._flush()
            self.border = True
            self.blanks += name == "hr"
            above = telling_tag(name, above)
        opened = _Open(
            element=element, tag=above, texts=len(self.pieces), pictures=self.pictures, breaks=self.breaks
        )
        if name == "li":
            opened.marker = self._marker(element)
        elif name == "ol":
            opened.count = number_told(element.get("start"), 1) - 1
        self.stack.append(opened)
        self.in_link += name == "a"
        self.in_emphasis += name in ("b", "strong", "i", "em")
        self.in_pre += name in PREFORMATTED

    def _leave(self) -> None:
        name = self.stack[-1].element.name
        if name in BLOCK_TAGS:
            self._flush()
            self.border = True
            left = self.stack[-1]
            if name in SPACERS and left.texts == len(self.pieces) and left.pictures == self.pictures:
                # However many line breaks a blank paragraph holds, the first of them only keeps it open.
                self.breaks = left.breaks + max(0, self.breaks - left.breaks - 1)
                self.blanks += 1
        self.stack.pop()
        self.in_link -= name == "a"
        self.in_emphasis -= name in ("b", "strong", "i", "em")
        self.in_pre -= name in PREFORMATTED

    def _marker(self, element: Tag) -> str:
        parent = self.stack[-1]
        if parent.element.name != "ol":
            return BULLET
        parent.count = number_told(element.get("value"), parent.count + 1)
        return f"{parent.count}."

    def _text(self, text: str) -> None:
        lines = text.split("\n") if self.in_pre else [text]
        for at, line in enumerate(lines):
            if at:
                self._break()
            if line:
                self.texts.append(line)
                size = len("".join(line.split())) if self.in_link or self.in_emphasis else 0
                self.linked += size if self.in_link else 0
                self.emphasised += size if self.in_emphasis else 0

    def _break(self) -> None:
        self._flush()
        self.breaks += 1

    def _flush(self) -> None:
        """Close the open block, if it has a text."""
        raw = " ".join("".join(self.texts).split())
        self.texts.clear()
        linked, emphasised, self.linked, self.emphasised = self.linked, self.emphasised, 0, 0
        if not raw:
            return
        marker = ""
        for opened in reversed(self.stack):
            if opened.marker:
                marker, opened.marker = opened.marker, ""
                break
        block = Block(
            line=len(self.pieces) + 1,
            raw=raw,
            text=clean(raw),
            marker=marker,
            gap=self._gap(),
            tag=self.stack[-1].tag,
        )
        path = tuple(opened.element for opened in self.stack[1:])
        self.pieces.append(Piece(block=block, path=path, linked=linked, emphasised=emphasised))
        self.border, self.breaks, self.blanks = False, 0, 0

    def _gap(self) -> int:
        if not self.border:
            return max(0, self.breaks - 1)
        # The last line break of a block does not show.
        return 1 + self.blanks + max(0, self.breaks - 1)


def telling_tag(name: str, above: str) -> str:
    """What a text in an element is of: a paragraph in a list's item is the item's."""
    if name in _UNTELLING and above in TELLING_TAGS:
        return above
    return "div" if name in _ROOTS else name


def number_told(value: object, default: int) -> int:
    """A list's number as written; numbers that no page has are not believed."""
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else default
