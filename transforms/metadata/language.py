"""The language that a page declares."""

from selectolax.lexbor import LexborHTMLParser

from transforms.metadata.meta import Metas, first

_CODE_LETTERS = 2


def declared_language(tree: LexborHTMLParser, metas: Metas) -> str | None:
    """ISO 639-1 of the page's `lang`, else of og:locale or content-language; None where none is declared."""
    root = tree.root
    attributes = root.attributes if root is not None else {}
    told = (
        attributes.get("lang"),
        attributes.get("xml:lang"),
        first(metas, ("og:locale", "content-language", "dc.language", "inlanguage", "language")),
    )
    return next((code for text in told if (code := language_code(text))), None)


def language_code(text: str | None) -> str | None:
    """The two letters that a language tag begins with ("pt_BR" gives "pt"), or None."""
    code = (text or "").strip().replace("_", "-").partition("-")[0].casefold()
    return code if len(code) == _CODE_LETTERS and code.isascii() and code.isalpha() else None
