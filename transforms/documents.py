"""One raw document, read: parsed into posts, each split into article and summary, its boilerplate labelled."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.boilerplate import RulePack, label
from transforms.knowledge import Knowledge
from transforms.limits import DEFAULT_LIMITS, Limits
from transforms.metadata.urls import host_of
from transforms.normalize import fingerprint
from transforms.parse import parse
from transforms.records import Block, Document, Page, Post, RawDocument, Role
from transforms.split import Body, find_summaries, tail_share, usual_gap

_TAIL = (Role.TAGS_LABEL, Role.TAGS, Role.HASHTAGS)
# What stands under a post's tags and is no post of its own: feed feet, share lines.
BELOW_TAIL = "below_tags"
# Who makes tags of a text makes ten or so; a site's own are few and stand in its metadata, and tell nothing of rewrites.
MIN_OWN_TAGS = 3
# A line that holds nothing but characters that do not show.
INVISIBLE = "invisible"
CAPTION = "caption"
# What a site or its feed sets under a rewrite; a rewrite's own closing words are none of these.
FEET = frozenset({"feed", "source", "share", "separator", "copyright", "navigation"})


def read(raw: RawDocument, *, knowledge: Knowledge, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document with every block's role known.

    Raises:
        SkipDocumentError: No parser reads its form, or it is above a limit.
    """
    page = parse(raw, knowledge=knowledge, limits=limits)
    page = replace(page, posts=tuple(_with_captions(post) for post in page.posts))
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
        site=raw.site or page.site or _site_of(page),
        url=raw.url,
        scraped_at=raw.scraped_at,
        record=raw.record,
        page=replace(page, posts=posts),
    )


def _with_captions(post: Post) -> Post:
    """The post with its captions told, where markup marks them."""
    return replace(
        post,
        blocks=tuple(
            replace(block, role=Role.BOILERPLATE, reason=CAPTION)
            if block.role is None and block.tag == "figcaption"
            else block
            for block in post.blocks
        ),
    )


def _site_of(page: Page) -> str | None:
    """The host that the addresses of a page's posts have in common."""
    hosts = {host_of(post.metadata.url) for post in page.posts}
    return hosts.pop() if len(hosts) == 1 else None


def renumber(document: Document, *, lines: int, posts: int) -> Document:
    """The document with its blocks and posts numbered on from those of the records before it.

    Args:
        document: One record of a raw file.
        lines: The last line number before it.
        posts: The last post number before it.
    """
    if not lines and not posts:
        return document
    page = document.page
    return replace(
        document,
        page=replace(
            page,
            posts=tuple(
                replace(post, number=post.number + posts, blocks=_moved(post.blocks, lines))
                for post in page.posts
            ),
            blocks=_moved(page.blocks, lines),
        ),
    )


def _moved(blocks: Sequence[Block], lines: int) -> tuple[Block, ...]:
    return tuple(replace(block, line=block.line + lines) for block in blocks)


def last_line(document: Document) -> int:
    """The number of its last line or block; 0 where it has none."""
    page = document.page
    held = (page.blocks, *(post.blocks for post in page.posts))
    return max((block.line for blocks in held for block in blocks), default=0)


def furniture(blocks: Sequence[Block], *, rules: RulePack) -> tuple[bool, ...]:
    """For each block, whether a rule calls it boilerplate, were it the last of its article: some rules hold only there."""
    return tuple(rules.match(block.text, at_start=False, at_end=True) is not None for block in blocks)


def bodies(page: Page, *, rules: RulePack) -> list[Body]:
    """The body of each of a page's posts, as the split looks at it."""
    texts = [_text(post) for post in page.posts]
    has_tags = [_has_own_tags(post) for post in page.posts]
    tailed = [has or bool(post.hashtags) for has, post in zip(has_tags, page.posts, strict=True)]
    share = tail_share(tailed, texts)
    gap = usual_gap(texts)
    return [
        Body(
            blocks=tuple(blocks),
            title=post.title or "",
            is_furniture=furniture(blocks, rules=rules),
            has_tags=has,
            has_hashtags=bool(post.hashtags),
            tail_share=share,
            usual_gap=gap,
        )
        for post, blocks, has in zip(page.posts, texts, has_tags, strict=True)
    ]


def _has_own_tags(post: Post) -> bool:
    """Whether a tag list closes the post that is its text's own, and not a few terms of the site."""
    terms = {fingerprint(term) for term in post.metadata.terms}
    return sum(fingerprint(tag) not in terms for tag in post.tags) >= MIN_OWN_TAGS


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
            blocks.append(replace(block, is_told=block.role is Role.BOILERPLATE))
    return replace(post, blocks=tuple(blocks))
