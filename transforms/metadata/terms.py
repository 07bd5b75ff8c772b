"""The site's own terms for an article: its tags and categories, as links and markup tell them."""

from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.metadata.beside import is_beside
from transforms.metadata.meta import Metas
from transforms.normalize import clean

MAX_TERMS = 100
_MAX_CHARS = 100
"""Longer is a sentence, not a term."""
_LINKS = 'a[rel~="tag" i], .tags-links a, .cat-links a, .taxonomy-category a, .taxonomy-post_tag a, a.p-category, [itemprop="keywords"] a'
_METAS = ("article:tag", "og:article:tag", "parsely-tags", "sailthru.tags")


def unique_terms(told: Iterable[str | None]) -> tuple[str, ...]:
    """Each term once, as printed, in order, "#" off; what is too long is none."""
    terms: dict[str, str] = {}
    for text in told:
        term = clean(text[: 4 * _MAX_CHARS]).strip(" ,;#") if text else ""
        if term and len(term) <= _MAX_CHARS:
            terms.setdefault(term.casefold(), term)
            if len(terms) >= MAX_TERMS:
                break
    return tuple(terms.values())


def linked_terms(node: LexborHTMLParser | LexborNode) -> list[str]:
    """The texts of its links to tags and categories."""
    return [link.text() for link in node.css(_LINKS)[: 2 * MAX_TERMS] if not is_beside(link)]


def keywords(told: Sequence[str]) -> list[str]:
    """What JSON-LD lists as keywords, without a content system's marks ("Day: Friday", "RSBI:WAR", "_prio")."""
    parts = (part for text in told for part in (_listed(text) if len(told) == 1 else [text]))
    return [part for part in parts if ":" not in part and not part.strip().startswith("_")]


def meta_terms(metas: Metas) -> list[str]:
    """What `article:tag` and the like say."""
    return [part for name in _METAS for text in metas.get(name, ()) for part in _listed(text)]


def _listed(text: str) -> list[str]:
    """The parts between commas; the text itself where they are of one name ("Business, Finance & Economics")."""
    parts = text.split(",")
    return [text] if any("&" in part.split()[:1] for part in parts) else parts
