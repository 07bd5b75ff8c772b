"""What is read out of web pages and feeds: posts, boundaries, tags, hashtags, furniture.

    python -m benchmarks.markup [--shared ../shared] [--errors]

`made` pages have gold by the texts of the blocks, and are read once more as single pages of their posts; the raw pages and feeds of real sites have gold for their flattened
text, so that a raw form is compared with what is read out of the flattened one.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from html import escape
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from benchmarks.scoring import Gold, gold_roles, score
from flows.knowledge import load_knowledge
from transforms.documents import read
from transforms.knowledge import Knowledge
from transforms.normalize import clean, fingerprint, words
from transforms.records import Document, Post, RawDocument, Role

FORMS = {"html": "text/html", "rss": "application/xml"}
# Furniture of the made pages: what no post may hold.
MADE_FURNITURE = (
    "daily wire mix",
    "posted in",
    "older posts",
    "recent posts",
    "proudly powered",
    "by admin",
    "previous: some other",
    "five ways to peel",
)


@dataclass(kw_only=True)
class Tally:
    """Counts of what is right; they add up over documents."""

    posts: int = 0
    found: int = 0
    titles: int = 0
    boundaries: int = 0
    false_summaries: int = 0
    without_summary: int = 0
    tags: int = 0
    hashtags: int = 0
    hits: int = 0
    false_hits: int = 0
    missed: int = 0
    chrome_in_posts: int = 0
    errors: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        """The counts of both."""
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    def row(self) -> tuple[object, ...]:
        """The figures as printed."""
        total = 2 * self.hits + self.false_hits + self.missed
        return (
            self.posts, self.found, self.titles, self.boundaries, f"{self.false_summaries}/{self.without_summary}",
            self.tags, self.hashtags, f"{2 * self.hits / total if total else 1.0:.3f}", self.false_hits, self.chrome_in_posts,
        )  # fmt: skip


HEADS = (
    "posts",
    "made",
    "titles",
    "bounds",
    "false",
    "tags",
    "hashtags",
    "boiler F1",
    "prose lost",
    "chrome in",
)


def document(path: Path, knowledge: Knowledge, *, media_type: str) -> Document:
    """A raw file, read."""
    raw = RawDocument(
        raw_file=path.name, raw_sha256="0" * 64, text=path.read_text("utf-8"), media_type=media_type
    )
    return read(raw, knowledge=knowledge)


def _joined(texts: Sequence[str]) -> str:
    return " ".join(word for text in texts for word in words(clean(text)))


def tally_texts(document: Document, gold: Sequence[Gold]) -> Tally:
    """Compare with gold that gives the texts of blocks; posts are paired by their place."""
    total = Tally(posts=len(gold), found=len(document.page.posts))
    for entry, post in zip(gold, document.page.posts, strict=False):
        total += _post_texts(entry, post)
    for post in document.page.posts:
        for block in post.blocks:
            if block.text.casefold().startswith(MADE_FURNITURE) or block.role is Role.CHROME:
                total.chrome_in_posts += 1
                total.errors.append(f"post {post.number}: furniture {block.text[:60]!r}")
    return total


def _post_texts(entry: Gold, post: Post) -> Tally:
    result = Tally()
    where = f"post {entry['index']}"
    printed = f"{post.title} | {post.section}" if post.section else post.title
    result.titles = int(clean(entry["title"]) in (printed, post.title))
    summary = _joined([block.text for block in post.with_role(Role.SUMMARY)])
    result.boundaries = int(summary == _joined(entry["summary"]))
    result.without_summary = int(not entry["summary"])
    result.false_summaries = int(bool(summary) and not entry["summary"])
    result.tags = int([*map(clean, entry["tags"])] == list(post.tags))
    result.hashtags = int(list(entry["hashtags"]) == list(post.hashtags))
    for name in ("titles", "boundaries", "tags", "hashtags"):
        if not getattr(result, name):
            result.errors.append(f"{where}: {name}")
    told = Counter({False: 0, True: 0})
    roles: dict[str, set[Role | None]] = {}
    for block in post.blocks:
        roles.setdefault(fingerprint(block.text), set()).add(block.role)
        told[block.role is Role.BOILERPLATE] += 1
    for text in entry["article"]:
        lost = roles.get(fingerprint(clean(text)), {None}) == {Role.BOILERPLATE}
        result.false_hits += lost
        if lost:
            result.errors.append(f"{where}: article told boilerplate {text[:60]!r}")
    for text in entry["boilerplate"]:
        there = roles.get(fingerprint(clean(text)), set())
        result.hits += Role.BOILERPLATE in there
        result.missed += Role.BOILERPLATE not in there
        if Role.BOILERPLATE not in there:
            result.errors.append(f"{where}: boilerplate told {sorted(map(str, there))} {text[:60]!r}")
    return result


def made(shared: Path) -> Iterator[tuple[str, Path, Sequence[Gold]]]:
    """(form, raw file, gold) of the made pages."""
    folder = shared / "scrapes" / "made"
    for form in FORMS:
        for path in sorted((folder / "gold").glob(f"*_{form}.json")):
            yield form, folder / f"{path.stem}.{form}", json.loads(path.read_text("utf-8"))


def single_pages(path: Path) -> Iterator[str]:
    """A made archive's posts as pages of their own: an article page has a menu, neighbours, related posts and a sidebar."""
    tree = LexborHTMLParser(path.read_text("utf-8"))
    around = {
        name: node.html
        for name in ("header#masthead", "aside", "footer#colophon")
        if (node := tree.css_first(name))
    }
    for node in tree.css("article"):
        link = node.css_first(".entry-title a")
        title = escape(link.text()) if link else ""
        heading = f'<h1 class="entry-title">{title}</h1>'
        old = node.css_first(".entry-title")
        article = (node.html or "").replace((old.html or "") if old else "", heading)
        yield (
            f"<!DOCTYPE html><html><head><title>{title} - Daily Wire Mix</title></head><body>{around['header#masthead']}<main>{article}"
            '<nav><a href="/a">Previous: Some other thing happened</a><a href="/b">Next: Yet another thing</a></nav><section class="related">'
            '<h3>Related posts</h3><ul><li><a href="/q">Five ways to peel an orange</a></li></ul></section></main>'
            f"{around['aside']}{around['footer#colophon']}</body></html>"
        )


