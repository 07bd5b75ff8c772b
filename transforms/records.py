"""The values that go down the house: RawDocument → Page of Posts of Blocks."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a block is. The values are those of the `lines` table."""

    PAGE_HEADING = "page_heading"
    TITLE = "title"
    ARTICLE = "article"
    BOILERPLATE = "boilerplate"
    SUMMARY = "summary"
    TAGS_LABEL = "tags_label"
    TAGS = "tags"
    HASHTAGS = "hashtags"
    CHROME = "chrome"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """One raw file, decoded.

    Args:
        raw_file: Path below the raw folder, "/"-separated; bytes that are not UTF-8 and control characters
            are backslash-escaped.
        raw_sha256: 64 hex digits of the file's bytes.
        text: The decoded text, as it stood but for what `repairs` counts.
        media_type: "text/plain".
        encoding: What it was decoded with ("utf-8", "utf-16", "cp1252").
        repairs: What was mended on the way in, by name, with counts ("nul_removed": 3).
        site: Host of the site that was scraped, where known.
        url: Its address, where known.
        scraped_at: ISO 8601 in UTC, where known.
    """

    raw_file: str
    raw_sha256: str
    text: str
    media_type: str = "text/plain"
    encoding: str = "utf-8"
    repairs: dict[str, int] = field(default_factory=dict)
    site: str | None = None
    url: str | None = None
    scraped_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One non-blank line of a text, or one piece of it.

    Args:
        line: 1-based physical line.
        raw: The line as it stood, outer white space off.
        text: The same, normalised, without its bullet.
        indent: Columns of white space before it (a tab goes to the next multiple of eight).
        marker: Its bullet ("•"), or "".
        gap: Blank lines right above it.
        role: What it is; None until it is known.
        reason: Why it is boilerplate.
        part: 1-based place among the pieces of a line that was cut, else None.
    """

    line: int
    raw: str
    text: str
    indent: int = 0
    marker: str = ""
    gap: int = 0
    role: Role | None = None
    reason: str | None = None
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post of a page.

    Args:
        number: 1-based place in the raw file.
        title: The headline without its section suffix, or None.
        section: That suffix, or None.
        tags: As printed, numbering off.
        hashtags: As printed, with "#".
        blocks: Every block of the post, in order of the file.
    """

    number: int
    title: str | None
    section: str | None
    tags: tuple[str, ...]
    hashtags: tuple[str, ...]
    blocks: tuple[Block, ...]

    def with_role(self, *roles: Role) -> tuple[Block, ...]:
        """The blocks that have one of the roles, in order."""
        return tuple(block for block in self.blocks if block.role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a raw document parses to.

    Args:
        heading: The heading as printed ("Tag: PUTIN"); None where it has none.
        tag: The tag or category that the heading names ("PUTIN"); None where the page is no archive of one.
        posts: In order of the file.
        blocks: What belongs to the page and to no post (heading, chrome).
    """

    heading: str | None
    tag: str | None
    posts: tuple[Post, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A raw file that was read: where it came from, and its page with every block's role known.

    This is what the pipeline caches for each raw file; the corpus is made from these alone.
    """

    raw_file: str
    raw_sha256: str
    media_type: str
    encoding: str
    repairs: dict[str, int]
    site: str | None
    url: str | None
    scraped_at: str | None
    page: Page
