"""JSON Lines: one record, its fields by the names that crawlers and data sets give them, → a raw document.

A name of a field is a path, its steps parted by dots; a record may be wrapped ("_source", "article", "data"), and a
field's value may be wrapped, too (WordPress: {"content": {"rendered": "…"}}).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape

import re2

from transforms.errors import SkipRecordError
from transforms.fields import FIELDS, LISTS, WRAPPERS
from transforms.forms import has_markup, is_feed_root, markup_root
from transforms.metadata.authors import split_authors
from transforms.metadata.dates import believe
from transforms.metadata.language import language_code
from transforms.metadata.urls import host_of, join_url
from transforms.normalize import clean
from transforms.parse.markdown_signs import looks_like_markdown
from transforms.records import Metadata, RawDocument

_INNER = ("rendered", "#text", "_text", "$t", "value", "text", "name", "headline", "url", "@id", "href")
_INLINE = re2.compile(r"(?i)</?(?:a|b|br|cite|em|font|i|mark|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>")
# Text that was taken out of markup and left escaped; an ampersand alone is one.
_ENTITY = re2.compile(
    r"&(?:#\d{2,5}|#x[0-9A-Fa-f]{2,5}|amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip);"
)
_PRINTED_LIST = re2.compile(r"""(?s)^\s*\[\s*['"].*['"]\s*\]\s*$""")
_QUOTED = re2.compile(r"""(?s)"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
_MAX_PRINTED_CHARS = 10_000
# A day, perhaps with its time, as a number: 20250123. Seconds since 1970 have more digits, or mean that year.
_DAY = re2.compile(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d[0-5]\d)?$")
# Beside a text and its address alone it is the crawl's (C4, mC4), not the article's.
_CRAWL_TIME = "timestamp"
_MAX_DEPTH = 4
# An int of more digits is no time and no count, and Python refuses to read it.
_MAX_DIGITS = 18
_MAX_NAME_CHARS = 200
_MAX_INDEX_DIGITS = 3
_MAX_TERMS = 200


def read_json(text: str) -> object:
    """The value of a JSON text.

    Numbers of any length, NaN and Infinity are read, as what they are not needed for: text and nothing.

    Raises:
        SkipRecordError: `not_json`.
    """
    try:
        return json.loads(text, parse_int=read_number, parse_constant=lambda _name: None)
    except RecursionError:
        raise SkipRecordError("too_deep", "Its brackets stand too deep within each other.") from None
    except ValueError as error:
        raise SkipRecordError("not_json", f"It is not JSON ({str(error)[:_MAX_NAME_CHARS]}).") from None


def read_number(digits: str) -> int | str:
    """A whole number, or its digits where they are so many that it is no time and no count."""
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def records_in(
    value: object, *, fields: Mapping[str, str] | None = None, depth: int = 0
) -> Iterator[tuple[str, object]]:
    """The records of a JSON document with their places.

    They are an array's; or, of an object without a text of its own, those of a list that it has, or of its fields, if each
    is an object; or the one that it is.
    """
    if isinstance(value, list):
        for number, record in enumerate(value, start=1):
            yield f"record {number}", record
        return
    held = _held(value, fields or {}) if isinstance(value, dict) else None
    if held is None or depth > _MAX_DEPTH:
        yield "", value
    else:
        yield from records_in(held, fields=fields, depth=depth + 1)


def _held(value: dict[object, object], fields: Mapping[str, str]) -> object:
    """What an object is there to hold, if it is no record: a list of records, or what holds one; else None."""
    told = _Told(value, fields)
    if any(True for field in ("html", "text") for _ in told.texts(field)):
        return None
    lowered = _lowered(value)
    for name in LISTS:
        inner = lowered.get(name)
        if isinstance(inner, list) and inner and all(isinstance(record, dict) for record in inner):
            return inner
    for name in (*WRAPPERS, *LISTS):
        if isinstance(inner := lowered.get(name), dict):
            return inner
    inside = list(value.values())
    if len(inside) > 1 and all(isinstance(record, dict) for record in inside):
        return inside
    return None


def read_record(value: object, *, raw: RawDocument, fields: Mapping[str, str] | None = None) -> RawDocument:
    """The raw document that a record is.

    Args:
        value: The record, decoded.
        raw: What is known of it from outside: file, digest, place, and perhaps when it was taken.
        fields: Names that the person gave, by field; each is asked before the usual ones.

    Raises:
        SkipRecordError: `not_a_record` or `no_text`.
    """
    if not isinstance(value, dict):
        raise SkipRecordError("not_a_record", "It is JSON, but no object with fields.")
    told = _Told(value, fields or {})
    text, media_type = _text(told)
    entities = len(_ENTITY.findall(text)) if media_type == "text/plain" else 0
    url = join_url(told.one("url"), base=None)
    is_crawl = not told.is_named("published") and told.only(_CRAWL_TIME, ("text", "url"))
    taken = told.date("published") if is_crawl else told.date("scraped_at")
    scraped_at = _scraped_at(taken) or raw.scraped_at
    published = None if is_crawl else told.date("published")
    published_at, problem = believe(published, evidence="feed", scraped_at=scraped_at)
    return replace(
        raw,
        text=unescape(text) if entities else text,
        media_type=media_type,
        repairs=raw.repairs | ({"entities_unescaped": entities} if entities else {}),
        url=url or raw.url,
        site=_host(told.one("site")) or host_of(url) or raw.site,
        scraped_at=scraped_at,
        metadata=Metadata(
            title=_line(told.one("title")),
            url=url,
            authors=tuple(told.names("authors")),
            published_at=published_at,
            date_evidence="feed" if published_at else None,
            date_problem=problem,
            section=next(iter(told.names("section")), None),
            terms=tuple(told.names("tags")),
            publisher=_line(told.one("publisher")),
            publisher_evidence="field: publisher" if told.one("publisher") else None,
            language=language_code(told.one("language")),
        ),
    )


class _Told:
    """A record's fields by their usual names."""

    def __init__(self, value: dict[object, object], given: Mapping[str, str]) -> None:
        self._records = list(_unwrapped(value))
        self._given = given

    def value(self, field: str) -> object:
        """The first value that a field's names have, wherever the record is wrapped."""
        return next(self._values(field), None)

    def _values(self, field: str) -> Iterator[object]:
        for name in self._names(field):
            for record in self._records:
                found = _follow(record, name)
                if found not in (None, "", [], {}):
                    yield found

    def is_named(self, field: str) -> bool:
        """Whether a person said what the field is called."""
        return field in self._given

    def _names(self, field: str) -> tuple[str, ...]:
        return (*((self._given[field].lower(),) if field in self._given else ()), *FIELDS[field])

    def one(self, field: str) -> str | None:
        """A field's value as one text."""
        return _as_text(self.value(field))

    def texts(self, field: str) -> Iterator[str]:
        """Every text that a field's names have, in order of the names."""
        for name in self._names(field):
            for record in self._records:
                value = _follow(record, name)
                text = None if isinstance(value, int | float) else _as_text(value, joined="\n\n")
                if text and text.strip():
                    yield text

    def date(self, field: str) -> str | float | None:
        value = self.value(field)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value) if _DAY.match(str(value)) else value
        return _as_text(value)

    def only(self, field: str, others: tuple[str, ...]) -> bool:
        """Whether the record has that name of a field, and no other value but of the other fields."""
        known = {name for other in others for name in self._names(other)}
        told = {name for name, value in self._records[0].items() if value not in (None, "", [], {})}
        return field in told and told <= {field, *known}

    def names(self, field: str) -> list[str]:
        """The first value of a field that has names: of a list, or of a text parted by commas."""
        return next((names for value in self._values(field) if (names := _names_in(value, field))), [])


def _names_in(value: object, field: str) -> list[str]:
    """The names in a value; a number is none: interfaces of sites number their authors and tags."""
    found = _listed(value)[:_MAX_TERMS]
    texts = [text for part in found if not isinstance(part, int | float) and (text := _as_text(part))]
    if field == "authors":
        return list(split_authors(texts))
    if field == "tags" and len(found) == 1:
        texts = [name for text in texts for name in _parted(text, is_one=isinstance(value, list))]
    return list(dict.fromkeys(line for line in map(_line, texts) if line))


def _text(told: _Told) -> tuple[str, str]:
    """The record's markup, else its text, and its media type; a person who names the text alone wants that."""
    text = next(told.texts("text"), None)
    if text is None or told.is_named("html") or not told.is_named("text"):
        for html in told.texts("html"):
            return html, "application/xml" if is_feed_root(markup_root(html)) else "text/html"
    if text is not None:
        if markup_root(text) == "html" or has_markup(text):
            return text, "text/html"
        return text, "text/markdown" if looks_like_markdown(text) else "text/plain"
    raise SkipRecordError(
        "no_text",
        "None of its fields has a text; name the one that has: --field text=NAME, or text in [tool.unspun.fields].",
    )


def _unwrapped(value: dict[object, object]) -> Iterator[dict[str, object]]:
    record = _lowered(value)
    for _ in range(_MAX_DEPTH):
        yield record
        inner = next((found for name in WRAPPERS if isinstance(found := record.get(name), dict)), None)
        if inner is None:
            return
        record = _lowered(inner)


def _lowered(value: Mapping[object, object]) -> dict[str, object]:
    lowered: dict[str, object] = {}
    for name, found in value.items():
        lowered.setdefault(str(name).strip().lower(), found)
    return lowered


def _follow(record: dict[str, object], path: str) -> object:
    """What stands at a dotted path; a name that holds a dot itself is tried first."""
    found = record.get(path)
    if found is not None or "." not in path:
        return found
    first, *steps = path.split(".")
    found = record.get(first)
    for step in steps:
        if isinstance(found, list) and step.isdecimal() and len(step) <= _MAX_INDEX_DIGITS:
            found = found[int(step)] if int(step) < len(found) else None
            continue
        if isinstance(found, list):
            found = found[0] if found else None
        if not isinstance(found, dict):
            return None
        found = _lowered(found).get(step)
    return found


def _as_text(value: object, *, joined: str = ", ", depth: int = 0) -> str | None:
    """A value as text: of a list its texts, of an object what it wraps; no number is a text but a name may be one."""
    if isinstance(value, str):
        return _without_surrogates(value)
    if isinstance(value, bool) or value is None or depth > _MAX_DEPTH:
        return None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        texts = [text for part in value if (text := _as_text(part, joined=joined, depth=depth + 1))]
        return joined.join(texts) or None
    if isinstance(value, dict):
        lowered = _lowered(value)
        for name in _INNER:
            text = _as_text(lowered.get(name), joined=joined, depth=depth + 1)
            if text:
                return text
    return None


def _without_surrogates(text: str) -> str:
    r"""JSON may spell half a character (\ud83d); pairs are joined, lone ones replaced, NUL dropped."""
    if text.isascii():
        return text.replace("\0", "")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "")


