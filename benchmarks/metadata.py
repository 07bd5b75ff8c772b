"""Prints how often titles, days and authors of publishers' pages are read as their gold says, beside the peers.

Run from the repository's root: python -m benchmarks.metadata [--shared ../shared] [--errors] [--peers]
"""

import argparse
import gzip
import json
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from transforms.metadata import page_metadata
from transforms.publishers import PublisherCues, parse_publishers

CUES = Path(__file__).parent.parent / "transforms" / "publishers" / "cues.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page with its gold; the day is the one that the gold's time prints, and the same time's day in UTC."""

    name: str
    html: str
    title: str
    authors: frozenset[str]
    day: str | None
    utc_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader says of a page."""

    title: str | None
    authors: Sequence[str]
    day: str | None


@dataclass(slots=True, kw_only=True)
class Score:
    """Counts of one reader."""

    pages: int = 0
    titles: int = 0
    days: int = 0
    utc_days: int = 0
    authors: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)


def folded(text: str | None) -> str:
    """The text without white space, punctuation, marks of format, and case."""
    normal = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(letter for letter in normal if unicodedata.category(letter)[0] in "LNM")


def cases(shared: Path) -> Iterator[Case]:
    """The pages, each with the gold of its layout: a publisher's pages and its golds' versions are both in order of time."""
    for path in sorted((shared / "pages" / "publishers").glob("*/*.json")):
        golds = json.loads(path.read_text("utf-8"))
        pages = sorted(path.parent.glob(f"{path.stem}_[0-9]*.html.gz"))
        for gold, page in zip(golds.values(), pages, strict=True):
            told = gold.get("publishing_date")
            at = datetime.fromisoformat(told) if told else None
            yield Case(
                name=page.name.removesuffix(".html.gz"),
                html=gzip.decompress(page.read_bytes()).decode("utf-8", "replace"),
                title=gold["title"],
                authors=frozenset(map(folded, gold.get("authors") or ())),
                day=at.date().isoformat() if at else None,
                utc_day=(at if at.tzinfo is None else at.astimezone(UTC)).date().isoformat() if at else None,
            )


def measure(read: Callable[[str], Reading], pages: Sequence[Case]) -> Score:
    """Run a reader over the pages; the clock counts CPU seconds."""
    score = Score()
    for case in pages:
        start = time.process_time()
        got = read(case.html)
        score.seconds += time.process_time() - start
        score.pages += 1
        is_title = folded(got.title) == folded(case.title)
        is_day = got.day == case.day
        is_authors = frozenset(map(folded, got.authors)) == case.authors
        score.titles += is_title
        score.days += is_day
        score.utc_days += got.day == case.utc_day
        score.authors += is_authors
        if not is_title:
            score.errors.append(f"{case.name}: title {got.title!r}, gold {case.title!r}")
        if not is_day or got.day != case.utc_day:
            score.errors.append(f"{case.name}: day {got.day}, gold {case.day}, in UTC {case.utc_day}")
        if not is_authors:
            score.errors.append(f"{case.name}: authors {list(got.authors)}, gold {sorted(case.authors)}")
    return score


def ours(cues: PublisherCues) -> Callable[[str], Reading]:
    """This project's reader."""

    def read(html: str) -> Reading:
        told = page_metadata(LexborHTMLParser(html), url=None, scraped_at=None, cues=cues)
        return Reading(
            title=told.title, authors=told.authors, day=told.published_at[:10] if told.published_at else None
        )

    return read


def trafilaturas() -> Callable[[str], Reading]:
    """Trafilatura's reader of metadata."""
    import trafilatura  # noqa: PLC0415  # a peer, dear to import

    def read(html: str) -> Reading:
        got: Any = trafilatura.bare_extraction(html, with_metadata=True)
        if got is None:
            return Reading(title=None, authors=(), day=None)
        names = [name.strip() for name in (got.author or "").split(";") if name.strip()]
        return Reading(title=got.title, authors=names, day=got.date)

    return read


def newspapers() -> Callable[[str], Reading]:
    """newspaper4k's reader."""
    import newspaper  # noqa: PLC0415  # a peer that need not be installed

    def read(html: str) -> Reading:
        # Its tokenizers for some languages are packages of their own, and it would fetch images: metadata need neither.
        got = newspaper.Article(url="https://example.org/", language="en", fetch_images=False)
        got.download(input_html=html)
        got.parse()
        day = got.publish_date.date().isoformat() if got.publish_date else None
        return Reading(title=got.title, authors=got.authors, day=day)

    return read


def report(name: str, score: Score, *, show: bool) -> None:
    """Print one line of figures, and the errors."""
    for line in score.errors if show else ():
        print(f"    {line}")
    print(
        f"{name}: {score.pages} pages, title {score.titles / score.pages:.1%} ({score.titles}), "
        f"day {score.days / score.pages:.1%} ({score.days}; as the day in UTC {score.utc_days}), "
        f"authors {score.authors / score.pages:.1%} ({score.authors}), "
        f"{score.seconds / score.pages * 1000:.1f} ms CPU a page"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure us, and the peers that are installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="print every page that is read otherwise")
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")
    options = parser.parse_args(arguments)
    pages = list(cases(options.shared))
    report("unspun", measure(ours(parse_publishers(CUES.read_text("utf-8"))), pages), show=options.errors)
    if options.no_peers:
        return
    report("trafilatura", measure(trafilaturas(), pages), show=False)
    if find_spec("newspaper"):
        report("newspaper4k", measure(newspapers(), pages), show=False)


if __name__ == "__main__":
    main()
