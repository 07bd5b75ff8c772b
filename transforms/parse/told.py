"""What a record of JSON tells of its article, put to the post that was read out of its text or markup."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.normalize import fingerprint
from transforms.parse.shape import is_sentence
from transforms.parse.tails import find_tails
from transforms.parse.text import split_section
from transforms.records import NOTHING_TOLD, Block, Metadata, Page, Post, RawDocument, Role

_BODY = (None, Role.TITLE)
# What markup told of a block is not asked again.
_KEPT = frozenset({Role.BOILERPLATE, Role.TITLE})
# Evidence of a date that a record's own field outweighs.
_UNSURE = frozenset({"url", "text"})


def with_told(page: Page, raw: RawDocument) -> Page:
    """The page with what its record tells.

    A record holds one article: where nothing in it looks like a post, all of it is one; where it is a whole page of
    several posts, what is told is not theirs. What the text itself says of title, author or time stands, but a text's first
    sentence is no title where the record tells one.
    """
    told = raw.metadata
    if told == NOTHING_TOLD or len(page.posts) > 1:
        return page
    if not _is_whole_page(raw) and (not page.posts or raw.media_type == "text/html"):
        held = (page.blocks, *(post.blocks for post in page.posts))
        blocks = sorted((block for blocks in held for block in blocks), key=lambda block: block.line)
        if page.posts:
            told = _merged(page.posts[0].metadata, told)
            told = replace(told, title=page.posts[0].title or told.title)
        return replace(page, posts=(_post(blocks, told),), blocks=()) if blocks else page
    if not page.posts:
        return page
    (post,) = page.posts
    if told.title and raw.media_type == "text/plain":
        post = _retitled(post, told.title)
    title, section = split_section(told.title) if told.title else (None, None)
    merged = replace(
        post,
        title=post.title or title,
        section=post.section or section,
        metadata=_merged(post.metadata, told),
    )
    return replace(page, posts=(merged,))


def _is_whole_page(raw: RawDocument) -> bool:
    """Whether the markup is a page's, with the site's own furniture, and not an article's alone."""
    return raw.media_type != "text/plain" and "<body" in raw.text.lower()


def _post(found: Sequence[Block], told: Metadata) -> Post:
    """A post of every block, the title and what stands in the tail told apart."""
    blocks = [block if block.role in _KEPT else replace(block, role=None, reason=None) for block in found]
    tails = find_tails(blocks)
    tail = tails[-1] if tails else None
    title, section = split_section(told.title) if told.title else (None, None)
    wanted = fingerprint(told.title) if told.title else ""
    is_titled = any(block.role is Role.TITLE for block in blocks)
    if wanted and not is_titled and len(blocks) > 1 and fingerprint(blocks[0].text) == wanted:
        blocks[0] = replace(blocks[0], role=Role.TITLE)
    if tail:
        places = {tail.label: Role.TAGS_LABEL, tail.hashtags_at: Role.HASHTAGS}
        if tail.first_tag is not None and tail.last_tag is not None:
            places |= dict.fromkeys(range(tail.first_tag, tail.last_tag + 1), Role.TAGS)
        blocks = [
            replace(block, role=places[at]) if at in places else block for at, block in enumerate(blocks)
        ]
    return Post(
        number=1,
        title=title,
        section=section,
        tags=tail.tags if tail else (),
        hashtags=tail.hashtags if tail else (),
        blocks=tuple(blocks),
        metadata=told,
    )


def _retitled(post: Post, title: str) -> Post:
    """The post with the title that is told; the sentence that was taken for one is the article's first."""
    printed = next((block for block in post.blocks if block.role is Role.TITLE), None)
    if printed is not None and fingerprint(printed.text) != fingerprint(title):
        role = (
            None
            if is_sentence(printed) or sum(1 for block in post.blocks if block.role in _BODY) == 1
            else Role.TITLE
        )
        post = replace(
            post,
            blocks=tuple(replace(block, role=role) if block is printed else block for block in post.blocks),
        )
    head, section = split_section(title)
    return replace(post, title=head, section=section or post.section)


def _merged(own: Metadata, told: Metadata) -> Metadata:
    """What the post itself tells, and what it does not as the record tells it; a record's time is surer than one in print."""
    is_dated = own.published_at is not None and (
        told.published_at is None or own.date_evidence not in _UNSURE
    )
    has_publisher = own.publisher is not None
    return Metadata(
        title=own.title or told.title,
        url=told.url or own.url,
        authors=own.authors or told.authors,
        published_at=own.published_at if is_dated else told.published_at,
        date_evidence=own.date_evidence if is_dated else told.date_evidence,
        date_problem=None if is_dated or told.published_at else own.date_problem or told.date_problem,
        section=own.section or told.section,
        terms=own.terms or told.terms,
        publisher=own.publisher if has_publisher else told.publisher,
        publisher_evidence=own.publisher_evidence if has_publisher else told.publisher_evidence,
        language=own.language or told.language,
    )
