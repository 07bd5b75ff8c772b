"""Elements by CSS selector, each once."""

from selectolax.lexbor import LexborNode


def select(node: LexborNode, selector: str, *, most: int | None = None) -> list[LexborNode]:
    """Elements within a node that any part of the selector finds, in document order.

    lexbor tells an element once for every part of a comma list that it meets.
    """
    found = {inner.mem_id: inner for inner in node.css(selector)}
    return list(found.values())[:most]
