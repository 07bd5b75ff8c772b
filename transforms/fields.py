"""The names that crawlers and data sets give the fields of a page or article in JSON."""

# By field, the names in order: the first with a value is taken. The names are those of Common Crawl's extractions,
# news-please, Scrapy, newspaper, trafilatura, Fundus, CC-News, RealNews, C4, OSCAR, JSON Feed and WordPress's API.
FIELDS: dict[str, tuple[str, ...]] = {
    "html": (
        "html", "raw_html", "html_content", "content_html", "body_html", "page_html", "rawhtml", "source_html",
        "html_body", "htmltext", "article_html", "response_body", "page_source",
    ),
    "text": (
        "text", "maintext", "main_text", "article_text", "full_text", "fulltext", "raw_text", "raw_content",
        "plain_text", "plaintext", "content_text", "content", "articlebody", "article_body", "body", "article",
        "body_text", "cleaned_text", "clean_text", "extracted_text", "page_content", "text_content", "markdown",
        "story", "post_content", "document", "paragraphs",
    ),
    "url": (
        "url", "link", "source_url", "sourceurl", "page_url", "web_url", "canonical_url", "canonical_link", "permalink",
        "uri", "href", "target_uri", "warc_target_uri", "warc-target-uri", "original_url", "loc", "external_url", "weburl",
        "metadata.url", "meta.url", "metadata.source_url", "meta.warc-target-uri", "warc_headers.warc-target-uri",
        "headers.warc-target-uri", "guid",
    ),
    "published": (
        "published", "published_at", "publishedat", "date_published", "datepublished", "publish_date", "publishdate",
        "pubdate", "pub_date", "publication_date", "date_publish", "published_date", "published_time",
        "publishing_date", "article_date", "first_published_at", "date_gmt", "date", "datetime", "created_at",
        "post_date", "webpublicationdate", "time", "timestamp", "metadata.date", "metadata.published", "meta.date", "meta.published",
    ),
    "title": (
        "title", "headline", "article_title", "page_title", "post_title", "webtitle", "name", "metadata.title", "meta.title",
    ),
    "authors": (
        "authors", "author", "byline", "creator", "dc_creator", "dc:creator", "author_name", "writer", "journalist",
        "metadata.author", "metadata.authors", "meta.author",
    ),
    "site": (
        "site", "domain", "source_domain", "host", "hostname", "netloc", "website", "source_host", "sitename",
        "metadata.domain", "meta.domain",
    ),
    "section": ("section", "category", "article_section", "articlesection", "channel", "topic", "rubric"),
    "tags": ("tags", "keywords", "tag", "keyword", "categories", "terms", "labels", "topics"),
    "scraped_at": (
        "scraped_at", "date_download", "download_date", "downloaded_at", "crawled_at", "crawled", "crawl_date",
        "date_crawled", "crawl_timestamp", "crawl_time", "fetch_time", "fetched_at", "fetched", "fetch_date",
        "retrieved_at", "retrieved", "date_scraped", "scrape_date", "scraped", "scraped_date", "access_date",
        "collected_at", "warc_date", "warc-date", "meta.warc-date", "warc_headers.warc-date",
        "headers.warc-date", "metadata.warc_date", "metadata.scraped_at",
    ),
    "language": (
        "language", "lang", "language_code", "lang_code", "inlanguage", "metadata.language", "meta.language",
        "meta.lang",
    ),
    "publisher": (),
}  # fmt: skip
# What a record may lie in.
WRAPPERS = (
    "_source", "article", "data", "page", "item", "doc", "document", "post", "record", "fields", "result", "value",
    "payload", "response",
)  # fmt: skip
# What a list of records may lie in.
LISTS = (
    "articles",
    "items",
    "posts",
    "records",
    "results",
    "docs",
    "documents",
    "entries",
    "data",
    "pages",
    "hits",
)
