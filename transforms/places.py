"""What the name of a raw file tells: the site that it was scraped from, and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import re2

from transforms.metadata.dates import believe
from transforms.records import Document, Post

# No scrape of the web is older.
_OLDEST = datetime(1991, 1, 1, tzinfo=UTC)
# Names are not asked for a date beyond that: it is a number.
_NEWEST_YEAR = 2100
_YEAR = r"((?:19|20)\d\d)"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]){mark}([0-5]\d)(?:{mark}([0-5]\d))?(?:[.,]\d{{1,9}})?(?:Z|\+00:?00)?"
# A date is a token of its own: no letter, digit or hyphen of a longer number beside it.
_BEFORE, _AFTER = r"(?:^|[^\p{L}\p{N}])", r"(?:[^\p{L}\p{N}]|$)"
_STAMPS = tuple(
    re2.compile(pattern)
    for pattern in (
        # 20250123101500: a Wayback stamp
        rf"{_BEFORE}{_YEAR}{_MONTH}{_DAY}([01]\d|2[0-3])([0-5]\d)([0-5]\d)(?:id_|if_)?{_AFTER}",
        # 20250123T101500Z, 20250123-101500
        rf"{_BEFORE}{_YEAR}{_MONTH}{_DAY}[T_-]{_CLOCK.format(mark='')}{_AFTER}",
        # 2025-01-23T10:15:00Z, 2025-01-23_10-15-00
        rf"{_BEFORE}{_YEAR}-{_MONTH}-{_DAY}[T _]{_CLOCK.format(mark='[:.-]?')}{_AFTER}",
        # 2025-01-23, 2025_01_23, 2025.01.23
        rf"{_BEFORE}{_YEAR}[-_.]{_MONTH}[-_.]{_DAY}{_AFTER}",
        # 20250123
        rf"{_BEFORE}{_YEAR}{_MONTH}{_DAY}{_AFTER}",
    )
)
_FOLDERS = re2.compile(rf"(?:^|/){_YEAR}/{_MONTH}/{_DAY}(?:/|$)")
# What ends a file's name and no host's; a host that ends so (.zip, .md) is not taken for one.
_SUFFIXES = frozenset(
    [
        "html",
        "htm",
        "xhtml",
        "shtml",
        "php",
        "asp",
        "aspx",
        "jsp",
        "rss",
        "atom",
        "rdf",
        "xml",
        "json",
        "jsonl",
        "ndjson",
        "jl",
        "md",
        "markdown",
        "warc",
        "wet",
        "gz",
        "zst",
        "zip",
        "tar",
        "tgz",
        "bz2",
        "xz",
        "txt",
        "text",
        "csv",
        "tsv",
        "bak",
        "old",
        "tmp",
        "log",
        "yaml",
        "yml",
        "toml",
        "py",
        "js",
        "css",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "pdf",
        "doc",
        "docx",
    ]
)
_PARTS = 6
_PAIR = 2
# No folder lies deeper; a member of an archive may be called anything.
_MAX_PARTS = 64
_HOST = re2.compile(r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:[a-z]{2,24}|xn--[a-z0-9-]{1,59})$")
# Where a file's stem alone is asked, it must end in one of the endings that hosts of scrapes have.
_ENDINGS = frozenset(
    [
        "com",
        "org",
        "net",
        "info",
        "biz",
        "news",
        "press",
        "media",
        "blog",
        "online",
        "site",
        "live",
        "today",
        "co",
        "io",
        "tv",
        "uk",
        "us",
        "ca",
        "au",
        "nz",
        "ie",
        "in",
        "pk",
        "ng",
        "za",
        "ke",
        "gh",
        "de",
        "at",
        "ch",
        "fr",
        "be",
        "nl",
        "lu",
        "it",
        "es",
        "pt",
        "br",
        "mx",
        "ar",
        "cl",
        "pe",
        "ru",
        "su",
        "ua",
        "by",
        "kz",
        "pl",
        "cz",
        "sk",
        "hu",
        "ro",
        "bg",
        "rs",
        "hr",
        "si",
        "ba",
        "mk",
        "gr",
        "tr",
        "il",
        "ae",
        "sa",
        "eg",
        "ir",
        "cn",
        "jp",
        "kr",
        "tw",
        "hk",
        "sg",
        "my",
        "id",
        "ph",
        "th",
        "vn",
        "se",
        "no",
        "dk",
        "fi",
        "is",
        "ee",
        "lv",
        "lt",
        "ge",
        "am",
        "az",
        "eu",
        "asia",
        "africa",
        "int",
        "gov",
        "edu",
    ]
)


def scraped_at_in(path: str) -> str | None:
    """When a path says that its file was taken: ISO 8601 in UTC, a day alone as its midnight; the innermost date counts.

    2025-01-23, 20250123, 2025/01/23, 20250123T101500Z and the 14 digits of the Wayback Machine are read, where they
    stand by themselves. What stands below a folder that is named for a host is an address there (a mirror of the site),
    and its folders' dates are those of its pages.
    """
    parts = path.split("/")[-_MAX_PARTS:]
    mirrored = next((number for number, part in enumerate(parts[:-1]) if _is_host(part)), None)
    if mirrored is not None:
        parts = [*parts[: mirrored + 1], parts[-1]]
    for part in reversed(parts):
        rest = _host_before(part)[1]
        for stamp in _STAMPS:
            found = stamp.search(rest or part)
            # "example.com_2025_01_23_title" is an address, too; a date that nothing follows is when it was saved.
            at = _time(found) if not rest or (found and found.end() == len(rest)) else None
            if at:
                return at
    return _time(_FOLDERS.search("/".join(parts)))


def site_in(path: str) -> str | None:
    """The host that a folder, or a file but for its suffixes, is named for; None where none is, for certain."""
    folders, _, name = path.rpartition("/")
    for folder in reversed(folders.split("/")[-_MAX_PARTS:]):
        if _is_host(folder):
            return folder.lower()
    first = _host_before(name)[0]
    labels = first.split(".")
    # "index.de.html" is a page in German: a country's ending alone is too little in a file's name.
    if not _is_host(first) or (len(labels) == _PAIR and len(labels[-1]) == _PAIR):
        return None
    return first.lower()


def placed(document: Document, names: Sequence[str]) -> Document:
    """The document under the first of its raw file's names, with what any of them tells where nothing inside the file does.

    It is put in when the corpus is made: the same bytes are read once, whatever names they get later. A date of publication
    that is after the time that a name tells is not believed.
    """
    named = replace(document, raw_file=names[0])
    if named.site is None:
        named = replace(named, site=next(filter(None, map(site_in, names)), None))
    at = None if named.scraped_at else next(filter(None, map(scraped_at_in, names)), None)
    if at is None:
        return named
    posts = tuple(_dated(post, at) for post in named.page.posts)
    return replace(named, scraped_at=at, page=replace(named.page, posts=posts))


def _dated(post: Post, scraped_at: str) -> Post:
    told = post.metadata
    if told.published_at is None:
        return post
    _, problem = believe(told.published_at, evidence=told.date_evidence or "text", scraped_at=scraped_at)
    if problem is None:
        return post
    return replace(post, metadata=replace(told, published_at=None, date_evidence=None, date_problem=problem))


def _host_before(name: str) -> tuple[str, str]:
    """What a file's name says before its first underscore or blank, if that is a host, and after; suffixes off."""
    stem = name
    while "." in stem and stem.rpartition(".")[2].lower() in _SUFFIXES:
        stem = stem.rpartition(".")[0]
    for mark in ("_", " "):
        first, _, rest = stem.partition(mark)
        if rest and _is_host(first):
            return first, rest
    return stem, ""


def _is_host(name: str) -> bool:
    lowered = name.lower()
    ending = lowered.rpartition(".")[2]
    return bool(_HOST.match(lowered)) and (ending in _ENDINGS or ending.startswith("xn--"))


def _time(found: object) -> str | None:
    if found is None:
        return None
    groups = found.groups()  # type: ignore[attr-defined]  # re2 ships no types
    year, month, day, hour, minute, second = [*(int(group or 0) for group in groups), 0, 0, 0][:_PARTS]
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return at.isoformat() if at >= _OLDEST and year < _NEWEST_YEAR else None
