"""One name of the corpus for each entity: a table of variants, spellings, countries and peoples, and rules for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import re2

from transforms.entities.doubtful import Doubtful, parse_doubtful
from transforms.entities.spelling import fold, plain
from transforms.entities.towns import Cities, parse_cities
from transforms.entities.words import Words, listed, parse_words, read_tables
from transforms.errors import FixSettingsError

_SKY = re2.compile(r"(?:skiy|skij|skyy|skyi|skii|skyj)$")
_PEOPLE = re2.compile(r"(?:an|ian|ist|ite|i|eer)$")
_MAN = re2.compile(r"-?(?:wo)?m[ae]n$")
_ARTICLES = frozenset({"al", "el", "ad", "an", "as", "ash", "ar", "at", "az"})
_CODE = 2  # letters
_MIN_GENITIVE = 5  # letters of "Irans"; shorter ones are more often other names


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """What needs no document to be known: forms of names, countries, peoples, the words of names.

    Args:
        canonical: (type, folded form) → canonical name.
        principal: (type, folded form) → who is meant among namesakes of one document, unless it says otherwise.
        codes: (type, canonical name) → ISO 3166-1 alpha-2 code of a country or of a nationality's country.
        countries: Code → canonical name.
        words: What names are made of.
        doubtful: (type, folded name) that several have → its readings.
        cities: Cities that towns elsewhere are called like.
    """

    canonical: Mapping[tuple[str, str], str]
    principal: Mapping[tuple[str, str], str] = field(default_factory=dict)
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    doubtful: Mapping[tuple[str, str], Doubtful] = field(default_factory=dict)
    cities: Cities = field(default_factory=Cities)

    def known(self, kind: str, form: str) -> str | None:
        """The canonical name of a form that the tables have, in any spelling; of a place also in the German genitive."""
        folded = fold(form)
        found = self.canonical.get((kind, folded)) or self.canonical.get((kind, self.key(kind, form)))
        if not found and kind == "LOC" and len(folded) > _MIN_GENITIVE and folded.endswith("s"):
            return self.canonical.get((kind, folded[:-1]))
        return found

    def name(self, kind: str, form: str) -> str:
        """The canonical name of a form: out of the tables, else by rule; of type and form alone."""
        found = self.known(kind, form)
        if found:
            return found
        if kind == "PERSON":
            return self._person(form)
        if kind == "ORG":
            shorter = self.without_legal_form(form)
            return self.known(kind, shorter) or plain(shorter)
        return self._people(form) if kind == "NORP" else plain(form)

    def code(self, kind: str, name: str) -> str | None:
        """The country's code of a canonical name, if it has one."""
        return self.codes.get((kind, name))

    def key(self, kind: str, form: str) -> str:
        """What two spellings of one name share."""
        return fold(self._person(form)) if kind == "PERSON" else fold(form)

    def without_legal_form(self, form: str) -> str:
        """A company's name without "Inc." and the like."""
        words = form.split(" ")
        while len(words) > 1 and self._is_legal(fold(words[-1].rstrip(",")), left=len(words) - 1):
            words.pop()
        if words[-1] in {"&", "and"} and len(words) > 1:
            words.pop()
        return " ".join(words).rstrip(",")

    def _is_legal(self, word: str, *, left: int) -> bool:
        return word in self.words.company or (left == 1 and word in self.words.written_out)

    def _person(self, form: str) -> str:
        words = plain(form).split(" ")
        if len(words) == 1:
            return words[0]
        given = [self.words.spellings.get(fold(word), word) for word in words[:-1]]
        last = words[-1]
        made: list[str] = []
        for word in (*given, _SKY.sub("sky", last)):
            if made and made[-1].casefold() in _ARTICLES and len(made) > 1:
                made[-1] = f"{made[-1].casefold()}-{word}"  # "Ahmed Al Harbi" is "Ahmed al-Harbi"
            elif made and word[:3].casefold() in {"al-", "el-"}:
                made.append(word[:2].casefold() + word[2:])
            else:
                made.append(word)
        return " ".join(made)

    def _people(self, form: str) -> str:
        words = plain(form).split(" ")
        man = _MAN.sub("", words[-1])
        if man and man != words[-1]:
            return self.known("NORP", " ".join([*words[:-1], man])) or " ".join(words)
        if len(words) > 1:
            words[-1] = (
                self._people(words[-1]) if not self.known("NORP", words[-1]) else self.name("NORP", words[-1])
            )
        elif "-" not in words[-1] and _PEOPLE.search(words[-1]):
            words[-1] += "s"
        return " ".join(words)


def _people_tables(text: str) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    canonical: dict[tuple[str, str], str] = {}
    codes: dict[tuple[str, str], str] = {}
    for table, names in read_tables(text, "peoples").items():
        for name, value in names.items():
            forms = value
            if table == "nationality":
                code, _, forms = value.partition(":")
                if len(code) != _CODE:
                    raise FixSettingsError(f"peoples: {name!r} has no country's code; mend peoples.toml")
                codes["NORP", name] = code
            for form in (name, *listed(forms)):
                canonical.setdefault(("NORP", fold(form)), name)
    return canonical, codes


def parse_variants(  # noqa: PLR0913  # a data file each
    text: str,
    *,
    countries: str = "",
    peoples: str = "",
    words: str = "",
    doubtful: str = "",
    towns: str = "",
) -> Variants:
    """Variants out of the texts of the data files of that name.

    Args:
        text: TOML: a table for each type, canonical name = other forms with commas; "~" before a form that only tells who
            is meant among namesakes.
        countries: TOML: a table-less list, code = canonical name and forms parted by "|".
        peoples: TOML, as `peoples.toml`.
        words: TOML, as `words.toml`.
        doubtful: TOML, as `doubtful.toml`.
        towns: TOML, as `towns.toml`.

    Raises:
        FixSettingsError: A text is not TOML of that form.
    """
    known = parse_words(words)
    canonical: dict[tuple[str, str], str] = {}
    principal: dict[tuple[str, str], str] = {}
    shapes = Variants(canonical={}, words=known)
    for kind, names in read_tables(text, "variants").items():
        for name, forms in names.items():
            for form in (name, *listed(forms)):
                if form.startswith("~"):
                    principal.setdefault((kind, fold(form[1:])), name)
                    continue
                canonical.setdefault((kind, fold(form)), name)
                canonical.setdefault((kind, shapes.key(kind, form)), name)
    names_of_codes: dict[str, str] = {}
    by_code = read_tables(f"[countries]\n{countries}", "countries")["countries"]
    for code, forms in by_code.items():
        name, *_ = all_forms = forms.split("|")
        names_of_codes[code] = name
        for form in all_forms:
            canonical.setdefault(("LOC", fold(form)), name)
    found, codes = _people_tables(peoples)
    return Variants(
        canonical=found | canonical,
        principal=principal,
        codes=codes | {("LOC", name): code for code, name in names_of_codes.items()},
        countries=names_of_codes,
        words=known,
        doubtful=parse_doubtful(doubtful),
        cities=parse_cities(towns, name=lambda city: canonical.get(("LOC", fold(city)), city)),
    )
