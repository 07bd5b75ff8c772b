"""Markdown → blocks: one for every physical line that is not blank, or for a paragraph that was wrapped to a width.

CommonMark with tables, read by markdown-it-py. What it leaves out (text nested deeper than it follows) is taken as
lines as they stand, so that nothing is lost.
"""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import re2
from markdown_it import MarkdownIt
from markdown_it.token import Token

from transforms.errors import SkipDocumentError
from transforms.limits import Limits
from transforms.normalize import clean
from transforms.parse.blocks import TAB
from transforms.records import Block

# Lists and quotes within each other; deeper ones are read as lines.
MAX_NESTING = 40
# A paragraph is taken for one that was wrapped to a width if its lines are at most so long, and at least so long.
MIN_WIDTH, MAX_WIDTH = 40, 120
# Its lines are filled up: so many lines at least show it.
MIN_WRAPPED_LINES = 3
_LINE_END = re2.compile(r"\r\n|\n|\r")
_TAG = re2.compile(r"<[^<>]*>")
_COMMENT = re2.compile(r"(?s)<!--.*?(?:-->|$)")
_UNREAD = re2.compile(r"(?is)^\s*<(?:script|style|template)\b")
_MARKS = re2.compile(r"^(?:[\s>]|[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s)+")
_DEFINITION = re2.compile(r"^ {0,3}\[[^\]]+\]:\s*\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownBlock:
    """A block with what its marks tell.

    Args:
        block: The block; its tag is the element that it stands for.
        last: The physical line that it ends with.
        linked: Share of its text that is in links, 0 to 1.
        url: Where its first link goes, or None.
    """

    block: Block
    last: int
    linked: float = 0.0
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Text of the lines from `first` up to `stop`, 0-based."""

    first: int
    stop: int
    tag: str
    text: str = ""
    marker: str = ""
    linked: int = 0
    url: str | None = None


def read_markdown(text: str, *, limits: Limits) -> tuple[MarkdownBlock, ...]:
    """Every block, in order of the lines; each line that is not blank is within exactly one.

    Raises:
        SkipDocumentError: A line or the number of lines is above a limit.
    """
    lines = _LINE_END.split(text)
    filled = [bool(line.strip()) for line in lines]
    if sum(filled) > limits.max_blocks:
        raise SkipDocumentError("too_many_blocks", f"it has more than {limits.max_blocks} lines")
    if max(map(len, lines)) > limits.max_line_chars:
        raise SkipDocumentError(
            "line_too_long", f"a line of it has more than {limits.max_line_chars} characters"
        )
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    owners: list[_Piece | None] = [None] * len(lines)
    for piece in _Walk(parser, [line.replace("\x00", "\ufffd") for line in lines]).pieces():
        for at in range(piece.first, min(piece.stop, len(lines))):
            if owners[at] is None:
                owners[at] = piece
    return tuple(_blocks(lines, filled, owners))


def _blocks(
    lines: Sequence[str], filled: Sequence[bool], owners: Sequence[_Piece | None]
) -> Iterable[MarkdownBlock]:
    gap = 0
    at = 0
    while at < len(lines):
        if not filled[at]:
            gap += 1
            at += 1
            continue
        piece = owners[at]
        stop = at + 1
        while piece is not None and stop < len(lines) and owners[stop] is piece:
            stop += 1
        last = max(i for i in range(at, stop) if filled[i])
        raw = " ".join(line.strip() for line in lines[at : last + 1] if line.strip())
        lead = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        text = clean(piece.text if piece else _unmarked(lines[at]))
        yield MarkdownBlock(
            block=Block(
                line=at + 1,
                raw=raw,
                text=text,
                indent=len(lead.expandtabs(TAB)),
                marker=piece.marker if piece and text else "",
                gap=gap,
                tag=piece.tag if piece else "",
            ),
            last=last + 1,
            linked=min(1.0, piece.linked / max(1, len(text))) if piece else 0.0,
            url=piece.url if piece else None,
        )
        gap = stop - 1 - last
        at = stop


def _unmarked(line: str) -> str:
    """A line that the parser left out: the definition of a link has no text, else its marks are taken off."""
    return "" if _DEFINITION.match(line) else _MARKS.sub("", line.strip())


class _Walk:
    """Goes over the parser's tokens once and says what they make of the lines."""

    def __init__(self, parser: MarkdownIt, lines: Sequence[str]) -> None:
        self.parser = parser
        self.lines = lines
        self.tokens = parser.parse("\n".join(lines))
        self.width = _width(self.tokens)
        self.within: list[str] = []
        self.markers: list[str] = []
        self.readers: dict[str, Callable[[int, range], Iterable[_Piece]]] = {
            "inline": self._paragraph,
            "fence": self._code,
            "code_block": self._code,
            "html_block": self._html,
            "hr": self._rule,
            "table_open": self._table,
        }

    def pieces(self) -> Iterable[_Piece]:
        """Every piece, in order of the tokens."""
        for at, token in enumerate(self.tokens):
            if token.nesting < 0:
                self.within.pop()
                if token.type == "list_item_close":
                    self.markers.pop()
            reader = self.readers.get(token.type)
            if reader and token.map and "table" not in self.within:
                yield from reader(at, range(*token.map))
            if token.nesting > 0:
                self.within.append(token.tag)
                if token.type == "list_item_open":
                    self.markers.append("" if token.info else "•")

    def _paragraph(self, at: int, span: range) -> Iterable[_Piece]:
        token, opening = self.tokens[at], self.tokens[at - 1]
        tag = _tag(self.within)
        pieces = _inline(token, span, tag=tag, width=self.width)
        if opening.type == "heading_open" and opening.map:
            # A heading's underline is the heading's.
            pieces = [*pieces[:-1], replace(pieces[-1], stop=opening.map[1])]
        item = self.tokens[at - 2] if at > 1 else None
        if item and item.type == "list_item_open":
            # The number of a numbered item stays in its text, as in a plain text's.
            number = f"{item.info}{item.markup} " if item.info else ""
            head = replace(pieces[0], text=f"{number}{pieces[0].text}", marker=self.markers[-1])
            pieces = [head, *pieces[1:]]
        return pieces

    def _code(self, at: int, span: range) -> Iterable[_Piece]:
        """Lines of code as they stand; a fence's own lines have no text."""
        token = self.tokens[at]
        for line in span:
            text = self.lines[line].strip()
            is_edge = line == span[0] or (line == span[-1] and text.strip("> ").startswith(token.markup))
            text = "" if token.type == "fence" and is_edge else text
            yield _Piece(first=line, stop=line + 1, tag="pre", text=text)

    def _html(self, at: int, span: range) -> Iterable[_Piece]:
        """Lines of a block of HTML without its tags; a script's or a comment's have no text."""
        content = self.tokens[at].content
        if _UNREAD.match(content):
            content = "\n" * content.count("\n")
        for pattern in (_COMMENT, _TAG):
            content = pattern.sub(lambda found: " " + "\n" * found.group(0).count("\n"), content)
        for line, text in zip(span, content.split("\n"), strict=False):
            yield _Piece(first=line, stop=line + 1, tag="html", text=html.unescape(text).strip())

    def _rule(self, _at: int, span: range) -> Iterable[_Piece]:
        yield _Piece(first=span.start, stop=span.stop, tag="hr")

    def _table(self, _at: int, span: range) -> Iterable[_Piece]:
        """Rows with their cells parted by bars, more of them than the head has too; the second line is a rule."""
        for number, line in enumerate(span):
            if number == 1:
                yield _Piece(first=line, stop=line + 1, tag="hr")
                continue
            cells = [cell for cell in self.lines[line].strip("> \t|").split("|") if cell.strip()]
            token = self.parser.parseInline(" | ".join(cell.strip() for cell in cells))[0]
            text, linked, url = _joined(_runs(token.children or []))
            yield _Piece(first=line, stop=line + 1, tag="tr", text=text, linked=linked, url=url)


def _tag(within: Sequence[str]) -> str:
    inner = within[-1] if within else ""
    if inner == "p":
        return next((tag for tag in reversed(within) if tag in ("li", "blockquote")), "p")
    return inner


def _inline(token: Token, span: range, *, tag: str, width: int | None) -> list[_Piece]:
    """The text of a paragraph by physical lines; one piece where it was wrapped, or where lines cannot be told apart."""
    source = token.content.split("\n")
    runs = _runs(token.children or [])
    is_wrapped = width is not None and _is_filled(source, width)
    if is_wrapped or not len(runs) == len(source) == len(span):
        text, linked, url = _joined(runs)
        return [_Piece(first=span.start, stop=span.stop, tag=tag, text=text, linked=linked, url=url)]
    return [
        _Piece(first=line, stop=line + 1, tag=tag, text=text, linked=linked, url=url)
        for line, (text, linked, url) in zip(span, runs, strict=True)
    ]


def _joined(runs: Sequence[tuple[str, int, str | None]]) -> tuple[str, int, str | None]:
    return (
        " ".join(text for text, _, _ in runs),
        sum(linked for _, linked, _ in runs),
        next((url for _, _, url in runs if url), None),
    )


def _runs(children: Sequence[Token]) -> list[tuple[str, int, str | None]]:
    """Text, its characters in links, and the first link's address, for each line of an inline token."""
    runs: list[tuple[str, int, str | None]] = []
    parts: list[str] = []
    linked, url, depth = 0, None, 0
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            runs.append(("".join(parts), linked, url))
            parts, linked, url = [], 0, None
        elif child.type == "link_open":
            depth += 1
            url = url or str(child.attrGet("href") or "") or None
        elif child.type == "link_close":
            depth -= 1
        elif child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
            linked += len(child.content) if depth else 0
        elif child.type == "html_inline" and child.content.casefold().startswith("<br"):
            parts.append(" ")
    runs.append(("".join(parts), linked, url))
    return runs


def _width(tokens: Sequence[Token]) -> int | None:
    """The width that the document's paragraphs were wrapped to, or None."""
    wrapped, others, width = 0, 0, 0
    for token in tokens:
        if token.type != "inline" or "\n" not in token.content:
            continue
        lines = token.content.split("\n")
        if len(lines) < MIN_WRAPPED_LINES:
            continue
        longest = max(map(len, lines))
        if MIN_WIDTH <= longest <= MAX_WIDTH and _is_filled(lines, longest):
            wrapped += 1
            width = max(width, longest)
        else:
            others += 1
    return width if wrapped > others else None


def _is_filled(lines: Sequence[str], width: int) -> bool:
    """Whether no line but the last would have held the first word of the next."""
    if len(lines) == 1 or max(map(len, lines)) > width:
        return False
    return all(len(line) + 1 + len(after.split(" ", 1)[0]) > width for line, after in pairwise(lines))
