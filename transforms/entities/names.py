"""Canonical names within one document: surname to full name, acronym to what it is printed for, small variants."""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import re2

from transforms.entities.find import Mention
from transforms.errors import FixSettingsError

_POSSESSIVE = re2.compile(r"['’ʼ][sS]?$")
_INITIAL = re2.compile(r"^(?:\p{Lu}\.?){1,3}$")
_INITIALS_DOTTED = re2.compile(r"^(?:\p{Lu}\.)+\p{Lu}?$")
_ACRONYM = re2.compile(r"^[\p{Lu}][\p{L}\p{N}.&-]{1,9}$")
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"})
_BRACKET_GAPS = frozenset({" (", "(", " (the ", " [", ' ("', " (“"})
_MIN_PERSON_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """(type, form case-folded) → canonical name, for names that need no document to explain them."""

    canonical: Mapping[tuple[str, str], str]

    def name(self, kind: str, form: str) -> str:
        """The canonical name of a form, or the form itself."""
        return self.canonical.get((kind, form.casefold()), form)


def parse_variants(text: str) -> Variants:
    """Variants out of TOML: a table for each type, canonical name = other forms with commas.

    Raises:
        FixSettingsError: The text is not TOML of that form.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FixSettingsError(f"variants: {error}") from error
    canonical: dict[tuple[str, str], str] = {}
    for kind, names in tables.items():
        if not isinstance(names, dict) or not all(isinstance(forms, str) for forms in names.values()):
            raise FixSettingsError(
                "variants: each canonical name has one string of forms; mend variants.toml"
            )
        for name, forms in names.items():
            for form in [name, *forms.split(", ")]:
                canonical.setdefault((kind, form.strip().casefold()), name)
    return Variants(canonical=canonical)


def tidy(surface: str, kind: str) -> str:
    """A surface without possessive, leading article, line breaks and a person's inner initials."""
    name = " ".join(unicodedata.normalize("NFC", surface).replace("’", "'").replace("ʼ", "'").split())
    name = _POSSESSIVE.sub("", name)
    words = name.split(" ")
    if len(words) > 1 and words[0] in {"The", "the", "THE"}:
        words = words[1:]
    if kind == "PERSON" and len(words) > _MIN_PERSON_WORDS:
        words = [word for i, word in enumerate(words) if i in {0, len(words) - 1} or not _INITIAL.match(word)]
        if len(words) > _MIN_PERSON_WORDS and _INITIALS_DOTTED.match(words[0]):
            words = words[1:]  # "J. Robert Miller" is "Robert Miller", "J.K. Miller" is all there is
    if kind == "NORP" and words[-1].endswith("s") and not words[-1].endswith(("ss", "us")):
        words[-1] = words[-1][:-1]
    return " ".join(words)


def _last_name(words: Sequence[str]) -> str:
    kept = [word for word in words if word not in _SUFFIXES]
    return (kept or list(words))[-1].casefold().rstrip(",")


def _persons(names: Iterable[str]) -> dict[str, str]:
    """Short form, case-folded → full name, where exactly one full name of the document has it."""
    full = sorted({name for name in names if " " in name})
    by_last: defaultdict[str, set[str]] = defaultdict(set)
    by_first: defaultdict[str, set[str]] = defaultdict(set)
    for name in full:
        words = name.split(" ")
        last = _last_name(words)
        by_last[last].add(name)
        for prefix in ("al-", "el-"):
            if last.startswith(prefix):
                by_last[last.removeprefix(prefix)].add(name)
        # "bin Salman", "Suu Kyi", "von der Heide": the end of one longer name.
        for size in range(2, len(words)):
            by_last[" ".join(words[-size:]).casefold()].add(name)
        by_first[words[0].casefold()].add(name)
    short: dict[str, str] = {}
    for forms in (by_first, by_last):
        for form, whole in forms.items():
            longest = _one_of(whole)
            if longest:
                short[form] = longest
            else:
                short.pop(form, None)
    return short


def _one_of(names: set[str]) -> str | None:
    """The longest of names that are all ends of it (“Suu Kyi”, “Aung San Suu Kyi”); None if they are two persons."""
    longest = max(names, key=lambda name: (len(name), name))
    if all(longest.casefold().endswith(name.casefold()) for name in names):
        return longest
    return None


def _is_acronym_of(short: str, long: str) -> bool:
    letters = [letter for letter in short.casefold() if letter.isalpha()]
    words = [word for word in long.replace("-", " ").split() if word[:1].isalpha()]
    if not letters or len(words) < 2 or words[0][0].casefold() != letters[0]:  # noqa: PLR2004  # an acronym has two words
        return False
    initials = [word[0].casefold() for word in words]
    place = 0
    for letter in letters:
        while place < len(initials) and initials[place] != letter:
            place += 1
        if place == len(initials):
            return False
        place += 1
    return True


def _acronyms(mentions: Sequence[Mention], text: str) -> dict[str, Mention]:
    """Acronym → the mention right before its bracket, where the letters fit."""
    found: dict[str, Mention] = {}
    for mention in mentions:
        for gap in _BRACKET_GAPS:
            start = mention.end + len(gap)
            if not text.startswith(gap, mention.end):
                continue
            end = start
            while end < len(text) and end - start < 12 and text[end] not in ')]"” ':  # noqa: PLR2004  # longer than _ACRONYM takes
                end += 1
            short = text[start:end]
            if _ACRONYM.match(short) and _is_acronym_of(short, mention.text):
                found.setdefault(short, mention)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How one document calls its entities: `canonical` gives type and name of a mention."""

    acronyms: Mapping[str, tuple[str, str]]
    persons: Mapping[str, str]
    cased: Mapping[tuple[str, str], str]
    variants: Variants

    def canonical(self, mention: Mention) -> tuple[str, str]:
        """(type, canonical name) of a mention of this document."""
        name = tidy(mention.text, mention.type)
        kind = mention.type
        if name in self.acronyms:
            kind, name = self.acronyms[name]
        if kind == "PERSON":
            name = self.persons.get(name.casefold(), name)
        else:
            name = self.cased.get((kind, name.casefold()), name)
        return kind, self.variants.name(kind, name)


def names_of(sections: Iterable[tuple[str, Sequence[Mention]]], *, variants: Variants) -> Names:
    """What the sections of a document, read together, say about its names.

    Args:
        sections: (text, its mentions), the most trusted first.
        variants: Forms of the corpus.
    """
    acronyms: dict[str, tuple[str, str]] = {}
    persons: list[str] = []
    cased: dict[tuple[str, str], str] = {}
    for text, mentions in sections:
        for short, mention in _acronyms(mentions, text).items():
            acronyms.setdefault(short, (mention.type, tidy(mention.text, mention.type)))
        for mention in mentions:
            name = tidy(mention.text, mention.type)
            if mention.type == "PERSON":
                persons.append(name if not name.isupper() else name.title())
            elif not name.isupper():
                cased.setdefault((mention.type, name.casefold()), name)
    return Names(acronyms=acronyms, persons=_persons(persons), cased=cased, variants=variants)
