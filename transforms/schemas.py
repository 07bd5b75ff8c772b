"""Every table, each column declared once: type, nullability, key and description.

The check at the door, the Parquet schema and docs/dictionary.md all derive from here. A column whose method
comes with a later version is declared now and says so.
"""

import dataframely as dy
import polars as pl

SCHEMA_VERSION = "1.0"
# The month of rows whose article has no known time.
UNKNOWN_MONTH = "unknown"

_DATE = "Day of published_at; null where unknown."
_ARTICLE = "The article's id."
_RECORD = (
    "Which part of the raw file it stands in (member of an archive, line of JSON Lines, WARC record); null where the "
    "file is one document."
)


class Articles(dy.Schema):
    """One row per distinct copied article."""

    article_id = dy.String(
        primary_key=True,
        regex=r"^[0-9a-f]{32}$",
        description="32 hex digits out of the normalised text of the article's blocks as they stood, boilerplate "
        "and all (and of the title where that text is under 50 words).",
    )
    title = dy.String(
        nullable=True, description="The headline, section suffix off; null where the scrape lost it."
    )
    section = dy.String(
        nullable=True,
        description="The section suffix of the headline (“… | US foreign policy”), else the section that markup names.",
    )
    body = dy.String(description="The article's prose, boilerplate out; paragraphs one blank line apart.")
    word_count = dy.Int32(min=0, description="Words of body.")
    language = dy.String(
        nullable=True,
        regex=r"^[a-z]{2,3}$",
        description="ISO 639-1; null where the text is too short to tell.",
    )
    publisher = dy.String(
        nullable=True, description="Who wrote the article that was copied; null where nothing shows it."
    )
    publisher_evidence = dy.String(nullable=True, description="The cue it was told by, quoted.")
    author = dy.String(
        nullable=True, description="As printed, or as markup names them, “, ” between several."
    )
    published_at = dy.Datetime(
        nullable=True, time_zone="UTC", time_unit="us", description="When the article was published, UTC."
    )
    date_evidence = dy.String(
        nullable=True, regex=r"^(feed|html|url|text)$", description="What told it: feed, html, url or text."
    )
    date_problem = dy.String(
        nullable=True,
        description="Why a date that was told is not believed, and that date; null where none was refused.",
    )
    published_date = dy.Date(nullable=True, description=_DATE)
    site = dy.String(nullable=True, description="Host of the site that was scraped; null for plain text.")
    url = dy.String(nullable=True, description="The post's address there; null for plain text.")
    page_tags = dy.List(dy.String(), description="The tag pages it stood on, sorted.")
    is_truncated = dy.Bool(description="The copy breaks off before the article ends.")
    cluster_id = dy.String(description="Near-duplicate cluster: the smallest article_id in it.")
    is_representative = dy.Bool(
        description="True for one row of each cluster: the longest; of equals the smallest id."
    )
    sighting_count = dy.Int32(min=1, description="In how many posts of how many scrapes it was seen.")
    boilerplate_words = dy.Int32(min=0, description="Words that were taken out of it.")
    scraped_at = dy.Datetime(
        nullable=True, time_zone="UTC", time_unit="us", description="The first sighting with a known time."
    )


class Summaries(dy.Schema):
    """One row per distinct AI rewrite of an article."""

    summary_id = dy.String(
        primary_key=True,
        regex=r"^[0-9a-f]{32}$",
        description="32 hex digits out of the article's id and the summary's normalised text.",
    )
    article_id = dy.String(description="The article that it rewrites.")
    text = dy.String(description="The rewrite; paragraphs one blank line apart.")
    word_count = dy.Int32(min=0, description="Words of text.")
    published_date = dy.Date(nullable=True, description=_DATE)
    coverage = dy.Float32(
        nullable=True,
        min=0,
        max=1,
        description="Share of its content words that the article has. Null in this version: its method comes later.",
    )
    numbers = dy.Int32(nullable=True, min=0, description="Numbers in it. Null in this version.")
    unsupported_numbers = dy.List(
        dy.String(), nullable=True, description="Those that the article does not have. Null in this version."
    )
    names = dy.Int32(nullable=True, min=0, description="Names in it. Null in this version.")
    unsupported_names = dy.List(
        dy.String(), nullable=True, description="Those that the article does not have. Null in this version."
    )
    quotes = dy.Int32(nullable=True, min=0, description="Quotations in it. Null in this version.")
    unsupported_quotes = dy.List(
        dy.String(), nullable=True, description="Those that the article does not have. Null in this version."
    )


class Tags(dy.Schema):
    """One row per article, tag and kind."""

    article_id = dy.String(primary_key=True, description=_ARTICLE)
    tag = dy.String(primary_key=True, description="As printed, numbering and “#” off.")
    tag_norm = dy.String(description="Canonical form to group by.")
    kind = dy.String(
        primary_key=True,
        regex=r"^(page|list|hashtag|term)$",
        description="page (heading of the page), list, hashtag, or term (a taxonomy term of the site).",
    )
    position = dy.Int32(nullable=True, min=1, description="1-based place in its list; null for page.")
    published_date = dy.Date(nullable=True, description=_DATE)


