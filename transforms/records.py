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
class Metadata:
    """What is told of a post beside its own text: by markup, a feed's entry, a JSON Lines record.

    Args:
        title: The headline.
        url: The post's address.
        authors: Names, without "By".
        published_at: ISO 8601 in UTC.
        date_evidence: "feed", "html", "url" or "text": what told it.
        date_problem: Why a date that was told is not believed, and that date ("in the future: 2087-01-01").
        section: The site's section or category that it stands in.
        terms: Taxonomy terms of the site, as printed, in order.
        publisher: Who wrote the article that was copied, where that is told; never the copying site.
        publisher_evidence: What told it, quoted.
        language: ISO 639-1, as declared.
    """

    title: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    date_evidence: str | None = None
    date_problem: str | None = None
    section: str | None = None
    terms: tuple[str, ...] = ()
    publisher: str | None = None
    publisher_evidence: str | None = None
    language: str | None = None


NOTHING_TOLD = Metadata()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """One raw file, or one record of it, decoded.

    Args:
        raw_file: Path below the raw folder, "/"-separated; bytes that are not UTF-8 and control characters
            are backslash-escaped.
        raw_sha256: 64 hex digits of the file's bytes.
        text: The decoded text, as it stood but for what `repairs` counts.
        media_type: "text/plain", "text/markdown", "text/html" or "application/xml" (a feed of any kind).
        record: Which record of the raw file it is (a member of an archive, a line of JSON Lines, a WARC record);
            None where it is the whole file.
        metadata: What its record or container says of it.
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
    record: str | None = None
    metadata: Metadata = NOTHING_TOLD
    site: str | None = None
    url: str | None = None
    scraped_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One non-blank line of a text or paragraph of markup, or one piece of it.

    Args:
        line: 1-based physical line of a text; in markup the 1-based number of the block in document order.
        raw: The line as it stood, outer white space off.
        text: The same, normalised, without its bullet.
        indent: Columns of white space before it (a tab goes to the next multiple of eight).
        marker: Its bullet ("•"), or "".
        gap: Blank lines right above it; in markup 1 above a block, 0 above what a line break parts from it.
        tag: The element of markup that it is of ("p", "li", "h2", "figcaption", "blockquote", "td", "pre"); "" in text.
        role: What it is; None until it is known.
        reason: Why it is boilerplate.
        is_told: Whether markup told its role, so that no rule judges it again.
        part: 1-based place among the pieces of a line that was cut, else None.
    """

    line: int
    raw: str
    text: str
    indent: int = 0
    marker: str = ""
    gap: int = 0
    tag: str = ""
    role: Role | None = None
    reason: str | None = None
    is_told: bool = False
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
        metadata: What markup, feed or record tell of it.
    """

    number: int
    title: str | None
    section: str | None
    tags: tuple[str, ...]
    hashtags: tuple[str, ...]
    blocks: tuple[Block, ...]
    metadata: Metadata = NOTHING_TOLD

    def with_role(self, *roles: Role) -> tuple[Block, ...]:
        """The blocks that have one of the roles, in order."""
        return tuple(block for block in self.blocks if block.role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A piece of a raw document that could not be read; the rest of it was.

    Args:
        rule: Short name of what it broke.
        detail: One sentence for a person.
        place: Where in the document it stands.
    """

    rule: str
    detail: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a raw document parses to.

    Args:
        heading: The heading as printed ("Tag: PUTIN"); None where it has none.
        tag: The tag or category that the heading names ("PUTIN"); None where the page is no archive of one.
        posts: In order of the file.
        blocks: What belongs to the page and to no post (heading, chrome).
        site: Host of the site that it says it is of, or None.
        left_out: What of it could not be read.
    """

    heading: str | None
    tag: str | None
    posts: tuple[Post, ...]
    blocks: tuple[Block, ...]
    site: str | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A raw file or record that was read: where it came from, and its page with every block's role known.

    Posts and blocks of a raw file's records are numbered on through the file. This is what the pipeline caches for each raw file; the corpus is made from these alone.
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
    record: str | None = None
