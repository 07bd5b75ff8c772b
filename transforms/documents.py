"""One raw document, read: parsed into posts, each split into article and summary, its boilerplate labelled."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.boilerplate import RulePack, label
from transforms.knowledge import Knowledge
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.parse import parse
from transforms.records import Block, Document, Page, Post, RawDocument, Role
from transforms.split import Body, find_summaries, usual_gap

_TAIL = (Role.TAGS_LABEL, Role.TAGS, Role.HASHTAGS)
# What stands under a post's tags and is no post of its own: feed feet, share lines.
BELOW_TAIL = "below_tags"
# A line that holds nothing but characters that do not show.
INVISIBLE = "invisible"
# What a site or its feed sets under a rewrite; a rewrite's own closing words are none of these.
FEET = frozenset({"feed", "source", "share", "separator", "copyright", "navigation"})


def read(raw: RawDocument, *, knowledge: Knowledge, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document with every block's role known.

    Raises:
        SkipDocumentError: No parser reads its form, or it is above a limit.
    """
    page = parse(raw, knowledge=knowledge, limits=limits)
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
        record=raw.record,
        page=replace(page, posts=posts),
    )


def furniture(blocks: Sequence[Block], *, rules: RulePack) -> tuple[bool, ...]:
    """For each block, whether a rule calls it boilerplate, were it the last of its article: some rules hold only there."""
    return tuple(rules.match(block.text, at_start=False, at_end=True) is not None for block in blocks)


def bodies(page: Page, *, rules: RulePack) -> list[Body]:
    """The body of each of a page's posts, as the split looks at it."""
    tailed = sum(1 for post in page.posts if post.tags or post.hashtags)
    texts = [_text(post) for post in page.posts]
    gap = usual_gap(texts)
    return [
        Body(
            blocks=tuple(blocks),
            title=post.title or "",
            is_furniture=furniture(blocks, rules=rules),
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


def _summary(blocks: Sequence[Block], rules: RulePack) -> list[Block]:
    """The rewrite's blocks, and below them the site's feet as what they are."""
    labelled: list[Block] = []
    for block in reversed(blocks):
        rule = rules.match(block.text, at_start=False, at_end=True)
        if rule and rule.reason in FEET and not any(b.role is Role.SUMMARY for b in labelled):
            labelled.append(replace(block, role=Role.BOILERPLATE, reason=rule.reason))
        else:
            labelled.append(replace(block, role=Role.SUMMARY))
    return labelled[::-1]


def _labelled(post: Post, start: int | None, rules: RulePack) -> Post:
    text = _text(post)
    article = label(text[:start], title=post.title, rules=rules)
    if start is not None and not any(block.role is Role.ARTICLE for block in article):
        # A rewrite is a rewrite of something: what is left of a post is its article.
        start = None
        article = label(text, title=post.title, rules=rules)
    summary = _summary(text[start:], rules) if start is not None else []
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
