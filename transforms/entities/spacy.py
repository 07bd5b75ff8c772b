"""A spaCy pipeline as a recogniser."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from transforms.entities.find import Mention, Recognizer
from transforms.entities.foreign import mention_of, pieces

# spaCy takes about 1 GB for 100,000 characters at once, and refuses a million (its documentation of `Language.max_length`).
MAX_PIECE = 50_000


class Entity(Protocol):
    """What is used of spaCy's Span."""

    @property
    def start_char(self) -> int: ...  # noqa: D102  # spaCy's own
    @property
    def end_char(self) -> int: ...  # noqa: D102  # the same
    @property
    def label_(self) -> str: ...  # noqa: D102  # the same


class Doc(Protocol):
    """What is used of spaCy's Doc."""

    @property
    def ents(self) -> Iterable[Entity]: ...  # noqa: D102  # the same


class Pipeline(Protocol):
    """What is used of spaCy's Language."""

    def __call__(self, text: str, /) -> Doc:
        """Reads a text."""

    def memory_zone(self) -> AbstractContextManager[object]:
        """Within, strings are kept that are gone afterwards."""


def recognizer(nlp: Pipeline) -> Recognizer:
    """A recogniser that goes by the entities of a pipeline, in our types and conventions (`foreign.LABELS`)."""

    def recognize(text: str) -> tuple[Mention, ...]:
        found: list[Mention] = []
        for start, piece in pieces(text, most=MAX_PIECE):
            # Without it every new word of every text would be kept for good.
            with nlp.memory_zone():
                spans = [(one.start_char, one.end_char, one.label_) for one in nlp(piece).ents]
            mentions = (mention_of(text, start + first, start + end, label) for first, end, label in spans)
            found += [mention for mention in mentions if mention]
        return tuple(found)

    return recognize
