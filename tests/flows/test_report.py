"""The report of a run says what became of every post."""

from collections.abc import Callable
from pathlib import Path

from flows.build import Outcome
from flows.report import as_rows

Run = Callable[..., Outcome]


def test_posts_without_an_article_are_told_where_there_are_any(raw: Path, run_build: Run) -> None:
    """A title with nothing under it is a post and no article; the sum is told, and a run without such posts has no row."""
    (raw / "title.txt").write_text(
        "Tag: OLM\n\n  • Ferry stops\n\n  • Pier opens\n\n\n    The new pier of Karst was opened on Friday.\n",
        encoding="utf-8",
    )
    rows = dict(as_rows(run_build(raw / "karst.txt", raw / "title.txt")))
    assert (rows["posts"], rows["posts without an article"], rows["articles"]) == ("4", "1", "3")
    assert list(rows).index("posts without an article") == list(rows).index("posts") + 1
    assert rows["duplicates"] == "0 posts, 0 near-duplicate articles"
    other = run_build(raw / "karst.txt", to=raw.parent / "other")
    assert "posts without an article" not in dict(as_rows(other))
