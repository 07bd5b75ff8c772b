"""What a page's `meta` elements say, by name: OpenGraph, Twitter cards, Dublin Core and the plain ones."""

from collections.abc import Iterable, Mapping

from selectolax.lexbor import LexborHTMLParser

from transforms.normalize import clean

Metas = Mapping[str, tuple[str, ...]]

_MAX_METAS = 1_000
_MAX_CHARS = 4_000
_MAX_ALL_CHARS = 400_000
"""The head of a page that says more is an attack."""


def read_metas(tree: LexborHTMLParser) -> Metas:
    """Each name (or property, or itemprop), casefolded → what is said under it, in order of the page."""
    found: dict[str, list[str]] = {}
    left = _MAX_ALL_CHARS
    for node in tree.css("meta[content]")[:_MAX_METAS]:
        attributes = node.attributes
        told = (attributes.get("content") or "")[: min(left, _MAX_CHARS)]
        left -= len(told)
        text = clean(told)
        if text:
            for key in ("property", "name", "itemprop"):
                name = (attributes.get(key) or "").strip().casefold()
                if name:
                    found.setdefault(name, []).append(text)
                    break
    return {name: tuple(texts) for name, texts in found.items()}


def first(metas: Metas, names: Iterable[str]) -> str | None:
    """What the first name that is there says."""
    return next((metas[name][0] for name in names if name in metas), None)
