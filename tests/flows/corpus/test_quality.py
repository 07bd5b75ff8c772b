"""Real runs whose files are read too badly end before they publish, and honest ones do not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome, Request, build
from flows.runners.local import Local
from flows.settings import Settings
from transforms.errors import QualityFloorError
from transforms.quality import POSTLESS_DOCUMENTS, Floors

Run = Callable[..., Outcome]
Command = Callable[..., subprocess.CompletedProcess[str]]
Times = Callable[[Path], dict[str, tuple[int, int]]]
Parquet = Callable[[Path], dict[str, bytes]]

_HARBOURS = ("Karst", "Velm", "Olm", "Brask", "Torne", "Ilsa", "Wend", "Moor", "Quell", "Sund")
# The pier, the boats and the weather of a harbour, in three paragraphs of about thirty words.
_STORY = (
    "The pier of {place} was closed on Monday, since {days} of its planks had come loose in the storm, and the harbour office has no carpenter to mend them.",
    "Fishermen of {place} now land their catch {days} miles to the north, where the crane is older than the lighthouse and lifts one crate at a time.",
    "Nobody in {place} expects the planks before the spring, the harbour master said, for the sawmill on the other bank has {days} orders that came first.",
)
# What rules know for calls to the reader, so much of it that a third is less.
_APPEALS = (
    "Sign up to our free {place} newsletter and get the news of the day from the harbour straight to your inbox every morning before breakfast, from our reporters.",
    "Please support our independent journalism about {place} and its boats with a donation today: your gift keeps our reporting free for every reader.",
    "If you enjoyed this story about {place}, subscribe to our newsletter to receive more of our reporting on its {days} boats every week.",
)
_SETTLED = {"max_dropped_prose": 1.0, "postless_documents": 0}


def _archive(folder: Path, name: str, *, appeals: int) -> None:
    """A page of five posts, each with a story, a summary, tags, and so many appeals."""
    lines = ["Tag: HARBOURS", ""]
    for number, place in enumerate(_HARBOURS[:5]):
        texts = [text.format(place=place, days=number + len(name)) for text in (*_STORY, *_APPEALS[:appeals])]
        lines += [f"  • Planks come loose at {place} {name}", "", ""]
        lines += [line for text in texts for line in (f"    {text}", "")]
        lines += ["", "", f"    The pier of {place} stays closed until the spring.", "", "    Tags:", ""]
        lines += [f"    1. {place}", "    2. Pier", "", f"    #{place} #pier", "", ""]
    (folder / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")


def _pages(folder: Path, *, count: int, first: int = 0, is_understood: bool = True) -> None:
    """Article pages of a site; those that are not understood have all of their text where a site's own menus are."""
    folder.mkdir(parents=True, exist_ok=True)
    inner = "article" if is_understood else "nav"
    for number in range(first, first + count):
        place = _HARBOURS[number % len(_HARBOURS)]
        text = "".join(
            f"<p>{part.format(place=place, days=number + 2 * again)}</p>"
            for again in range(3)
            for part in _STORY
        )
        head = f"<title>Planks come loose at {place}</title><meta property='og:url' content='https://news.{folder.name}.example/{number}'>"
        (folder / f"{number}.html").write_text(
            f"<html><head>{head}</head><body><{inner}><h1>Planks come loose at {place}, {number}</h1>{text}</{inner}></body></html>",
            encoding="utf-8",
        )


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """An empty raw folder."""
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def run(store: Path) -> Run:
    """A run in this process, with floors."""

    def run(raw: Path, **floors: float) -> Outcome:
        settings = Settings(store=store, recognizer="rules", floors=Floors(**floors))  # type: ignore[arg-type]  # as the caller has them
        return build(Request(raws=(raw,), settings=settings), run=Local(), watch=lambda *_: None)

    return run


