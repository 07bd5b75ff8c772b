"""The words that the rule-and-lexicon recogniser knows, as a value read from `lexicon.toml`."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from transforms.errors import FixSettingsError

_FIRST_WORD = re2.compile(r"^(?:(?:al|el)-)?[\p{L}\p{M}\p{N}]+")
_CASED = re2.compile(r"[\p{Lu}\p{Ll}]")
_ADDING_S = ("nationalities", "faiths_and_parties")  # lists whose entries also have a plural in -s


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Names by their first word, and cue words by what they tell.

    Args:
        entries: First word → (whole name, type), longest first.
        caseless: Names in scripts without case → type.
        cues: Name of a cue list → its words, as printed.
    """

    entries: Mapping[str, tuple[tuple[str, str], ...]]
    caseless: Mapping[str, str]
    cues: Mapping[str, frozenset[str]]


def _words(value: object) -> list[str]:
    if not isinstance(value, str):
        raise FixSettingsError("lexicon: each list is one string with commas; mend lexicon.toml")
    return [" ".join(word.split()) for word in value.split(",") if word.strip()]


def _entries(tables: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for kind in ("LOC", "NORP", "ORG", "EVENT", "MISC"):
        for name, value in tables.get(kind, {}).items():
            for word in _words(value):
                yield word, kind
                if name in _ADDING_S:
                    yield f"{word}s", kind
    for word in _words(tables.get("PERSON", {}).get("well_known", "")):
        yield word, "PERSON"


def parse_lexicon(text: str) -> Lexicon:
    """A lexicon out of TOML: a table for each type, and `cues`.

    Raises:
        FixSettingsError: The text is not TOML, or a list is not a string.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FixSettingsError(f"lexicon: {error}") from error
    by_first: defaultdict[str, dict[str, str]] = defaultdict(dict)
    caseless: dict[str, str] = {}
    for name, kind in _entries(tables):
        first = _FIRST_WORD.match(name)
        if not _CASED.search(name):
            caseless.setdefault(name, kind)
        elif first:
            by_first[first.group(0)].setdefault(name, kind)
    return Lexicon(
        entries={
            first: tuple(sorted(names.items(), key=lambda item: (-len(item[0]), item[0])))
            for first, names in sorted(by_first.items())
        },
        caseless=caseless,
        cues={name: frozenset(_words(value)) for name, value in tables.get("cues", {}).items()},
    )
