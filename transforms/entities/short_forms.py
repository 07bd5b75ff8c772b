"""What a person of a document may be called for short: surname, given name, the ends of a long name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from transforms.entities.calls import Call
from transforms.entities.full_names import FullNames, parted
from transforms.entities.names import Variants
from transforms.entities.spelling import fold
from transforms.entities.tidied import is_initials

MAX_NAMESAKES = 12  # of one surname in one document; among more nobody is told apart

# How near a short form is to a surname; a nearer one hides the same word of another person.
_SURNAME, _GIVEN, _MIDDLE = range(3)
_MIN_MIDDLE = 3  # words of a name that has a middle one
_MAX_END = 5  # words of a name's end that somebody is called by
_MIN_LETTERS = 2  # of a word that somebody is called by


def _forms(name: str, variants: Variants) -> Iterator[tuple[int, str]]:
    words, junior = parted(name, variants)
    known = variants.words
    if len(words) < 2:  # noqa: PLR2004  # one word is no full name
        return
    for size in range(2, min(len(words), _MAX_END + 1)):
        yield _SURNAME, fold(" ".join(words[-size:]))
    if words[-2] not in known.patronymic or words[-1] in known.family_first:  # bin Salman is not Salman
        yield _SURNAME, fold(words[-1])
        yield _SURNAME, fold(words[-1].removeprefix("al-").removeprefix("el-"))
    if words[0] in known.family_first:
        yield _SURNAME, words[0]
        yield _GIVEN, fold(" ".join(words[1:]))
    elif not is_initials(name.split(" ", maxsplit=1)[0]):
        yield _GIVEN, fold(words[0])
    if len(words) >= _MIN_MIDDLE:
        yield from ((_MIDDLE, fold(word)) for word in words[1:-1] if word not in known.particles)
    if junior:
        yield _SURNAME, f"{fold(words[-1])} {junior}"
        yield _GIVEN, f"{fold(words[0])} {junior}"


def _ends(names: Iterable[str]) -> frozenset[str]:
    """The folded ends of names: what begins so begins with no given name, as "Uribe Turbay" of "Miguel Uribe Turbay"."""
    parts = (fold(name).split() for name in names)
    return frozenset(
        " ".join(words[-size:]) for words in parts for size in range(2, min(len(words), _MAX_END + 1))
    )


def short_forms(calls: Iterable[Call], full: FullNames, variants: Variants) -> Mapping[str, tuple[str, ...]]:
    """Folded short form → the persons whom it may mean; a surname hides the same word as a given name.

    Of more than `MAX_NAMESAKES` one more is kept, as a sign that there are too many.

    Args:
        calls: Those with a full name.
        full: Who they are.
        variants: What needs no document.
    """
    ranks: tuple[defaultdict[str, dict[str, None]], ...] = tuple(defaultdict(dict) for _ in range(3))
    for one, names in full.people().items():
        ends = _ends(names)
        for name in names:
            for rank, form in _forms(name, variants):
                if len(form) >= _MIN_LETTERS and not (rank == _GIVEN and fold(name) in ends):
                    ranks[rank][form][one] = None
    for call in calls:
        if call.nickname:
            one, nickname = full.of(call.name), fold(call.nickname)
            ranks[_GIVEN][nickname][one] = None
            ranks[_SURNAME][f"{nickname} {fold(parted(call.name, variants)[0][-1])}"][one] = None
    found: dict[str, tuple[str, ...]] = {}
    for forms in ranks:
        for form, persons in forms.items():
            found.setdefault(form, tuple(islice(persons, MAX_NAMESAKES + 1)))
    return found
