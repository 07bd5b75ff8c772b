"""What the main job gets right on the scrapes with gold: the table in docs/benchmarks.md.

    python -m benchmarks.quality [--shared ../shared] [--errors]

The split model was fitted on these pages: their boundaries are printed here as the shipped model gives them, and by
page-grouped cross-validation by `python -m training.split_model --check`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.scoring import Gold, Score, score
from flows.knowledge import load_knowledge
from training.corpora import LAYOUTS, fold_blanks
from transforms.documents import read
from transforms.knowledge import Knowledge
from transforms.records import RawDocument

MOVED_KEYS = ("title_line", "tags_label_line", "hashtags_line")
MOVED_SPANS = ("article_lines", "summary_lines", "tags_lines")


def suites(shared: Path) -> Iterator[tuple[str, str, Sequence[Gold]]]:
    """(suite, text, gold) of every page; pages of one suite are added up."""
    scrapes = shared / "scrapes"
    real = (scrapes / "putin.txt").read_text("utf-8")
    gold = json.loads((scrapes / "gold" / "putin.json").read_text("utf-8"))
    yield "real", real, gold
    for suite, most in (("real, blanks folded", 1), ("real, no blanks", 0)):
        text, moved = fold_blanks(real, most=most)
        yield suite, text, [move(post, moved) for post in gold]
    for path in sorted((scrapes / "gold").glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if isinstance(data, dict):
            yield "feeds", (scrapes / data["file"]).read_text("utf-8"), data["posts"]
    for layout in LAYOUTS:
        for path in sorted((scrapes / "made" / "gold").glob(f"*_{layout}.json")):
            text = (scrapes / "made" / f"{path.stem}.txt").read_text("utf-8")
            yield f"made, {layout}", text, json.loads(path.read_text("utf-8"))


def move(post: Gold, moved: dict[int, int]) -> Gold:
    """The gold of a post whose lines went elsewhere."""
    new = dict(post)
    for key in MOVED_KEYS:
        if new.get(key):
            new[key] = moved[new[key]]
    for key in MOVED_SPANS:
        if new.get(key):
            new[key] = [moved[line] for line in new[key]]
    new["boilerplate_lines"] = [[moved[line], reason] for line, reason in new["boilerplate_lines"]]
    return new


def measure(shared: Path, *, knowledge: Knowledge) -> dict[str, Score]:
    """The score of every suite."""
    totals: dict[str, Score] = {}
    for suite, text, gold in suites(shared):
        document = read(RawDocument(raw_file="page.txt", raw_sha256="0" * 64, text=text), knowledge=knowledge)
        totals[suite] = totals.get(suite, Score()) + score(document, gold)
    return totals


def main() -> None:
    """Print a row for each suite."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="say what is wrong, line by line")
    arguments = parser.parse_args()
    heads = (
        "posts",
        "made",
        "titles",
        "bounds",
        "false",
        "tags",
        "hashtags",
        "roles",
        "boiler F1",
        "prose lost",
    )
    print(f"{'suite':22}" + "".join(f"{head:>11}" for head in heads))
    for suite, s in measure(arguments.shared, knowledge=load_knowledge()).items():
        cells = (
            s.posts,
            s.found,
            s.titles,
            s.boundaries,
            f"{s.false_summaries}/{s.without_summary}",
            s.tags,
            s.hashtags,
            f"{s.roles / s.lines:.4f}",
            f"{s.boilerplate_f1:.3f}",
            s.false_hits,
        )
        print(f"{suite:22}" + "".join(f"{cell!s:>11}" for cell in cells))
        if arguments.errors:
            print(*(f"    {error}" for error in s.errors), sep="\n")


if __name__ == "__main__":
    main()