def test_dropped_prose_ends_the_run_before_it_publishes(
    run: Run, pages: Path, store: Path, times: Times
) -> None:
    """The store stays as it was, also at the next try; with the floor lowered it goes through, and is not judged again."""
    _archive(pages, "honest", appeals=0)
    first = run(pages)
    assert first.manifest.counts["posts"] == 5
    before = times(store)
    _archive(pages, "wild", appeals=3)
    for _ in range(2):
        with pytest.raises(QualityFloorError) as caught:
            run(pages)
        assert times(store) == before
    said = str(caught.value)
    assert "of the prose of what was read now was dropped as boilerplate" in said
    assert "words in 5 posts; most in wild.txt" in said
    assert "the floor is 30 %" in said
    assert "UNSPUN_MAX_DROPPED_PROSE" in said
    assert "POSTLESS" not in said
    after = run(pages, max_dropped_prose=0.9)
    assert (after.is_new, after.manifest.counts["posts"]) == (True, 10)
    _archive(pages, "honest too", appeals=0)
    assert run(pages).manifest.counts["posts"] == 15


def test_nothing_is_left_of_a_run_that_failed(
    run: Run, pages: Path, store: Path, tmp_path: Path, parquet: Parquet
) -> None:
    """A first run that failed leaves no store; when it is let pass, the tables are those of a run without a floor."""
    _archive(pages, "wild", appeals=3)
    with pytest.raises(QualityFloorError):
        run(pages)
    assert not store.exists()
    assert not (store.parent / f".{store.name}" / "staging").exists()
    run(pages, **_SETTLED)
    settings = Settings(
        store=tmp_path / "other" / "processed", recognizer="rules", floors=Floors(max_dropped_prose=1)
    )
    build(Request(raws=(pages,), settings=settings), run=Local(), watch=lambda *_: None)
    assert parquet(store) == parquet(tmp_path / "other" / "processed")


def test_appeals_of_an_honest_measure_pass(run: Run, pages: Path) -> None:
    """One appeal to three paragraphs of story is under the floor."""
    _archive(pages, "usual", appeals=1)
    outcome = run(pages)
    assert outcome.manifest.counts["boilerplate_blocks"] >= 5


def test_a_site_that_is_not_understood_any_more(run: Run, pages: Path, store: Path, times: Times) -> None:
    """Pages of a site that had posts have none: the run ends, although another site is fine; the sentence names site and file."""
    _pages(pages / "velm", count=POSTLESS_DOCUMENTS)
    assert run(pages).manifest.counts["posts"] == POSTLESS_DOCUMENTS
    before = times(store)
    _pages(pages / "velm", count=POSTLESS_DOCUMENTS, first=10, is_understood=False)
    _pages(pages / "karst", count=2)
    with pytest.raises(QualityFloorError) as caught:
        run(pages)
    said = str(caught.value)
    assert "None of the 5 documents of news.velm.example in 5 files has a post" in said
    assert "earlier ones had 5 posts" in said
    assert "velm/1" in said
    assert "UNSPUN_POSTLESS_DOCUMENTS=0" in said
    assert "karst" not in said
    assert times(store) == before
    assert run(pages, postless_documents=0).is_new
    assert not run(pages).is_new


def test_a_site_whose_pages_were_saved_anew(run: Run, pages: Path) -> None:
    """The same names hold other bytes without a post: what the names had before counts."""
    _pages(pages / "velm", count=POSTLESS_DOCUMENTS)
    run(pages)
    _pages(pages / "velm", count=POSTLESS_DOCUMENTS, is_understood=False)
    with pytest.raises(QualityFloorError, match="earlier ones had 5 posts"):
        run(pages)


def test_a_new_site_that_is_not_understood(run: Run, pages: Path, store: Path) -> None:
    """Its pages are full of text and have no post; fewer of them are no sign."""
    _pages(pages / "velm", count=POSTLESS_DOCUMENTS - 1, is_understood=False)
    assert run(pages).manifest.counts["posts"] == 0
    _pages(pages / "karst", count=POSTLESS_DOCUMENTS, is_understood=False)
    with pytest.raises(QualityFloorError, match=r"of news\.karst\.example in 5 files has a post"):
        run(pages)
    assert store.exists()


