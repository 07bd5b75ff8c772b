"""Who is meant where a document says only a surname or a given name."""

from collections import defaultdict
from collections.abc import Sequence

from transforms.entities.calls import Call
from transforms.entities.full_names import FullNames, parted
from transforms.entities.names import Variants
from transforms.entities.short_forms import MAX_NAMESAKES, short_forms
from transforms.entities.spelling import fold

_HEADS_OF_STATE = frozenset({"president", "prime minister", "chancellor", "premier", "king", "queen", "pope"})

_FIRST_SUMMARY = 2  # number of the section that comes after the article and its title


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
        # Who is shouted at first is shown as later written.
        spoken = sorted(calls, key=lambda call: call.shouted)
        full = [call for call in spoken if self._is_full(call)]
        self._full = FullNames(list(dict.fromkeys(call.name for call in full)), variants)
        self._short = short_forms(full, self._full, variants)
        self._known = self._said(calls)
        self._owners: dict[str, str] = {}
        self._met: dict[str, int] = {}  # the section that first says the full name
        self._courts: defaultdict[str, dict[str, None]] = defaultdict(
            dict
        )  # "harry" → who is called Prince Harry
        self._last: dict[str, tuple[int, int]] = {}  # the paragraph that last means the person
        self._names = {call.place: self._meant(call) for call in calls}

    def name(self, place: tuple[int, int]) -> str:
        """The canonical name of the person at a place: number of the section, first character."""
        return self._names[place]

    def _is_full(self, call: Call) -> bool:
        words, _ = parted(call.name, self._variants)
        known = self._variants.words
        return len(words) > 1 and words[0] not in known.joined and words[0] not in known.titles

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
            return self._at_court(call, everywhere)
        name = self._among(call, names, everywhere)
        if name is None:
            nobody = everywhere is None or everywhere in names
            return self._variants.name("PERSON", call.name) if nobody else str(everywhere)
        self._owners.setdefault(call.folded, name)
        self._last[name] = call.paragraph
        return self._variants.name("PERSON", name)

    def _at_court(self, call: Call, everywhere: str | None) -> str:
        """Who is called by one name, as kings are: once with the title, then without it."""
        kind = self._variants.words.titles.get(call.title, "")
        given = call.folded.rsplit(" ", 1)[-1]
        if kind.startswith("court"):
            name = everywhere or self._unknown(call, kind)
            self._courts[given][name] = None
            return name
        titled = self._courts.get(call.folded, {})
        return everywhere or (next(iter(titled)) if len(titled) == 1 else self._unknown(call, kind))

    def _unknown(self, call: Call, kind: str) -> str:
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
        owner = self._owners.get(call.folded)
        if len(names) > MAX_NAMESAKES:
            return owner
        fit = self._fitting(call, names)
        if not fit and call.gender(self._variants.words):
            return everywhere  # "Mrs. Holt" is not Marcus Holt
        if not fit and everywhere and call.title in _HEADS_OF_STATE:
            return everywhere
        fit = fit or list(names)
        if owner and (owner in fit or owner not in names):
            return self._newcomer(call, fit) or owner
        met = [name for name in fit if name in self._met]
        if everywhere and (everywhere in met or not met):
            return everywhere
        return self._likely(call, fit, met, everywhere)

    def _likely(
        self, call: Call, fit: Sequence[str], met: Sequence[str], everywhere: str | None
    ) -> str | None:
        """The one of namesakes who fits alone, else is met alone, the principal, known alone or of this paragraph alone.

        A famous surname means who is most famous by it, not a relative whom the tables know as well.
        """
        principal = self._variants.principal.get(("PERSON", call.folded))
        for likely in (
            fit,
            met,
            [name for name in fit if name == principal],
            [everywhere] if everywhere else [name for name in fit if self._variants.known("PERSON", name)],
            [name for name in met if self._last[name] == call.paragraph],
        ):
            if len(likely) == 1:
                return likely[0]
        return None

    def _newcomer(self, call: Call, names: Sequence[str]) -> str | None:
        """The one namesake whom a later section brings in itself before the mention: a summary's own person."""
        section = call.place[0]
        new = [name for name in names if section >= _FIRST_SUMMARY and self._met.get(name) == section]
        return new[0] if len(new) == 1 else None
