"""One raw document, read: parsed into posts, each split into article and summary, its boilerplate labelled."""

from dataclasses import replace

from transforms.boilerplate import RulePack, is_boilerplate, label
from transforms.knowledge import Knowledge
from transforms.parse import parse
from transforms.records import Block, Document, Page, Post, RawDocument, Role
from transforms.split import Body, find_summaries, usual_gap

_TAIL = (Role.TAGS_LABEL, Role.TAGS, Role.HASHTAGS)
# What stands under a post's tags and is no post of its own: feed feet, share lines.
BELOW_TAIL = "below_tags"
# A line that holds nothing but characters that do not show.
INVISIBLE = "invisible"


def read(raw: RawDocument, *, knowledge: Knowledge) -> Document:
    """The document with every block's role known.

    Raises:
        SkipDocumentError: No parser reads its form.
    """
    page = parse(raw)
    starts = find_summaries(
        bodies(page, rules=knowledge.rules), model=knowledge.split, phrases=knowledge.phrases
    )
    posts = tuple(
        _labelled(post, start, knowledge.rules) for post, start in zip(page.posts, starts, strict=True)
    )
    return Document(
        raw_file=raw.raw_file,
        raw_sha256=raw.raw_sha256,
        media_type=raw.media_type,
        encoding=raw.encoding,
        repairs=raw.repairs,
        site=raw.site,
        url=raw.url,
        scraped_at=raw.scraped_at,
        page=replace(page, posts=posts),
    )


def bodies(page: Page, *, rules: RulePack) -> list[Body]:
    """The body of each of a page's posts, as the split looks at it."""
    tailed = sum(1 for post in page.posts if post.tags or post.hashtags)
    texts = [_text(post) for post in page.posts]
    gap = usual_gap(texts)
    return [
        Body(
            blocks=tuple(blocks),
            title=post.title or "",
            is_furniture=tuple(is_boilerplate(block.text, rules) for block in blocks),
            has_tags=bool(post.tags),
            has_hashtags=bool(post.hashtags),
            tail_share=tailed / len(page.posts),
            usual_gap=gap,
        )
        for post, blocks in zip(page.posts, texts, strict=True)
    ]


def _text(post: Post) -> list[Block]:
    """The blocks between title and tail: the article's and perhaps a summary's. What stands below the tail is neither."""
    tail = next((i for i, b in enumerate(post.blocks) if b.role in _TAIL), len(post.blocks))
    return [b for b in post.blocks[:tail] if b.role is None and b.text]


def _labelled(post: Post, start: int | None, rules: RulePack) -> Post:
    text = _text(post)
    article = label(text[:start], title=post.title, rules=rules)
    summary = [replace(block, role=Role.SUMMARY) for block in text[start:]] if start is not None else []
    pieces: dict[int, list[Block]] = {}
    for block in (*article, *summary):
        pieces.setdefault(block.line, []).append(block)
    blocks: list[Block] = []
    for block in post.blocks:
        if block.role is None:
            reason = BELOW_TAIL if block.text else INVISIBLE
            blocks.extend(pieces.get(block.line) or [replace(block, role=Role.BOILERPLATE, reason=reason)])
        else:
            blocks.append(block)
    return replace(post, blocks=tuple(blocks))
