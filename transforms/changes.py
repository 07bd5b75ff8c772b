"""What one snapshot has that the one before had not, as values and as Markdown.

Titles, tags, names and paths come from strangers: in Markdown each stands as the characters that it has, and does nothing.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transforms.normalize import MAX_MARKS

# A title is some 15 words; a path may be long, and its end tells most of it.
_SHOWN_CHARS = 120
# Joiners spell Persian, Indic scripts and emoji, and cannot change the direction of what stands beside them.
_JOINERS = "\u200c\u200d"
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
# What begins a thing of CommonMark, GitHub's tables, strikes, links and marks, or formulas within a line. Texts never begin one.
_SIGNS = frozenset("\\`*_[]#|~!:@$^=")
_WWW = "www"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A number that was another one before.

    Args:
        name: Of what.
        before: How many there were; None where there is no snapshot before.
        now: How many there are.
        share_before: Share of the articles that were looked at; None where it is of no such thing, or there were none.
        share_now: The same of now.
    """

    name: str
    before: int | None
    now: int
    share_before: float | None = None
    share_now: float | None = None

    @property
    def change(self) -> int:
        """How many more."""
        return self.now - (self.before or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article that is named.

    Args:
        article_id: Its id.
        title: Its title, where it has one.
        publisher: Its publisher, where it is known.
        site: Where it was copied, where that is known.
    """

    article_id: str
    title: str | None
    publisher: str | None
    site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A raw file, or a record of one, that could not be read.

    Args:
        raw_file: Its name.
        rule: What it broke.
        place: Which record of it; "" for the whole file.
    """

    raw_file: str
    rule: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows that came, changed and went.

    Args:
        new: Keys that only the later snapshot has.
        gone: Keys that only the earlier one has.
        updated: Keys of both whose rows differ.
        rewritten: Those of them whose text differs (an article's title or body, a summary's text).
    """

    new: int = 0
    gone: int = 0
    updated: int = 0
    rewritten: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one snapshot to another.

    Args:
        now: The number of the later one.
        before: The number of the earlier one; None where there was none, or it is not kept.
        is_first: Whether there was none.
        counts: The counts of the manifest, by name.
        articles: Articles that came, changed and went.
        summaries: The same of summaries.
        newest: Some of the new articles, the newest first.
        tags: Tags that moved most, by articles; of the months that changed.
        entities: Entities that moved most, by articles; of the same.
        sites: Sites that moved most, by articles; of the same.
        publishers: Publishers that moved most, by articles; of the same.
        raw_new: Raw files that are new, by name.
        raw_gone: Raw files that were forgotten, by name.
        left_out: What is in the quarantine and was not, sorted.
        left_out_now: How many are in it.
    """

    now: int
    before: int | None
    is_first: bool
    counts: tuple[Moved, ...]
    articles: Rows = Rows()
    summaries: Rows = Rows()
    newest: tuple[Headline, ...] = ()
    tags: tuple[Moved, ...] = ()
    entities: tuple[Moved, ...] = ()
    sites: tuple[Moved, ...] = ()
    publishers: tuple[Moved, ...] = ()
    raw_new: tuple[str, ...] = ()
    raw_gone: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    left_out_now: int = 0


def shown(text: str, *, limit: int = _SHOWN_CHARS) -> str:
    """A text of strangers in one line of Markdown, as the characters that it has: nothing that cannot be seen, no markup, not too long."""
    return escape(cut(visible(text), limit=limit))


def visible(text: str) -> str:
    """The text in one line, without controls, marks that turn the direction of writing, and heaps of accents."""
    kept: list[str] = []
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind.startswith("M") else 0
        if marks > MAX_MARKS:
            continue
        if kind[0] == "Z" or char in "\t\n\r\v\f\x85":
            kept.append(" ")
        elif kind[0] != "C" or char in _JOINERS:
            kept.append(char)
    return " ".join("".join(kept).split())


def cut(text: str, *, limit: int = _SHOWN_CHARS) -> str:
    """The text, with an ellipsis in its middle where it is too long."""
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half].rstrip()}…{text[-half:].lstrip()}"