@dataclass(kw_only=True)
class Compared:
    """A real raw file beside its flattened text."""

    name: str
    expected: int
    raw: Document
    flat: Document
    gold: Sequence[Gold]
    flat_lines: Sequence[str]


def real(shared: Path, knowledge: Knowledge) -> Iterator[Compared]:
    """The raw pages and feeds with their flattened texts."""
    scrapes = shared / "scrapes"
    with (scrapes / "INDEX.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    for row in rows:
        path = scrapes / row["file"]
        flat = scrapes / row["flattened"]
        if path.suffix[1:] not in FORMS or not flat.is_file():
            continue
        gold = scrapes / row["gold"]
        yield Compared(
            name=path.name,
            expected=int(row["posts"]),
            raw=document(path, knowledge, media_type=FORMS[path.suffix[1:]]),
            flat=document(flat, knowledge, media_type="text/plain"),
            gold=json.loads(gold.read_text("utf-8"))["posts"] if gold.is_file() else (),
            flat_lines=flat.read_text("utf-8").splitlines(),
        )


def tally_by_lines(compared: Compared) -> Tally:
    """Compare a raw file with gold for its flattened text: by the texts of the lines that have a role there."""
    entries = []
    for entry in compared.gold:
        texts: dict[Role, list[str]] = {}
        for line, role in gold_roles(entry):
            text = compared.flat_lines[line - 1].strip()
            if text:
                texts.setdefault(role, []).append(text)
        entries.append(
            {
                "index": entry["index"],
                "title": entry["title"],
                "article": texts.get(Role.ARTICLE, []),
                "boilerplate": texts.get(Role.BOILERPLATE, []),
                "summary": texts.get(Role.SUMMARY, []),
                "tags": entry["tags"] if "tags_source" not in entry else [],
                "hashtags": entry["hashtags"],
            }
        )
    return tally_texts(compared.raw, entries)


def main() -> None:
    """Print a row for each suite and each raw file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="say what is wrong")
    arguments = parser.parse_args()
    knowledge = load_knowledge()
    print(f"{'suite':34}" + "".join(f"{head:>11}" for head in HEADS))
    totals: dict[str, Tally] = {}
    for form, path, gold in made(arguments.shared):
        totals[form] = totals.get(form, Tally()) + tally_texts(
            document(path, knowledge, media_type=FORMS[form]), gold
        )
        if form == "html":
            for text, entry in zip(single_pages(path), gold, strict=True):
                raw = RawDocument(raw_file=path.name, raw_sha256="0" * 64, text=text, media_type=FORMS[form])
                tally = tally_texts(read(raw, knowledge=knowledge), [entry])
                totals["single"] = totals.get("single", Tally()) + tally
    for form, tally in totals.items():
        _print(f"made, {form}", tally, errors=arguments.errors)
    for compared in real(arguments.shared, knowledge):
        if compared.gold:
            _print(compared.name, tally_by_lines(compared), errors=arguments.errors)
            flat = score(compared.flat, compared.gold)
            cells = (
                flat.posts, flat.found, flat.titles, flat.boundaries, f"{flat.false_summaries}/{flat.without_summary}",
                flat.tags, flat.hashtags, f"{flat.boilerplate_f1:.3f}", flat.false_hits, "",
            )  # fmt: skip
            print(f"{'  flattened':34}" + "".join(f"{cell!s:>11}" for cell in cells))
        else:
            print(
                f"{compared.name:34} posts {compared.expected}, raw {_plainly(compared.raw)}, flattened {_plainly(compared.flat)}"
            )


def _print(name: str, tally: Tally, *, errors: bool) -> None:
    print(f"{name[:33]:34}" + "".join(f"{cell!s:>11}" for cell in tally.row()))
    if errors:
        print(*(f"    {error}" for error in tally.errors), sep="\n")


def _plainly(document: Document) -> str:
    posts = document.page.posts
    summaries = sum(1 for post in posts if post.with_role(Role.SUMMARY))
    titled = sum(1 for post in posts if post.title)
    return f"{len(posts)} ({titled} titled, {summaries} with a summary)"


if __name__ == "__main__":
    main()
