"""The line that announces a tag list: “Tags:”, “Filed under: A, B”, “Метки:”, “标签：”."""

import re2

# A label of this group may stand without a colon, alone on its line or right before the list.
_BARE_LABELS = (
    "tags", "post tags", "tagged", "tagged with", "tagged as", "tagged in", "tagged under", "filed under", "filed in",
    "article tags", "story tags", "schlagwörter", "schlagworte", "étiquettes", "mots-clés", "mots clés", "etiquetas",
    "palavras-chave", "palabras clave", "parole chiave", "теги", "метки", "ключевые слова", "ключові слова", "etiketler",
    "trefwoorden", "tagi", "słowa kluczowe", "štítky", "címkék", "etichete", "ετικέτες", "kata kunci", "taggar",
    "avainsanat", "tunnisteet", "태그", "タグ", "キーワード", "标签", "標籤", "关键词", "關鍵詞", "关键字", "الوسوم",
    "وسوم", "كلمات مفتاحية", "الكلمات المفتاحية", "برچسب‌ها", "برچسب ها", "کلیدواژه‌ها", "תגיות", "टैग", "टैग्स", "ট্যাগ",
    "ট্যাগস", "குறிச்சொற்கள்", "ป้ายกำกับ", "แท็ก", "từ khóa", "từ khoá", "thẻ", "oznake", "ključne riječi", "ознаке",
    "тагове", "етикети", "пазначы", "тэги", "märksõnad", "žymos", "birkas", "značky", "kľúčové slová", "klíčová slova",
    "emneord", "nøkkelord", "nyckelord", "stikkord",
)  # fmt: skip
# A word of this group also begins plain prose, so its colon must be there.
_COLON_LABELS = (
    "tag", "topics", "topic", "keywords", "key words", "keyword", "labels", "label", "related topics", "related tags",
    "related", "more on", "in this article", "subjects", "categories", "category", "hashtags", "suggested tags",
    "tags for this article", "tags for this post", "seo tags", "topics in this article", "topics mentioned in this article",
    "explore more topics", "posted in", "themen", "thema", "mehr zum thema", "sujets", "thèmes", "temas", "tópicos",
    "marcadores", "argomenti", "etichette", "темы", "тематика", "теми", "konular", "konu", "anahtar kelimeler",
    "onderwerpen", "tematy", "témata", "topik", "chủ đề", "主题", "主題", "话题", "話題", "トピック", "주제", "키워드",
    "المواضيع", "مواضيع", "موضوعات", "נושאים", "विषय", "θέματα", "ämnen", "emner", "aiheet",
)  # fmt: skip
# "Related: another headline" announces a link, not a list.
_NOT_LABELS = frozenset({"related", "more on", "in this article"})

_MAX_LINE = 4000  # characters; a list longer than this is not read for its label
_MAX_BARE_REST = 200  # characters of a list right behind a label without colon; longer is prose
_MIN_CAPITALS = 0.6  # share of its words that begin with a capital, a digit or "#"


def _alternatives(labels: tuple[str, ...]) -> str:
    ordered = sorted(
        (label for label in labels if label not in _NOT_LABELS), key=lambda label: (-len(label), label)
    )
    return "|".join(re2.escape(label) for label in ordered)


_WITH_COLON = re2.compile(
    rf"(?i)^[\p{{Z}}\t]*[#*_•\-–>🏷\x{{FE0F}}\p{{Z}}]*((?:{_alternatives(_BARE_LABELS + _COLON_LABELS)})[\p{{Z}}]*[*_]*[:：﹕]+[*_]*)[\p{{Z}}\t]*(.*)$"
)
_BARE = re2.compile(
    rf"(?i)^[\p{{Z}}\t]*[#*_•🏷\x{{FE0F}}\p{{Z}}]*({_alternatives(_BARE_LABELS)})(?:[\p{{Z}}\t]*$|[\p{{Z}}\t]+(?:[-–—|»][\p{{Z}}\t]+)?(.*)$)"
)
_FIRST = re2.compile(r"^[\p{Lu}\p{Lt}\p{N}#＃“\"‘']")
_SENTENCE_END = (".", "!", "?", ":", "…")
# A verb or article right after the label word: the line is a sentence about tags.
_PROSE = frozenset({"a", "an", "are", "as", "can", "for", "had", "has", "have", "he", "his", "i", "is", "it", "may",
                    "must", "on", "that", "the", "their", "this", "to", "was", "were", "when", "which", "who", "will",
                    "with", "you", "your"})  # fmt: skip


def _looks_like_tags(rest: str) -> bool:
    if len(rest) > _MAX_BARE_REST or rest.endswith(_SENTENCE_END):
        return False
    words = rest.split()
    if not words or words[0].strip(",;").casefold() in _PROSE:
        return False
    if "," in rest or ";" in rest or "|" in rest or " · " in rest:
        return _FIRST.match(words[0]) is not None
    capitals = sum(1 for word in words if _FIRST.match(word))
    prose = sum(1 for word in words if word in _PROSE)
    return prose <= 1 and capitals / len(words) >= _MIN_CAPITALS and _FIRST.match(words[0]) is not None


def split_label(line: str) -> tuple[str, str] | None:
    """The label of a tag list, and what stands behind it on the same line.

    With a colon every known label counts. Without one only a label that is no usual beginning of a sentence does,
    alone or before something that looks like tags (“Tags Football Premier League”, not “Tags are useful”).

    Returns:
        (label as printed with its colon, the rest without outer white space), or None where the line has no label.
    """
    if len(line) > _MAX_LINE:
        return None
    found = _WITH_COLON.match(line)
    if found:
        return found.group(1).strip("*_ "), found.group(2).strip().lstrip("*_").strip()
    found = _BARE.match(line)
    if not found:
        return None
    label, rest = found.group(1), (found.group(2) or "").strip()
    if not rest:
        # "tagged" alone in lower case is the end of a wrapped sentence.
        is_label = label[:1] != label[:1].lower() or label.upper() == label.lower()
        return (label, "") if is_label else None
    return (label, rest) if label[:1] != label[:1].lower() and _looks_like_tags(rest) else None
