"""The entities of one document: type, canonical name and country of each of its mentions."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from transforms.entities.acronyms import first_letters, introduced, spelled_out
from transforms.entities.bodies import country_of, of_country, short_bodies, state_body, written_out
from transforms.entities.calls import calls_of
from transforms.entities.doubtful import is_inside
from transforms.entities.find import Mention
from transforms.entities.names import Variants
from transforms.entities.persons import Persons
from transforms.entities.spelling import fold
from transforms.entities.tidied import tidied
from transforms.entities.towns import Towns
from transforms.entities.typed import as_tables_say

_Told: TypeAlias = tuple[tuple[int, int], tuple[str, str]]  # (section, first character), (type, name)
_POSSESSIVE_GAPS = frozenset({" ", "'s ", "’s ", "' ", "’ ", "ʼs ", " the "})
_OF = frozenset({" of ", " of the "})
_MAX_ACRONYM = 8  # letters of a form that may be first letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Whom or what a mention means.

    Args:
        type: One of `transforms.entities.find.TYPES`.
        name: Canonical name.
        country_code: ISO 3166-1 alpha-2 of a country, a territory, or a nationality's country.
    """

    type: str
    name: str
    country_code: str | None


def _is_letters(name: str) -> bool:
    """Whether a name may be first letters of others: "MTR", "MoD"."""
    return name.isupper() or (name[0].isupper() and name[-1].isupper() and " " not in name)


