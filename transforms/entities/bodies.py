"""Organisations' short forms within one document, and bodies that every state has, told apart by country."""

from collections import defaultdict
from collections.abc import Iterable

from transforms.entities.names import Variants
from transforms.entities.spelling import fold

_MAX_WORDS = 8  # of a name that is cut to short forms
_MAX_COUNTRY = (
    4  # words of a country's name or a people's: "Democratic Republic of Congo"'s own are in the tables
)


def _short_forms(folded: str, variants: Variants) -> Iterable[str]:
    """What a longer name may be called for short: its beginning, its last word, a club without its initials."""
    known = variants.words
    words = folded.split()[:_MAX_WORDS]
    for size in range(1, len(words)):
        head = words[:size]
        if head[-1] not in known.linking and not all(
            word in known.generic or word in known.linking for word in head
        ):
            yield " ".join(head)
    if len(words) > 1 and words[-2] not in known.linking:
        yield words[-1]
    if len(words) > 2 and words[-1] in known.written_out and words[-3] not in known.linking:  # noqa: PLR2004  # a word before the last two
        yield words[-2]  # of the Edith Orsini Company
    for size in range(2, len(words)):
        end = words[-size:]
        if end[0] not in known.linking and not all(word in known.generic for word in end):
            yield " ".join(end)
    if len(words) > 2 and words[1] == "of" and words[0] in known.generic:  # noqa: PLR2004  # "University of Ostmark"
        yield " ".join([*words[2:], words[0]])
    if words[-1] == "party":
        yield " ".join(words[:-1])
    inner = [word for word in words if word not in {fold(club) for club in known.club}]
    if inner and len(inner) < len(words):
        yield " ".join(inner)


def written_out(names: Iterable[str], variants: Variants) -> dict[str, str]:
    """Folded name without "Company" → the name of the document with it: "Velm Rail Co." is its Velm Rail Company."""
    found: dict[str, str] = {}
    for name in names:
        head, _, last = name.rpartition(" ")
        if " " in head and fold(last) in variants.words.written_out:
            found.setdefault(fold(head), name)
    return found


def short_bodies(names: Iterable[str], variants: Variants) -> dict[str, str]:
    """Folded short form → the one longer name of the document that has it.

    A form that is a country's or a people's name, or itself a known body, is none.

    Args:
        names: The document's organisations, without legal forms.
        variants: What needs no document.
    """
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name in names:
        folded = fold(name)
        if " " not in folded:
            continue
        for form in _short_forms(folded, variants):
            found[form][name] = None
    short: dict[str, str] = {}
    for form, longer in found.items():
        taken = any((kind, form) in variants.canonical for kind in ("ORG", "NORP"))
        country = variants.code("LOC", variants.canonical.get(("LOC", form), ""))
        if len(longer) == 1 and not taken and not country:
            short[form] = next(iter(longer))
    return short


def country_of(form: str, variants: Variants) -> str | None:
    """The code of a country or a people's country that words name."""
    for kind in ("NORP", "LOC"):
        name = variants.canonical.get((kind, fold(form)))
        code = variants.code(kind, name) if name else None
        if code:
            return code
    return None


def state_body(name: str, variants: Variants) -> tuple[str, str | None] | None:
    """(form of a state's body, country's code if the name has it); None if it is no such body.

    "Russian Foreign Ministry" and "Ministry of Foreign Affairs of Russia" are ("Ministry of Foreign Affairs ({})", "RU").
    """
    known = variants.words.state_bodies
    words = fold(name).split()
    whole = known.get(" ".join(words))
    if whole:
        return whole, None
    for size in range(1, min(_MAX_COUNTRY, len(words) - 1) + 1):
        body = known.get(" ".join(words[size:]))
        if body and (code := country_of(" ".join(words[:size]), variants)):
            return body, code
        body = known.get(" ".join(words[: -size - 1])) if words[-size - 1] == "of" else None
        if body and (code := country_of(" ".join(words[-size:]), variants)):
            return body, code
    return None


def of_country(form: str, name: str, code: str | None, variants: Variants) -> str:
    """A state's body with its country, by its own name where the tables have one ("US Supreme Court")."""
    bare = form.removesuffix(" ({})").removesuffix(" of {}")
    if not code:
        return bare
    country = variants.countries.get(code, code)
    for body in (bare, name):
        own = variants.known("ORG", f"{country} {body}")
        if own:
            return own
    article = "the " if form.endswith(" of {}") and code in variants.words.with_article else ""
    return form.format(article + country.removesuffix(" (country)"))
