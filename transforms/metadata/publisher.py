"""Whose article a page copies, by its markup; never the site that copies."""

from collections.abc import Iterator, Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.metadata.authors import name_key
from transforms.metadata.jsonld import Thing, is_article, strings, types
from transforms.metadata.site import Site
from transforms.metadata.urls import host_of, is_same_site, join_url
from transforms.normalize import clean, fingerprint
from transforms.publishers import Publisher, PublisherCues

_MAX_EVIDENCE_CHARS = 120
_MAX_LINKS = 400
_ORIGIN_KEYS = ("isBasedOn", "isBasedOnUrl", "sourceOrganization")
_PUBLISHER_KEYS = ("publisher", "sourceOrganization", "provider")
_SOURCE_LINKS = '[class*="source" i] a[href], a[class*="source" i][href], a[rel~="external" i][href], a[rel~="nofollow" i][href]'
_SOURCE_WORDS = """
source|source link|original source|original article|original post|read original|read original article|read the original article|
read full article|read the full article|view original|view source|link to original|via|quelle|originalartikel|zum original|
fuente|fuente original|leer original|fonte|artigo original|articolo originale|lire l article original|bron|källa|kilde|kilder|
źródło|zdroj|sursa|forrás|kaynak|sumber|источник|джерело|πηγή|المصدر|出典|来源|來源|원문|출처
"""
_SOURCE_TEXTS = frozenset(fingerprint(form) for form in _SOURCE_WORDS.split("|"))


def find_origin(
    tree: LexborHTMLParser | LexborNode,
    article: Thing,
    *,
    site: Site,
    told_urls: Sequence[str],
    cues: PublisherCues | None,
) -> Publisher | None:
    """Tell who wrote the article that a page shows.

    Args:
        tree: The page, or one post of it.
        article: What its JSON-LD says of the article.
        site: The site that the page was taken from.
        told_urls: What the page says is the article's address (canonical link, og:url).
        cues: Names and hosts of publishers; without them only another site that is named outright counts.

    Returns:
        The publisher, quoted; None where it is the copying site's own, or nothing tells it.
    """
    return (
        _of_origins(article, site=site, cues=cues)
        or _of_addresses(told_urls, site=site.host, cues=cues)
        or _of_name(article, cues=cues)
        or _of_source_link(tree, site=site.host, cues=cues)
    )


def known_host(host: str | None, cues: PublisherCues | None) -> str | None:
    """The publisher whose site the host is, or is within, by the cue file."""
    if not host or cues is None:
        return None
    parts = host.split(".")[-5:]
    for start in range(len(parts) - 1):
        number = cues.form_numbers.get(".".join(parts[start:]))
        if number is not None and "s" in cues.forms[number].kinds:
            return cues.forms[number].publisher
    return None


def known_name(name: str | None, cues: PublisherCues | None) -> str | None:
    """The publisher that is called so, by the cue file."""
    if not name or cues is None:
        return None
    number = cues.form_numbers.get(clean(name))
    form = cues.forms[number] if number is not None else None
    return form.publisher if form and not {"n", "u", "s"}.isdisjoint(form.kinds) else None


def _of_origins(article: Thing, *, site: Site, cues: PublisherCues | None) -> Publisher | None:
    """Whom the markup names as the one that the article is based on."""
    for key in _ORIGIN_KEYS:
        for name, host in _named(article.get(key)):
            if is_same_site(host, site.host):
                continue
            known = known_host(host, cues) or known_name(name, cues)
            is_outright = name and host and site.host and name_key(name) not in site.keys
            publisher = known or (name if is_outright else None)
            if publisher:
                return _publisher(publisher, f"{key}: {name or host}")
    return None


def _of_addresses(
    told_urls: Sequence[str], *, site: str | None, cues: PublisherCues | None
) -> Publisher | None:
    """Whose site the article's address is on: another's, or a publisher's own page as it was saved."""
    hosts = [host for url in told_urls if (host := host_of(url))]
    others = [host for host in hosts if not is_same_site(host, site)]
    for host in (*others, *([site] if site else [])):
        publisher = known_host(host, cues)
        if publisher:
            return _publisher(publisher, f"address: {host}")
    return None


def _of_name(article: Thing, *, cues: PublisherCues | None) -> Publisher | None:
    """A publisher of the cue file that the article's own markup names."""
    for key in _PUBLISHER_KEYS:
        for name, host in _named(article.get(key)):
            publisher = known_name(name, cues) or known_host(host, cues)
            if publisher:
                return _publisher(publisher, f"{key}: {name or host}")
    return None


def _of_source_link(
    tree: LexborHTMLParser | LexborNode, *, site: str | None, cues: PublisherCues | None
) -> Publisher | None:
    """Whose site the link is to that says "Source"."""
    if cues is None:
        return None
    for link in tree.css(_SOURCE_LINKS)[:_MAX_LINKS]:
        host = host_of(join_url(link.attributes.get("href"), base=None))
        if not host or is_same_site(host, site):
            continue
        text = clean(link.text()[:200])
        publisher = known_host(host, cues)
        if publisher and (fingerprint(text) in _SOURCE_TEXTS or known_name(text, cues) == publisher):
            return _publisher(publisher, f"{text}: {host}")
    return None


def _named(value: object) -> Iterator[tuple[str | None, str | None]]:
    """Name and host of each organisation or work in a value of JSON-LD."""
    for one in value[:20] if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            # A work's own name is its headline.
            maker = one.get("publisher") or (None if _is_work(one) else one)
            name = next(iter(strings(maker)), None)
            links = (*strings(one.get("url")), *strings(one.get("@id")))
            yield name, next((host for link in links if (host := host_of(join_url(link, base=None)))), None)
        elif isinstance(one, str):
            host = host_of(join_url(one, base=None))
            yield (None if host else clean(one[:500]) or None), host


def _is_work(thing: Thing) -> bool:
    return is_article(thing) or any(kind in {"CreativeWork", "WebPage", "WebSite"} for kind in types(thing))


def _publisher(name: str, evidence: str) -> Publisher:
    return Publisher(name=name[:_MAX_EVIDENCE_CHARS], evidence=evidence[:_MAX_EVIDENCE_CHARS])
