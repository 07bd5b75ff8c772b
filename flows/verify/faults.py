"""What is wrong with a store: each fault with its place, so many of a kind named and the rest counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

# So many tell what kind of thing went wrong; a thousand would hide the other kinds.
NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing that is not as the manifest or the contract says.

    Args:
        rule: What it breaks: "missing", "sha256", "schema", "tags.primary_key", "tags.article_id" …
        place: The file below the store, or the table, that it is in.
        detail: One sentence for a person.
    """

    rule: str
    place: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look at a whole tree found.

    Args:
        faults: In order of what was looked at; at most NAMED of a rule.
        unnamed: How many more broke each rule.
        unchecked: Rules that could not be held against the tables, because of the faults.
        foreign: A person's own files, which no run wrote; no fault.
        files: How many files were looked at.
        rows: Rows that were read in them.
        size: Bytes of them.
    """

    faults: tuple[Fault, ...] = ()
    unnamed: tuple[tuple[str, int], ...] = ()
    unchecked: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    files: int = 0
    rows: int = 0
    size: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def with_fault(self, fault: Fault) -> Self:
        """The same with one more."""
        return replace(self, faults=(fault, *self.faults))

    @property
    def count(self) -> int:
        """How many faults there are, named or not."""
        return len(self.faults) + sum(more for _, more in self.unnamed)


class Findings:
    """Gathers faults while a tree is looked through."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._counts: Counter[str] = Counter()

    def add(self, rule: str, place: str, detail: str) -> None:
        """One more."""
        self._counts[rule] += 1
        if self._counts[rule] <= NAMED:
            self.faults.append(Fault(rule=rule, place=place, detail=detail))

    def add_all(self, rule: str, found: Iterable[tuple[str, str]], *, total: int) -> None:
        """So many more, of which some are named by place and detail."""
        named = 0
        for place, detail in found:
            self.add(rule, place, detail)
            named += 1
        self._counts[rule] += total - named

    def unnamed(self) -> tuple[tuple[str, int], ...]:
        """How many more than are named, by rule."""
        return tuple((rule, count - NAMED) for rule, count in self._counts.items() if count > NAMED)
