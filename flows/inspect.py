"""Looks at one raw file and says what it is taken for, why, and what is found in it; writes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from flows.opened import RawFile, escape_name, hash_steady
from flows.place import Place, Reading
from flows.quarantine import Refusal
from flows.records import read_records
from flows.sniff import refuse_suffix
from transforms.errors import FixSettingsError, SkipDocumentError
from transforms.metadata.urls import host_of
from transforms.places import placed, scraped_at_in, site_in

if TYPE_CHECKING:
    from rich.console import Console

    from flows.settings import Settings
    from flows.sniff import Form
    from transforms.knowledge import Knowledge
    from transforms.records import Block, Document, Post, RawDocument

Found: TypeAlias = dict[str, object]

# The terminal shows so many of each; --json has all.
_SHOWN = 20
_TITLE_CHARS = 100


def inspect_file(path: Path, settings: "Settings") -> Found:
    """What a raw file is and holds, as plain values.

    Returns:
        `file`, `sha256`, `bytes`; `refused` (rule and detail, where the whole file is); `forms` (what each thing in it
        was taken for, and why), `skipped` (records that are no pages, with counts), `documents` and `refusals`.

    Raises:
        FixSettingsError: There is no such file, or it is a folder.
    """
    if not path.exists() or path.is_dir():
        what = "is a folder" if path.is_dir() else "is not there"
        raise FixSettingsError(f"{escape_name(str(path))} {what}; name one raw file.")
    look = _Look(settings)
    name = escape_name(path.name)
    found: Found = {"file": name}
    try:
        refuse_suffix(name)
        digest, size = hash_steady(str(path), settings.caps)
        found |= {"sha256": digest, "bytes": size}
        look.at(RawFile(raw_file=name, path=str(path), sha256=digest, size=size))
    except SkipDocumentError as error:
        return found | look.found(refused={"rule": error.rule, "detail": error.detail})
    return found | look.found(refused=None)


class _Look:
    """What is gathered while a file is read."""

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self._forms: list[Found] = []
        self._documents: list[Found] = []
        self._refusals: list[Found] = []
        self._skipped: Mapping[str, int] = {}

    def at(self, file: RawFile) -> None:
        """Reads the file.

        Raises:
            SkipDocumentError: None of it can be read.
        """
        from flows.knowledge import load_knowledge  # noqa: PLC0415  # a file that is refused needs none

        knowledge = load_knowledge()
        settings = self._settings
        for found in read_records(file, caps=settings.caps, fields=settings.fields, watch=self._watch):
            if isinstance(found, Refusal):
                self._refuse(found)
            else:
                self._read(found, knowledge)

    def found(self, *, refused: Found | None) -> Found:
        """All of it."""
        return {
            "refused": refused,
            "forms": self._forms,
            "skipped": dict(sorted(self._skipped.items())),
            "documents": [] if refused else self._documents,
            "refusals": self._refusals,
        }

    def _watch(self, reading: Reading) -> None:
        reading.on_form = self._note
        self._skipped = reading.skipped

    def _note(self, place: Place, form: "Form") -> None:
        self._forms.append({"place": place.record, "form": form.name, "why": form.why})

    def _refuse(self, refusal: Refusal) -> None:
        told = asdict(refusal)
        self._refusals.append({name: told[name] for name in ("place", "rule", "detail")})

    def _read(self, raw: "RawDocument", knowledge: "Knowledge") -> None:
        from transforms.documents import read  # noqa: PLC0415  # brings every parser

        facts: Found = {
            "record": raw.record,
            "media_type": raw.media_type,
            "encoding": raw.encoding,
            "repairs": raw.repairs,
            "characters": len(raw.text),
        }
        try:
            document = (
                read(raw, knowledge=knowledge, limits=self._settings.caps.limits)
                if raw.text.strip()
                else None
            )
        except SkipDocumentError as error:
            if raw.record is None:
                raise
            self._refuse(
                Refusal(raw_file=raw.raw_file, rule=error.rule, detail=error.detail, place=raw.record)
            )
            return
        document = placed(document, [raw.raw_file]) if document else None
        self._documents.append(facts | (_page(raw, document) if document else {"blank": True}))
        for piece in document.page.left_out if document else ():
            place = f"{raw.record}, {piece.place}" if raw.record else piece.place
            self._refuse(Refusal(raw_file=raw.raw_file, rule=piece.rule, detail=piece.detail, place=place))


def _page(raw: "RawDocument", document: "Document") -> Found:
    page = document.page
    return {
        "url": document.url,
        "site": document.site,
        "site_evidence": _site_evidence(raw, document),
        "scraped_at": document.scraped_at,
        "scraped_at_evidence": _time_evidence(raw, document),
        "heading": page.heading,
        "tag": page.tag,
        "blocks": _roles(page.blocks),
        "posts": [_post(post) for post in page.posts],
    }


def _post(post: "Post") -> Found:
    told = post.metadata
    return {
        "number": post.number,
        "title": post.title,
        "section": post.section or told.section,
        "url": told.url,
        "authors": list(told.authors),
        "published_at": told.published_at,
        "date_evidence": told.date_evidence,
        "date_problem": told.date_problem,
        "publisher": told.publisher,
        "publisher_evidence": told.publisher_evidence,
        "language": told.language,
        "tags": list(post.tags),
        "hashtags": list(post.hashtags),
        "terms": list(told.terms),
        "blocks": _roles(post.blocks),
    }


def _roles(blocks: "Iterable[Block]") -> dict[str, int]:
    """How many blocks there are of each role, boilerplate by its reason."""
    counts = Counter(
        f"{block.role or 'none'} ({block.reason})" if block.reason else f"{block.role or 'none'}"
        for block in blocks
    )
    return dict(sorted(counts.items()))


def _site_evidence(raw: "RawDocument", document: "Document") -> str | None:
    if document.site is None:
        return None
    if raw.site is None:
        return "the file's name" if document.page.site is None else "the page"
    if raw.site == host_of(raw.url):
        return "its address"
    return "its path" if raw.site == site_in(raw.record or "") else "its record"


def _time_evidence(raw: "RawDocument", document: "Document") -> str | None:
    if document.scraped_at is None:
        return None
    if raw.scraped_at is None:
        return "the file's name"
    return "its path" if raw.scraped_at == scraped_at_in(raw.record or "") else "its record"


def show_inspection(found: Found) -> None:
    """Prints what was found, for a person."""
    from rich.console import Console  # noqa: PLC0415  # only where something is shown

    console = Console(highlight=False, soft_wrap=True)
    _say(console, f"{found['file']}", style="bold")
    if "bytes" in found:
        _say(console, f"  {found['bytes']} bytes, sha256 {found['sha256']}")
    for form in _few(console, found["forms"]):
        _say(console, f"  {_at(form['place'])}taken for {form['form']}: {form['why']}")
    refused = found["refused"]
    if isinstance(refused, dict):
        _say(console, f"  refused ({refused['rule']}): {refused['detail']}", style="red")
        return
    skipped = found["skipped"]
    if isinstance(skipped, dict) and skipped:
        counts = ", ".join(f"{what} {count}" for what, count in skipped.items())
        _say(console, f"  no pages: {counts}")
    for document in _few(console, found["documents"]):
        _show_document(console, document)
    for refusal in _few(console, found["refusals"]):
        _say(
            console,
            f"  {_at(refusal['place'])}left out ({refusal['rule']}): {refusal['detail']}",
            style="red",
        )


def _show_document(console: "Console", document: Found) -> None:
    _say(console, "")
    repairs = document["repairs"]
    mended = (
        "; mended: " + ", ".join(f"{name} {count}" for name, count in repairs.items())
        if isinstance(repairs, dict) and repairs
        else ""
    )
    name = document["record"] or "document"
    _say(
        console,
        f"  {name}: {document['media_type']}, {document['encoding']}, {document['characters']} characters{mended}",
        style="bold",
    )
    if document.get("blank"):
        _say(console, "    blank")
        return
    for label, evidence in (
        ("heading", ""),
        ("tag", ""),
        ("url", ""),
        ("site", "site_evidence"),
        ("scraped_at", "scraped_at_evidence"),
    ):
        if document[label]:
            told = f" ({document[evidence]})" if evidence else ""
            _say(console, f"    {label.replace('_', ' ')}: {document[label]}{told}")
    _say(console, f"    blocks of no post: {_counts(document['blocks'])}")
    posts = document["posts"]
    _say(console, f"    posts: {len(posts) if isinstance(posts, list) else 0}")
    for post in _few(console, posts):
        _show_post(console, post)


def _show_post(console: "Console", post: Found) -> None:
    title = str(post["title"] or "(no title)")
    _say(
        console,
        f"    {post['number']}. {title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1] + '…'}",
    )
    date = (
        f"{post['published_at']} ({post['date_evidence']})" if post["published_at"] else post["date_problem"]
    )
    told = {
        "address": post["url"],
        "published": date,
        "authors": post["authors"],
        "publisher": f"{post['publisher']} ({post['publisher_evidence']})" if post["publisher"] else None,
        "section": post["section"],
        "tags": post["tags"],
        "hashtags": post["hashtags"],
        "terms": post["terms"],
        "blocks": _counts(post["blocks"]),
    }
    for label, value in told.items():
        if value:
            _say(
                console, f"       {label}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
            )


def _few(console: "Console", things: object) -> Iterable[Found]:
    """The first of a list, and after them how many more there are."""
    if not isinstance(things, list):
        return
    yield from things[:_SHOWN]
    if len(things) > _SHOWN:
        _say(console, f"    … and {len(things) - _SHOWN} more (--json has all)")


def _counts(counts: object) -> str:
    if not isinstance(counts, dict) or not counts:
        return "none"
    return ", ".join(f"{role} {count}" for role, count in counts.items())


def _at(place: object) -> str:
    return f"{place}: " if place else ""


def _say(console: "Console", text: str, *, style: str | None = None) -> None:
    from flows.report import plain  # noqa: PLC0415  # only where something is shown

    console.print(plain(text), style=style, markup=False)