class Names:
    """How one document calls its entities: `entity` says what a mention of it means.

    Args:
        sections: (text, its mentions): the article, its title, a summary; those that are there, in this order.
        variants: What needs no document.
    """

    def __init__(self, sections: Iterable[tuple[str, Sequence[Mention]]], variants: Variants) -> None:
        self._variants = variants
        self._sections = as_tables_say(tuple(sections), variants)
        self._typed = tuple(
            {mention.start: mention for mention in mentions} for _, mentions in self._sections
        )
        self._shown: dict[tuple[str, str], str] = {}
        self._acronyms: defaultdict[str, list[_Told]] = defaultdict(list)
        self._spelled: dict[str, str] = {}
        for number, (text, mentions) in enumerate(self._sections):
            self._read(number, text, mentions)
            self._spelled = spelled_out(text) | self._spelled
        self._letters = first_letters(self._shown, variants.words)
        bodies = dict.fromkeys(
            variants.without_legal_form(name) for (kind, _), name in self._shown.items() if kind == "ORG"
        )
        self._written_out_bodies = written_out(bodies, variants)
        self._bodies = short_bodies(
            (name for name in bodies if fold(name) not in self._written_out_bodies), variants
        )
        calls = [
            call
            for number, (text, mentions) in enumerate(self._sections)
            for call in calls_of(number, text, mentions, variants)
        ]
        self._persons = Persons(calls, variants)
        self._named = frozenset(self._all_names())
        self._towns = Towns(self._sections, variants.cities, name=self._place)
        self._named_countries = self._codes_of_names() if self._towns else frozenset()
        self._countries = self._countries_of_bodies()

    def entity(self, mention: Mention, section: int = 0) -> Entity:
        """What a mention of a section means."""
        kind, name = self._type_and_name(mention, section)
        return Entity(type=kind, name=name, country_code=self._variants.code(kind, name))

    def canonical(self, mention: Mention, section: int = 0) -> tuple[str, str]:
        """(type, canonical name) of a mention of a section."""
        return self._type_and_name(mention, section)

    def _tidy(self, mention: Mention) -> str:
        if mention.type == "ORG" and mention.text[-2:-1] in {"'", "’"}:
            known = self._variants.known("ORG", mention.text)
            if known:
                return known  # "McDonald's" is no possessive
        return tidied(mention.text, mention.type, self._variants.words).name

    def _read(self, number: int, text: str, mentions: Sequence[Mention]) -> None:
        for short, mention in introduced(text, mentions):
            told = (number, mention.start), (mention.type, self._tidy(mention))
            if not self._acronyms[short] or self._acronyms[short][-1][1] != told[1]:
                self._acronyms[short].append(told)
        for mention in mentions:
            if mention.type == "PERSON":
                continue
            name = self._tidy(mention)
            key = (mention.type, fold(name))
            shown = self._shown.get(key)
            if shown is None or (shown.isupper() and not name.isupper()):
                self._shown[key] = name

    def _all_names(self) -> Iterable[str]:
        for (kind, folded), name in self._shown.items():
            yield folded
            yield fold(self._variants.name(kind, name))
        for number, (_, mentions) in enumerate(self._sections):
            for mention in mentions:
                if mention.type == "PERSON":
                    yield fold(self._persons.name((number, mention.start)))

    def _type_and_name(self, mention: Mention, section: int) -> tuple[str, str]:
        mention = self._typed[section].get(mention.start, mention)
        kind = mention.type
        if kind == "PERSON":
            return kind, self._persons.name((section, mention.start))
        name = self._tidy(mention)
        name = self._shown.get((kind, fold(name)), name)
        kind, name = self._written_out(kind, name, (section, mention.start))
        if kind == "LOC" and self._towns:
            city, place = fold(self._variants.name(kind, name)), (section, mention.start)
            if town := self._towns.town(place, city, countries=self._named_countries):
                return kind, town
        doubted = self._doubtful(mention, kind, name, section)
        if doubted:
            return kind, doubted
        if kind == "ORG":
            return kind, self._body(mention, name, section)
        return kind, self._variants.name(kind, self._short_of_state(kind, name))

    def _place(self, form: str) -> str:
        return self._variants.name("LOC", tidied(form, "LOC", self._variants.words).name)

    def _codes_of_names(self) -> frozenset[str]:
        """Codes of the countries that the document names, or whose people it names."""
        return frozenset(
            code for (_, name), code in self._variants.codes.items() if fold(name) in self._named
        )

    def _short_of_state(self, kind: str, name: str) -> str:
        """The state in "Republic of Velm" is Velm where the document calls it so too."""
        head, of, rest = name.partition(" of ")
        if (
            kind == "LOC"
            and of
            and fold(head) in self._variants.words.state_heads
            and not self._variants.known(kind, name)
        ):
            return self._shown.get((kind, fold(rest)), name)
        return name

    def _written_out(self, kind: str, name: str, place: tuple[int, int]) -> tuple[str, str]:
        """What an acronym stands for in this document, of several what was last told before; any other name as it is."""
        folded = fold(name)
        told = self._acronyms.get(folded)
        if told:
            return told[max(bisect_left(told, (place,)) - 1, 0)][1]
        if kind != "PERSON" and name.isupper() and folded in self._spelled:
            return kind, self._spelled[folded]
        if _is_letters(name) and len(folded) <= _MAX_ACRONYM and not self._variants.known(kind, name):
            return self._letters.get(folded, (kind, name))
        return kind, name

    def _doubtful(self, mention: Mention, kind: str, name: str, section: int) -> str | None:
        known = self._variants.name(kind, name) if kind == "NORP" else name
        doubt = self._variants.doubtful.get((kind, fold(known)))
        if not doubt:
            return None
        if doubt.inside:
            before = self._before(mention, section)
            after_place = before is not None and before.type == "LOC" and before.end == mention.start - 2
            text = self._sections[section][0]
            if is_inside(text, mention.start, mention.end, after_place=after_place):
                beside = {fold(self._tidy(before))} if before and after_place else set()
                return doubt.read_inside(beside, self._named)
        read = doubt.read(self._named)
        return None if kind == "ORG" and fold(read) == fold(name) else read

    def _before(self, mention: Mention, section: int) -> Mention | None:
        """The mention right before another."""
        return self._previous[section].get(mention.start)

    def _body(self, mention: Mention, name: str, section: int) -> str:
        known = self._variants.known("ORG", name)
        if known:
            return known
        found = state_body(name, self._variants)
        bare = self._variants.without_legal_form(name)
        if whole := self._written_out_bodies.get(fold(bare)):
            bare = name = whole
        longer = self._bodies.get(fold(bare)) if bare == name else None  # with "Inc." it is whole
        if found:
            form, code = found
            code = code or self._country_beside(mention, section)
            if longer and not code:
                return self._variants.name("ORG", longer)
            return of_country(form, name, code or self._countries.get(form), self._variants)
        return self._variants.name("ORG", longer or bare)

    def _country_beside(self, mention: Mention, section: int) -> str | None:
        """The country of "Velm's" before a body, or of "of Velm" behind it."""
        text = self._sections[section][0]
        before, behind = self._before(mention, section), self._behind[section].get(mention.start)
        if before and text[before.end : mention.start] in _POSSESSIVE_GAPS and before.type in {"LOC", "NORP"}:
            return country_of(self._tidy(before), self._variants)
        if behind and text[mention.end : behind.start] in _OF and behind.type == "LOC":
            return country_of(self._tidy(behind), self._variants)
        return None

    def _countries_of_bodies(self) -> dict[str, str]:
        """Form of a state's body → code of the one country whose body of that kind the document names."""
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._previous = tuple(
            {mention.start: mentions[i - 1] for i, mention in enumerate(mentions) if i}
            for _, mentions in self._sections
        )
        self._behind = tuple(
            {mention.start: behind for mention, behind in pairwise(mentions)}
            for _, mentions in self._sections
        )
        for number, (_, mentions) in enumerate(self._sections):
            for mention in mentions:
                body = state_body(self._tidy(mention), self._variants) if mention.type == "ORG" else None
                code = body and (body[1] or self._country_beside(mention, number))
                if body and code:
                    found[body[0]][code] = None
        return {form: next(iter(codes)) for form, codes in found.items() if len(codes) == 1}


def names_of(sections: Iterable[tuple[str, Sequence[Mention]]], *, variants: Variants) -> Names:
    """What the sections of a document, read together, say about its names.

    Args:
        sections: (text, its mentions): the article, its title, a summary; those that are there, in this order.
        variants: What needs no document.
    """
    return Names(sections, variants)
