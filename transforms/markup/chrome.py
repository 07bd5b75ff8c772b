"""The blocks of a whole page: what is cut out of it, each piece in its place, and all the rest as lines of furniture."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import re2
import xxhash
from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.markup.tree import MARKS
from transforms.normalize import clean
from transforms.records import Block, Role

# Elements that do not part lines.
INLINE: Final = (
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "picture", "source",
)  # fmt: skip
# The tree has them through character references only.
_OPEN, _CLOSE, _BREAK = MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What was cut out: its blocks, and the number of the post that it belongs to (0: the page)."""

    owner: int
    blocks: tuple[Block, ...]


class Cutting:
    """A page from which pieces are cut, inner ones before outer ones; where each stood is marked in the tree.

    The mark holds a hash of the page's own text, which no page can forge: it would have to hold its own hash.
    """

    def __init__(self, tree: LexborHTMLParser, text: str) -> None:
        self._tree = tree
        self._key = xxhash.xxh3_64_hexdigest(text.encode("utf-8", "surrogatepass"))
        self._mark = re2.compile(f"{_OPEN}{self._key}:(\\d+){_CLOSE}")
        self._pieces: list[Piece] = []

    def cut(self, node: LexborNode, blocks: Iterable[Block], *, owner: int) -> None:
        """Take a node out; its blocks stand in for it. Marks of pieces within it may stand in their text."""
        node.insert_before(f"{_OPEN}{self._key}:{len(self._pieces)}{_CLOSE}")
        node.decompose()
        self._pieces.append(Piece(owner=owner, blocks=tuple(blocks)))

    def cut_lines(self, node: LexborNode, *, owner: int = 0) -> None:
        """Take a node out as lines of furniture."""
        self.cut(node, chrome_blocks(node), owner=owner)

    def blocks(self, rest: Sequence[Block] | None = None, *, owner: int = 0) -> list[tuple[int, Block]]:
        """Every block in document order, numbered from 1, with its post's number.

        Args:
            rest: What is left of the page as blocks, with the marks in them; None for its lines as furniture, and then the tree is
                used up.
            owner: The post that the rest belongs to.
        """
        if rest is None:
            body = self._tree.body
            rest = chrome_blocks(body) if body is not None else []
        used: set[int] = set()
        found = list(self._expand(rest, owner, used))
        # A mark can only be lost with the text around it; what it stood for is told at the end rather than not at all.
        for at in range(len(self._pieces) - 1, -1, -1):
            if at not in used:
                used.add(at)
                found.extend(self._expand(self._pieces[at].blocks, self._pieces[at].owner, used))
        return [(number, replace(block, line=line)) for line, (number, block) in enumerate(found, start=1)]

    def _expand(self, blocks: Sequence[Block], owner: int, used: set[int]) -> Iterator[tuple[int, Block]]:
        """Pieces hold marks of earlier pieces only, so this ends; a stack would do what the recursion does."""
        for block in blocks:
            if _OPEN not in block.raw:
                yield owner, block
                continue
            parts = self._mark.split(block.raw)
            for at, part in enumerate(parts):
                if at % 2:
                    number = int(part)
                    if number < len(self._pieces) and number not in used:
                        used.add(number)
                        piece = self._pieces[number]
                        yield from self._expand(piece.blocks, piece.owner, used)
                elif part.strip():
                    yield owner, replace(block, raw=part.strip(), text=clean(part))


def chrome_blocks(node: LexborNode) -> list[Block]:
    """A node's text as blocks of furniture, one for each run of text that no block element or line break parts.

    The node is changed: the inline elements within it are unwrapped.
    """
    if node.tag in INLINE:
        # To unwrap it would take it out of the tree.
        body = LexborHTMLParser(node.html or "").body
        return chrome_blocks(body) if body is not None else []
    return [
        Block(line=at, raw=line, text=clean(line), gap=1, role=Role.CHROME)
        for at, line in enumerate(text_lines(node), start=1)
    ]


def text_lines(node: LexborNode) -> list[str]:
    """A node's text, a line for each run that no block element or line break parts; white space folded."""
    for link in node.css("a + a"):
        link.insert_before(" ")
    node.unwrap_tags(list(INLINE))
    node.merge_text_nodes()
    runs = node.text(separator=_BREAK).split(_BREAK)
    return [line for run in runs if (line := " ".join(run.split()))]
