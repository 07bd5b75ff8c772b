"""The page's own heading: "Tag: PUTIN", "Category: World", or the site's printed name over its posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import re2

from transforms.parse.shape import is_headline, is_prose
from transforms.records import Block

# Archive headings as WordPress and its like print them, by language; each is followed by ":" and the term.
_ARCHIVE_WORDS = (
    "tag|category|categories|topic|archive|archives|label|keyword|section|"
    "schlagwort|kategorie|thema|archiv|étiquette|catégorie|mot-clé|etiqueta|categoría|categoria|palavra-chave|"
    "argomento|archivio|trefwoord|categorie|etiket|kategori|emne|merkki|avainsana|štítek|kategoria|"
    "тег|метка|рубрика|категория|мітка|категорія|태그|카테고리|タグ|カテゴリー|标签|標籤|分类|分類|وسم|تصنيف|תגית|टैग"
)
_ARCHIVE = re2.compile(rf"(?i)^(?:{_ARCHIVE_WORDS})(?:\s+archives?)?\s*[:：]\s*(\S.*)$")
# "Velmora tag archives", "Posts tagged “Velmora”", "Tag archive for Velmora", "Browsing category: Velmora".
_ARCHIVE_TRAILING = re2.compile(r"(?i)^(\S.*?)\s+(?:tag|category)\s+archives?$")
_ARCHIVE_LEADING = re2.compile(
    r"(?i)^(?:posts\s+tagged(?:\s+with)?|(?:(?:tag|category)\s+)?archives?\s+for(?:\s+(?:the\s+)?(?:tag|category|topic))?"
    r"|browsing\s+(?:tag|category))"
    r"\s*[:：]?\s+(\S.*)$"
)
_FORMS = (_ARCHIVE, _ARCHIVE_LEADING, _ARCHIVE_TRAILING)
_QUOTES = "\"'“”‘’«»„"
MAX_HEADING_CHARS = 120
# Furniture may stand above an archive's heading; beyond this it is something else.
MAX_HEADING_PLACE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The page's heading: where it stands (index into the blocks), its text, and the tag or category that it names."""

    at: int
    text: str
    tag: str | None


def archive_heading(blocks: Sequence[Block]) -> Heading | None:
    """The line that names a tag or category, among the short lines at the top of the page; or None."""
    for at, block in enumerate(blocks[:MAX_HEADING_PLACE]):
        if is_prose(block) or block.marker:
            break
        if len(block.text) > MAX_HEADING_CHARS:
            continue
        found = next((m for form in _FORMS if (m := form.match(block.text))), None)
        if found:
            return Heading(at=at, text=block.text, tag=found.group(1).strip(_QUOTES + " "))
    return None


def printed_heading(blocks: Sequence[Block], *, first_title: int) -> Heading | None:
    """The line at the top of the page that stands above its first title, whatever it says; or None."""
    if first_title > 0 and is_headline(blocks[0]) and len(blocks[0].text) <= MAX_HEADING_CHARS:
        return Heading(at=0, text=blocks[0].text, tag=None)
    return None