class Entities(dy.Schema):
    """One row per article, section and entity."""

    article_id = dy.String(description=_ARTICLE)
    summary_id = dy.String(nullable=True, description="The summary's id where section is “summary”.")
    section = dy.String(
        regex=r"^(title|article|summary)$", description="Where it stands: title, article or summary."
    )
    entity_id = dy.String(description="32 hex digits out of type and canonical name.")
    name = dy.String(
        description="Canonical name: the tables', else the document's fullest form, in Latin letters without their marks."
    )
    type = dy.String(
        regex=r"^(PERSON|ORG|LOC|NORP|EVENT|MISC)$", description="PERSON, ORG, LOC, NORP, EVENT or MISC."
    )
    mentions = dy.Int32(min=1, description="How often it is named in the section.")
    surfaces = dy.List(dy.String(), description="The forms in which it is named, sorted.")
    spans = dy.List(
        dy.Struct({"start": dy.Int32(), "end": dy.Int32()}),
        description="Character offsets into the section's text (body, summary text or title); end is exclusive.",
    )
    in_article = dy.Bool(description="Whether the article's own title or body names it.")
    country_code = dy.String(
        nullable=True,
        regex=r"^[A-Z]{2}$",
        description="ISO 3166-1 alpha-2 code of a country or territory, or of a nationality's country (XK: Kosovo); null for all else.",
    )
    published_date = dy.Date(nullable=True, description=_DATE)

    @dy.rule()
    def unique_in_section(cls) -> pl.Expr:  # noqa: N805  # dataframely's form of a rule
        """An entity has one row per section of an article and its summary."""
        return pl.len().over("article_id", "section", "summary_id", "entity_id") == 1


class Sightings(dy.Schema):
    """One row per post as it stood in a raw file: the provenance."""

    article_id = dy.String(nullable=True, description="The article; null for a bare link.")
    summary_id = dy.String(nullable=True, description="The summary under it; null where there is none.")
    raw_file = dy.String(description="Path below the raw folder, “/”-separated.")
    raw_sha256 = dy.String(
        primary_key=True, regex=r"^[0-9a-f]{64}$", description="SHA-256 of the raw file's bytes."
    )
    record = dy.String(nullable=True, description=_RECORD)
    post = dy.Int32(primary_key=True, min=1, description="1-based place of the post in the file.")
    first_line = dy.Int32(min=1, description="Its first line, as the table lines numbers them.")
    last_line = dy.Int32(min=1, description="Its last line.")
    page_heading = dy.String(
        nullable=True, description="Heading of the page it stood on, as printed (“Tag: PUTIN”)."
    )
    site = dy.String(nullable=True, description="Host of the site that was scraped.")
    url = dy.String(nullable=True, description="The post's address there.")
    scraped_at = dy.Datetime(
        nullable=True, time_zone="UTC", time_unit="us", description="When it was scraped, UTC."
    )
    published_date = dy.Date(nullable=True, description=_DATE)


class Lines(dy.Schema):
    """The ledger: one row per non-blank block of every raw file, or per piece of a block that was cut."""

    raw_file = dy.String(description="Path below the raw folder, “/”-separated.")
    raw_sha256 = dy.String(regex=r"^[0-9a-f]{64}$", description="SHA-256 of the raw file's bytes.")
    record = dy.String(nullable=True, description=_RECORD)
    line = dy.Int32(
        min=1,
        description="Physical line of a text, number of the block in document order for markup; numbered on through a "
        "file of several records.",
    )
    part = dy.Int32(
        nullable=True, min=1, description="1-based piece of a line that was cut; null for a whole line."
    )
    post = dy.Int32(min=0, description="The post it stands in; 0 for what belongs to the page.")
    role = dy.String(
        regex=r"^(page_heading|title|article|boilerplate|summary|tags_label|tags|hashtags|chrome)$",
        description="What it is: page_heading, title, article, boilerplate, summary, tags_label, tags, hashtags, or "
        "chrome (the site's own furniture outside posts).",
    )
    reason = dy.String(
        nullable=True, description="Why it is boilerplate or chrome; “rule:<name>” where a rule said so."
    )
    text = dy.String(description="The line as it stood, outer white space off.")
    article_id = dy.String(nullable=True, description="The article of its post.")
    published_date = dy.Date(nullable=True, description=_DATE)

    @dy.rule()
    def unique_in_file(cls) -> pl.Expr:  # noqa: N805  # dataframely's form of a rule
        """A line has one row, or one row per piece."""
        return pl.len().over("raw_sha256", "line", "part") == 1


class Boilerplate(dy.Schema):
    """The deduplicated dictionary of what was removed."""

    text_hash = dy.String(
        primary_key=True, regex=r"^[0-9a-f]{32}$", description="32 hex digits out of the normalised text."
    )
    text = dy.String(description="The text, as the first sighting has it.")
    reason = dy.String(description="Why it was removed.")
    occurrences = dy.Int32(min=1, description="In how many places it stands.")
    articles = dy.Int32(min=0, description="In how many distinct articles.")
    publishers = dy.List(dy.String(), description="Publishers of those articles, sorted.")


TABLES: dict[str, type[dy.Schema]] = {
    "articles": Articles,
    "summaries": Summaries,
    "tags": Tags,
    "entities": Entities,
    "sightings": Sightings,
    "lines": Lines,
    "boilerplate": Boilerplate,
}
