"""A page's tree → its texts with what stands around each: the quick look over the whole page before anything is chosen.

It parts texts, counts gaps and sets markers as the careful walk of blocks.py does; there a fragment's markup is read by
BeautifulSoup, at some twenty times the cost.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from transforms.markup.blocks import (
    BLOCK_TAGS,
    BULLET,
    PREFORMATTED,
    SILENT_TAGS,
    SPACERS,
    number_told,
    telling_tag,
)  # fmt: skip

# Class names are words run together in a handful of ways: "article__body-text", "relatedPosts".
# Two classes in one loop: linear, and ten times re2's speed on names.
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# More of a class attribute is no name; utility classes come by the dozen.
MAX_NAME_CHARS = 300
# Elements that stand around text and say what it is; each is one bit of `Frame.near`.
FRAME_TAGS = (
    "article", "main", "nav", "aside", "footer", "header", "form", "figure", "ul", "ol", "table", "section", "button",
    "blockquote", "figcaption", "li", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "details",
)  # fmt: skip
_TAG_BITS = {tag: 1 << at for at, tag in enumerate(FRAME_TAGS)}
SKIPPED = frozenset(("nav", "footer"))
_NAMED = frozenset(("a", "span"))
# They hold no text, or none that shows.
_EMPTY = SILENT_TAGS | {"br", "img", ""}
_BOLD = frozenset(("b", "strong"))
_INLINE = _NAMED | _BOLD
# What inline elements say of their text: whether it is in a link, in bold type, and their bits. This and what is open are
# tuples: there is one for every element of every page.
_Inline = tuple[bool, bool, int]
_NO_INLINE: _Inline = (False, False, 0)


@dataclass(slots=True)
class Frame:
    """An element around texts.

    Args:
        node: The element.
        above: The element around it; None for the page's body.
        near: Its own bits: of FRAME_TAGS, and above them of the word groups that its class and id hold.
        words: The same of it and of all around it.
        name: The element's name.
        tag: What its text is of: "li" for a paragraph in a list's item.
        class_name: Its class attribute, cut; None where it has no attributes.
        is_body: Whether it or one around it says to be the article's body (schema.org articleBody).
        hides: Whether it says not to show.
        number: Its place in document order.
        item: The innermost list's item that it is or stands in and that may still have a marker to give.
        marker: The bullet or number of an item, until a text has it.
        counted: Items of a numbered list so far.
        is_pre: Whether line ends part its text.
        before: Texts before it.
        pictures: Pictures before it.
        breaks: Line breaks before it, since the last text.
        after: Texts before its end: those from `before` on are in it.
        skips: Whether something in it was passed over.
    """

    node: LexborNode
    above: "Frame | None"
    near: int
    words: int
    name: str
    tag: str
    class_name: str | None
    is_body: bool
    hides: bool
    number: int
    item: "Frame | None"
    marker: str
    counted: int
    is_pre: bool
    before: int
    pictures: int
    breaks: int
    after: int = 0
    skips: bool = False


# An element that is open, the frame that it is or stands in, and what holds for its text.
_Open = tuple[LexborNode, Frame, _Inline]


@dataclass(slots=True)
class Text:
    """A run of text between two borders: block elements' starts and ends, line breaks.

    Args:
        text: With white space folded.
        frame: The innermost block element around it.
        linked: Characters in links.
        emphasised: Characters in bold type.
        near: The bits of the frame, and of elements within it that hold the text.
        is_broken: Whether a line break stands somewhere before it, since the text before.
        gap: Blank lines before it.
        marker: Its bullet or number.
    """

    text: str
    frame: Frame
    linked: int
    emphasised: int
    near: int
    is_broken: bool
    gap: int
    marker: str


def name_words(name: str) -> list[str]:
    """The words of a class or id: "articleBody-text" → article, body, text."""
    return [word.casefold() for word in _NAME_WORD.findall(name[:MAX_NAME_CHARS])]


@dataclass(slots=True)
class TextWalk:
    """One pass over the tree, in document order.

    Args:
        groups: Which bits a word of a class or id has.
        skips: Whether menus and feet, a third of an ordinary page, are passed over.
    """

    groups: Mapping[str, int]
    skips: bool = True
    texts: list[Text] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0
    _emphasised: int = 0
    _near: int = 0
    _border: bool = True
    _breaks: int = 0
    _blanks: int = 0
    _pictures: int = 0

    def read(self, body: LexborNode) -> list[Text]:
        """All the texts below an element."""
        frame, inline = self._frame(body, None, body.tag or ""), _NO_INLINE
        stack: list[_Open] = [(body, frame, inline)]
        node = body.child
        while True:
            if node is None:
                closed, left, _ = stack.pop()
                if not stack:
                    self._leave(left)
                    return self.texts
                _, frame, inline = stack[-1]
                if left is not frame:
                    self._leave(left)
                node = closed.next
            elif (name := node.tag or "") == "-text":
                text = node.text_content or ""
                if self._parts or frame.is_pre or not text.isspace():
                    self._text(text, frame, inline)
                node = node.next
            elif (inner := self._element(node, name, frame, inline)) is not None:
                _, frame, inline = inner
                stack.append(inner)
                node = node.child
            else:
                node = node.next

    def _element(self, node: LexborNode, name: str, frame: Frame, inline: _Inline) -> _Open | None:
        """An element that may hold texts, opened; None where nothing in it is looked at."""
        if name in BLOCK_TAGS:
            if name not in SKIPPED or not self.skips:
                return node, self._enter(node, frame, name), inline
            self._skip(frame)
        elif name not in _EMPTY and name[0] != "-":
            return node, frame, self._inline(node, name, inline) if name in _INLINE else inline
        elif name == "br":
            self._break(frame)
        elif name == "img":
            self._pictures += 1
        return None

    def _inline(self, node: LexborNode, name: str, around: _Inline) -> _Inline:
        """What holds in an inline element, by what holds around it."""
        in_link, in_bold, near = around
        if name in _NAMED:
            attributes = node.attributes
            near |= self._bits(attributes.get("class") or "", attributes.get("id") or "")
        return in_link or name == "a", in_bold or name in _BOLD, near

    def _skip(self, frame: Frame) -> None:
        """Note on the frame and on all around it that not all of them was looked at."""
        self._flush(frame)
        self._border = True
        at: Frame | None = frame
        while at is not None and not at.skips:
            at.skips = True
            at = at.above

    def _enter(self, node: LexborNode, above: Frame, name: str) -> Frame:
        self._flush(above)
        self._border = True
        if name == "hr":
            self._blanks += 1
        frame = self._frame(node, above, name)
        if name == "li":
            frame.item = frame
            frame.marker = BULLET
            if above.name == "ol":
                above.counted = number_told(node.attributes.get("value"), above.counted + 1)
                frame.marker = f"{above.counted}."
        elif name == "ol":
            frame.counted = number_told(node.attributes.get("start"), 1) - 1
        return frame

    def _leave(self, frame: Frame) -> None:
        self._flush(frame)
        self._border = True
        frame.after = len(self.texts)
        is_blank = frame.before == frame.after and frame.pictures == self._pictures
        if is_blank and frame.name in SPACERS:
            self._breaks = frame.breaks + max(0, self._breaks - frame.breaks - 1)
            self._blanks += 1

    def _bits(self, class_name: str, id_: str) -> int:
        name = f"{class_name} {id_}"
        bits = self._known.get(name)
        if bits is None:
            bits = 0
            for word in name_words(name):
                bits |= self.groups.get(word, 0)
            self._known[name] = bits
        return bits

    def _frame(self, node: LexborNode, above: Frame | None, name: str) -> Frame:
        attributes = node.attributes
        near = _TAG_BITS.get(name, 0)
        class_name = None
        is_body = hides = False
        if attributes:
            class_name = attributes.get("class") or ""
            near |= self._bits(class_name, attributes.get("id") or "")
            class_name = class_name[:MAX_NAME_CHARS]
            # Most elements tell their class and no more.
            if len(attributes) > 1 or not class_name:
                told = attributes.get("itemprop")
                is_body = told is not None and "articlebody" in told.casefold()
                hides = _hides(attributes)
        words, tag, item = near, name, None
        is_pre = name in PREFORMATTED
        if above is not None:
            words |= above.words
            tag = telling_tag(name, above.tag)
            is_body = is_body or above.is_body
            item = above.item
            is_pre = is_pre or above.is_pre
        # By place: names would cost a tenth of the whole walk.
        frame = Frame(
            node, above, near, words, name, tag, class_name, is_body, hides, len(self.frames), item, "", 0, is_pre,
            len(self.texts), self._pictures, self._breaks,
        )  # fmt: skip
        self.frames.append(frame)
        return frame

    def _text(self, text: str, frame: Frame, inline: _Inline) -> None:
        if not frame.is_pre:
            self._line(text, inline)
            return
        first, *others = text.split("\n")
        self._line(first, inline)
        for line in others:
            self._break(frame)
            self._line(line, inline)

    def _line(self, line: str, inline: _Inline) -> None:
        self._parts.append(line)
        if inline is _NO_INLINE:
            return
        in_link, in_bold, near = inline
        self._near |= near
        if in_link or in_bold:
            size = len(" ".join(line.split()))
            self._linked += size if in_link else 0
            self._emphasised += size if in_bold else 0

    def _break(self, frame: Frame) -> None:
        self._flush(frame)
        self._breaks += 1

    def _flush(self, frame: Frame) -> None:
        if not self._parts:
            return
        text = " ".join("".join(self._parts).split())
        self._parts.clear()
        if text:
            self.texts.append(
                Text(
                    text=text,
                    frame=frame,
                    linked=self._linked,
                    emphasised=self._emphasised,
                    near=self._near | frame.near,
                    is_broken=self._breaks > 0,
                    gap=(1 + self._blanks if self._border else 0) + max(0, self._breaks - 1),
                    marker=_take_marker(frame),
                )
            )
            self._border = False
            self._breaks = self._blanks = 0
        self._linked = self._emphasised = self._near = 0


def _hides(attributes: Mapping[str, str | None]) -> bool:
    style = attributes.get("style")
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style is not None and "display:none" in style.replace(" ", "").casefold())
    )


def _take_marker(frame: Frame) -> str:
    """The marker of the innermost item around it that has not given it yet; items that have are skipped for good."""
    item = frame.item
    passed = [frame]
    while item is not None and not item.marker:
        passed.append(item)
        above = item.above.item if item.above else None
        item = above if item.item is item else item.item
    for one in passed:
        one.item = item
    if item is None:
        return ""
    marker, item.marker = item.marker, ""
    return marker
