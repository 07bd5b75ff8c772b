"""Raw documents → pages: one parser for each media type."""

from collections.abc import Callable

from transforms.errors import SkipDocumentError
from transforms.parse.text import parse_text
from transforms.records import Page, RawDocument

PARSERS: dict[str, Callable[[RawDocument], Page]] = {"text/plain": parse_text}


def parse(raw: RawDocument) -> Page:
    """The page that a raw document holds; body blocks have no role yet.

    Raises:
        SkipDocumentError: There is no parser for its media type.
    """
    parser = PARSERS.get(raw.media_type)
    if parser is None:
        raise SkipDocumentError("unknown_form", f"no parser reads {raw.media_type} in this version")
    return parser(raw)
