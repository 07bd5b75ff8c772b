"""Finds the entities of texts that come as lines of JSON, and names them as the tables do."""

from functools import cache

import msgspec

from flows.knowledge import load_knowledge
from flows.recognizers import Chosen, load_recognizer
from transforms.entities.document import names_of
from transforms.entities.find import MAX_TEXT, Recognizer, find
from transforms.entities.names import Variants

_SAID_CHARS = 100


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A line with a text, and its number in what it came from; where it could not be taken, why."""

    number: int
    line: bytes = b""
    fault: str = ""


class FindBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Lines, in their order, and who reads them."""

    recognizer: Chosen
    given: list[Given]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The line that answers one that was given; where that could not be read, why."""

    number: int
    line: bytes = b""
    fault: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The answers, in the order of what was given."""

    answers: list[Answered]


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A mention with the name of what it mentions: character offsets into the text, the end exclusive."""

    start: int
    end: int
    text: str
    type: str
    name: str


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    # Whatever it is, it goes back as it came.
    id: msgspec.Raw = msgspec.Raw(b"null")


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    id: msgspec.Raw
    entities: list[Entity]


_DECODER = msgspec.json.Decoder(_Document)


def find_entities(batch: FindBatch) -> Found:
    """The entities of each text.

    Raises:
        FixSettingsError: The recogniser is not here, or another version of it.
    """
    recognize, variants = _made_ready(batch.recognizer)
    return Found(answers=[_answer(given, recognizer=recognize, variants=variants) for given in batch.given])


@cache
def _made_ready(recognizer: Chosen) -> tuple[Recognizer, Variants]:
    knowledge = load_knowledge()
    return load_recognizer(recognizer, knowledge=knowledge), knowledge.variants


def _answer(given: Given, *, recognizer: Recognizer, variants: Variants) -> Answered:
    if given.fault:
        return Answered(number=given.number, fault=given.fault)
    try:
        document = _DECODER.decode(given.line.decode("utf-8"))
    except UnicodeDecodeError:
        return Answered(number=given.number, fault="is not UTF-8")
    except msgspec.ValidationError as error:
        return Answered(number=given.number, fault=f'is no object with a "text" that is a string ({error})')
    except (msgspec.DecodeError, RecursionError) as error:
        return Answered(number=given.number, fault=f"is not JSON ({str(error)[:_SAID_CHARS]})")
    if len(document.text) > MAX_TEXT:
        return Answered(
            number=given.number, fault=f"has a text of more than {MAX_TEXT:,} characters; cut it into parts"
        )
    entities = entities_in(document.text, recognizer=recognizer, variants=variants)
    return Answered(number=given.number, line=msgspec.json.encode(_Answer(id=document.id, entities=entities)))


def entities_in(text: str, *, recognizer: Recognizer, variants: Variants) -> list[Entity]:
    """The mentions of a text in order, each under its canonical name within the text, as a document of its own."""
    mentions = find(text, recognizer=recognizer)
    names = names_of(((text, mentions),), variants=variants)
    named = ((mention, names.canonical(mention)) for mention in mentions)
    return [
        Entity(start=mention.start, end=mention.end, text=mention.text, type=kind, name=name)
        for mention, (kind, name) in named
    ]
