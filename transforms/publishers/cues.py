"""Reads the cue file of publishers: names, and the patterns that tell them."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import re2

from transforms.errors import FixSettingsError

Where = Literal["title", "first", "last", "ends", "any"]

_MIN_UPPER = 6
"""Shortest name that is also looked for in capitals: "SLATE" or "TIME" may be any word."""
_PATTERN_BYTES = 64 << 20
"""re2's memory for a pattern; with less, the larger ones fall back to a slower way."""

TAG_START = "\ue000"
TAG_END = "\ue001"
"""A name in a text is replaced by TAG_START, the letters of its kinds, its number, TAG_END. So the frames
are small patterns, however many names there are."""


def _slot(kinds: str) -> str:
    """A pattern for a tagged name of one of the kinds."""
    return f"{TAG_START}[a-z]*[{kinds}][a-z]*(?P<name>[0-9]+){TAG_END}"


_SLOTS = {
    "{name}": _slot("n"),
    "{name_or_site}": _slot("ns"),
    "{name_upper}": _slot("nu"),
    "{site}": _slot("s"),
    "{code}": _slot("c"),
    "{agency}": _slot("a"),
    "{the}": "(?:[Tt]he |THE )?",
    "{end}": r"(?:[^\p{L}\p{N}]|$)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What tells a publisher.

    Args:
        publisher: Whom it tells; None where the pattern's group "name" holds the number of a printed form.
        where: The part of the post it is looked for in.
        weight: Natural-log odds, roughly; what it adds to the publisher's score.
        cited_weight: The same for a publisher whom others often name in that place.
        is_any_name: Whether the group "name" holds a name that need not be in the list.
        patterns: All must be found.
        without: None may be found.
        example: A text that it holds for.
        counter_example: A text that it does not hold for.
    """

    publisher: str | None
    where: Where
    weight: float
    cited_weight: float
    is_any_name: bool
    patterns: tuple[Any, ...]
    without: tuple[Any, ...]
    example: str
    counter_example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A printed form of a publisher's name.

    Args:
        text: As printed.
        publisher: Whose it is.
        kinds: Letters: "n" a name, "u" a name in capitals, "s" a host, "c" an agency's code, "a" an agency's.
    """

    text: str
    publisher: str
    kinds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherCues:
    """The cue file, read.

    Args:
        forms: Every printed form of every publisher.
        form_numbers: Printed form → its place in `forms`.
        any_form: The pattern that finds any of them.
        cited: Publishers whom others often name.
        news_words: What a name that is not in the list must have one of.
        cues: In order of the file.
    """

    forms: tuple[Form, ...]
    form_numbers: Mapping[str, int]
    any_form: Any
    cited: frozenset[str]
    news_words: frozenset[str]
    cues: tuple[Cue, ...]


def parse_publishers(toml_text: str) -> PublisherCues:
    """Read the cue file.

    Raises:
        FixSettingsError: The text is no TOML, lacks a key, or holds a pattern that does not compile.
    """
    try:
        data = tomllib.loads(toml_text)
        forms = _forms(data["publishers"])
        known = {form.publisher for form in forms}
        cues = [_frame(row) for row in data.get("frame", ())]
        cues += [_cue(row, known=known) for row in data.get("cue", ())]
        any_form = _one_of(form.text for form in forms)
        news_words = frozenset(data["news_words"])
        cited = frozenset(row["name"] for row in data["publishers"] if row.get("is_cited"))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError, re2.error) as error:
        raise FixSettingsError(f"The file of publishers cannot be read ({error!r}); mend it.") from error
    return PublisherCues(
        forms=forms,
        form_numbers={form.text: number for number, form in enumerate(forms)},
        any_form=any_form,
        cited=cited,
        news_words=news_words,
        cues=tuple(cues),
    )


def _forms(rows: Iterable[Mapping[str, Any]]) -> tuple[Form, ...]:
    """Every printed form; where two publishers claim one, the first in the file has it."""
    kinds: dict[str, dict[str, str]] = {}
    for row in rows:
        names = [*([] if row.get("is_word") else [row["name"]]), *row.get("aliases", ())]
        names += ["the " + name[4:] for name in names if name.startswith("The ")]
        upper = [name.upper() for name in names if len(name) >= _MIN_UPPER and name != name.upper()]
        is_agency = "a" if row.get("is_agency") else ""
        claims = [(name, "n" + is_agency) for name in names] + [(name, "u") for name in upper]
        claims += [(site, "s") for site in row.get("sites", ())]
        claims += [(code, "c" + is_agency) for code in row.get("codes", ())]
        for text, letters in claims:
            owners = kinds.setdefault(text, {row["name"]: ""})
            if row["name"] in owners:
                owners[row["name"]] += letters
    return tuple(
        Form(text=text, publisher=name, kinds="".join(sorted(set(letters))))
        for text, owners in kinds.items()
        for name, letters in owners.items()
    )


def _one_of(texts: Iterable[str]) -> Any:  # noqa: ANN401  # re2 ships no types
    """A pattern for any of them: longest first, since the leftmost alternative wins."""
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    return _compiled("|".join(re2.escape(text) for text in ordered))


def _compiled(pattern: str) -> Any:  # noqa: ANN401  # re2 ships no types
    """The pattern; "^" and "$" mean a block's ends, as the blocks are joined by line breaks."""
    options = re2.Options()
    options.max_mem = _PATTERN_BYTES
    options.log_errors = False
    return re2.compile("(?m)" + pattern, options)


def _frame(row: Mapping[str, Any]) -> Cue:
    """A cue that holds for every publisher."""
    pattern = row["pattern"]
    for slot, value in _SLOTS.items():
        pattern = pattern.replace(slot, value)
    return _checked(row, publisher=None, patterns=[pattern])


def _cue(row: Mapping[str, Any], *, known: Collection[str]) -> Cue:
    """A cue of one publisher."""
    if row["publisher"] not in known:
        raise ValueError(f"{row['publisher']!r} is not among the publishers")
    return _checked(row, publisher=row["publisher"], patterns=row["all"])


def _checked(row: Mapping[str, Any], *, publisher: str | None, patterns: Iterable[str]) -> Cue:
    """The cue with its patterns compiled."""
    if row["where"] not in get_args(Where):
        raise ValueError(f"where = {row['where']!r} is not one of {', '.join(get_args(Where))}")
    weight = float(row["weight"])
    return Cue(
        publisher=publisher,
        where=row["where"],
        weight=weight,
        cited_weight=float(row.get("cited_weight", weight)),
        is_any_name=bool(row.get("any_name")),
        patterns=tuple(_compiled(pattern) for pattern in patterns),
        without=tuple(_compiled(pattern) for pattern in row.get("without", ())),
        example=row["example"],
        counter_example=row["counter_example"],
    )