def _listed(value: object) -> list[object]:
    """A value as a list; a text that a program printed of a list ("['a', 'b']") as that list."""
    if isinstance(value, list):
        return value
    if isinstance(value, str) and _PRINTED_LIST.match(value[:_MAX_PRINTED_CHARS]):
        return [double or single for double, single in _QUOTED.findall(value[:_MAX_PRINTED_CHARS])]
    return [value]


def _parted(text: str, *, is_one: bool) -> list[str]:
    """The names of a text that commas, semicolons or bars part; one name of a list may hold a comma itself."""
    text = unescape(text)
    if is_one and text.count(",") == 1 and ";" not in text and "|" not in text:
        return [text]
    names = text.replace(";", ",").replace("|", ",").split(",")
    return [name for name in names if not name.strip().isdecimal()]


def _line(text: str | None) -> str | None:
    """A name as one line; interfaces of sites give titles as markup ("Ferry&#8217;s <em>end</em>")."""
    if not text:
        return None
    line = unescape(_INLINE.sub("", text[: 10 * _MAX_NAME_CHARS]))
    return " ".join(clean(line).split()) or None


def _host(text: str | None) -> str | None:
    """A host's name, from a host or an address; a site's printed name ("The Karst Post") is none."""
    text = (text or "").strip().lower()
    host = host_of(text if "://" in text else f"http://{text}") if text else None
    return host if host and "." in host and not any(map(str.isspace, text)) else None


def _scraped_at(told: str | float | None) -> str | None:
    at, _problem = believe(told, evidence="text", scraped_at=None)
    return at
