"""Finds the post that a person means: by an article's id, or by raw file and number."""

from typing import TYPE_CHECKING

from flows.scan import escape_name
from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from flows.query import Tables

MIN_PREFIX = 6
_HEX = frozenset("0123456789abcdef")
_ID_DIGITS = 32
_SHOWN_NAMES = 3
# Of Jaro's and Winkler's likeness (0 to 1), which favours equal beginnings: a letter too few or too many is above.
_MIN_LIKENESS = 0.9
_LIKE = """
select distinct raw_file, jaro_winkler_similarity(parse_filename(raw_file, false, 'forward_slash'),
                                                  parse_filename(?, false, 'forward_slash')) as likeness
from sightings where likeness >= {least} order by likeness desc, raw_file limit {shown}
"""
_NUMBERS = """
select min(raw_file), min(post), max(post), coalesce(bool_or(post = try_cast(? as integer)), false)
from sightings where raw_sha256 in ({marks})
"""


def find_post(tables: "Tables", post: str) -> tuple[str, list[str]]:
    """The condition on `sightings`, with its values, that a post is found by.

    Args:
        tables: Of `open_store`.
        post: An article's id or the first digits of it, or RAW_FILE:NUMBER; of the raw file any name that it was seen
            under, an ending of one, or a path that ends so.

    Raises:
        FixSettingsError: There is no such post, or several are meant.
    """
    if MIN_PREFIX <= len(post) <= _ID_DIGITS and _HEX.issuperset(post.lower()):
        return "article_id = ?", [_unique_id(tables, post)]
    raw_file, _, number = post.rpartition(":")
    if not raw_file or not number.isascii() or not number.isdigit():
        raise FixSettingsError(
            f"{post} names no post: give RAW_FILE:NUMBER, or an article's id or its first {MIN_PREFIX} hex digits and more."
        )
    digests = _find_file(tables, raw_file, number)
    _refuse_number(tables, digests, number)
    marks = ", ".join("?" * len(digests))
    return f"raw_sha256 in ({marks}) and post = try_cast(? as integer)", [*digests, number]


def _unique_id(tables: "Tables", prefix: str) -> str:
    found = tables.rows(
        "select article_id from articles where starts_with(article_id, ?) order by article_id limit 3",
        [prefix.lower()],
    )
    if len(found) != 1:
        several = f"Several articles begin with {prefix}: give more digits."
        raise FixSettingsError(
            several if found else f"No article's id begins with {prefix}; ids are in the table articles."
        )
    return str(found[0][0])


def _find_file(tables: "Tables", raw_file: str, number: str) -> list[str]:
    """The digests of the raw file that is meant: several where one name was that of several versions of it."""
    names = {
        name: entry.names[0]
        for entry in tables.manifest.raw.values()
        if entry.state == "read"
        for name in entry.names
    }
    given = {raw_file, escape_name(raw_file)}
    meant = {name for name in names if name in given} or {
        name for name in names if any(_is_ending(name, path) for path in given)
    }
    shown = sorted({names[name] for name in meant})
    if len(shown) == 1:
        return sorted(
            digest
            for digest, entry in tables.manifest.raw.items()
            if entry.state == "read" and not meant.isdisjoint(entry.names)
        )
    if not shown:
        query = _LIKE.format(least=_MIN_LIKENESS, shown=_SHOWN_NAMES)
        shown = [name for name, _ in tables.rows(query, [escape_name(raw_file)])]
    hint = " or ".join(f"{name}:{number}" for name in shown[:_SHOWN_NAMES])
    said = f"did you mean {hint}?" if hint else "the table sightings lists what is, by raw_file and post."
    raise FixSettingsError(f"{raw_file} is no raw file of the store; {said}")


def _is_ending(name: str, path: str) -> bool:
    """Whether one of the two is the end of the other, by whole folders."""
    path = path.removeprefix("./")
    return f"/{name}".endswith(f"/{path}") or path.endswith(f"/{name}")


def _refuse_number(tables: "Tables", digests: list[str], number: str) -> None:
    """Raises FixSettingsError, with the numbers that there are, where a raw file has no such post."""
    marks = ", ".join("?" * len(digests))
    ((raw_file, first, last, held),) = tables.rows(_NUMBERS.format(marks=marks), [number, *digests])
    if held:
        return
    if raw_file is None:
        raise FixSettingsError(
            f"{tables.manifest.raw[digests[0]].names[0]} has no posts; the table lines has its text."
        )
    posts = f"posts {first}–{last}" if first != last else f"one post, {first}"
    raise FixSettingsError(f"{raw_file} has no post {number}: it has {posts}.")
