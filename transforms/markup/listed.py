"""Tags in elements of their own, parted by nothing but a space: "Tags: bridge, vote" as markup without the comma."""

from collections.abc import Iterator

from bs4.element import NavigableString, PreformattedString, Tag

from transforms.tags import split_label

# Elements that hold one tag each.
_ITEMS = frozenset(("a", "span"))
_LABELS = frozenset(("b", "strong", "em", "i", "span", "label"))
_MIN_ITEMS = 2
# Longer is no list of tags; those that are read by their separators may be.
MAX_LISTED_CHARS = 1_000
# Labels, tags and the space between them; every block of an element with more than these would look at all of them.
MAX_CHILDREN = 120


def listed_texts(element: Tag, text: str) -> tuple[str, ...]:
    """The label and each tag, where a block is a label and then elements with a tag each; else nothing.

    Args:
        element: The block's element.
        text: The block's text, white space folded.
    """
    is_few = _MIN_ITEMS < len(element.contents) <= MAX_CHILDREN
    if not is_few or len(text) > MAX_LISTED_CHARS or split_label(text) is None:
        return ()
    parts = list(_parts(element))
    texts = tuple(part for _, part in parts)
    if len(parts) <= _MIN_ITEMS or "".join("".join(texts).split()) != "".join(text.split()):
        return ()
    found = split_label(texts[0])
    is_label = found is not None and not found[1] and parts[0][0] in (_LABELS | {""})
    return texts if is_label and all(name in _ITEMS for name, _ in parts[1:]) else ()


def _parts(element: Tag) -> Iterator[tuple[str, str]]:
    """The name and the text of each child that has a text; a text of the element itself has no name."""
    for child in element.contents:
        if isinstance(child, Tag):
            # None where it holds more than a text.
            name, text = child.name, child.string or ""
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            name, text = "", str(child)
        else:
            continue
        folded = " ".join(text.split())
        if folded:
            yield name, folded
