"""One post as a copy of an article: the text that it stands for, and what that text tells of itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import re2

from transforms.normalize import ends_sentence, fingerprint, text_id, word_count
from transforms.parse.shape import MIN_PROSE_WORDS
from transforms.records import Block, Document, Post, Role

# Under this many words a text is too short to be its own name: the title is taken in.
MIN_WORDS_WITHOUT_TITLE = 50

_CUT_SIGNS = ("…", "...", "[…]", "[...]", "(…)")
# The link under an excerpt, by language.
_READ_ON = re2.compile(
    r"(?i)^\W*(?:read (?:more|on|the rest|the full|full)|continue reading|keep reading|weiterlesen|lire la suite|leer más|seguir leyendo|"
    r"leggi tutto|leggi di più|continua a leggere|ler mais|leia mais|continue lendo|lees verder|czytaj dalej|baca selengkapnya|"
    r"devamını oku|читать (?:далее|дальше)|читати далі|더 ?읽기|続きを読む|阅读全文|閱讀全文|اقرأ المزيد|קרא עוד|और पढ़ें)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A post of a document, seen as a copy of an article.

    Args:
        raw_file: The raw file that it stands in.
        raw_sha256: That file's digest.
        site: Host of the site that was scraped.
        url: The post's own address; that of its page where it is the only post there.
        scraped_at: ISO 8601 in UTC.
        page_tag: The tag page that it stands on.
        post: The post.
        article_id: Out of its article's blocks as they stood; None for a bare link.
        blocks: The article's blocks in order, boilerplate and all, labelled.
        summary: The rewrite's text, or None.
        summary_id: Out of the article's id and that text, or None.
    """

    raw_file: str
    raw_sha256: str
    site: str | None
    url: str | None
    scraped_at: str | None
    page_tag: str | None
    post: Post
    article_id: str | None
    blocks: tuple[Block, ...]
    summary: str | None
    summary_id: str | None

    @property
    def place(self) -> tuple[bool, str, str, int]:
        """Sort key: copies with a title come first, then by place in the corpus."""
        return (self.post.title is None, self.raw_file, self.raw_sha256, self.post.number)


def copies(document: Document) -> tuple[Copy, ...]:
    """Every post of a document as a copy."""
    return tuple(copy_of(document, post) for post in document.page.posts)


def url_of(document: Document, post: Post) -> str | None:
    """The post's own address; that of its page where it is the only post there."""
    return post.metadata.url or (document.url if len(document.page.posts) == 1 else None)


def copy_of(document: Document, post: Post) -> Copy:
    """A post of a document as a copy."""
    blocks = article_blocks(post)
    stood = fingerprint(" ".join(block.text for block in whole_blocks(blocks)))
    named = (
        stood if word_count(stood) >= MIN_WORDS_WITHOUT_TITLE else f"{fingerprint(post.title or '')}\n{stood}"
    )
    article_id = text_id(named) if body_of(blocks) else None
    summary = "\n\n".join(block.text for block in post.with_role(Role.SUMMARY)) or None
    return Copy(
        raw_file=document.raw_file,
        raw_sha256=document.raw_sha256,
        site=document.site,
        url=url_of(document, post),
        scraped_at=document.scraped_at,
        page_tag=document.page.tag,
        post=post,
        article_id=article_id,
        blocks=blocks,
        summary=summary,
        summary_id=text_id(article_id, fingerprint(summary)) if summary and article_id else None,
    )


def article_blocks(post: Post) -> tuple[Block, ...]:
    """The blocks of a post's article, boilerplate and all: those between its title and its summary or tail."""
    title = next((at for at, block in enumerate(post.blocks) if block.role is Role.TITLE), -1)
    blocks = []
    for block in post.blocks[title + 1 :]:
        if block.role in (Role.SUMMARY, Role.TAGS_LABEL, Role.TAGS, Role.HASHTAGS):
            break
        if block.role in (Role.ARTICLE, Role.BOILERPLATE):
            blocks.append(block)
    return tuple(blocks)


def whole_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The lines again as they were before boilerplate was cut out of them: pieces joined, roles off."""
    lines: dict[int, list[Block]] = {}
    for block in blocks:
        lines.setdefault(block.line, []).append(block)
    return tuple(
        replace(
            pieces[0],
            raw="".join(piece.raw for piece in pieces),
            text="".join(piece.text for piece in pieces),
            role=None,
            reason=None,
            part=None,
        )
        for pieces in lines.values()
    )


def body_of(blocks: Sequence[Block]) -> str:
    """The article's prose: its paragraphs and sub-headings, one blank line apart."""
    return "\n\n".join(
        text for block in blocks if block.role is Role.ARTICLE and (text := block.text.strip())
    )


def is_truncated(blocks: Sequence[Block]) -> bool:
    """Whether the copy breaks off: it ends in an ellipsis, in mid-sentence, or in a "Read more"."""
    kept = [block for block in blocks if block.role is Role.ARTICLE]
    if not kept:
        return False
    last = kept[-1]
    after = blocks[blocks.index(last) + 1 :]
    if last.text.endswith(_CUT_SIGNS) or any(_reads_on(block.text) for block in after):
        return True
    is_running = word_count(last.text) >= MIN_PROSE_WORDS and not last.marker
    return is_running and not ends_sentence(last.text) and not last.text.endswith(":")


def _reads_on(text: str) -> bool:
    """Whether a line links to the rest of this article; "Read more: …" links to another one."""
    found = _READ_ON.match(text)
    return found is not None and not text[found.end() :].lstrip().startswith((":", "："))
