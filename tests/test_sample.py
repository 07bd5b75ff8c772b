"""The sample's texts and their gold agree, line by line."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "raw" / "sample"
GOLDEN = ROOT / "tests" / "golden"
NAMES = sorted(path.stem for path in SAMPLE.glob("*.txt"))
LINE_KEYS = ("title_line", "tags_label_line", "hashtags_line")
RANGE_KEYS = ("article_lines", "summary_lines", "tags_lines")

Gold = dict[str, Any]


def read(name: str) -> tuple[list[str], Gold]:
    """The physical lines of a scrape (no line is numbered 0) and its gold."""
    lines = ["", *(SAMPLE / f"{name}.txt").read_text(encoding="utf-8").split("\n")]
    gold: Gold = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return lines, gold


def filled(lines: list[str], span: list[int] | None) -> list[int]:
    """The non-blank line numbers of a gold range, its ends included."""
    return [n for n in range(span[0], span[1] + 1) if lines[n].strip()] if span else []


def claims(lines: list[str], gold: Gold) -> Counter[int]:
    """How many roles claim each line."""
    found = Counter(int(line) for line in gold["page_lines"])
    for post in gold["posts"]:
        found.update(post[key] for key in LINE_KEYS if post[key] is not None)
        for key in RANGE_KEYS:
            found.update(filled(lines, post[key]))
    return found


def test_every_scrape_has_gold_and_every_gold_a_scrape() -> None:
    """A scrape without gold would be measured by nothing; what is no scrape does not lie where the pipeline reads."""
    golds = [json.loads(path.read_text(encoding="utf-8"))["file"] for path in GOLDEN.iterdir()]
    assert NAMES
    assert sorted(golds) == [f"data/raw/sample/{path.name}" for path in sorted(SAMPLE.rglob("*"))]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_exactly_one_role(name: str) -> None:
    """Each non-blank line is claimed once and no blank line or line beyond the end is claimed."""
    lines, gold = read(name)
    assert claims(lines, gold) == Counter(n for n, line in enumerate(lines) if line.strip())


@pytest.mark.parametrize("name", NAMES)
def test_ranges_begin_and_end_on_text_and_follow_one_another(name: str) -> None:
    """A post's parts come in the order of a post, and posts in the order of the file."""
    lines, gold = read(name)
    last = 0
    for number, post in enumerate(gold["posts"], start=1):
        assert post["index"] == number
        title, label, hashtags = ([post[key]] * 2 if post[key] else None for key in LINE_KEYS)
        article, summary, tags = (post[key] for key in RANGE_KEYS)
        for span in filter(None, (title, article, summary, label, tags, hashtags)):
            assert last < span[0] <= span[1] < len(lines)
            assert lines[span[0]].strip()
            assert lines[span[1]].strip()
            last = span[1]


@pytest.mark.parametrize("name", NAMES)
def test_gold_texts_stand_in_their_lines(name: str) -> None:
    """Title, section, tags, hashtags and split-off boilerplate are quoted as printed."""
    lines, gold = read(name)
    if gold["is_archive"]:
        assert any(
            gold["heading"] in lines[int(n)]
            for n, role in gold["page_lines"].items()
            if role == "page_heading"
        )
    for post in gold["posts"]:
        assert (post["title"] is None) == (post["title_line"] is None)
        if post["title"]:
            suffix = f" | {post['section']}" if post["section"] else ""
            assert lines[post["title_line"]].strip().endswith(post["title"] + suffix)
        listed = "\n".join(lines[n] for n in filled(lines, post["tags_lines"]))
        assert all(tag in listed for tag in post["tags"])
        assert bool(post["tags"]) == bool(listed)
        if post["hashtags_line"]:
            assert [word.rstrip(",") for word in lines[post["hashtags_line"]].split()] == post["hashtags"]
        for line, text in post["partial_boilerplate"]:
            assert text in lines[line]
            assert text != lines[line].strip()


@pytest.mark.parametrize("name", NAMES)
def test_boilerplate_lies_inside_its_article(name: str) -> None:
    """Boilerplate and sub-headings are lines of the article they are taken from, each named once."""
    lines, gold = read(name)
    for post in gold["posts"]:
        inside = set(filled(lines, post["article_lines"]))
        whole = [line for line, _ in post["boilerplate_lines"]]
        assert len(set(whole)) == len(whole)
        assert (
            set(whole) | {line for line, _ in post["partial_boilerplate"]} | set(post["subheading_lines"])
            <= inside
        )
        assert not set(whole) & set(post["subheading_lines"])


def article(name: str, index: int) -> list[str]:
    """The article's lines as they stand, outer white space and whole lines of boilerplate off."""
    lines, gold = read(name)
    post = gold["posts"][index - 1]
    out = {line for line, _ in post["boilerplate_lines"]}
    return [lines[n].strip() for n in filled(lines, post["article_lines"]) if n not in out]


@pytest.mark.parametrize(
    ("one", "other"),
    [(("tag-harbour", 7), ("tag-lost-title", 3)), (("tag-harbour", 6), ("tag-plain", 3))],
    ids=["same-layout", "other-layout"],
)
def test_some_articles_stand_on_two_pages(one: tuple[str, int], other: tuple[str, int]) -> None:
    """The sample holds exact copies, so that the corpus has something to put together."""
    assert article(*one) == article(*other)


def test_one_article_stands_on_two_pages_with_three_words_changed() -> None:
    """The sample holds a near duplicate, which no exact hash finds."""
    one, other = (" ".join(article(*place)).split() for place in (("tag-harbour", 1), ("tag-plain", 2)))
    assert len(one) == len(other)
    assert sum(a != b for a, b in zip(one, other, strict=True)) == 3
