"""The words that names are made of, as a value: titles, particles, given names' spellings, words of no one body."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from transforms.entities.spelling import fold
from transforms.errors import FixSettingsError

_NOTHING: Mapping[str, str] = MappingProxyType({})
_Tables: TypeAlias = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What words of names mean; all keys are folded (`spelling.fold`).

    Args:
        spellings: Transliteration of a given name → the spelling that is kept.
        formal: Short given name → given names that it may stand for, folded.
        gender: Given name → "male" or "female".
        family_first: Family names that stand before the given name.
        titles: Title → "male", "female", or "office"; with a court title's own kind "court_male", "court_female".
        particles: Words inside a name that are no name.
        patronymic: Those of them after which the father's name comes.
        joined: Words that begin the end of a longer name.
        junior: What tells a son from his father.
        company: A company's legal form.
        written_out: Legal forms that only go from a single word.
        generic: Words of bodies that are no short form alone.
        club: Initials and words of sports clubs.
        linking: Words that an acronym may skip.
        before_hyphen: What is set before a name with a hyphen.
        after_hyphen: What is set after it.
        state_bodies: Body that every state has → its name with "{}" for the country.
        state_heads: What stands before "of" in the long name of a state.
        with_article: Codes of countries whose name takes "the" after "of".
    """

    spellings: Mapping[str, str] = field(default_factory=dict)
    formal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gender: Mapping[str, str] = field(default_factory=dict)
    family_first: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)
    particles: frozenset[str] = frozenset()
    patronymic: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    junior: frozenset[str] = frozenset()
    company: frozenset[str] = frozenset()
    written_out: frozenset[str] = frozenset()
    generic: frozenset[str] = frozenset()
    club: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    before_hyphen: frozenset[str] = frozenset()
    after_hyphen: frozenset[str] = frozenset()
    state_bodies: Mapping[str, str] = field(default_factory=dict)
    state_heads: frozenset[str] = frozenset()
    with_article: frozenset[str] = frozenset()


def read_toml(text: str, name: str) -> dict[str, Any]:
    """TOML of the data file of that name.

    Raises:
        FixSettingsError: The text is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FixSettingsError(f"{name}: {error}") from error


def read_tables(text: str, name: str) -> dict[str, dict[str, str]]:
    """Tables of strings out of TOML.

    Raises:
        FixSettingsError: The text is not TOML of that form.
    """
    tables = read_toml(text, name)
    for table in tables.values():
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise FixSettingsError(f"{name}: each table has strings; mend {name}.toml")
    return tables


def listed(text: str) -> tuple[str, ...]:
    """The parts of a string with commas."""
    return tuple(part for raw in text.split(",") if (part := raw.strip()))


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(part) for part in listed(text))


def parse_words(text: str) -> Words:
    """Words out of TOML, as in `words.toml`; a table that is not there is empty.

    Raises:
        FixSettingsError: The text is not TOML of that form.
    """
    tables: _Tables = read_tables(text, "words")
    formal: defaultdict[str, list[str]] = defaultdict(list)
    for name, short in tables.get("nicknames", _NOTHING).items():
        for form in listed(short):
            formal[fold(form)].append(fold(name))

    def table(name: str) -> Mapping[str, str]:
        return tables.get(name, _NOTHING)

    def words(name: str, key: str) -> frozenset[str]:
        return _folded(table(name).get(key, ""))

    return Words(
        spellings={
            fold(form): kept for kept, forms in table("spellings").items() for form in (kept, *listed(forms))
        },
        formal={form: tuple(names) for form, names in formal.items()},
        gender={fold(form): kind for kind, forms in table("given").items() for form in listed(forms)},
        family_first=words("family_first", "names"),
        titles={fold(form): kind for kind, forms in table("titles").items() for form in listed(forms)},
        particles=words("inside", "particles"),
        patronymic=words("inside", "patronymic"),
        joined=words("inside", "joined"),
        junior=words("after", "junior"),
        company=words("after", "company"),
        written_out=words("after", "written_out"),
        generic=words("bodies", "generic"),
        club=words("bodies", "club"),
        linking=words("bodies", "linking") | {"&"},
        before_hyphen=words("hyphened", "before"),
        after_hyphen=words("hyphened", "after"),
        state_bodies={fold(body): form for body, form in table("state_bodies").items()},
        state_heads=words("states", "heads"),
        with_article=frozenset(listed(table("article").get("countries", ""))),
    )
