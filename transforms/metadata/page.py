"""What a page's markup tells of its article, put together in order of trust."""

from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborHTMLParser

from transforms.metadata.authors import is_own, looks_like_person, name_key, split_authors
from transforms.metadata.believed import first_believed
from transforms.metadata.bylines import loose_bylines, printed_authors
from transforms.metadata.jsonld import Thing, main_article, names_of, read_things, strings
from transforms.metadata.language import declared_language
from transforms.metadata.meta import Metas, first, read_metas
from transforms.metadata.printed import guessed_date, printed_date
from transforms.metadata.publisher import find_origin
from transforms.metadata.site import Site, page_site
from transforms.metadata.terms import keywords, linked_terms, meta_terms, unique_terms
from transforms.metadata.times import time_dates
from transforms.metadata.title import Told, choose_title, neat_title
from transforms.metadata.urls import host_of, is_same_site, join_url
from transforms.publishers import PublisherCues
from transforms.records import Metadata

_MAX_SECTION_CHARS = 100
_MAX_HEADINGS = 10
_SITE_NAMES = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "site_name",
    "publisher",
    "dc.publisher",
)
_META_TITLES = (
    "parsely-title",
    "sailthru.title",
    "cxenseparse:title",
    "dc.title",
    "dcterms.title",
    "citation_title",
)
_OPENGRAPH_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
)
_META_DATES = (
    "datepublished", "date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate",
    "publishdate", "publish-date", "publish_date", "pub_date", "published_at", "publication_date", "publicationdate",
    "date.available", "date.created", "datecreated", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "cxenseparse:recs:published_time", "content:publishdate", "publisheddate", "published_time",
    "release_date", "citation_publication_date", "citation_date", "og:pubdate", "rnews:datepublished",
)  # fmt: skip
"""Names that content systems, analytics and library catalogues give to the time of publication."""
_META_AUTHORS = (
    "article:author", "og:article:author", "og:author", "author", "dc.creator", "dcterms.creator", "byl", "parsely-author",
    "sailthru.author", "cxenseparse:author", "mrf:authors", "citation_author", "article:author_name",
)  # fmt: skip


def page_metadata(
    tree: LexborHTMLParser, *, url: str | None, scraped_at: str | None, cues: PublisherCues | None = None
) -> Metadata:
    """Read what a page of one article tells of it.

    Args:
        tree: The page, with its JSON-LD scripts.
        url: Where it was taken from, where known.
        scraped_at: When, ISO 8601, where known.
        cues: Names and hosts of publishers, to tell whose article it is.
    """
    metas = read_metas(tree)
    things = read_things(tree)
    article = main_article(things, told_titles=(*metas.get("og:title", ()), _text_of(tree, "title") or ""))
    base = _base(tree, url=url)
    site = page_site(tree, url=url)
    told_urls = [
        told
        for link in (_link(tree, "canonical"), first(metas, ("og:url",)))
        if (told := join_url(link, base=base))
    ]
    date = first_believed(
        _dates(tree, metas, article),
        url=next(iter(told_urls), url),
        printed=(lambda: printed_date(tree), lambda: guessed_date(tree, scraped_at=scraped_at)),
        scraped_at=scraped_at,
    )
    own = frozenset(map(name_key, (*site_names(metas, article), *_host_names(site))))
    origin = find_origin(tree, article, site=Site(host=site, keys=own), told_urls=told_urls, cues=cues)
    return Metadata(
        title=_title(tree, metas, article, site=site),
        url=_article_url(told_urls, url=url, site=site),
        authors=_authors(tree, metas, article, things, own=own),
        published_at=date.at,
        date_evidence=date.evidence,
        date_problem=date.problem,
        section=_section(metas, article, own=own),
        terms=unique_terms(
            (*meta_terms(metas), *keywords(strings(article.get("keywords"))), *linked_terms(tree))
        ),
        publisher=origin.name if origin else None,
        publisher_evidence=origin.evidence if origin else None,
        language=declared_language(tree, metas),
    )