def test_pages_without_an_article_do_not_fail_a_run(run: Run, pages: Path) -> None:
    """A bunch of link lists has no post and little text, whether the site is new or not known by its host (fault 51)."""
    links = "".join(f'<li><a href="/{place}">{place}</a></li>' for place in _HARBOURS)
    for number in range(2 * POSTLESS_DOCUMENTS):
        (pages / f"links{number}.html").write_text(
            f"<html><body><nav><p>{number}</p><ul>{links}</ul></nav></body></html>", encoding="utf-8"
        )
    outcome = run(pages)
    assert (outcome.read, outcome.manifest.counts["posts"]) == (2 * POSTLESS_DOCUMENTS, 0)


def test_other_pages_of_a_site_that_has_posts(run: Run, pages: Path) -> None:
    """What a crawl of articles brings along by night (contact, login, search, archive, cart, about) is no theme that changed."""
    _pages(pages / "velm", count=6)
    assert run(pages).manifest.counts["posts"] == 6
    links = "".join(f'<li><a href="/{place}">{place}</a></li>' for place in _HARBOURS)
    about = "".join(f"<p>{part.format(place='Velm', days=days)}</p>" for days in (3, 4) for part in _STORY)
    inner = {
        "contact": "<form><label>Name <input name=n></label><label>Message <textarea name=m></textarea></label></form>"
        "<p>Write to the editors of the harbour paper, and they will answer within three days.</p>",
        "login": "<form><input name=user><input type=password name=word><button>Log in</button></form>",
        "search": f"<form><input type=search name=q></form><ul>{links}</ul>",
        "archive": f"<ul>{links}</ul>",
        "cart": "<table><tr><td>Calendar</td><td>9.00</td></tr></table><button>Buy</button>",
        "about": f"<nav>{about}</nav>",
    }
    for name, body in inner.items():
        (pages / "velm" / f"{name}.html").write_text(
            f"<html><head><title>{name}</title><meta property='og:url' content='https://news.velm.example/{name}'></head>"
            f"<body><h1>{name}</h1>{body}</body></html>",
            encoding="utf-8",
        )
    outcome = run(pages)
    assert (outcome.read, outcome.manifest.counts["posts"]) == (6, 6)


def test_the_command_ends_with_5(unspun: Command, pages: Path, store: Path) -> None:
    """One sentence on the error stream, nothing on the other, no store."""
    _archive(pages, "wild", appeals=3)
    done = unspun("run", pages)
    assert (done.returncode, done.stdout) == (5, ""), done.stderr
    assert done.stderr.startswith("unspun: ")
    assert done.stderr.count("\n") == 1
    assert not store.exists()


def test_a_feed_of_excerpts_passes(run: Run, pages: Path) -> None:
    """Of an excerpt that breaks off, the feed's foot is all that is a sentence; excerpts are no sample."""
    items = "".join(
        f"<item><title>Planks come loose at the old pier of {place} again</title><description>&lt;p&gt;"
        f"{' '.join(_STORY[0].format(place=place, days=3).split()[:18])} […]&lt;/p&gt;&lt;p&gt;The post Planks come loose at the old pier of "
        f"{place} again {day} appeared first on The Daily Harbour.&lt;/p&gt;</description></item>"
        for place in _HARBOURS
        for day in ("Monday", "Tuesday", "Friday")
    )
    (pages / "feed.rss").write_text(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily Harbour</title>{items}</channel></rss>',
        encoding="utf-8",
    )
    outcome = run(pages)
    assert outcome.manifest.counts["posts"] == 30
    assert outcome.manifest.counts["boilerplate_blocks"] >= 20
