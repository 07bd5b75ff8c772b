"""What changed between two snapshots of a real store, and what is read for it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome, Request, build
from flows.changes import NAMED, changes_of, describe_changes
from flows.paths import paths_for
from flows.rollback import roll_back
from flows.runners.local import Local
from flows.settings import Settings
from transforms.changes import Moved, Rows
from transforms.errors import FixSettingsError, RepairStoreError

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Page = Callable[..., str]

# Posts with their date printed, so that their rows lie in that month.
_MARCH = """The ferry of Karst sails again

Published: 3 March 2024

The ferry of Karst sails again since Monday, its captain said at the harbour office, where people had waited for the news all morning long.

Nobody in Karst had believed that the new engine would come before the summer, and so the office had sold no tickets at all for weeks.
"""
_JUNE = """A school in Velm keeps bees

Published: 5 June 2024

Three hives stand on the roof of the school in Velm, where a teacher of chemistry looks after them with the oldest of her pupils.

In the first year they took eleven jars of honey, which the parents bought up within an hour, and now the town hall asks for a hive of its own.
"""


def _named(moved: tuple[Moved, ...]) -> dict[str, tuple[int | None, int]]:
    return {one.name: (one.before, one.now) for one in moved}


def test_the_first_snapshot_has_totals(run_build: Run, raw: Path, store: Path) -> None:
    """There is nothing to compare it with, and that is said."""
    run_build(raw)
    found = changes_of(Settings(store=store))
    assert (found.now, found.before, found.is_first) == (1, None, True)
    counts = {count.name: (count.before, count.now) for count in found.counts}
    assert counts["articles"] == (None, 4)
    assert counts["raw files"] == (None, 2)
    assert "The first snapshot." in describe_changes(Settings(store=store))


def test_a_new_page_and_an_odd_file(run_build: Run, raw: Path, store: Path, page: Page) -> None:
    """What came is new, what moved is counted, what could not be read is named; what was there before is not."""
    (raw / "old.bin").write_bytes(b"\x00\x01\x02" * 50)
    run_build(raw)
    (raw / "new.txt").write_text(page("TORNE", days=5), encoding="utf-8")
    (raw / "odd|`<b>.bin").write_bytes(b"\x03\x00\x02" * 50)
    run_build(raw)
    found = changes_of(Settings(store=store))
    assert (found.now, found.before, found.is_first) == (2, 1, False)
    assert found.articles.new == 2
    assert (found.articles.gone, found.summaries) == (0, Rows(new=2))
    assert {headline.title for headline in found.newest} == {
        "Ferry over the Olm stops for 5 days",
        "School in TORNE opens its garden",
    }
    assert found.raw_new == ("new.txt", "odd|`<b>.bin")
    assert found.raw_gone == ()
    assert [(one.raw_file, one.rule) for one in found.left_out] == [("odd|`<b>.bin", "binary")]
    assert found.left_out_now == 2
    assert _named(found.tags)["garden"] == (2, 3)
    assert _named(found.counts)["articles"] == (4, 6)
    (garden,) = [tag for tag in found.tags if tag.name == "garden"]
    assert (garden.share_before, garden.share_now) == (0.5, 0.5)
    assert all(one.change for one in found.tags + found.entities + found.sites + found.publishers)
    assert max(map(len, (found.tags, found.entities))) <= NAMED


def test_back_and_forth(run_build: Run, raw: Path, store: Path, page: Page) -> None:
    """What came in one direction goes in the other: the numbers of a way back are those of the way, turned round."""
    run_build(raw)
    (raw / "new.txt").write_text(page("TORNE", days=5), encoding="utf-8")
    run_build(raw)
    there = changes_of(Settings(store=store))
    roll_back(paths_for(store), 1, kept=5)
    back = changes_of(Settings(store=store))
    assert (back.before, back.now) == (2, 3)
    assert back.articles == Rows(
        new=there.articles.gone,
        gone=there.articles.new,
        updated=there.articles.updated,
        rewritten=there.articles.rewritten,
    )
    assert (back.raw_new, back.raw_gone) == ((), ("new.txt",))
    assert {name: (now, before) for name, (before, now) in _named(back.tags).items()} == _named(there.tags)
    same = changes_of(Settings(store=store), before=1)
    assert (same.articles, same.summaries, same.tags, same.raw_new, same.raw_gone) == (
        Rows(),
        Rows(),
        (),
        (),
        (),
    )


def test_an_article_that_is_seen_again_is_updated(run_build: Run, raw: Path, store: Path, page: Page) -> None:
    """Its row has another count and another tag page; its text is the same."""
    run_build(raw)
    (raw / "again.txt").write_text(page().replace("Tag: KARST", "Tag: WINTER"), encoding="utf-8")
    run_build(raw)
    found = changes_of(Settings(store=store))
    assert found.articles == Rows(updated=2)
    assert found.newest == ()
    assert _named(found.tags) == {"winter": (0, 2)}


def test_only_months_that_changed_are_read(run_build: Run, tmp_path: Path, store: Path) -> None:
    """A damaged file that is the same in both snapshots is not even opened; one that is not the same is told."""
    raw = tmp_path / "dated"
    raw.mkdir()
    (raw / "a.txt").write_text(_MARCH, encoding="utf-8")
    run_build(raw)
    (raw / "b.txt").write_text(_JUNE, encoding="utf-8")
    run_build(raw)
    (old,) = store.glob("articles/month=2024-03/*.parquet")
    old.chmod(0o644)
    # Links of one file: both snapshots and the store have these bytes.
    with old.open("r+b") as opened:
        opened.write(b"damaged!")
    found = changes_of(Settings(store=store))
    assert (found.articles, [one.title for one in found.newest]) == (
        Rows(new=1),
        ["A school in Velm keeps bees"],
    )
    (new,) = store.glob("articles/month=2024-06/*.parquet")
    new.chmod(0o644)
    with new.open("r+b") as opened:
        opened.write(b"damaged!")
    with pytest.raises(RepairStoreError, match=r"Of table articles of snapshot 2, something cannot be read"):
        changes_of(Settings(store=store))


def test_what_is_not_kept_is_said(raw: Path, store: Path, page: Page) -> None:
    """With one snapshot only, there are totals; an earlier one that is gone, and a later one, are refused by their number."""
    settings = Settings(store=store, recognizer="rules", snapshots=1)
    for tag in ("TORNE", "WEND"):
        (raw / f"{tag}.txt").write_text(page(tag, days=len(tag)), encoding="utf-8")
        build(Request(raws=(raw,), settings=settings), run=Local(), watch=lambda *_: None)
    found = changes_of(settings)
    assert (found.now, found.before, found.is_first) == (2, None, False)
    assert "No earlier snapshot is kept" in describe_changes(settings)
    with pytest.raises(FixSettingsError, match=r"Snapshot 1 of .* is not kept"):
        changes_of(settings, before=1)
    with pytest.raises(FixSettingsError, match="Snapshot 2 is not before snapshot 2"):
        changes_of(settings, before=2)


def test_no_store(store: Path) -> None:
    """There is nothing to tell of."""
    with pytest.raises(FixSettingsError, match="has no tables yet"):
        changes_of(Settings(store=store))


def test_the_command(run_build: Run, raw: Path, page: Page, unspun: Command) -> None:
    """Markdown by itself, the same as values with --json; both ends can be chosen."""
    for days, tag in enumerate(("KARST", "TORNE", "WEND"), start=20):
        (raw / f"{tag}.txt").write_text(page(tag, days=days), encoding="utf-8")
        run_build(raw)
    done = unspun("changes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Snapshot 3\n\nWhat changed since snapshot 2.\n")
    done = unspun("changes", "--since", "1", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["before"], told["now"], told["raw_new"]) == (1, 3, ["TORNE.txt", "WEND.txt"])
    assert told["articles"]["new"] == 4
    done = unspun("changes", "--snapshot", "2", "--json")
    assert (json.loads(done.stdout)["before"], json.loads(done.stdout)["now"]) == (1, 2)
    done = unspun("changes", "--since", "3")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "unspun: Snapshot 3 is not before snapshot 3: give --since an earlier one.\n"
