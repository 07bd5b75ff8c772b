"""A GLiNER model as a recogniser: asked for our types in words (Zaratiana et al., 2023, https://arxiv.org/abs/2311.08526)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from transforms.entities.find import Mention, Recognizer
from transforms.entities.foreign import mention_of, pieces

# Its models read 384 words at once, and cut off what is beyond.
MAX_PIECE = 1_000
# What it is asked for, as words: GLiNER has no labels of its own.
ASKED: Mapping[str, str] = {
    "person": "PERSON",
    "organization": "ORG",
    "location": "LOC",
    "nationality, religious or political group": "NORP",
    "event": "EVENT",
    "creative work, law, product or award": "MISC",
}

# Text and labels → for each entity its "start", "end" and "label".
Predict: TypeAlias = Callable[[str, list[str]], Iterable[Mapping[str, Any]]]


def recognizer(predict: Predict) -> Recognizer:
    """A recogniser that goes by a model's predictions."""
    asked = list(ASKED)

    def recognize(text: str) -> tuple[Mention, ...]:
        found: list[Mention] = []
        for start, piece in pieces(text, most=MAX_PIECE):
            if not piece.strip():
                continue
            for one in predict(piece, asked):
                kind = ASKED.get(one["label"], "")
                mention = mention_of(text, start + one["start"], start + one["end"], kind)
                if mention:
                    found.append(mention)
        return tuple(found)

    return recognize
