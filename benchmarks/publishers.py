"""Prints how often the publisher of an article is told rightly, not told, and told wrongly.

Run from the repository's root: python benchmarks/publishers.py [../shared] [--all]

An article that a paper took over from an agency counts as right with either name: the agency wrote it.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from transforms.normalize import clean
from transforms.publishers import find_publisher, parse_publishers
from transforms.publishers.cues import PublisherCues
from transforms.records import Block

CUES = Path(__file__).parent.parent / "transforms" / "publishers" / "cues.toml"
AROUND = 4
"""Lines of the page before and after the article that a scrape may have caught."""

# What a gold label or host means, where its letters alone do not tell.
MEANT = {
    "BBC (In History)": "BBC News",
    "APNews": "The Associated Press",
    "ap.org": "The Associated Press",
    "oregonlive.com": "The Oregonian",
    "twincities.com": "Pioneer Press",
    "TimesLive": "TimesLIVE",
    "DailyStar": "Daily Star",
    "Pravda": "Ukrainska Pravda",
    "SZ": "Süddeutsche Zeitung",
    "NTV": "ntv",
    "FreeBeacon": "The Washington Free Beacon",
    "WashingtonTimes": "The Washington Times",
    "LATimes": "Los Angeles Times",
    "VerdensGang": "VG",
    "YomiuriShimbun": "読売新聞",
    "AsahiShimbun": "朝日新聞",
    "Nikkei": "日本経済新聞",
    "Bhaskar": "दैनिक भास्कर",
    "NZZ": "Neue Zürcher Zeitung",
    "Golem": "Golem.de",
    "SpiegelOnline": "Der Spiegel",
    "EuronewsFR": "Euronews",
    "BusinessInsiderDE": "Business Insider",
    "AFPFaktencheck": "AFP",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One article with the label that it has."""

    gold: str
    title: str | None
    lines: Sequence[str]


def letters(name: str) -> str:
    """The name's letters and digits, without its article and its web ending."""
    name = re.sub(r"^(?:the|der|die|das|le|la|el|il) ", "", name.casefold())
    return re.sub(r"[\W_]|\.(?:com|co\.uk|org|net|in|ca)$", "", name)


def is_right(told: str, *, gold: str, cues: PublisherCues) -> bool:
    """Whether the name is what the label means."""
    host = urlsplit(gold).netloc.removeprefix("www.") if gold.startswith("http") else ""
    owners = {
        form.publisher
        for form in cues.forms
        if host and (host == form.text or host.endswith("." + form.text))
    }
    means = {MEANT.get(host, ""), MEANT.get(gold, "")}
    if told in owners or told in means:
        return True
    return (
        letters(told) in letters(gold.partition("(")[0])
        if not host
        else letters(told) == letters(host.partition(".")[0])
    )


def flat_cases(shared: Path, *, made: bool) -> Iterator[Case]:
    """Posts of flattened scrapes that have a publisher in their gold."""
    folder = shared / "scrapes"
    pattern, texts, key = (
        ("made/gold/*_bullets.json", folder / "made", "publisher")
        if made
        else ("gold/*.json", folder / "flat", "publisher_guess")
    )
    for path in sorted(folder.glob(pattern)):
        text = folder / "putin.txt" if path.stem == "putin" else texts / f"{path.stem}.txt"
        lines = text.read_text("utf-8").split("\n")
        gold = json.loads(path.read_text("utf-8"))
        for post in gold["posts"] if isinstance(gold, dict) else gold:
            if post["article_lines"] and post[key]:
                first, last = post["article_lines"]
                yield Case(gold=post[key], title=post["title"], lines=lines[first - 1 : last])


def page_cases(shared: Path) -> Iterator[Case]:
    """Articles of whole pages, with the lines right around them."""
    with (shared / "lines" / "publisher_lines.jsonl").open(encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            inside = [number for number, is_inside in enumerate(row["is_article"]) if is_inside]
            if inside:
                start = max(0, inside[0] - AROUND)
                yield Case(
                    gold=row["publisher"], title=None, lines=row["lines"][start : inside[-1] + 1 + AROUND]
                )


def report(name: str, cases: Iterable[Case], *, cues: PublisherCues, show: bool) -> None:
    """Print one line of counts, and the cases that are wrong (or all)."""
    counts: Counter[str] = Counter()
    agencies = {form.publisher for form in cues.forms if "a" in form.kinds}
    for case in cases:
        title, _, section = (
            (case.title or "").rpartition(" | ") if " | " in (case.title or "") else (case.title, "", None)
        )
        blocks = [
            Block(line=n, raw=line, text=text)
            for n, line in enumerate(case.lines, 1)
            if (text := clean(line).lstrip("• "))
        ]
        told = find_publisher(title=title, section=section, blocks=blocks, cues=cues)
        if told is None:
            verdict = "null"
        elif is_right(told.name, gold=case.gold, cues=cues):
            verdict = "right"
        else:
            verdict = "agency" if told.name in agencies else "wrong"
        counts[verdict] += 1
        if show or verdict == "wrong":
            print(f"    {verdict}: {case.gold[:60]} | {told}")
    total = sum(counts.values())
    print(
        f"{name}: {total} articles",
        *(f"{key} {counts[key]}" for key in ("right", "agency", "null", "wrong")),
        sep=", ",
    )


def main(arguments: Sequence[str]) -> None:
    """Measure on every set of labels that there is."""
    show = "--all" in arguments
    folders = [argument for argument in arguments if not argument.startswith("--")]
    shared = Path(folders[0] if folders else "../shared")
    cues = parse_publishers(CUES.read_text("utf-8"))
    real = list(flat_cases(shared, made=False))
    # The gold of the other scrapes names several publishers for the whole file.
    report(
        "real scrapes, one label a post",
        [case for case in real if "," not in case.gold and "/" not in case.gold and ";" not in case.gold],
        cues=cues,
        show=show,
    )
    report(
        "real scrapes, labels of the whole file",
        [case for case in real if "," in case.gold or "/" in case.gold or ";" in case.gold],
        cues=cues,
        show=show,
    )
    report("made pages (real articles)", flat_cases(shared, made=True), cues=cues, show=show)
    report("articles of whole pages", page_cases(shared), cues=cues, show=show)


if __name__ == "__main__":
    main(sys.argv[1:])
