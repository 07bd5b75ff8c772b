"""A page's tree → its texts with what stands around each: the quick look over the whole page before anything is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import re2
from selectolax.lexbor import LexborNode

from transforms.markup.blocks import BLOCK_TAGS, SILENT_TAGS

# Class names are words run together in a handful of ways: "article__body-text", "relatedPosts".
_NAME_WORD = re2.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# More of a class attribute is no name; utility classes come by the dozen.
MAX_NAME_CHARS = 300
# Elements that stand around text and say what it is; each is one bit of `Frame.tags`.
FRAME_TAGS = (
    "article", "main", "nav", "aside", "footer", "header", "form", "figure", "ul", "ol", "table", "section", "button",
    "blockquote", "figcaption", "li", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "details",
)  # fmt: skip
_TAG_BITS = {tag: 1 << at for at, tag in enumerate(FRAME_TAGS)}
_PARAGRAPHS = frozenset(("p", "li", "td", "th", "blockquote", "figcaption", "dd", "dt", "pre"))


@dataclass(slots=True)
class Frame:
    """An element around texts.

    Args:
        node: The element.
        above: The element around it; None for the page's body.
        tags: The bits of FRAME_TAGS that it and all around it have.
        near: The bits of word groups that its own class and id hold.
        words: The same of it and of all around it.
        signature: Its tag and class, for telling elements of one make.
        is_body: Whether it or one around it says to be the article's body (schema.org articleBody).
        is_hidden: Whether it or one around it says not to show.
        depth: Elements around it.
        number: Its place in document order.
    """

    node: LexborNode
    above: "Frame | None"
    tags: int
    near: int
    words: int
    signature: str
    is_body: bool
    is_hidden: bool
    depth: int
    number: int


@dataclass(slots=True)
class Text:
    """A run of text between two borders: block elements' starts and ends, line breaks.

    Args:
        text: With white space folded.
        frame: The innermost block element around it.
        tag: That element's name, or the name of a paragraph-like element that it stands alone in.
        linked: Characters in links.
        emphasised: Characters in bold type.
        near: Word groups of elements within the frame that hold it.
        is_broken: Whether only a line break parts it from the text before.
    """

    text: str
    frame: Frame
    tag: str
    linked: int
    emphasised: int
    near: int
    is_broken: bool


def name_words(name: str) -> list[str]:
    """The words of a class or id: "articleBody-text" → article, body, text."""
    return [word.casefold() for word in _NAME_WORD.findall(name[:MAX_NAME_CHARS])]


@dataclass(slots=True)
class TextWalk:
    """One pass over the tree, in document order.

    Args:
        groups: Which bits a word of a class or id has.
    """

    groups: Mapping[str, int]
    texts: list[Text] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0
    _emphasised: int = 0
    _near: int = 0
    _is_broken: bool = False

    def read(self, body: LexborNode) -> list[Text]:
        """All the texts below an element."""
        # For every open element: its mem_id, the frame within it, and whether it is or stands in a link, bold type.
        stack: list[tuple[int, Frame, bool, bool, int]] = []
        silent = 0
        top = self._frame(body, None)
        stack.append((body.mem_id, top, False, False, 0))
        for node in body.traverse(include_text=True):
            name = node.tag
            parent = node.parent
            if name is None or parent is None or node.mem_id == body.mem_id:
                continue
            above = parent.mem_id
            while len(stack) > 1 and stack[-1][0] != above:
                closed = stack.pop()
                if closed[1] is not stack[-1][1]:
                    self._flush(closed[1])
                if closed[0] == silent:
                    silent = 0
            if silent:
                continue
            _, frame, in_link, in_bold, near = stack[-1]
            if name[0] == "-":
                if name == "-text":
                    self._text(node.text_content or "", linked=in_link, bold=in_bold, near=near)
                continue
            if name == "br":
                self._flush(frame)
                self._is_broken = True
                continue
            if name in SILENT_TAGS:
                silent = node.mem_id
            elif name in BLOCK_TAGS:
                self._flush(frame)
                frame = self._frame(node, frame)
            elif name == "a":
                in_link = True
                near |= self._bits(node.attributes)
            elif name in ("b", "strong"):
                in_bold = True
            elif name == "span":
                near |= self._bits(node.attributes)
            stack.append((node.mem_id, frame, in_link, in_bold, near))
        while stack:
            self._flush(stack.pop()[1])
        return self.texts

    def _bits(self, attributes: Mapping[str, str | None]) -> int:
        if not attributes:
            return 0
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if name == " ":
            return 0
        bits = self._known.get(name)
        if bits is None:
            bits = 0
            for word in name_words(name):
                bits |= self.groups.get(word, 0)
            self._known[name] = bits
        return bits

    def _frame(self, node: LexborNode, above: Frame | None) -> Frame:
        name = node.tag or ""
        attributes = node.attributes
        near = self._bits(attributes)
        if not attributes:
            is_body = is_hidden = False
        else:
            is_body = "articlebody" in (attributes.get("itemprop") or "").casefold()
            style = attributes.get("style")
            is_hidden = (
                "hidden" in attributes
                or attributes.get("aria-hidden") == "true"
                or (style is not None and "display:none" in style.replace(" ", "").casefold())
            )
        frame = Frame(
            node=node,
            above=above,
            tags=_TAG_BITS.get(name, 0) | (above.tags if above else 0),
            near=near,
            words=near | (above.words if above else 0),
            signature=f"{name}.{attributes.get('class') or ''}",
            is_body=is_body or (above is not None and above.is_body),
            is_hidden=is_hidden or (above is not None and above.is_hidden),
            depth=above.depth + 1 if above else 0,
            number=len(self.frames),
        )
        self.frames.append(frame)
        return frame

    def _text(self, text: str, *, linked: bool, bold: bool, near: int) -> None:
        self._parts.append(text)
        self._near |= near
        if linked or bold:
            size = len("".join(text.split()))
            self._linked += size if linked else 0
            self._emphasised += size if bold else 0

    def _flush(self, frame: Frame) -> None:
        if self._parts:
            text = " ".join("".join(self._parts).split())
            self._parts.clear()
            if text:
                self.texts.append(
                    Text(
                        text=text,
                        frame=frame,
                        tag=frame.node.tag or "",
                        linked=self._linked,
                        emphasised=self._emphasised,
                        near=self._near | frame.near,
                        is_broken=self._is_broken,
                    )
                )
                self._is_broken = False
            self._linked = self._emphasised = self._near = 0
