"""What the head of a Markdown file tells of its page: front matter between fences, a list of named fields, or lines of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import re2

from transforms.metadata.authors import split_authors
from transforms.metadata.dates import believe
from transforms.metadata.urls import join_url
from transforms.normalize import clean
from transforms.parse.markdown_blocks import MarkdownBlock
from transforms.records import Metadata

# Front matter is a page of fields at most; a fence that is not closed within that is a rule.
MAX_LINES = 200
MAX_VALUE_CHARS = 2_000
# A list of fields stands near the top, and has so many that are known.
MAX_HEAD_BLOCKS = 40
MIN_FIELDS = 2
# What a reader writes before the page's own text.
BODY = "markdown_content"
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
# Longer is the beginning of a sentence.
MAX_NAME_CHARS = 40
_FIELD = re2.compile(r"^([^\s:=][^:=]*)[:=]\s*(.*)$")
_ITEM = re2.compile(r"^\s*-\s+(.*)$")
_QUOTED = re2.compile(r"""^(?:"(.*)"|'(.*)')$""")
# What each field is called, by those who save pages: clippers, site generators, crawlers.
_NAMES = {
    "title": ("title", "headline", "titre", "titel"),
    "url": (
        "url",
        "source",
        "source_url",
        "link",
        "canonical",
        "canonical_url",
        "original_url",
        "permalink",
        "url_source",
    ),
    "date": (
        "date",
        "published",
        "published_at",
        "published_time",
        "publish_date",
        "date_published",
        "datepublished",
        "pubdate",
    ),
    "authors": ("author", "authors", "by", "byline", "creator"),
    "terms": ("tags", "tag", "keywords", "categories", "topics"),
    "section": ("section", "category"),
    "language": ("language", "lang", "locale"),
    "site": ("site", "domain", "host", "hostname", "sitename", "site_name", "website"),
    "scraped": (
        "scraped_at",
        "scraped",
        "crawled_at",
        "crawled",
        "fetched_at",
        "fetched",
        "retrieved_at",
        "retrieved",
        "saved_at",
        "saved",
        "accessed",
        "clipped",
        "http_status",
        "number_of_pages",
        "warning",
    ),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """Fields by our names, with their values as printed; and the physical lines that they took."""

    fields: Mapping[str, tuple[str, ...]]
    lines: int


def read_front_matter(lines: Sequence[str]) -> FrontMatter | None:
    """Front matter at the top of a file, a simple reading of YAML's or TOML's scalars and lists; None where there is none."""
    first = next((at for at, line in enumerate(lines[:MAX_LINES]) if line.strip()), None)
    closers = _FENCES.get(lines[first].rstrip()) if first is not None else None
    if first is None or closers is None:
        return None
    stop = next(
        (at for at in range(first + 1, min(len(lines), first + MAX_LINES)) if lines[at].rstrip() in closers),
        None,
    )
    if stop is None:
        return None
    inner = [line for line in lines[first + 1 : stop] if line.strip()]
    fields: dict[str, tuple[str, ...]] = {}
    name: str | None = None
    told = 0
    for line in inner:
        found = _field(line) if not line[:1].isspace() else None
        item = _ITEM.match(line)
        if found:
            told += 1
            name = _name(found[0])
            _add(fields, name, _values(found[1]))
        elif item:
            _add(fields, name, _values(item.group(1)))
        elif not item and not line[:1].isspace() and not line.startswith("#"):
            return None
    return FrontMatter(fields=fields, lines=stop + 1) if told or not inner else None


def listed_fields(blocks: Sequence[MarkdownBlock]) -> tuple[Mapping[str, tuple[str, ...]], int]:
    """The fields of a list at the head of a file ("- **URL**: …"), and how many blocks come before its end.

    Returns:
        No fields and 0 where there is no such list.
    """
    fields: dict[str, tuple[str, ...]] = {}
    known, end = 0, 0
    for at, held in enumerate(blocks[:MAX_HEAD_BLOCKS]):
        block = held.block
        found = _field(block.text) if block.marker and block.tag == "li" else None
        if not found:
            if known >= MIN_FIELDS:
                break
            continue
        name = _name(found[0])
        end = at + 1
        if name:
            known += 1
            _add(fields, name, _values(found[1]))
    return (fields, end) if known >= MIN_FIELDS else ({}, 0)


def printed_fields(blocks: Sequence[MarkdownBlock]) -> tuple[Mapping[str, tuple[str, ...]], range]:
    """Fields that stand one a line at the top or right below the only title ("URL Source: …"), and their places.

    Only lines whose names are known count, two at least or one with an address.

    Returns:
        No fields and an empty range where there are none.
    """
    titles = [at for at, held in enumerate(blocks) if held.block.tag == "h1"]
    start = 1 if titles == [0] else 0
    fields: dict[str, tuple[str, ...]] = {}
    known, stop = 0, start
    for held in blocks[start : start + MAX_HEAD_BLOCKS]:
        found = _field(held.block.text) if held.block.tag == "p" else None
        name = _name(found[0]) if found else None
        if found is None or (name is None and _key(found[0]) != BODY):
            break
        stop += 1
        if name is None:
            break
        known += 1
        is_link = name == "url" and held.url is not None
        _add(fields, name, (held.url,) if is_link and held.url else _values(found[1]))
    is_head = known >= MIN_FIELDS or any(join_url(told, base=None) for told in fields.get("url", ()))
    return (fields, range(start, stop)) if is_head else ({}, range(0))


def _add(fields: dict[str, tuple[str, ...]], name: str | None, values: tuple[str, ...]) -> None:
    """A field that two names mean is their values together ("tags" and "categories")."""
    if name and values:
        fields[name] = (*fields.get(name, ()), *values)


def told_metadata(fields: Mapping[str, tuple[str, ...]], *, scraped_at: str | None) -> Metadata:
    """The fields as metadata of the post; a date is judged as every date is."""
    date = next(iter(fields.get("date", ())), None)
    at, problem = believe(date, evidence="text", scraped_at=scraped_at)
    language = _one(fields, "language")
    return Metadata(
        title=_one(fields, "title"),
        url=join_url(_one(fields, "url"), base=None),
        authors=split_authors(fields.get("authors", ())),
        published_at=at,
        date_evidence="text" if at else None,
        date_problem=problem,
        section=_one(fields, "section"),
        terms=fields.get("terms", ()),
        language=language[:2].lower() if language and language[:2].isalpha() else None,
    )


def _field(line: str) -> tuple[str, str] | None:
    """A field's name and what stands behind its sign, or None."""
    found = _FIELD.match(line)
    if found is None or len(found.group(1)) > MAX_NAME_CHARS or found.group(1).startswith(("-", "#")):
        return None
    return found.group(1), found.group(2)


def _one(fields: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    return next(iter(fields.get(name, ())), None)


def _name(told: str) -> str | None:
    return _FIELDS.get(_key(told))


def _key(told: str) -> str:
    return "_".join(told.strip().casefold().replace("-", " ").split())


def _values(told: str) -> tuple[str, ...]:
    """A scalar, or the items of a list in brackets; quotes off."""
    text = told.strip()[:MAX_VALUE_CHARS]
    parts = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    return tuple(value for part in parts if (value := _scalar(part)))


def _scalar(told: str) -> str:
    found = _QUOTED.match(told.strip())
    text = clean(next((group for group in found.groups() if group is not None), "") if found else told)
    return "" if text in ("|", ">", "null", "~") else text
