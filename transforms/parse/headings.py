"""The page's own heading: "Tag: PUTIN", "Category: World", or the site's printed name over its posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import re2

from transforms.parse.shape import is_headline, is_prose
from transforms.records import Block

# What archive headings call a tag, a category or themselves, in WordPress and its like; ":" and the term follow.
_KINDS = (
    "tag", "category", "categories", "topic", "archive", "archives", "label", "keyword", "section", "hashtag",
    "schlagwort", "kategorie", "thema", "archiv", "étiquette", "catégorie", "mot-clé", "libellé", "etiqueta", "categoría",
    "categoria", "palavra-chave", "marcador", "argomento", "archivio", "etichetta", "trefwoord", "categorie", "etiket",
    "etikett", "tagg", "kategori", "emne", "emneord", "stikord", "stikkord", "nyckelord", "merkki", "avainsana", "kategoria",
    "tagi", "štítek", "štítok", "značka", "rubrika", "kategorija", "oznaka", "kategória", "kategorie", "címke", "etichetă",
    "žyma", "birka", "silt", "etiketa", "thẻ", "chuyên mục", "danh mục", "ετικέτα", "κατηγορία", "тег", "тэг", "метка",
    "рубрика", "категория", "мітка", "позначка", "категорія", "етикет", "ознака", "категорија", "태그", "카테고리", "タグ",
    "カテゴリー", "ラベル", "标签", "標籤", "分类", "分類", "وسم", "الوسم", "تصنيف", "التصنيف", "برچسب", "دسته", "ٹیگ", "תגית", "קטגוריה",
    "टैग", "श्रेणी", "ট্যাগ", "বিভাগ", "குறிச்சொல்", "แท็ก", "ป้ายกำกับ", "หมวดหมู่",
)  # fmt: skip
# The same words as they stand after "archive of"; alone, most of them announce a post's own tags.
_INFLECTED = (
    "tags", "étiquettes", "catégories", "mots-clés", "etiquetas", "categorías", "categorias", "метки", "меток", "тега",
    "тегам", "рубрики", "категории", "позначки", "категорії", "tagu", "kategorii", "štítku", "rubriky",
)  # fmt: skip
_ARCHIVES = (
    "archive", "archives", "archiv", "archivi", "archivio", "archivo", "archivos", "arquivo", "arquivos", "archief",
    "archieven", "arkiv", "arsip", "arşivi", "arhivă", "arhiva", "archiwum", "archiwa", "архив", "архивы", "архів", "архіви",
    "αρχείο", "أرشيف", "بایگانی", "アーカイブ",
)  # fmt: skip
_OF = (
    "for", "for the", "of", "by", "de", "de la", "de l[’']", "d[’']", "du", "da", "do", "del", "der", "des", "für", "für das",
    "van", "di", "dell[’']", "za", "по", "за",
)  # fmt: skip
# What stands before the term, with or without a colon.
_LEADING = (
    "(?:all )?(?:posts|articles|entries|stories|items|content) tagged(?: with| as)?", "browsing (?:tag|category|posts tagged)",
    "(?:(?:tag|category) )?archives? for(?:(?: the)? (?:tag|category|topic))?", "(?:search )?results for (?:the )?(?:tag|label)",
    "showing posts with label", "mostrando entradas con la etiqueta", "mostrando postagens com (?:o )?marcador",
    "mostrar mensagens com a etiqueta", "affichage des articles dont le libellé est", "visualizzazione post con etichetta",
    "posts tonen met het label", "показаны сообщения с ярлыком", "menampilkan postingan dengan label",
    "pokazywanie postów oznaczonych etykietą", "visar inlägg med etikett", "viser innlegg med etiketten",
)  # fmt: skip
# These need their colon: without it they begin a headline.
_LEADING_COLON = ("browsing", "you are browsing", "currently browsing")


def _any(*words: str) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_TERM = r"[\s\p{Z}]*[:：][\s\p{Z}]*(\S.*)$"
_ARCHIVE = re2.compile(
    rf"(?i)^(?:{_any(*_KINDS, *_LEADING_COLON)})(?:[\s\p{{Z}}-]*(?:{_any(*_ARCHIVES)}))?{_TERM}"
)
# "Archive d’étiquettes : Velmora", "Arquivo da tag: Velmora".
_ARCHIVE_OF = re2.compile(
    rf"(?i)^(?:{_any(*_ARCHIVES)})(?:[\s\p{{Z}}]+(?:{_any(*_OF)}))?[\s\p{{Z}}]*(?:{_any(*_KINDS, *_INFLECTED)}){_TERM}"
)
# "Velmora tag archives", "Posts tagged “Velmora”", "Tag archive for Velmora", "Browsing category: Velmora".
_ARCHIVE_TRAILING = re2.compile(r"(?i)^(\S.*?)\s+(?:tag|category)\s+archives?$")
_ARCHIVE_LEADING = re2.compile(
    rf"(?i)^(?:{_any(*_LEADING).replace(' ', chr(92) + 's+')})[\s\p{{Z}}]*[:：]?[\s\p{{Z}}]+(\S.*?)(?:\.\s+show all posts)?$"
)
_FORMS = (_ARCHIVE, _ARCHIVE_OF, _ARCHIVE_LEADING, _ARCHIVE_TRAILING)
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
