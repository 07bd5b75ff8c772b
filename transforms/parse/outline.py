"""A page's blocks with the places of its running text, so that questions about stretches cost no walk over them."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from transforms.parse.shape import is_prose
from transforms.records import Block


@dataclass(frozen=True, slots=True)
class Outline:
    """Blocks, and the indices of those that are prose, ascending."""

    blocks: tuple[Block, ...]
    prose: tuple[int, ...]

    def has_prose(self, start: int, stop: int) -> bool:
        """Whether any block from `start` up to `stop` is prose."""
        at = bisect_left(self.prose, start)
        return at < len(self.prose) and self.prose[at] < stop

    def next_prose(self, start: int) -> int | None:
        """The first block from `start` on that is prose, or None."""
        at = bisect_left(self.prose, start)
        return self.prose[at] if at < len(self.prose) else None

    def above(self, at: int, *, start: int, most: int) -> str:
        """The last `most` blocks of prose between `start` and `at`, as one text."""
        end = bisect_left(self.prose, at)
        first = max(bisect_left(self.prose, start), end - most)
        return " ".join(self.blocks[i].text for i in self.prose[first:end])

    def below(self, at: int, *, stop: int, most: int) -> str:
        """The first `most` blocks of prose after `at` and before `stop`, as one text."""
        first = bisect_left(self.prose, at + 1)
        end = min(bisect_left(self.prose, stop), first + most)
        return " ".join(self.blocks[i].text for i in self.prose[first:end])


def outline(blocks: Iterable[Block]) -> Outline:
    """The outline of a page's blocks."""
    held = tuple(blocks)
    return Outline(held, tuple(at for at, block in enumerate(held) if is_prose(block)))
