"""Who is meant where a document says only a surname or a given name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from transforms.entities.calls import Call
from transforms.entities.full_names import FullNames, parted
from transforms.entities.names import Variants
from transforms.entities.spelling import fold
from transforms.entities.tidied import is_initials

_MAX_NAMESAKES = 12  # of one surname in one document; among more nobody is told apart
_HEADS_OF_STATE = frozenset({"president", "prime minister", "chancellor", "premier", "king", "queen", "pope"})
_MIN_MIDDLE = 3  # words of a name that has a middle one
# A name that begins so is the end of a longer one: "van der Meer".
_JOINED = frozenset(
    {
        "van",
        "von",
        "der",
        "de",
        "da",
        "dos",
        "das",
        "du",
        "del",
        "della",
        "di",
        "den",
        "ter",
        "ten",
        "bin",
        "ibn",
    }
)
_MIN_LETTERS = 2  # of a word that a person is called by


class _Known:
    """What a document says of its namesakes."""

    def __init__(self) -> None:
        self.titles: defaultdict[str, set[str]] = defaultdict(set)
        self.genders: dict[str, str] = {}


class Persons:
    """The persons of a document: `name(place)` is the one that a mention there means.

    Args:
        calls: All calls of persons, in the order in which they are read.
        variants: What needs no document.
    """

    def __init__(self, calls: Sequence[Call], variants: Variants) -> None:
        self._variants = variants
        full = list(dict.fromkeys(call.name for call in calls if self._is_full(call)))
        self._full = FullNames(full, variants)
        self._short = self._short_forms(calls)
        self._known = self._said(calls)
        self._owners: dict[str, str] = {}
        self._met: dict[str, int] = {}  # the section that first says the full name
        self._last: dict[str, tuple[int, int]] = {}  # the paragraph that last means the person
        self._names = {call.place: self._meant(call) for call in calls}

    def name(self, place: tuple[int, int]) -> str:
        """The canonical name of the person at a place: number of the section, first character."""
        return self._names[place]

    def _is_full(self, call: Call) -> bool:
        words, _ = parted(call.name, self._variants)
        known = self._variants.words
        return len(words) > 1 and words[0] not in _JOINED and words[0] not in known.titles

    def _said(self, calls: Sequence[Call]) -> _Known:
        known = _Known()
        words = self._variants.words
        for call in calls:
            if not self._is_full(call):
                continue
            name = self._full.of(call.name)
            given = fold(words.spellings.get(fold(call.name.split(" ")[0]), call.name.split(" ")[0]))
            gender = call.gender(words) or words.gender.get(given, "")
            if gender:
                known.genders.setdefault(name, gender)
            if call.title:
                known.titles[name].add(call.title)
        return known

    def _short_forms(self, calls: Sequence[Call]) -> Mapping[str, tuple[str, ...]]:
        """Folded short form → the persons that it may mean; a surname hides the same word as a given name."""
        ranks: tuple[defaultdict[str, dict[str, None]], ...] = (
            defaultdict(dict),
            defaultdict(dict),
            defaultdict(dict),
        )
        for one, names in self._full.people().items():
            for name in names:
                for rank, form in self._forms(name):
                    if len(form) >= _MIN_LETTERS:
                        ranks[rank][form][one] = None
        for call in calls:
            if call.nickname and self._is_full(call):
                ranks[1][fold(call.nickname)][self._full.of(call.name)] = None
                last = parted(call.name, self._variants)[0][-1]
                ranks[0][f"{fold(call.nickname)} {fold(last)}"][self._full.of(call.name)] = None
        forms: dict[str, tuple[str, ...]] = {}
        for rank in ranks:
            for form, persons in rank.items():
                forms.setdefault(form, tuple(persons))
        return forms

    def _forms(self, name: str) -> list[tuple[int, str]]:
        """(rank, folded form): 0 for what is said like a surname, 1 like a given name, 2 a word in the middle."""
        words, junior = parted(name, self._variants)
        known = self._variants.words
        if len(words) < 2:  # noqa: PLR2004  # one word is no full name
            return []
        forms: list[tuple[int, str]] = []
        for size in range(2, min(len(words), 6)):
            forms.append((0, fold(" ".join(words[-size:]))))
        son = words[-2] in known.patronymic and words[-1] not in known.family_first
        if not son:
            forms.append((0, fold(words[-1])))
            for article in ("al-", "el-"):
                if words[-1].startswith(article):
                    forms.append((0, fold(words[-1].removeprefix(article))))
        if words[0] in known.family_first:
            forms.append((0, words[0]))
            forms.append((1, fold(" ".join(words[1:]))))
        elif not is_initials(name.split(" ", maxsplit=1)[0]):
            forms.append((1, fold(words[0])))
        if len(words) >= _MIN_MIDDLE:
            middle = words[1:-1]
            forms += [(2, fold(word)) for word in middle if word not in known.particles]
        if junior:
            forms += [(0, f"{fold(words[-1])} {junior}"), (1, f"{fold(words[0])} {junior}")]
        return forms

    def _meant(self, call: Call) -> str:
        if not self._is_full(call):
            return self._short_name(call)
        name = self._full.of(call.name)
        self._met.setdefault(name, call.place[0])
        self._last[name] = call.paragraph
        return self._variants.name("PERSON", name)

    def _short_name(self, call: Call) -> str:
        names = self._short.get(call.folded, ())
        titled = self._variants.known("PERSON", f"{call.title} {call.name}") if call.title else None
        everywhere = titled or self._variants.known("PERSON", call.name)
        if not names:
            return everywhere or self._unknown(call)
        name = self._among(call, names, everywhere)
        if name is None:
            return (
                self._variants.name("PERSON", call.name) if everywhere in names else everywhere or call.name
            )
        self._owners.setdefault(call.folded, name)
        self._last[name] = call.paragraph
        return self._variants.name("PERSON", name)

    def _unknown(self, call: Call) -> str:
        kind = self._variants.words.titles.get(call.title, "")
        if kind.startswith("court") and " " not in call.name:
            return f"{call.title.title()} {self._variants.name('PERSON', call.name)}"
        return self._variants.name("PERSON", call.name)

    def _fitting(self, call: Call, names: Sequence[str]) -> list[str]:
        """Those of namesakes whom the title before the mention may mean."""
        gender = call.gender(self._variants.words)
        if gender:
            return [name for name in names if self._known.genders.get(name, gender) == gender]
        if call.title:
            return [name for name in names if call.title in self._known.titles.get(name, ())]
        return list(names)

    def _among(self, call: Call, names: tuple[str, ...], everywhere: str | None) -> str | None:
        """Whom of some namesakes a mention means, or `everywhere`, whom the whole world calls so; None: it is not plain."""
        if len(names) > _MAX_NAMESAKES:
            return self._owners.get(call.folded)
        fit = self._fitting(call, names)
        if not fit:
            if everywhere and (call.title in _HEADS_OF_STATE or call.gender(self._variants.words)):
                return everywhere
            fit = list(names)
        owner = self._owners.get(call.folded)
        if owner and (owner in fit or owner not in names):
            return self._newcomer(call, fit) or owner
        met = [name for name in fit if name in self._met]
        if everywhere and (everywhere in fit or not met):
            return everywhere
        if len(fit) == 1:
            return fit[0]
        principal = self._variants.principal.get(("PERSON", call.folded))
        for likely in (
            [name for name in fit if name == principal],
            met,
            [name for name in fit if self._variants.known("PERSON", name)],
            [name for name in met if self._last[name] == call.paragraph],
        ):
            if len(likely) == 1:
                return likely[0]
        return None

    def _newcomer(self, call: Call, names: Sequence[str]) -> str | None:
        """The one namesake whom a later section brings in itself before the mention: a summary's own person."""
        new = [name for name in names if call.place[0] and self._met.get(name) == call.place[0]]
        return new[0] if len(new) == 1 else None
