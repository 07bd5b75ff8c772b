"""Names that several have: which is meant, by what else the document names and by the words around it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from transforms.entities.spelling import fold
from transforms.entities.words import listed, read_toml
from transforms.errors import FixSettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """The readings of one name that several have.

    Args:
        default: The canonical name where nothing tells.
        inside: The one of the state or province, if there is one of that name.
        readings: Canonical name → folded names that tell of it.
    """

    default: str
    inside: str | None = None
    readings: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def read(self, named: AbstractSet[str]) -> str:
        """The reading with most of its cues among the names of a document; of equals the default."""
        scores = {name: len(cues & named) for name, cues in self.readings.items()}
        best = max(scores.values(), default=0)
        likely = [name for name, score in scores.items() if score == best]
        return likely[0] if best and len(likely) == 1 else self.default

    def read_inside(self, beside: AbstractSet[str], named: AbstractSet[str]) -> str:
        """The reading in the state's place: the state, unless the town beside it or else the document tells of another.

        Args:
            beside: The folded name of the town before it, if there is one.
            named: The names of the document.
        """
        told = (read for names in (beside, named) if (read := self.read(names)) != self.default)
        return next(told, self.inside or self.default)


def parse_doubtful(text: str) -> dict[tuple[str, str], Doubtful]:
    """Doubtful names out of TOML, as in `doubtful.toml`: (type, folded name) → its readings.

    Raises:
        FixSettingsError: The text is not TOML of that form.
    """
    found: dict[tuple[str, str], Doubtful] = {}
    for kind, tables in read_toml(text, "doubtful").items():
        for name, table in tables.items():
            if not isinstance(table, dict) or not isinstance(table.get("default"), str):
                raise FixSettingsError(f"doubtful: {name!r} has no default; mend doubtful.toml")
            found[kind, fold(name)] = Doubtful(
                default=table["default"],
                inside=table.get("inside"),
                readings={
                    reading: frozenset(fold(cue) for cue in listed(cues))
                    for reading, cues in table.get("readings", {}).items()
                },
            )
    return found


def is_inside(text: str, start: int, end: int, *, after_place: bool) -> bool:
    """Whether a name is the state's: after a town and a comma, or before the word "state".

    Args:
        text: The section's text.
        start: First character of the name.
        end: The same, exclusive.
        after_place: Whether another place's name ends right before the gap.
    """
    if text[end : end + 6].casefold() == " state" and not text[end + 6 : end + 7].isalnum():
        return True
    return after_place and text[max(start - 2, 0) : start] == ", "