def _dates(tree: LexborHTMLParser, metas: Metas, article: Thing) -> Iterable[str]:
    """What tells the time of publication, in order of trust."""
    yield from strings(article.get("datePublished"))
    for name in _OPENGRAPH_DATES:
        yield from metas.get(name, ())
    yield from time_dates(tree)
    for name in _META_DATES:
        yield from metas.get(name, ())
    yield from strings(article.get("dateCreated"))


def _title(tree: LexborHTMLParser, metas: Metas, article: Thing, *, site: str | None) -> str | None:
    catalogued = strings(article.get("headline")) or strings(article.get("name")) or metas.get("headline", ())
    return choose_title(
        Told(
            jsonld=next(iter(catalogued), None) or first(metas, _META_TITLES),
            opengraph=first(metas, ("og:title", "twitter:title")),
            headings=_texts(tree, "h1"),
            subheadings=_texts(tree, "h2"),
            title=_text_of(tree, "title"),
            sites=(*site_names(metas, article), *_host_names(site)),
        )
    )


def site_names(metas: Metas, article: Thing) -> tuple[str, ...]:
    """What the page calls its own site."""
    names = (text for name in _SITE_NAMES for text in metas.get(name, ()))
    return (*names, *strings(article.get("publisher")))


def _host_names(site: str | None) -> tuple[str, ...]:
    host = (site or "").removeprefix("www.")
    return (host, host.partition(".")[0])


def _authors(
    tree: LexborHTMLParser, metas: Metas, article: Thing, things: Sequence[Thing], *, own: frozenset[str]
) -> tuple[str, ...]:
    """JSON-LD's; else the first that a meta element, and else the printed by-line, names.

    Where all of those name the site alone, a printed by-line that begins with a person's name is believed more.
    """
    told = [split_authors(names_of(article.get("author"), things=things), own=own)]
    told += [split_authors(metas[name], own=own) for name in _META_AUTHORS if name in metas]
    named = next((names for names in told if names and not is_own(names, own=own)), ())
    if named:
        return named
    printed = split_authors(printed_authors(tree), own=own)
    if printed and not is_own(printed, own=own):
        told.append(printed)
        if not any(told[:-1]) or looks_like_person(printed[0]):
            return printed
    loose = (split_authors([text], own=own) for text in loose_bylines(tree))
    person = next((names for names in loose if names and looks_like_person(names[0])), ())
    return person or next((names for names in told if names), ())


def _section(metas: Metas, article: Thing, *, own: frozenset[str]) -> str | None:
    told = (
        *strings(article.get("articleSection")),
        *metas.get("article:section", ()),
        *metas.get("og:section", ()),
    )
    section = neat_title(told[0]) if told else None
    is_section = section and len(section) <= _MAX_SECTION_CHARS and name_key(section) not in own
    return section if is_section else None


def _article_url(told_urls: Sequence[str], *, url: str | None, site: str | None) -> str | None:
    """Where the post is on the site that was scraped: its canonical address there, else where it was taken from."""
    own = join_url(url, base=None)
    return next((told for told in told_urls if is_same_site(host_of(told), site)), own)


def _base(tree: LexborHTMLParser, *, url: str | None) -> str | None:
    node = tree.css_first("base[href]")
    return (join_url(node.attributes.get("href"), base=url) if node else None) or join_url(url, base=None)


def _link(tree: LexborHTMLParser, relation: str) -> str | None:
    node = tree.css_first(f'link[rel~="{relation}" i][href]')
    return node.attributes.get("href") if node else None


def _texts(tree: LexborHTMLParser, tag: str) -> list[str]:
    return [node.text(separator=" ") for node in tree.css(tag)[:_MAX_HEADINGS]]


def _text_of(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return node.text() if node else None