def escape(text: str) -> str:
    """A line of text in Markdown, for the inside of a line or of a table's cell."""
    said = []
    for place, char in enumerate(text):
        is_of_address = char == "." and text[max(place - len(_WWW), 0) : place].casefold() == _WWW
        said.append(_ENTITIES.get(char) or (f"\\{char}" if char in _SIGNS or is_of_address else char))
    return "".join(said)


def render_changes(changes: Changes) -> str:
    """The changes as a page of Markdown (CommonMark and GitHub's tables)."""
    parts = [f"# Snapshot {changes.now}", _introduction(changes), _counts(changes.counts)]
    if changes.before is not None:
        parts += [_articles(changes), *_moves(changes), _files("New raw files", changes.raw_new)]
        parts.append(_files("Forgotten raw files", changes.raw_gone))
    parts.append(_left_out(changes))
    return "\n\n".join(part for part in parts if part) + "\n"


def _introduction(changes: Changes) -> str:
    if changes.before is not None:
        return f"What changed since snapshot {changes.before}."
    if changes.is_first:
        return "The first snapshot."
    return "No earlier snapshot is kept, so this has only what there is now."


def _counts(counts: Sequence[Moved]) -> str:
    is_compared = any(count.before is not None for count in counts)
    if not is_compared:
        return _table(("", "now"), [(shown(count.name), f"{count.now:,}") for count in counts])
    return _table(
        ("", "before", "now", "change"),
        [
            (shown(count.name), f"{count.before or 0:,}", f"{count.now:,}", _signed(count.change))
            for count in counts
        ],
    )


def _articles(changes: Changes) -> str:
    articles, summaries = changes.articles, changes.summaries
    said = (
        f"Articles: {articles.new:,} new, {articles.updated:,} updated ({articles.rewritten:,} of them with another title or body), "
        f"{articles.gone:,} gone. Summaries: {summaries.new:,} new, {summaries.gone:,} gone."
    )
    if not changes.newest:
        return f"## Articles\n\n{said}"
    named = _table(
        ("new article", "publisher", "site"),
        [
            (_quoted(headline.title), _or_dash(headline.publisher), _or_dash(headline.site))
            for headline in changes.newest
        ],
    )
    more = articles.new - len(changes.newest)
    return f"## Articles\n\n{said}\n\n{named}" + (f"\n\nAnd {more:,} more new articles." if more > 0 else "")


def _moves(changes: Changes) -> Iterable[str]:
    for heading, moved in (
        ("Tags that moved", changes.tags),
        ("Entities that moved", changes.entities),
        ("Publishers that moved", changes.publishers),
        ("Sites that moved", changes.sites),
    ):
        if moved:
            yield f"## {heading}\n\nArticles, in the months that changed.\n\n" + _table(
                ("", "before", "now", "change", "share before", "share now"),
                [
                    (
                        _quoted(one.name),
                        f"{one.before or 0:,}",
                        f"{one.now:,}",
                        _signed(one.change),
                        _percent(one.share_before),
                        _percent(one.share_now),
                    )
                    for one in moved
                ],
            )


_LISTED = 20


def _files(heading: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    listed = [f"- {_quoted(name)}" for name in names[:_LISTED]]
    more = len(names) - len(listed)
    return "\n".join(
        [f"## {heading} ({len(names):,})", "", *listed, *([f"- and {more:,} more"] if more else [])]
    )


def _left_out(changes: Changes) -> str:
    if not changes.left_out:
        return ""
    listed = changes.left_out[:_LISTED]
    more = len(changes.left_out) - len(listed)
    table = _table(
        ("rule", "raw file", "record"),
        [(shown(one.rule), _quoted(one.raw_file), shown(one.place)) for one in listed],
    )
    said = f"{changes.left_out_now:,} in all: unspun quarantine lists them."
    return f"## New in the quarantine ({len(changes.left_out):,})\n\n{table}\n\n" + (
        f"And {more:,} more; {said}" if more else said
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _quoted(text: str | None) -> str:
    """In quotes, so that no text of strangers begins a line or a cell."""
    return f"“{shown(text)}”" if text else "–"


def _or_dash(text: str | None) -> str:
    return shown(text) if text else "–"


def _signed(change: int) -> str:
    return f"{change:+,}" if change else "0"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
