"""Hostile files of every form from end to end: each is read or named, soon, and the other files give what they would give."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import zstandard

from flows.build import Outcome
from flows.settings import Caps

Run = Callable[..., Outcome]
Page = Callable[..., str]

HTML = "<!doctype html><html><body>{}</body></html>"
SMALL = Caps(max_unpacked_bytes=3_000_000, max_record_bytes=4_000_000, max_seconds=60)
DECLARED = '<?xml version="1.0"?><!DOCTYPE r [{}]><rss version="2.0"><channel><item><title>{}</title></item></channel></rss>'
ENTITIES = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _zip(*members: tuple[str, str | bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return sink.getvalue()


def _tar_link() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as file:
        info = tarfile.TarInfo("out.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "../../etc/passwd"
        file.addfile(info)
    return sink.getvalue()


def _warc(text: str, *, length: int | None = None) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{text}".encode()
    size = len(http) if length is None else length
    return (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2025-01-23T10:15:00Z\r\n"
        b"WARC-Target-URI: https://karst.example/tag/karst/\r\n"
        b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (size, http)
    )


# Raw files that end in quarantine, whole or in part, by the rules that name why.
REFUSED: dict[str, tuple[bytes, set[str]]] = {
    "bomb.txt.gz": (gzip.compress(b"a" * 9_000_000), {"unpacked_too_large"}),
    "bomb.txt.zst": (zstandard.compress(b"a" * 9_000_000), {"unpacked_too_large"}),
    "line.txt.gz": (gzip.compress(b"a b" * 500_000), {"line_too_long"}),
    "deep.html": (HTML.format("<div>" * 100_000 + "text").encode(), {"too_deep"}),
    "entities.rss": (DECLARED.format(ENTITIES, "&i;").encode(), {"xml_entities"}),
    "external.rss": (DECLARED.format('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;").encode(), {"xml_entities"}),
    "up.zip": (_zip(("../../up.txt", "text")), {"name_outside"}),
    "link.tar": (_tar_link(), {"link_in_archive"}),
    "table.zip": (_zip(("x.parquet", b"PAR1" * 99)), {"binary"}),
    "lines.jsonl": (b'{"title": "no text"}\n{oops\n', {"no_text", "not_json"}),
    "half.zip": (_zip(("a.txt", "text"))[:-9], {"damaged"}),
    "cut.warc": (_warc("text")[:90], {"truncated"}),
}  # fmt: skip
# Those that are read, with whatever they hold.
READ = {
    "attributes.html": HTML.format("<a b='" * 20_000).encode(),
    "comments.html": HTML.format("<!--" * 50_000).encode(),
    "paragraphs.html": HTML.format("<p>" * 5_000).encode(),
    "empty.html": HTML.format("").encode(),
    "none.html": HTML.format("<nav><a href='/'>Home</a></nav>").encode(),
    "marks.html": HTML.format("<p>e" + "\u0301" * 100_000).encode(),
    "grows.html": HTML.format("<p>" + "\ufdfa" * 5_000).encode(),
    "spaces.html": HTML.format("<p>" + " " * 300_000 + "x").encode(),
    "escapes.html": HTML.format("<h1>\u202epier\u202c</h1><p>\x1b[2J \u200bnew</p>").encode(),
    "number.jsonl": b'{"text": "The pier is new.", "id": ' + b"9" * 5_000 + b"}\n",
    "surrogate.jsonl": b'{"text": "The pier is \\ud83d new."}\n',
    "empty.zip": _zip(),
    "empty.txt.gz": gzip.compress(b""),
}


def _lines(store: Path, raw_file: str) -> list[tuple[int, str, str]]:
    lines = pl.read_parquet(store / "lines" / "**" / "*.parquet").filter(pl.col("raw_file") == raw_file)
    return lines.sort("line", "part").select("line", "role", "text").rows()


def test_hostile_forms_finish_and_change_nothing_else(raw: Path, store: Path, run_build: Run) -> None:
    """Every one is read or refused by its rule, and the ledger of the other files is as it was without them."""
    run_build(raw, caps=SMALL)
    before = [_lines(store, name) for name in ("karst.txt", "velm.txt")]
    for name, data in (READ | {name: data for name, (data, _) in REFUSED.items()}).items():
        (raw / name).write_bytes(data)
    outcome = run_build(raw, caps=SMALL)
    assert [_lines(store, name) for name in ("karst.txt", "velm.txt")] == before
    told: dict[str, set[str]] = {}
    for refusal in outcome.quarantined:
        told.setdefault(refusal.raw_file, set()).add(refusal.rule)
    assert told == {name: rules for name, (_, rules) in REFUSED.items()}
    assert outcome.manifest.refused_rows == []
    assert not (raw.parent / "up.txt").exists()
    assert not run_build(raw, caps=SMALL).is_new


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("page.txt.gz", lambda text: gzip.compress(text.encode())),
        ("page.txt.zst", lambda text: zstandard.compress(text.encode())),
        ("page.zip", lambda text: _zip(("in/page.txt", text))),
        ("page.warc", _warc),
        ("page.warc.gz", lambda text: gzip.compress(_warc(text))),
        ("page.jsonl", lambda text: json.dumps({"text": text})),
        ("page.json", lambda text: json.dumps([{"body": text}], indent=1)),
        ("other.txt", lambda text: text),
    ],
)
def test_the_same_page_in_any_form_is_the_same_articles(  # noqa: PLR0913, PLR0917  # fixtures beside a table of cases
    raw: Path, store: Path, run_build: Run, page: Page, name: str, pack: Callable[[str], str | bytes]
) -> None:
    """What was read already under another name or wrapping gives sightings, and no new article; its ledger is the same."""
    run_build(raw)
    articles = pl.read_parquet(store / "articles" / "**" / "*.parquet")
    data = pack(page())
    (raw / name).write_bytes(data.encode() if isinstance(data, str) else data)
    run_build(raw)
    again = pl.read_parquet(store / "articles" / "**" / "*.parquet")
    assert again["article_id"].sort().to_list() == articles["article_id"].sort().to_list()
    if name == "other.txt":
        assert again["sighting_count"].sum() == articles["sighting_count"].sum()
        return
    assert _lines(store, name) == _lines(store, "karst.txt")
    assert again["sighting_count"].sum() == articles["sighting_count"].sum() + 2


def test_records_are_numbered_on_through_their_file(
    raw: Path, store: Path, run_build: Run, page: Page
) -> None:
    """Posts and lines of several records have places of their own; a bad record between them leaves no gap."""
    data = _warc(page("ONE")) + _warc(page("BAD"), length=10) + _warc(page("TWO"))
    (raw / "crawl.warc").write_bytes(data)
    outcome = run_build(raw)
    assert [(refusal.place, refusal.rule) for refusal in outcome.quarantined] == [
        ("record 2", "wrong_length")
    ]
    sightings = pl.read_parquet(store / "sightings" / "**" / "*.parquet").filter(
        pl.col("raw_file") == "crawl.warc"
    )
    assert sightings["post"].sort().to_list() == [1, 2, 3, 4]
    assert sightings["site"].unique().to_list() == ["karst.example"]
    assert [str(at) for at in sightings["scraped_at"].unique()] == ["2025-01-23 10:15:00+00:00"]
    lines = _lines(store, "crawl.warc")
    assert [line for line, _, _ in lines] == sorted({line for line, _, _ in lines})
    assert len(lines) == 2 * sum(1 for line in page().splitlines() if line.strip())


def test_a_name_tells_site_and_time_whenever_it_comes(
    raw: Path, store: Path, run_build: Run, page: Page
) -> None:
    """The same bytes under a name that tells more, in one run or in two, give the same tables."""
    named = raw / "2025-01-23" / "www.karst.com" / "olm.txt"
    named.parent.mkdir(parents=True)
    run_build(raw)
    named.write_text(page(), encoding="utf-8")
    run_build(raw)
    at_once = store.parent / "at_once"
    run_build(raw, to=at_once)
    for table in ("articles", "sightings"):
        both = [pl.read_parquet(folder / table / "**" / "*.parquet") for folder in (store, at_once)]
        assert both[0].equals(both[1])
    sightings = pl.read_parquet(store / "sightings" / "**" / "*.parquet")
    assert sightings["raw_file"].unique().sort().to_list() == ["2025-01-23/www.karst.com/olm.txt", "velm.txt"]
    told = sightings.filter(pl.col("raw_file") != "velm.txt").select("site", "scraped_at").unique().rows()
    assert [(site, str(at)) for site, at in told] == [("www.karst.com", "2025-01-23 00:00:00+00:00")]
