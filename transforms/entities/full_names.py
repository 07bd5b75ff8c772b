"""Which full names of a document are one person's: spellings, middle names, initials, nicknames, order of words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from transforms.entities.names import Variants
from transforms.entities.spelling import fold
from transforms.entities.tidied import is_initials

_MAX_WORDS = 10  # of a name; a longer one has no ends that anybody would call the person by
_SHORTEST = 2  # words of a name's end that may be the whole name of another mention ("Suu Kyi")


def parted(name: str, variants: Variants) -> tuple[list[str], str]:
    """The folded words of a name without "Jr.", and what that was."""
    words = [fold(word) for word in name.replace("-", "\u2060").split(" ")]
    words = [word.replace("\u2060", "-") for word in words if word]
    if len(words) > 1 and words[-1] in variants.words.junior:
        return words[:-1], words[-1]
    return words, ""


class FullNames:
    """One name for each person of a document, out of all the full names that it has.

    Args:
        names: Distinct full names, in order of first mention.
        variants: What needs no document.
    """

    def __init__(self, names: Sequence[str], variants: Variants) -> None:
        self._variants = variants
        self._alias: dict[str, str] = {}
        canonical = {name: variants.name("PERSON", name) for name in names}
        self._parts = {name: parted(name, variants) for name in (*names, *canonical.values())}
        spelled: dict[str, str] = {}
        for name in names:  # one spelling, one name
            key = variants.key("PERSON", canonical[name])
            self._join(name, spelled.setdefault(key, canonical[name]))
        self._names = list(dict.fromkeys(spelled.values()))
        for name in self._names:
            self._parts.setdefault(name, parted(name, variants))
        self._join_reversed()
        self._join_longer()
        self._join_middle()
        self._join_given()

    def of(self, name: str) -> str:
        """The one name of the person whom a full name of the document means."""
        seen = 0
        while (longer := self._alias.get(name, name)) != name and seen < _MAX_WORDS:
            name, seen = longer, seen + 1
        return name

    def people(self) -> Mapping[str, list[str]]:
        """Person's one name → all full names of the document that mean it, itself first."""
        people: defaultdict[str, list[str]] = defaultdict(list)
        for name in dict.fromkeys((*self._names, *self._alias)):
            one = self.of(name)
            if not people[one]:
                people[one].append(one)
            if name != one:
                people[one].append(name)
        return people

    def _join(self, name: str, to: str) -> None:
        if name != to and self.of(to) != name:
            self._alias[name] = to

    def _heads(self) -> list[str]:
        return [name for name in self._names if self.of(name) == name]

    def _join_reversed(self) -> None:
        """The person "Abe Shinzo" is "Shinzo Abe"."""
        groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in self._heads():
            words, junior = self._parts[name]
            if len(words) == _SHORTEST:
                groups[(*sorted(words), junior)].append(name)
        for group in groups.values():
            self._join_group(group)

    def _join_group(self, group: Sequence[str]) -> None:
        """All of a group are its first, or the first that the tables know."""
        head = next((name for name in group if self._variants.known("PERSON", name)), group[0])
        for name in group:
            self._join(name, head)

    def _join_longer(self) -> None:
        """The person "Suu Kyi" is "Aung San Suu Kyi" where no other name of the document ends so."""
        ends: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in self._heads():
            words, junior = self._parts[name]
            for size in range(_SHORTEST, min(len(words), _MAX_WORDS)):
                ends[(*words[-size:], junior)].append(name)
        for name in self._heads():
            words, junior = self._parts[name]
            longer = ends.get((*words, junior), [])
            if len(longer) == 1:
                self._join(name, longer[0])

    def _join_middle(self) -> None:
        """The person "Hillary Rodham Clinton" is "Hillary Clinton"; of two with other middle names each stays itself."""
        longer: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        shorter: dict[tuple[str, str, str], str] = {}
        for name in self._heads():
            words, junior = self._parts[name]
            if len(words) < _SHORTEST:
                continue
            ends = (words[0], words[-1], junior)
            if len(words) == _SHORTEST:
                shorter[ends] = name
            else:
                longer[ends].append(name)
        for ends, name in shorter.items():
            if len(longer[ends]) == 1:
                self._join_group([name, longer[ends][0]])

    def _join_given(self) -> None:
        """The person "T. Okonjo" is "Tunde Okonjo", "Bob Halloran" "Robert Halloran", where nobody else can be meant."""
        by_initial: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        by_given: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        heads = [(name, *self._parts[name]) for name in self._heads()]
        for name, words, junior in heads:
            if len(words) >= _SHORTEST and not is_initials(name.split(" ")[0]):
                by_initial[words[0][0], words[-1], junior].append(name)
                by_given[words[0], words[-1], junior].append(name)
        for name, words, junior in heads:
            if len(words) < _SHORTEST:
                continue
            if is_initials(name.split(" ")[0]):
                meant = by_initial.get((words[0][0], words[-1], junior), [])
            else:
                formal = self._variants.words.formal.get(words[0], ())
                meant = [one for given in formal for one in by_given.get((given, words[-1], junior), [])]
            if len(meant) == 1:
                self._join_group([meant[0], name])
